"""Batches of like length, and what is worth compiling with XLA."""

import numpy as np
import pytest

from textzoo.data import Tokenizer
from textzoo.models import Encoder, QAGenerator, QAPreprocessor, TitleGenerator, TitlePreprocessor
from textzoo.models.source_batches import XLA_STREAMS, pad_sources, source_batches, use_xla

TEXT = "小李在图书馆讲课"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]


def test_batches_hold_every_row_once_by_length():
    lengths = np.random.default_rng(0).integers(1, 100, 37).tolist()
    batches = source_batches(lengths, 8)
    rows = sum(batches, [])
    assert sorted(rows) == list(range(37)) and [lengths[row] for row in rows] == sorted(lengths)
    assert [len(batch) for batch in batches] == [8, 8, 8, 8, 5]


def test_the_last_source_fills_up_the_batch():
    padded = pad_sources([np.array([2, 7, 3]), np.array([2, 3]), np.array([2, 8, 9, 3])])
    expected = [[2, 7, 3, 0], [2, 3, 0, 0], [2, 8, 9, 3], [2, 8, 9, 3]]
    np.testing.assert_array_equal(padded, np.pad(expected, [(0, 0), (0, 4)]))


@pytest.mark.parametrize(
    ("jit_compile", "streams", "expected"),
    [("auto", XLA_STREAMS - 1, False), ("auto", XLA_STREAMS, True), (True, 1, True), (False, XLA_STREAMS, False)],
)
def test_xla_where_enough_streams_pay_for_it(jit_compile, streams, expected):
    assert use_xla(jit_compile, streams) is expected


@pytest.fixture(name="streams")
def told_streams(monkeypatch):
    """The streams that the generators tell of."""
    seen = []
    for module in ("qa_generator", "title_generator"):
        monkeypatch.setattr(f"textzoo.models.{module}.use_xla", lambda jit_compile, n: seen.append(n) or False)
    return seen


@pytest.fixture(name="encoder", scope="module")
def small_encoder():
    encoder = Encoder(len(SPECIAL) + len(TEXT), 8, 1, 2, 16, max_length=32)
    encoder.tokenizer = Tokenizer([*SPECIAL, *TEXT])
    return encoder


def test_passages_times_answers_times_beams(encoder, streams):
    model = QAGenerator(encoder, QAPreprocessor(encoder.tokenizer, 12, 2, 3))
    model.generate([TEXT] * 2, 4, 3, max_answer_length=2, max_question_length=3, seed=0)
    model.generate_questions([TEXT] * 2, [["小李"], ["图书馆", "讲课"]], 3, 3)
    assert streams == [2 * 4 * 3, 3 * 3]


def test_articles_times_beams(encoder, streams):
    model = TitleGenerator(encoder, TitlePreprocessor(encoder.tokenizer, 12, 3), "bidirectional")
    model.generate([TEXT] * 2, 4)
    model.drafts([TEXT] * 3)
    assert streams == [2 * 4, 3 * 2]
