"""Title generation: leakage guards, cached steps, and training, saving and generating with three decoders."""

from typing import get_type_hints

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from tests.models.same_results import assert_same_results
from textzoo.data import TitleExample, Tokenizer, build_vocabulary
from textzoo.data.tasks.title_generation import DECODERS, Decoder
from textzoo.models import Encoder, TitleGenerator, TitlePreprocessor
from textzoo.models.encoder_state import BidirectionalContext
from textzoo.models.title.title_training_data import LeakageGuard, TitleTrainingData
from textzoo.scripts.train_title import TrainTitle

ARTICLES = ["小李在上海的图书馆讲课，来了两百人。", "周三下午，平湖大学修缮了一座木塔。", "Zoë opened a café in 2019."]
TITLES = ["小李图书馆讲课", "平湖大学修木塔", "Zoë opens café"]
EXAMPLES = [TitleExample(text, title) for text, title in zip(ARTICLES, TITLES, strict=True)]
START_IDS = (5, 6)


def small_model(decoder, *, layers=2, hidden_size=16, **options):
    keras.utils.set_random_seed(3)
    tokenizer = Tokenizer(build_vocabulary([*ARTICLES, *TITLES]))
    sizes = {"hidden_size": hidden_size, "num_layers": layers, "num_heads": 2, "intermediate_size": 2 * hidden_size}
    rates = {"dropout": 0.0, "attention_dropout": 0.0}
    encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=96, initializer_range=0.3, **rates)
    return TitleGenerator(
        encoder, TitlePreprocessor(tokenizer, max_source_length=48, max_title_length=12), decoder=decoder, **options
    )


def test_the_command_has_the_decoders_and_leakage_guards_of_the_model():
    """The command's literals are separate because it starts without Keras."""
    hints = get_type_hints(TrainTitle)
    assert (hints["decoder"], hints["leakage_guard"]) == (Decoder, LeakageGuard)


def leakage(model, records, *, monkeypatch) -> np.ndarray:
    """Returns for each record the largest derivative of a weighted step's logits by an embedding of its label."""
    width = max(record["target_ids"].shape[-1] for record in records) + 2
    batch = {
        key: np.stack([np.pad(record[key], [(0, 0), (0, width - record[key].shape[-1])]) for record in records])
        for key in ("target_ids", "labels", "weights")
    }
    source = model.unilm.encode(np.stack([record["source_ids"] for record in records]))
    bidirectional_context = BidirectionalContext(
        model.fusions, START_IDS, np.array([record["lookaheads"] for record in records], "int32")
    )
    nudge = tf.Variable(tf.zeros((*batch["target_ids"].shape, model.encoder.hidden_size)))
    embed = model.encoder._embed
    monkeypatch.setattr(model.encoder, "_embed", lambda *args, **options: embed(*args, **options) + nudge)
    last = batch["target_ids"].shape[1] - 1  # the drafts between the two trained streams may be visible
    weighted = batch["weights"] > 0
    with tf.GradientTape(persistent=True) as tape:
        logits = model.unilm.extend(batch["target_ids"], source, bidirectional_context=bidirectional_context)[0][
            :, ::last
        ]
        squares = tf.reduce_sum(tf.square(logits), axis=-1) * weighted
        predictions = {step: tf.reduce_sum(squares[:, *step]) for step in np.ndindex(2, width)}
    largest = np.zeros(len(records))
    for step, prediction in predictions.items():
        slopes = np.abs(tape.gradient(prediction, nudge).numpy()[:, ::last]).max(axis=-1)
        is_label = batch["target_ids"][:, ::last] == batch["labels"][:, *step][:, None, None]
        is_label &= weighted[:, *step][:, None, None]
        largest = np.maximum(largest, (slopes * is_label).max(axis=(1, 2)))
    assert weighted.any(axis=(1, 2)).all()
    return largest


def leak_records(model, leakage_guard):
    """Returns records of titles of 1 to 9 distinct tokens, for `mask` with every lookahead that is drawn."""
    letters = [token for token in model.preprocessor.tokenizer.tokens if len(token) == 1 and token > "一"]
    records = {}
    for n in range(1, 10):
        title, draft = "".join(letters[:n]), "".join(letters[9 : 9 + n])
        examples = [TitleExample(ARTICLES[0], title, drafts=(draft, draft) if leakage_guard == "two_pass" else None)]
        for seed in range(40 if leakage_guard == "mask" else 1):
            record = TitleTrainingData(
                examples, model.preprocessor, decoder=model.decoder, leakage_guard=leakage_guard, lookahead=9, seed=seed
            )[0]
            records[n, int(record["lookaheads"])] = record
    return records


@pytest.mark.tensorflow("gradients by tf.GradientTape")
@pytest.mark.parametrize(
    ("decoder", "leakage_guard"),
    [
        ("bidirectional", "mask"),
        pytest.param("bidirectional", "two_pass", marks=pytest.mark.slow),
        pytest.param("from_both_ends", "none", marks=pytest.mark.slow),
    ],
)
def test_leakage_guards_hide_the_labels(decoder, leakage_guard, monkeypatch):
    model = small_model(
        decoder, layers=4, hidden_size=8, leakage_guard=leakage_guard, fusion="linear", fusion_weight=1.0
    )
    records = leak_records(model, leakage_guard)
    if leakage_guard == "mask":
        assert set(records) == {(n, h) for n in range(1, 10) for h in range(n // 2 + 1)}
    np.testing.assert_array_equal(leakage(model, list(records.values()), monkeypatch=monkeypatch), 0)


@pytest.mark.slow
def test_without_a_leakage_guard_the_labels_leak(monkeypatch):
    model = small_model(
        "bidirectional", layers=4, hidden_size=8, leakage_guard="none", fusion="linear", fusion_weight=1.0
    )
    slopes = leakage(model, list(leak_records(model, "none").values()), monkeypatch=monkeypatch)
    assert slopes[0] == 0 and (slopes[1:] > 1e-4).all()  # with one token each side sees the other's start token only


@pytest.mark.parametrize("fusion", ["linear", "nonlinear", "gate"])
def test_cached_steps_equal_one_pass(fusion):
    model = small_model("bidirectional", fusion=fusion, fusion_weight=0.7, copy_head=True)
    source = model.unilm.encode(np.stack([np.pad(model.preprocessor.source(ARTICLES[0]), (0, 5))]))
    ids = np.array([[[5, 9, 8, 12], [6, 11, 10, 9]]])
    bidirectional_context = BidirectionalContext(model.fusions, START_IDS, np.array([2], "int32"))
    at_once = model.unilm.extend(ids, source, bidirectional_context=bidirectional_context)[0]
    cache, steps = model.encoder.make_cache(1, streams=2, length=4), []
    for i in range(4):
        logits, cache = model.unilm.extend(
            ids[:, :, i : i + 1], source, cache=cache, index=i, bidirectional_context=bidirectional_context
        )
        steps.append(logits)
    np.testing.assert_allclose(ops.concatenate(steps, axis=2), at_once, atol=1e-4)


@pytest.mark.parametrize("fusion", ["linear", "nonlinear", "gate"])
def test_a_direction_sees_only_the_past_of_the_other(fusion):
    model = small_model("bidirectional", fusion=fusion, fusion_weight=0.7)
    source = model.unilm.encode(model.preprocessor.source(ARTICLES[0])[None])
    bidirectional_context = BidirectionalContext(model.fusions, START_IDS, np.array([9], "int32"))
    ids = np.array([[[5, 9, 8, 12], [6, 11, 10, 9]]])
    other = ids.copy()
    other[0, 1, 2] = 13
    logits, changed = (
        np.asarray(model.unilm.extend(x, source, bidirectional_context=bidirectional_context)[0])[0, 0]
        for x in (ids, other)
    )
    np.testing.assert_array_equal(logits[:2], changed[:2])
    assert (np.abs(logits - changed)[2:].max(axis=-1) > 1e-5).all()


def test_a_fusion_weight_of_0_separates_the_directions(monkeypatch):
    model = small_model("bidirectional", fusion="linear", fusion_weight=0.0)
    source = model.unilm.encode(model.preprocessor.source(ARTICLES[0])[None])
    ids = np.array([[[5, 9, 8, 12], [6, 11, 10, 9]]])
    both = model.unilm.extend(ids, source, bidirectional_context=BidirectionalContext(model.fusions, START_IDS))[0]
    encoder = model.encoder
    for stream, start in enumerate(START_IDS):

        def embed(ids, positions, *, segment_ids, training, start_ids=None, start=start):
            tokens = encoder.token_embedding(ids) + encoder.token_embedding(np.full_like(ids, start))
            return encoder.embedding_norm(
                tokens + encoder.position_embedding(positions) + encoder.segment_embedding(segment_ids)
            )

        monkeypatch.setattr(encoder, "_embed", embed)
        alone = model.unilm.extend(ids[:, stream : stream + 1], source)[0]
        np.testing.assert_allclose(both[:, stream : stream + 1], alone, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("decoder", DECODERS)
def test_train_save_and_generate(decoder, tmp_path):
    model = small_model(decoder, copy_head=True, source_prior=True)
    model.compile()
    losses = model.fit(EXAMPLES, batch_size=3, epochs=2, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    options = {"num_beams": 4, "length_penalty": 0.6, "no_repeat_ngram_size": 0}
    titles = model.generate(ARTICLES, **options)
    model.save(tmp_path / "model.keras")
    model.save_to_preset(tmp_path / "folder")
    for loaded in (keras.saving.load_model(tmp_path / "model.keras"), TitleGenerator.from_preset(tmp_path / "folder")):
        alone = loaded.generate(ARTICLES[1], **options)
        assert alone.text == titles[1].text
        np.testing.assert_allclose(alone.score, titles[1].score, atol=1e-4)
    beams = model.generate(ARTICLES[0], all_beams=True, **options)
    assert beams[0].text == titles[0].text
    assert [t.score for t in beams] == sorted((t.score for t in beams), reverse=True)
    directions = {"left_to_right": {"left_to_right"}, "from_both_ends": {"from_both_ends"}}
    assert {t.direction for t in beams} <= directions.get(decoder, {"left_to_right", "right_to_left"})


def test_search_trees():
    model = small_model("bidirectional", copy_head=True)
    titles, trees = model.explain(ARTICLES[0], num_beams=4, length_penalty=0.0, max_length=6)
    assert_same_results(
        titles, model.generate(ARTICLES[0], num_beams=4, length_penalty=0.0, max_length=6, num_titles=4)
    )
    tokenizer, finished = model.preprocessor.tokenizer, []
    for direction, nodes in trees.items():
        for node in nodes:
            parent = nodes[node.parent] if node.parent >= 0 else None
            assert parent is None or (parent.state, parent.step) == ("kept", node.step - 1)
            np.testing.assert_allclose(node.log_prob + (parent.total if parent else 0), node.total, atol=1e-5)
            if node.state == "finished":
                tokens = [node.token]
                while parent is not None:
                    tokens, parent = [parent.token, *tokens], nodes[parent.parent] if parent.parent >= 0 else None
                tokens = tokens if direction == "left_to_right" else tokens[::-1]
                ids = [tokenizer.token_to_id(token) for token in tokens if token]
                finished.append((node.total, tokenizer.decode(ids), direction, node.best))
        kept = [node.step for node in nodes if node.state == "kept"]
        assert max(map(kept.count, kept)) <= 2
    assert [text for _, text, _, best in finished if best] == [titles[0].text]
    for title in titles:
        total = max(total for total, *found, _ in finished if found == [title.text, title.direction])
        np.testing.assert_allclose(title.score, total, atol=1e-4)


@pytest.mark.slow
def test_drafts_are_the_greedy_titles_of_each_direction():
    """At lookahead 0 a direction sees only the other's start token."""
    model = small_model("bidirectional", lookahead=0, copy_head=True)
    for article, drafts in zip(ARTICLES, model.drafts(ARTICLES, batch_size=2), strict=True):
        for direction, draft in zip(("left_to_right", "right_to_left"), drafts, strict=True):
            trees = model.explain(article, num_beams=2, no_repeat_ngram_size=0)[1]
            nodes, tokens, index = trees[direction], [], -1
            while True:
                # The most probable child comes first; a title may not end before its first token.
                index = next(i for i, n in enumerate(nodes) if n.parent == index and (n.token or n.step))
                if not nodes[index].token:
                    break
                tokens.append(nodes[index].token)
            tokens = tokens if direction == "left_to_right" else tokens[::-1]
            assert draft.replace(" ", "") == "".join(tokens).replace("##", "")
    with pytest.raises(ValueError, match="Expected a bidirectional model for drafts. Received: 'left_to_right'"):
        small_model("left_to_right").drafts(ARTICLES)


@pytest.mark.slow
@pytest.mark.parametrize("pairing", ["rank", "all"])
def test_pairings_agree_with_one_beam_per_direction(pairing):
    model = small_model("bidirectional", leakage_guard="mask", lookahead=2, fusion="linear", fusion_weight=0.7)
    options = {"num_beams": 2, "length_penalty": 0.0, "max_length": 6, "all_beams": True}
    titles = model.generate(ARTICLES[0], pairing=pairing, **options)
    assert_same_results(titles, model.generate(ARTICLES[0], **options))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.generate(""), "Expected"),
        (lambda m: m.generate(ARTICLES[0], num_beams=3), "an even num_beams for two directions. Received: 3"),
        (lambda m: m.generate(ARTICLES[0], pairing="best"), "'rank' or 'all'. Received: 'best'"),
        (lambda m: m.generate(ARTICLES[0], max_length=90), "positions"),
        (lambda m: TitleGenerator(m.encoder, decoder="sideways"), "Expected decoder to be one of left_to_right"),
        (
            lambda m: TitleGenerator(m.encoder, decoder="bidirectional", leakage_guard="aspirin"),
            "Expected leakage_guard to be one of mask",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call(small_model("bidirectional"))


@pytest.mark.parametrize("decoder", DECODERS)
def test_titles_have_the_spelling_of_their_article(decoder):
    """The output bias favours a word of the article; the vocabulary has it without capital and accent."""
    model = small_model(decoder, layers=1)
    tokenizer = model.preprocessor.tokenizer
    bias = np.zeros(tokenizer.vocab_size)
    bias[tokenizer.token_to_id("e")] = 50
    model.encoder.mlm_bias.assign(bias)
    part, whole = model.generate(["在上海Éé", "在上海É"], num_beams=2, max_length=2)
    assert (set(part.text.split()), set(whole.text.split())) == ({"e"}, {"É"})


@pytest.mark.parametrize("texts", [None, 5, b"x", [None], [["a"]], {"a": 1}, "a\ud800"])
def test_articles_of_another_type(texts):
    with pytest.raises(ValueError, match="^Expected an article"):
        small_model("left_to_right", layers=1).generate(texts)


def test_beams_beyond_the_memory():
    with pytest.raises(ValueError, match="num_beams 1000000000 and batch_size 16 need .* GiB for 1000000000 sequences"):
        small_model("left_to_right", layers=1).generate(ARTICLES[0], num_beams=10**9)


def test_the_kept_part_of_a_long_article():
    preprocessor = small_model("left_to_right", layers=1).preprocessor
    text = "小李" * 40
    lead = preprocessor.article(text)
    assert (len(lead.ids), lead.num_tokens, lead.offsets[-2].tolist()) == (48, 80, [45, 46])
    preprocessor.truncation = "lead_and_tail"
    both = preprocessor.article(text)
    assert both.offsets[[1, 35, 36, -2]].tolist() == [[0, 1], [34, 35], [69, 70], [79, 80]]


def test_a_vocabulary_without_start_tokens():
    tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "小", "李"])
    encoder = Encoder(
        tokenizer.vocab_size, hidden_size=16, num_layers=1, num_heads=2, intermediate_size=32, max_length=64
    )
    with pytest.raises(ValueError, match="unused1"):
        TitleGenerator(
            encoder, TitlePreprocessor(tokenizer, max_source_length=16, max_title_length=8), decoder="bidirectional"
        )
    TitleGenerator(
        encoder, TitlePreprocessor(tokenizer, max_source_length=16, max_title_length=8), decoder="left_to_right"
    )


@pytest.mark.parametrize("decoder", DECODERS)
def test_titles_contain_no_special_token(decoder):
    """The article has an unknown character, and the output bias favours [UNK]."""
    model = small_model(decoder, layers=1)
    bias = np.zeros(model.preprocessor.tokenizer.vocab_size)
    bias[model.preprocessor.tokenizer.unk_id] = 20
    model.encoder.mlm_bias.assign(bias)
    title = model.generate("小李在\U0002a6a5讲课。", num_beams=2, max_length=4)
    assert title.text and "[" not in title.text
