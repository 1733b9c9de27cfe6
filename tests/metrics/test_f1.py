"""F1 scores against counting by hand, and normalization against SQuAD's."""

import re
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.oracles import slow_character_f1
from textzoo.data import normalize_answer
from textzoo.metrics import answer_f1, character_f1, f1_from_counts, f1_from_precision_recall

TEXTS = st.text(alphabet="天气晴雨ab C1。？", max_size=12)


def squad_words(text):
    text = "".join(character for character in text.lower() if character not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split()).split()


@given(
    st.lists(st.sampled_from(["The", "a", "An", "U.S.", "don't", "9,000", "x-ray", "  ", "theme", "é"])).map(" ".join)
)
def test_english_is_normalized_as_squad_does(text):
    assert normalize_answer(text) == squad_words(text)


@given(st.text("北京 a,。the2", max_size=12), st.text("北京 a,。the2", max_size=12))
def test_f1_counts_each_word_as_often_as_both_have_it(one, other):
    predicted, positives = normalize_answer(one), normalize_answer(other)
    unmatched, true_positives = list(positives), 0
    for word in predicted:
        if word in unmatched:
            unmatched.remove(word)
            true_positives += 1
    expected = 2 * true_positives / (len(predicted) + len(positives)) if predicted or positives else 1.0
    assert answer_f1(one, other) == pytest.approx(expected) == answer_f1(other, one)


@settings(max_examples=80)
@given(TEXTS, TEXTS)
def test_character_f1(prediction, reference):
    np.testing.assert_allclose(
        character_f1(prediction, reference), slow_character_f1(prediction, reference), atol=1e-12
    )


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_counts_agree_with_precision_and_recall(true_positives, false_positives, false_negatives):
    predicted, positives = true_positives + false_positives, true_positives + false_negatives
    precision = true_positives / predicted if predicted else 0.0
    recall = true_positives / positives if positives else 0.0
    f1 = f1_from_counts(true_positives, predicted=predicted, positives=positives)
    assert f1 == pytest.approx(f1_from_precision_recall(precision, recall)) and 0 <= f1 <= 1
