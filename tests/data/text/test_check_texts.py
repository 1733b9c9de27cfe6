"""Texts that a user passes: strings, lists of strings and everything else."""

import numpy as np
import pytest

from textzoo.data.check_counts import check_counts
from textzoo.data.text.check_texts import check_text, check_texts


def test_texts_in_every_form():
    assert check_texts("北京") == ["北京"]
    for texts in (["a", "b"], ("a", "b"), iter("ab"), np.array(["a", "b"]), {"a": 1, "b": 2}.keys()):
        assert check_texts(texts) == ["a", "b"]
    assert check_texts([]) == []


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (None, "Expected a passage or a list of them. Received: None."),
        (5, "Received: 5."),
        (b"x", "Received: bytes b'x'."),
        ({"a": 1}, "Received: dict {'a': 1}."),
        ({"a"}, "Received: set {'a'}."),
        (np.array("a"), "Received: ndarray array('a', dtype='<U1')."),
        ([None], "Expected a passage that is a string. Received: None."),
        (["a", 3.5], "Received: 3.5."),
        ([["a"]], "Received: list ['a']."),
        ([b"x" * 99], "Received: bytes b'xxx"),
        ("a\ud800", "of Unicode characters. Received: the lone surrogate U+D800 at position 1."),
        (["a", "\udfff"], "the lone surrogate U+DFFF at position 0."),
    ],
)
def test_anything_else_is_named(texts, message):
    with pytest.raises(ValueError) as error:
        check_texts(texts, "passage")
    assert message in str(error.value) and len(str(error.value)) < 160
    with pytest.raises(ValueError, match="Expected a question"):
        check_text(texts if not isinstance(texts, str) else None, "question")


@pytest.mark.parametrize("count", [0, -1, 2.0, "3", None, True])
def test_counts(count):
    check_counts(a=1, b=np.int64(5))
    with pytest.raises(ValueError, match=r"^Expected num_beams of 1 or more. Received: "):
        check_counts(num_beams=count)
