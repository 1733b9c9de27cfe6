"""Extractive QA: training, the best span of all windows, offsets in the passage, saving and loading."""

import dataclasses

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import QAExample, Tokenizer, build_vocabulary
from textzoo.models import Encoder, ExtractiveQA, ExtractiveQAPreprocessor

PASSAGES = [f"{name}去了{place}。" for name in ("王明", "李红", "Zoë") for place in ("公园", "the Old Mill", "车站")]
EXAMPLES = [QAExample(text, "谁去了？", text[: text.index("去")], 0) for text in PASSAGES]
EXAMPLES += [QAExample(text, "去了哪里？", text[text.index("了") + 1 : -1], text.index("了") + 1) for text in PASSAGES]
EXAMPLES += [QAExample(text, "几点？", "", None) for text in PASSAGES]
TEXTS = [text for example in EXAMPLES for text in (example.passage, example.question)]


def new_model(max_passage_length=24, seed=0, **options):
    keras.utils.set_random_seed(seed)
    tokenizer = Tokenizer(build_vocabulary(TEXTS))
    options = {"max_length": 48, "mlm_head": False, "initializer_range": 0.3} | options
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=16,
        num_layers=1,
        num_heads=2,
        intermediate_size=32,
        dropout=0.0,
        attention_dropout=0.0,
        **options,
    )
    return ExtractiveQA(
        encoder, ExtractiveQAPreprocessor(tokenizer, max_question_length=8, max_passage_length=max_passage_length)
    )


@pytest.fixture(scope="module")
def trained():
    model = new_model()
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(EXAMPLES, batch_size=9, verbose=0)
    return model


@pytest.fixture(scope="module")
def windowed():
    return new_model(max_passage_length=6)


@pytest.mark.slow
@pytest.mark.graph
def test_learns_answers_and_unanswerable_questions():
    model = new_model()
    model.compile(keras.optimizers.Adam(0.01))
    history = model.fit(EXAMPLES, batch_size=9, epochs=60, validation_data=EXAMPLES, verbose=0).history
    assert history["val_loss"][-1] < 0.2 < history["loss"][0]
    answers = model.answer([e.passage for e in EXAMPLES], [e.question for e in EXAMPLES], batch_size=7)
    texts = ["" if answer.no_answer_score > answer.score else answer.text for answer in answers]
    assert texts == [example.answer for example in EXAMPLES]


def test_loss_is_the_mean_of_both_crossentropies(trained):
    example = EXAMPLES[10]
    (record,) = trained.preprocessor.records([example])
    inputs = {key: record[key][None] for key in ("ids", "segment_ids")}
    logits = np.asarray(trained(inputs))[0].astype("float64")
    losses = [
        np.log(np.exp(row - row.max()).sum()) + row.max() - row[label]
        for row, label in zip(logits, record["labels"], strict=True)
    ]
    metrics = trained.evaluate([example], verbose=0, return_dict=True)
    np.testing.assert_allclose(metrics["loss"], np.mean(losses), rtol=1e-4, atol=1e-6)


def test_logits_of_question_separators_and_padding_are_masked(windowed):
    (group,) = windowed.preprocessor.windows(["王明去了"], ["谁？"])
    n = len(group[0].ids)
    ids, segment_ids = np.zeros((2, 1, 12), "int32")
    ids[0, :n], segment_ids[0, :n] = group[0].ids, group[0].segment_ids
    logits = np.asarray(windowed({"ids": ids, "segment_ids": segment_ids}))[0]
    allowed = [0, *np.flatnonzero(group[0].offsets[:, 0] >= 0).tolist()]
    assert [np.flatnonzero(row > -1e8).tolist() for row in logits] == [allowed] * 2
    alone = np.asarray(windowed({"ids": group[0].ids[None], "segment_ids": group[0].segment_ids[None]}))[0]
    np.testing.assert_allclose(logits[:, allowed], alone[:, allowed], atol=1e-5)


def test_a_long_passage_against_every_span_of_every_window(windowed):
    passage = "".join(PASSAGES)
    (windows,) = windowed.preprocessor.windows([passage], ["去了哪里？"])
    assert len(windows) > 5
    best, no_answer_scores = (-np.inf, None), []
    for window in windows:
        inputs = {"ids": window.ids[None], "segment_ids": window.segment_ids[None]}
        start, end = np.asarray(windowed(inputs))[0].astype("float64")
        no_answer_scores.append(start[0] + end[0])
        inside = np.flatnonzero(window.offsets[:, 0] >= 0)
        for i in inside:
            for j in inside:
                if i <= j < i + 3 and start[i] + end[j] > best[0] + 1e-9:
                    best = start[i] + end[j], (window.offsets[i, 0], window.offsets[j, 1])
    answer = windowed.answer(passage, "去了哪里？", max_answer_length=3)
    np.testing.assert_allclose(answer.score, best[0], atol=1e-4)
    np.testing.assert_allclose(answer.no_answer_score, min(no_answer_scores), atol=1e-4)
    assert passage[answer.start : answer.end] == answer.text
    assert (answer.start, answer.end) == best[1]


@given(st.text("王明去了 Zoë,the\n😀é。𠀀", min_size=1, max_size=60).filter(str.strip), st.integers(2, 9))
@settings(max_examples=40)
def test_windows_cover_the_passage_and_labels_give_the_answer(passage, size):
    tokenizer = Tokenizer(build_vocabulary(TEXTS))
    offsets = tokenizer.tokenize(passage).offsets
    preprocessor = ExtractiveQAPreprocessor(tokenizer, max_question_length=4, max_passage_length=size)
    (windows,) = preprocessor.windows([passage], ["谁？"])
    covered = [{tuple(span) for span in window.offsets.tolist() if span[0] >= 0} for window in windows]
    assert set().union(*covered) == {tuple(span) for span in offsets.tolist()}
    assert all(len(window.ids) <= size + 5 for window in windows)
    for first in range(len(offsets)):
        last = min(first + max(size // 2, 1) - 1, len(offsets) - 1)
        start, end = int(offsets[first, 0]), int(offsets[last, 1])
        records = preprocessor.records([QAExample(passage, "谁？", passage[start:end], start)])
        labels = [record["labels"] for record in records]
        with_answer = [(label, window) for label, window in zip(labels, windows, strict=True) if label.any()]
        assert with_answer  # one window holds an answer of up to half a window
        for (i, j), window in with_answer:
            assert passage[window.offsets[i, 0] : window.offsets[j, 1]] == passage[start:end]


@given(
    st.lists(st.text("王明去了 Zoë,the\n😀é。𠀀", min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=4)
)
@settings(max_examples=15)
def test_offsets_give_the_text_and_results_do_not_depend_on_the_batch(windowed, passages):
    together = windowed.answer(passages, ["去了哪里？"] * len(passages), batch_size=3, max_answer_length=2)
    for passage, answer in zip(passages, together, strict=True):
        assert passage[answer.start : answer.end] == answer.text != ""
        offsets = windowed.preprocessor.tokenizer.tokenize(passage).offsets
        assert 1 <= ((offsets[:, 0] < answer.end) & (offsets[:, 1] > answer.start)).sum() <= 2
        alone = windowed.answer(passage, "去了哪里？", max_answer_length=2)
        np.testing.assert_allclose(
            [answer.score, answer.no_answer_score], [alone.score, alone.no_answer_score], atol=1e-4
        )


def test_an_encoder_with_one_segment():
    model = new_model(num_segments=1)
    assert model.answer("王明去了", "谁？").text in "王明去了"


def test_saved_and_loaded(trained, tmp_path):
    questions = ["谁去了？"] * len(PASSAGES)
    expected = [dataclasses.astuple(answer) for answer in trained.answer(PASSAGES, questions)]
    trained.save(tmp_path / "model.keras")
    trained.save_to_preset(tmp_path / "folder")
    for model in (keras.saving.load_model(tmp_path / "model.keras"), ExtractiveQA.from_preset(tmp_path / "folder")):
        for answer, before in zip(model.answer(PASSAGES, questions), expected, strict=True):
            after = dataclasses.astuple(answer)
            assert after[:3] == before[:3] and after[3:] == pytest.approx(before[3:], abs=1e-4)


def test_no_passages_give_no_answers(windowed):
    assert windowed.answer([], []) == []


@pytest.mark.parametrize(
    ("passages", "questions", "message"),
    [
        ("王明", ["谁？"], "a list of each"),
        (["王明"], ["谁？", "谁？"], "a question for each of 1 passages. Received: 2"),
        ("  ", "谁？", "a passage with text in it. Received: '  '"),
        ("王明", "", "a question with text in it. Received: ''"),
    ],
)
def test_bad_input(windowed, passages, questions, message):
    with pytest.raises(ValueError, match=message):
        windowed.answer(passages, questions)


def test_bad_max_answer_length(windowed):
    with pytest.raises(ValueError, match="max_answer_length of 1 or more. Received: 0"):
        windowed.answer("王明", "谁？", max_answer_length=0)


def test_bad_examples_and_sizes():
    model = new_model(max_passage_length=100)
    with pytest.raises(
        ValueError, match="105 tokens exceeds the encoder's 48 positions; lower preprocessor.max_passage_length"
    ):
        model.answer("王明去了公园" * 30, "谁？")
    with pytest.raises(ValueError, match="that are spans of their passage. Received: '李红'"):
        model.dataset([QAExample("王明去了", "谁？", "李红", None)])
    model.preprocessor.max_passage_length = 1
    with pytest.raises(ValueError, match="max_passage_length of 2 or more. Received: 1"):
        model.answer("王明", "谁？")
