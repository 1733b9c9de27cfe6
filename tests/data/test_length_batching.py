import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textzoo.data import BUCKETS, Tokenizer, bucket
from textzoo.data.length_batching import batch_by_length, pad_sources
from textzoo.generation.compile_loop import XLA_STREAMS, resolve_jit_compile
from textzoo.models import Encoder, QAGenerator, QAPreprocessor, TitleGenerator, TitlePreprocessor


@given(st.integers(0, 2000))
def test_the_bucket_holds_the_length_and_none_smaller_does(length):
    size = bucket(length)
    assert size >= length
    if length <= max(BUCKETS):
        assert size in BUCKETS and not [other for other in BUCKETS if length <= other < size]
    else:
        assert size % max(BUCKETS) == 0 and size - length < max(BUCKETS)


@pytest.mark.parametrize("length, size", [(0, 4), (4, 4), (5, 10), (10, 10), (11, 20), (21, 30)])
def test_own_sizes_in_any_order(length, size):
    assert bucket(length, (10, 4)) == size


TEXT = "小李在图书馆讲课"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]


def test_batches_hold_every_row_once_by_length():
    lengths = np.random.default_rng(0).integers(1, 100, 37).tolist()
    batches = batch_by_length(lengths, 8)
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
    assert resolve_jit_compile(jit_compile, streams) is expected


@pytest.fixture(name="streams")
def told_streams(monkeypatch):
    """The streams that the generators tell of."""
    seen = []
    for module in ("qa.qa_generator", "title.title_generator"):
        monkeypatch.setattr(
            f"textzoo.models.{module}.resolve_jit_compile", lambda jit_compile, n: seen.append(n) or False
        )
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
