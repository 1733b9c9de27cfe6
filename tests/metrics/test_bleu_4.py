"""BLEU-4 against its formula."""

import math
from collections import Counter

import numpy as np
import pytest

from textzoo.metrics import bleu_4


def slow_bleu(predictions, references, *, split):
    matched, total, prediction_length, reference_length = [0] * 4, [0] * 4, 0, 0
    for prediction, reference in zip(map(split, predictions), map(split, references), strict=True):
        prediction_length, reference_length = prediction_length + len(prediction), reference_length + len(reference)
        for n in range(4):
            ngrams, reference_ngrams = (
                Counter(tuple(t[i : i + n + 1]) for i in range(len(t) - n)) for t in (prediction, reference)
            )
            matched[n] += sum((ngrams & reference_ngrams).values())
            total[n] += sum(ngrams.values())
    brevity = min(1.0, math.exp(1 - reference_length / prediction_length))
    return brevity * math.exp(sum(math.log(m / t) for m, t in zip(matched, total, strict=True)) / 4)


@pytest.mark.parametrize(
    ("predictions", "references", "split"),
    [
        (["展览在哪里举行？", "谁昨天去了车站？"], ["展览在哪里开始？", "谁去了车站？"], list),
        (["who went to the old station", "where is it now"], ["who went to the old town", "where is it"], str.split),
    ],
)
def test_equals_the_formula(predictions, references, split):
    np.testing.assert_allclose(
        bleu_4(predictions, references), slow_bleu(predictions, references, split=split), rtol=1e-6
    )
    np.testing.assert_allclose(bleu_4(references, references), 1.0, rtol=1e-9)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="Expected references for 1 "):
        bleu_4(["a"], [])
