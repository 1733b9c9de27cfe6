"""chrF against its formula."""

from collections import Counter

import numpy as np
import pytest

from textzoo.metrics import chrf


def slow_chrf(prediction, reference):
    prediction, reference = prediction.replace(" ", ""), reference.replace(" ", "")
    scores = []
    for n in range(1, 7):
        ngrams, reference_ngrams = (
            Counter(t[i : i + n] for i in range(len(t) - n + 1)) for t in (prediction, reference)
        )
        if not ngrams or not reference_ngrams:
            continue
        common = sum((ngrams & reference_ngrams).values())
        scores.append((common / sum(ngrams.values()), common / sum(reference_ngrams.values())))
    precision, recall = np.mean(scores, axis=0)
    return 5 * precision * recall / (4 * precision + recall)


@pytest.mark.parametrize(
    ("prediction", "reference"),
    [("展览在哪里举行？", "展览在哪里开始？"), ("who went to town", "who went to the town")],
)
def test_equals_the_formula(prediction, reference):
    np.testing.assert_allclose(chrf([prediction], [reference]), slow_chrf(prediction, reference), rtol=1e-6)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="Expected references for 1 "):
        chrf(["a"], [])
