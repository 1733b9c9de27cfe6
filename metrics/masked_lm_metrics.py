"""Accuracy and loss of masked-token predictions, beside unigram and bigram baselines."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .bigram_model import BigramModel

_BASELINE_BATCH_SIZE = 256  # rows of probabilities [batch, vocab_size] in memory


@dataclass(frozen=True)
class MaskedLMMetrics:
    """Metrics of masked-token predictions.

    Losses are mean cross-entropies in nats. The baselines are None without a `BigramModel`.

    Args:
        sequences: Number of sequences.
        tokens: Number of masked tokens.
        masked_share: Fraction of maskable characters that are masked.
        broken_words: Fraction of words with both masked and unmasked tokens, among the words with a masked token.
        accuracy: Fraction of masked tokens that the model predicts correctly.
        loss: Loss of the model.
        unigram_accuracy: Accuracy of always predicting the most frequent token.
        unigram_loss: Loss of the unigram probabilities.
        bigram_accuracy: Accuracy of the most probable token after the left neighbor; the most frequent token where the
            left neighbor is masked too.
        bigram_loss: Loss of the bigram probabilities.
    """

    sequences: int
    tokens: int
    masked_share: float
    broken_words: float
    accuracy: float
    loss: float
    unigram_accuracy: float | None = None
    unigram_loss: float | None = None
    bigram_accuracy: float | None = None
    bigram_loss: float | None = None


def masked_lm_metrics(
    sequences: Sequence[tuple[np.ndarray, np.ndarray]],
    positions: Sequence[np.ndarray],
    *,
    predictions: np.ndarray,
    log_probabilities: np.ndarray,
    token_lengths: np.ndarray,
    bigrams: BigramModel | None = None,
) -> MaskedLMMetrics:
    """Compares masked-token predictions with the original tokens.

    Args:
        sequences: Token ids int `[n]` and word ids int `[n]` of each sequence; word -1 is never masked.
        positions: Masked positions int `[k]` of each sequence.
        predictions: int `[tokens]`, most probable token at every masked position of every sequence, in order.
        log_probabilities: float `[tokens]`, log-probabilities of the original tokens, in nats.
        token_lengths: int `[vocab_size]`, number of characters of each token.
        bigrams: The baselines; None for none.

    Returns:
        `MaskedLMMetrics`.

    Raises:
        ValueError: No token is masked, or the number of predictions or log-probabilities differs from that of masked
            tokens.

    Example:

    >>> sequences = [(np.array([2, 5, 6, 7, 3]), np.array([-1, 0, 0, 1, -1]))]
    >>> metrics = masked_lm_metrics(
    ...     sequences,
    ...     [np.array([3])],
    ...     predictions=np.array([7]),
    ...     log_probabilities=np.array([-0.5]),
    ...     token_lengths=np.ones(8),
    ... )
    >>> round(metrics.masked_share, 3), metrics.broken_words, metrics.accuracy, metrics.loss
    (0.333, 0.0, 1.0, 0.5)
    """
    targets = np.concatenate([ids[masked] for (ids, _), masked in zip(sequences, positions, strict=True)])
    if not len(targets) == len(predictions) == len(log_probabilities) or not len(targets):
        raise ValueError(
            "Expected at least one masked token, and one prediction and one log-probability for each. "
            f"Received: {len(targets)} masked tokens, {len(predictions)} predictions and "
            f"{len(log_probabilities)} log-probabilities."
        )
    maskable = sum(token_lengths[ids[words >= 0]].sum() for ids, words in sequences)
    masked_words = broken_words = 0
    for (_, words), masked in zip(sequences, positions, strict=True):
        distinct = np.unique(words[masked])
        masked_words += len(distinct)
        broken_words += len(np.intersect1d(distinct, np.delete(words, masked)))
    baselines = {} if bigrams is None else _baselines(sequences, positions, targets=targets, bigrams=bigrams)
    return MaskedLMMetrics(
        sequences=len(sequences),
        tokens=len(targets),
        masked_share=float(token_lengths[targets].sum() / maskable),
        broken_words=broken_words / masked_words,
        accuracy=float(np.mean(predictions == targets)),
        loss=float(-np.mean(log_probabilities)),
        **baselines,
    )


def _baselines(sequences, positions, *, targets: np.ndarray, bigrams: BigramModel) -> dict[str, float]:
    left = np.concatenate(
        [
            np.where(np.isin(masked - 1, masked), -1, ids[masked - 1])
            for (ids, _), masked in zip(sequences, positions, strict=True)
        ]
    )
    metrics = {}
    for name, neighbors in (("unigram", np.full(len(targets), -1)), ("bigram", left)):
        correct = loss = 0.0
        for start in range(0, len(targets), _BASELINE_BATCH_SIZE):
            batch = targets[start : start + _BASELINE_BATCH_SIZE]
            probabilities = bigrams.probabilities(neighbors[start : start + _BASELINE_BATCH_SIZE])
            correct += float(np.sum(probabilities.argmax(axis=1) == batch))
            loss -= float(np.sum(np.log(probabilities[np.arange(len(batch)), batch])))
        metrics |= {f"{name}_accuracy": correct / len(targets), f"{name}_loss": loss / len(targets)}
    return metrics
