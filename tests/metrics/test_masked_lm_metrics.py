"""Figures of masked tokens, by hand."""

import numpy as np
import pytest

from textzoo.metrics import BigramModel, masked_lm_metrics

SEQUENCES = [
    (np.array([2, 5, 6, 7, 5, 3]), np.array([-1, 0, 0, 1, 2, -1])),
    (np.array([2, 6, 1, 7, 3]), np.array([-1, 0, -1, 1, -1])),
]
LENGTHS = np.array([5, 5, 5, 5, 6, 1, 2, 3])


def test_figures_by_hand():
    places = [np.array([1, 2, 4]), np.array([3])]
    bigrams = BigramModel(SEQUENCES, 8)
    figures = masked_lm_metrics(
        SEQUENCES, places, np.array([5, 6, 7, 5]), np.log([0.5, 0.25, 0.5, 0.25]), LENGTHS, bigrams
    )
    assert (figures.sequences, figures.tokens, figures.broken_words, figures.accuracy) == (2, 4, 0, 0.5)
    np.testing.assert_allclose(figures.masked_share, (1 + 2 + 1 + 3) / (1 + 2 + 3 + 1 + 2 + 3))
    np.testing.assert_allclose(figures.loss, 1.5 * np.log(2))
    labels, seen = np.array([5, 6, 5, 7]), np.array([2, -1, 7, 1])  # 6 stands after a masked 5
    for name, left in (("unigram", np.full(4, -1)), ("bigram", seen)):
        probabilities = bigrams.probabilities(left)
        hits = [row.argmax() == label for row, label in zip(probabilities, labels, strict=True)]
        losses = [-np.log(row[label]) for row, label in zip(probabilities, labels, strict=True)]
        np.testing.assert_allclose(getattr(figures, f"{name}_accuracy"), np.mean(hits))
        np.testing.assert_allclose(getattr(figures, f"{name}_loss"), np.mean(losses))


def test_a_broken_word_counts_and_baselines_may_be_left_out():
    figures = masked_lm_metrics(SEQUENCES[:1], [np.array([2, 3])], np.array([6, 7]), np.zeros(2), LENGTHS)
    assert figures.broken_words == 0.5 and figures.bigram_loss is None


@pytest.mark.parametrize(("places", "count"), [([[]], 0), ([[1]], 2)])
def test_bad_input(places, count):
    with pytest.raises(ValueError, match="Expected a guess and a log-probability"):
        masked_lm_metrics(
            SEQUENCES[:1], [np.array(at, int) for at in places], np.zeros(count, int), np.zeros(count), LENGTHS
        )
