"""Choice of different texts."""

import pytest

from textzoo.data.qa.diverse_texts import diverse_texts


@pytest.mark.parametrize(
    ("texts", "count", "expected"),
    [
        ([], 2, []),
        (["a"], 3, [0]),
        (["a b", "a b?", "A B", "c"], 4, [0, 3]),
        (["谁去了北京？", "谁去北京了？", "谁到了北京？", "几点？"], 2, [0, 3]),
        (["？", "!", "a"], 3, [0, 2]),
    ],
)
def test_diverse_texts(texts, count, expected):
    assert diverse_texts(texts, count) == expected
