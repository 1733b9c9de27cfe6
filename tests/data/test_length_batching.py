"""Buckets of lengths, and batches of rows of similar length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textzoo.data import BUCKETS, bucket
from textzoo.data.length_batching import batch_by_length, pad_sources


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


def test_batches_contain_every_row_once_by_length():
    lengths = np.random.default_rng(0).integers(1, 100, 37).tolist()
    batches = batch_by_length(lengths, 8)
    rows = sum(batches, [])
    assert sorted(rows) == list(range(37)) and [lengths[row] for row in rows] == sorted(lengths)
    assert [len(batch) for batch in batches] == [8, 8, 8, 8, 5]


def test_copies_of_the_last_source_fill_the_batch():
    padded = pad_sources([np.array([2, 7, 3]), np.array([2, 3]), np.array([2, 8, 9, 3])])
    expected = [[2, 7, 3, 0], [2, 3, 0, 0], [2, 8, 9, 3], [2, 8, 9, 3]]
    np.testing.assert_array_equal(padded, np.pad(expected, [(0, 0), (0, 4)]))
