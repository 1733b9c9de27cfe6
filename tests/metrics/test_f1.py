"""Against SQuAD's own normalization, and counting by hand."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import normalize_answer
from textzoo.metrics import answer_f1


def squad_words(text):
    text = "".join(character for character in text.lower() if character not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split()).split()


@given(
    st.lists(st.sampled_from(["The", "a", "An", "U.S.", "don't", "9,000", "x-ray", "  ", "theme", "é"])).map(" ".join)
)
@settings(deadline=None)
def test_english_is_normalized_as_squad_does(text):
    assert normalize_answer(text) == squad_words(text)


@given(st.text("北京 a,。the2", max_size=12), st.text("北京 a,。the2", max_size=12))
@settings(deadline=None)
def test_f1_counts_each_word_as_often_as_both_have_it(one, other):
    ours, theirs = normalize_answer(one), normalize_answer(other)
    left, common = list(theirs), 0
    for word in ours:
        if word in left:
            left.remove(word)
            common += 1
    wanted = 2 * common / (len(ours) + len(theirs)) if ours or theirs else 1.0
    assert answer_f1(one, other) == pytest.approx(wanted) == answer_f1(other, one)
