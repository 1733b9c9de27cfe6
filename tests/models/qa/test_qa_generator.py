"""QA generation: answers are spans, scores are the model's own, results do not depend on the batch."""

import os
from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from tests.models.same_results import assert_same_results
from textzoo.data import QAExample, Tokenizer, build_vocabulary
from textzoo.data.qa.validate_answer import validate_answer
from textzoo.generation import SearchOptions
from textzoo.losses import Flooding, SequenceCrossentropy
from textzoo.models import Encoder, QAGenerator, QAPreprocessor

PASSAGES = [
    "小李在上海的图书馆工作，每周三下午三点讲课。",
    "Zoë played the naïve café owner in 2019; critics called it “wonderful”.",
    "全角\u3000空格和😀表情，Ünï混排 G1234次列车９点开。",
    "短。",
]
SETTINGS = {"num_pairs": 4, "num_beams": 2, "max_answer_length": 6, "max_question_length": 5, "seed": 7}


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(3)
    tokenizer = Tokenizer(build_vocabulary(PASSAGES))
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=16,
        num_layers=2,
        num_heads=2,
        intermediate_size=32,
        max_length=96,
        initializer_range=0.3,
    )
    model = QAGenerator(encoder, QAPreprocessor(tokenizer, max_source_length=64), copy_head=True)
    for weight in (model.unilm.span_bias.bias, model.unilm.copy_head.order.bias):
        weight.assign(np.random.default_rng(3).normal(scale=0.1, size=weight.shape))
    return model


@pytest.fixture(scope="module")
def generated(model):
    return model.generate(PASSAGES, **SETTINGS)


def test_every_answer_is_a_span_of_its_passage(generated):
    for text, pairs in zip(PASSAGES, generated, strict=True):
        assert pairs
        for pair in pairs:
            assert text[pair.start : pair.end] == pair.answer
            assert all(text[start:end] == pair.answer for start, end in pair.occurrences)
            assert (pair.start, pair.end) in pair.occurrences


def test_answers_do_not_overlap_and_may_be_fewer_than_asked_for(model, generated):
    assert len(generated[0]) == 4 and len(generated[3]) <= 2
    many = model.generate(PASSAGES, **SETTINGS | {"num_pairs": 12})
    for few, pairs in zip(generated, many, strict=True):
        assert len(few) <= len(pairs) < 12
        for some in (few, pairs):
            spans = sorted((pair.start, pair.end) for pair in some)
            assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_best_score_first(generated):
    for pairs in generated:
        assert [p.score for p in pairs] == sorted((p.score for p in pairs), reverse=True)


@pytest.mark.slow
def test_results_do_not_depend_on_the_batch(model, generated):
    for text, pairs in zip(PASSAGES, generated, strict=True):
        alone = model.generate(text, **SETTINGS)
        assert [(p.answer, p.question, p.start) for p in alone] == [(p.answer, p.question, p.start) for p in pairs]
        np.testing.assert_allclose([p.score for p in alone], [p.score for p in pairs], atol=1e-5)


@pytest.mark.graph
@pytest.mark.slow
def test_xla_gives_the_same(model, generated):
    pairs = model.generate(PASSAGES[0], jit_compile=True, **SETTINGS)
    assert [(p.answer, p.question) for p in pairs] == [(p.answer, p.question) for p in generated[0]]


@pytest.mark.slow
def test_log_probabilities_equal_those_of_one_pass(model):
    """The beam search sums step by step; one pass over the whole target gives the same."""
    tokenizer = model.preprocessor.tokenizer
    passage = model.preprocessor.passage(PASSAGES[0])
    for pair in model.generate(PASSAGES[0], **SETTINGS):
        answer = passage.ids[slice(*passage.token_span(pair.start, pair.end))]
        decoder = model.qa_decoder(False, 1)
        source = decoder.encode(passage.ids[None])
        options = SearchOptions(num_beams=SETTINGS["num_beams"], min_length=1)
        span = np.array([[[position := pair.start + 1, position + len(answer)]]])
        beams, _ = decoder.write_questions(
            source,
            answer[None, None],
            spans=span,
            max_length=SETTINGS["max_question_length"],
            options=options,
        )
        question = np.asarray(beams.tokens)[0, 0, 0, : int(beams.lengths[0, 0, 0])]
        assert tokenizer.decode(question) == pair.question
        np.testing.assert_allclose(pair.question_logprob, float(beams.log_probs[0, 0, 0]), atol=1e-4)
        target = np.concatenate([answer, [tokenizer.sep_id], question, [tokenizer.sep_id]])
        inputs = {"source_ids": passage.ids[None], "target_ids": target[None, None], "target_spans": span}
        logits = model(inputs)[0, 0]
        in_question = np.arange(len(target))[:, None] > len(answer)
        logits = ops.where(np.logical_or(~in_question, tokenizer.is_generatable), logits, -np.inf)
        log_probs = np.asarray(ops.log_softmax(logits))[np.arange(len(target)), target]
        np.testing.assert_allclose(pair.answer_logprob, log_probs[: len(answer) + 1].sum(), atol=1e-4)
        np.testing.assert_allclose(pair.question_logprob, log_probs[len(answer) + 1 :].sum(), atol=1e-4)
        np.testing.assert_allclose(pair.score, log_probs.mean(), atol=1e-4)


def test_questions_for_given_answers(model, generated):
    pairs = model.generate_questions(PASSAGES[0], ["三点", "小李"], num_beams=2, max_question_length=5)
    assert [pair.answer for pair in pairs] == ["三点", "小李"]
    known = {pair.answer: pair for pair in generated[0]}
    pairs = model.generate_questions(PASSAGES[:1], [list(known)], num_beams=2, max_question_length=5)[0]
    assert [pair.question for pair in pairs] == [known[pair.answer].question for pair in pairs]
    assert model.generate_questions(PASSAGES[:2], [[], []], max_question_length=5) == [[], []]


def test_a_question_depends_on_the_position_of_its_answer(model):
    """The span bias makes the copy head choose the token two positions after the answer."""
    weights = [np.copy(weight) for weight in model.get_weights()]
    model.unilm.copy_head.gate.bias.assign([-20.0])
    bias = np.zeros(model.unilm.span_bias.bias.shape)
    bias[-1, model.unilm.span_bias.radius + 2] = 100
    model.unilm.span_bias.bias.assign(bias)
    pairs = model.generate_questions(PASSAGES[0], ["上海", "每周"], num_beams=2, max_question_length=3)
    model.set_weights(weights)
    assert [pair.question for pair in pairs] == ["图图图", "下下下"]


@pytest.mark.slow
def test_no_repeated_ngram(model):
    """Without the limit the question repeats itself."""
    pairs = [
        model.generate_questions(PASSAGES[0], ["上海"], max_question_length=12, no_repeat_ngram_size=size)[0]
        for size in (0, 2)
    ]
    repetitions = []
    for pair in pairs:
        bigrams = [pair.question[i : i + 2] for i in range(len(pair.question) - 1)]
        repetitions.append(len(bigrams) - len(set(bigrams)))
    assert repetitions[0] > 0 == repetitions[1]
    generated = model.generate(PASSAGES[0], **SETTINGS | {"max_question_length": 12, "no_repeat_ngram_size": 1})
    assert all(len(set(pair.question)) == len(pair.question) for pair in generated)


def test_free_answers_get_a_question_and_have_no_span(model):
    free, span = model.generate_questions(
        PASSAGES[0], ["馆馆馆", "小李"], num_beams=2, max_question_length=5, free_answers=True
    )
    assert (free.answer, free.start, free.end, free.occurrences) == ("馆馆馆", None, None, ())
    assert PASSAGES[0][span.start : span.end] == "小李"
    assert free.score == pytest.approx((free.answer_logprob + free.question_logprob) / (4 + len(free.question) + 1))


def test_an_answer_is_asked_for_at_its_own_place(model):
    """Question and log-probability depend on the occurrence; the pair carries the span that was given."""
    text = "小李在上海讲课，小李在图书馆讲课。"
    given = ["小李", (8, 10), {"text": "小李", "start": 8}, {"text": "小李", "answer_start": 7}]
    pairs = model.generate_questions(text, given, num_beams=2, max_question_length=5)
    assert [(pair.start, pair.end) for pair in pairs] == [(0, 2), (8, 10), (8, 10), (8, 10)]
    assert all(pair.answer == "小李" and pair.occurrences == ((0, 2), (8, 10)) for pair in pairs)
    first, *others = [pair.question_logprob for pair in pairs]
    np.testing.assert_allclose(others, others[0], atol=1e-4)
    assert abs(first - others[0]) > 1e-3


def test_an_answer_inside_a_token_is_not_made_longer(model):
    text = "Zoë played in 2019; there were 19."
    string, span = model.generate_questions(text, ["19", (16, 18)], num_beams=2, max_question_length=5)
    assert (string.answer, string.start, string.occurrences) == ("19", 31, ((31, 33),))
    assert (span.answer, span.start) == ("19", 16) and (16, 18) in span.occurrences
    with pytest.raises(ValueError, match=r"Received: 'he', which occurs only inside longer words; pass it as \(start"):
        model.generate_questions(text, ["he"])


def test_copied_words_have_the_spelling_of_the_passage(model):
    """The copy head writes the token after the answer; the vocabulary has it without its accent."""
    weights = [np.copy(weight) for weight in model.get_weights()]
    model.unilm.copy_head.gate.bias.assign([-20.0])
    bias = np.zeros(model.unilm.span_bias.bias.shape)
    bias[-1, model.unilm.span_bias.radius + 1] = 100
    model.unilm.span_bias.bias.assign(bias)
    (pair,) = model.generate_questions("小李 Ü 讲课", ["小李"], num_beams=1, max_question_length=2)
    model.set_weights(weights)
    assert pair.question == "Ü Ü"


def test_answers_are_well_formed(model):
    for seed in range(3):
        for pairs in model.generate(PASSAGES, **SETTINGS | {"num_pairs": 12, "seed": seed}):
            assert all(validate_answer(pair.answer) is None for pair in pairs)


def test_records_hold_plain_numbers(model, generated):
    given = model.generate_questions(PASSAGES[0], ["上海"], num_beams=2, max_question_length=5)
    for pair in (*generated[0], *given):
        values = (pair.start, pair.end, *pair.occurrences[0], pair.answer_logprob, pair.question_logprob, pair.score)
        assert [type(value) for value in values] == [int] * 4 + [float] * 3


@pytest.mark.parametrize("passages", [None, 5, b"x", [None], ["a", 3], {"a": 1}, [["a"]], "a\ud800"])
def test_passages_of_another_type(model, passages):
    for generate in (model.generate, lambda texts: model.generate_questions(texts, ["a"])):
        with pytest.raises(ValueError, match="^Expected a passage"):
            generate(passages)


@pytest.mark.parametrize("answers", ["上海", None, 5, {"上海"}, [3], [["上海"]], [None], [b"x"]])
def test_answers_of_another_type(model, answers):
    with pytest.raises(ValueError, match="^Expected (a list of answers|an answer as)"):
        model.generate_questions(PASSAGES[0], answers)


@pytest.mark.parametrize(
    "options", [{"num_beams": 10**9}, {"num_pairs": 10**9}, {"num_beams": 0}, {"batch_size": 0}, {"num_pairs": 2.5}]
)
def test_numbers_out_of_range(model, options):
    name = next(iter(options))
    with pytest.raises(ValueError, match=f"{name} of 1 or more|need .* GiB for .* sequences"):
        model.generate(PASSAGES[0], **SETTINGS | options)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_is_told_to_spawn(model):
    """The child must neither hang nor run: each call raises at once."""
    calls = (
        lambda: model.generate(PASSAGES[0], **SETTINGS),
        lambda: model.predict({"source_ids": np.zeros((1, 8), "int32")}),
        lambda: model.fit(examples()),
        lambda: Encoder(8, hidden_size=8, num_layers=1, num_heads=1, intermediate_size=8),
    )
    child = os.fork()
    if not child:
        raised = 0
        try:
            for call in calls:
                with pytest.raises(RuntimeError, match="spawn"):
                    call()
                raised += 1
        finally:
            os._exit(raised)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == len(calls)


@pytest.mark.parametrize("answer", ["北京", "", " "])
def test_an_answer_that_is_not_in_its_passage(model, answer):
    with pytest.raises(ValueError, match="Expected an answer that is a span of its passage. Received: "):
        model.generate_questions(PASSAGES[0], [answer])


def test_one_list_of_answers_for_each_passage(model):
    with pytest.raises(ValueError, match="for each of 2 passages. Received: 1"):
        model.generate_questions(PASSAGES[:2], [["小李"]])


def test_a_target_beyond_the_positions(model):
    with pytest.raises(ValueError, match="exceeds the model's 96 positions"):
        model.generate(PASSAGES[0], max_question_length=80)


@pytest.mark.parametrize("text", ["", "小李" * 40, "龘靐齉"])
def test_bad_passages(model, text):
    with pytest.raises(ValueError, match="Expected a passage"):
        model.generate(text)


def test_bad_num_pairs(model):
    with pytest.raises(ValueError, match="Expected num_pairs of 1 or more. Received: 0"):
        model.generate(PASSAGES[0], num_pairs=0)


def examples():
    return [QAExample(PASSAGES[0], "谁讲课？", "小李", 0), QAExample(PASSAGES[0], "在哪里？", "上海", 3)] * 4


@pytest.mark.graph
@pytest.mark.slow
def test_learns_and_is_saved_and_loaded(tmp_path):
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer(build_vocabulary([*PASSAGES, "谁讲课？在哪里？"]))
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=32,
        num_layers=1,
        num_heads=2,
        intermediate_size=64,
        max_length=96,
        dropout=0.0,
        attention_dropout=0.0,
    )
    model = QAGenerator(encoder, QAPreprocessor(tokenizer, max_source_length=64), copy_head=True)
    model.compile(keras.optimizers.Adam(1e-2))
    history = model.fit(examples(), validation_data=examples(), batch_size=8, epochs=40, verbose=0).history
    assert history["val_loss"][-1] < 0.5 < history["loss"][0]
    options = {"num_pairs": 2, "seed": 0, "max_question_length": 8}
    pairs = model.generate(PASSAGES[0], align_to_words=False, **options)  # 李在 is a word of jieba's
    assert {(pair.question, pair.answer) for pair in pairs} == {("谁讲课？", "小李"), ("在哪里？", "上海")}
    model.save(tmp_path / "model.keras")
    model.save_to_preset(tmp_path / "preset")
    for loaded in (keras.models.load_model(tmp_path / "model.keras"), QAGenerator.from_preset(tmp_path / "preset")):
        assert_same_results(loaded.generate(PASSAGES[0], align_to_words=False, **options), pairs)


def test_default_compile_and_flooding_in_training_only(model):
    model.compile()
    assert isinstance(model.loss, SequenceCrossentropy) and model.loss.from_log_probs
    expected = model.evaluate(examples(), verbose=0, return_dict=True)["loss"]
    model.compile(loss=SequenceCrossentropy())
    np.testing.assert_allclose(model.evaluate(examples(), verbose=0, return_dict=True)["loss"], expected, rtol=1e-5)
    model.compile(loss=Flooding(SequenceCrossentropy(), 50.0))
    assert model.evaluate(examples(), verbose=0, return_dict=True)["loss"] < 20


def test_every_epoch_has_its_own_order(model):
    many = [QAExample(PASSAGES[0][:n], "谁？", "小李", 0) for n in range(5, 21)]
    batches = [
        batch[0]["source_ids"].numpy() for batch in model.dataset(many, batch_size=4, shuffle=True, num_epochs=2)
    ]
    first, second = batches[: len(batches) // 2], batches[len(batches) // 2 :]
    assert len(first) == len(second)
    assert any(a.shape != b.shape or (a != b).any() for a, b in zip(first, second, strict=True))


def test_a_model_of_arrays():
    encoder = Encoder(12, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=32)
    model = QAGenerator(encoder)
    model.compile()
    assert not model.loss.from_log_probs
    source, target = np.array([[2, 5, 6, 3]] * 4), np.array([[[5, 3, 7, 3]]] * 4)
    inputs = {"source_ids": source, "target_ids": target}
    model.fit(inputs, target, sample_weight=np.ones(target.shape), batch_size=2, verbose=0)
    assert model.predict(inputs, verbose=0).shape == (4, 1, 4, 12)


def test_questions_contain_no_special_token(model):
    """The passage has an unknown character, and the output bias favours [UNK]."""
    bias = np.zeros(model.preprocessor.tokenizer.vocab_size)
    bias[model.preprocessor.tokenizer.unk_id] = 20
    model.encoder.mlm_bias.assign(bias)
    pairs = model.generate("小李在\U0002a6a5工作。", **SETTINGS)
    model.encoder.mlm_bias.assign(0 * bias)
    assert pairs and not any("[" in pair.question for pair in pairs)


@pytest.mark.tensorflow("gradients by tf.GradientTape")
def test_pairs_of_a_passage_train_as_if_separate(model):
    """Loss and gradients of a passage with three pairs are the sums over the pairs, without dropout."""
    text = PASSAGES[0]
    examples = [
        QAExample(text, "谁？", "小李", 0),
        QAExample(text, "在哪里讲课？", "图书馆", 6),
        QAExample(text, "?", "课", 20),
    ]

    def gradients(groups):
        total, sums = 0.0, [0.0 for _ in model.trainable_weights]
        for group in groups:
            (record,) = model.preprocessor.records(group)
            batch = {key: value[None] for key, value in record.items()}
            inputs, labels, weights = model.split(batch)
            with tf.GradientTape() as tape:
                losses = ops.sparse_categorical_crossentropy(labels, model(inputs, training=False), from_logits=True)
                loss = ops.sum(losses * weights)
            total += float(loss)
            new = tape.gradient(loss, [weight.value for weight in model.trainable_weights])
            sums = [a + (0.0 if b is None else tf.convert_to_tensor(b).numpy()) for a, b in zip(sums, new, strict=True)]
        return total, sums

    together, separate = gradients([examples]), gradients([[example] for example in examples])
    np.testing.assert_allclose(together[0], separate[0], rtol=1e-6)
    for a, b in zip(together[1], separate[1], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5 * max(1.0, np.abs(b).max()))
