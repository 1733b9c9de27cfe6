"""Metrics of masked-token predictions, by hand."""

import numpy as np
import pytest

from textzoo.metrics import BigramModel, masked_lm_metrics

SEQUENCES = [
    (np.array([2, 5, 6, 7, 5, 3]), np.array([-1, 0, 0, 1, 2, -1])),
    (np.array([2, 6, 1, 7, 3]), np.array([-1, 0, -1, 1, -1])),
]
TOKEN_LENGTHS = np.array([5, 5, 5, 5, 6, 1, 2, 3])


def test_metrics_by_hand():
    positions = [np.array([1, 2, 4]), np.array([3])]
    bigrams = BigramModel(SEQUENCES, 8)
    metrics = masked_lm_metrics(
        SEQUENCES,
        positions,
        predictions=np.array([5, 6, 7, 5]),
        log_probabilities=np.log([0.5, 0.25, 0.5, 0.25]),
        token_lengths=TOKEN_LENGTHS,
        bigrams=bigrams,
    )
    assert (metrics.sequences, metrics.tokens, metrics.broken_words, metrics.accuracy) == (2, 4, 0, 0.5)
    np.testing.assert_allclose(metrics.masked_share, (1 + 2 + 1 + 3) / (1 + 2 + 3 + 1 + 2 + 3))
    np.testing.assert_allclose(metrics.loss, 1.5 * np.log(2))
    targets, left_neighbors = np.array([5, 6, 5, 7]), np.array([2, -1, 7, 1])  # 6 follows a masked 5
    for name, left in (("unigram", np.full(4, -1)), ("bigram", left_neighbors)):
        probabilities = bigrams.probabilities(left)
        correct = [row.argmax() == target for row, target in zip(probabilities, targets, strict=True)]
        losses = [-np.log(row[target]) for row, target in zip(probabilities, targets, strict=True)]
        np.testing.assert_allclose(getattr(metrics, f"{name}_accuracy"), np.mean(correct))
        np.testing.assert_allclose(getattr(metrics, f"{name}_loss"), np.mean(losses))


def test_a_broken_word_counts_and_baselines_are_optional():
    metrics = masked_lm_metrics(
        SEQUENCES[:1],
        [np.array([2, 3])],
        predictions=np.array([6, 7]),
        log_probabilities=np.zeros(2),
        token_lengths=TOKEN_LENGTHS,
    )
    assert metrics.broken_words == 0.5 and metrics.bigram_loss is None


@pytest.mark.parametrize(("positions", "count"), [([[]], 0), ([[1]], 2)])
def test_bad_input(positions, count):
    with pytest.raises(
        ValueError, match="Expected at least one masked token, and one prediction and one log-probability"
    ):
        masked_lm_metrics(
            SEQUENCES[:1],
            [np.array(masked, int) for masked in positions],
            predictions=np.zeros(count, int),
            log_probabilities=np.zeros(count),
            token_lengths=TOKEN_LENGTHS,
        )
