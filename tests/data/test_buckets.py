import pytest
from hypothesis import given
from hypothesis import strategies as st

from textzoo.data import BUCKETS, bucket


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
