"""What predictions of masked tokens come to, beside counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .bigram_model import BigramModel

_ROWS = 256  # probabilities of as many tokens at a time


@dataclass(frozen=True)
class MaskedLMMetrics:
    """Figures of masked tokens; losses are mean cross-entropies in nats, baselines None where nothing was counted.

    Args:
        sequences: How many there are.
        tokens: Tokens that were to be predicted.
        masked_share: The share of characters that were to be predicted, of those that could be.
        broken_words: The share of words with one token that was to be predicted and one that was not, of the words with
            any that was.
        accuracy: The share of tokens that the model gets right.
        loss: The model's loss.
        unigram_accuracy: The same for the commonest token of the counts, always.
        unigram_loss: The loss of the counts.
        bigram_accuracy: The same for the likeliest token after the one on the left; where that is to be predicted too,
            for the commonest token.
        bigram_loss: Its loss.
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
    places: Sequence[np.ndarray],
    guesses: np.ndarray,
    log_probabilities: np.ndarray,
    lengths: np.ndarray,
    bigrams: BigramModel | None = None,
) -> MaskedLMMetrics:
    """Measure predictions of masked tokens.

    Args:
        sequences: ids int `[n]` and words int `[n]` of each, -1 where nothing is ever predicted.
        places: int `[k]` of each sequence, the tokens that were to be predicted.
        guesses: int `[tokens]`, the likeliest token at every place of every sequence, in order.
        log_probabilities: float `[tokens]`, those of the right tokens.
        lengths: int `[vocab_size]`, characters of each token.
        bigrams: The baselines; None for none.

    Returns:
        `MaskedLMMetrics`.

    Raises:
        ValueError: no token was to be predicted, or there are not as many guesses as places.

    Example:

    >>> sequences = [(np.array([2, 5, 6, 7, 3]), np.array([-1, 0, 0, 1, -1]))]
    >>> figures = masked_lm_metrics(sequences, [np.array([3])], np.array([7]), np.array([-0.5]), np.ones(8))
    >>> round(figures.masked_share, 3), figures.broken_words, figures.accuracy, figures.loss
    (0.333, 0.0, 1.0, 0.5)
    """
    labels = np.concatenate([ids[at] for (ids, _), at in zip(sequences, places, strict=True)])
    if not len(labels) == len(guesses) == len(log_probabilities) or not len(labels):
        raise ValueError(
            f"Expected a guess and a log-probability for each of the masked tokens, and one such at least. "
            f"Received: {len(guesses)} and {len(log_probabilities)} for {len(labels)}."
        )
    known = sum(lengths[ids[words >= 0]].sum() for ids, words in sequences)
    begun = broken = 0
    for (_, words), at in zip(sequences, places, strict=True):
        drawn = np.unique(words[at])
        begun += len(drawn)
        broken += len(np.intersect1d(drawn, np.delete(words, at)))
    baselines = {} if bigrams is None else _baselines(sequences, places, labels, bigrams)
    return MaskedLMMetrics(
        len(sequences),
        len(labels),
        float(lengths[labels].sum() / known),
        broken / begun,
        float(np.mean(guesses == labels)),
        float(-np.mean(log_probabilities)),
        **baselines,
    )


def _baselines(sequences, places, labels: np.ndarray, bigrams: BigramModel) -> dict[str, float]:
    left = [np.where(np.isin(at - 1, at), -1, ids[at - 1]) for (ids, _), at in zip(sequences, places, strict=True)]
    figures = {}
    for name, seen in (("unigram", np.full(len(labels), -1)), ("bigram", np.concatenate(left))):
        hits = loss = 0.0
        for start in range(0, len(labels), _ROWS):
            right = labels[start : start + _ROWS]
            probabilities = bigrams.probabilities(seen[start : start + _ROWS])
            hits += float(np.sum(probabilities.argmax(axis=1) == right))
            loss -= float(np.sum(np.log(probabilities[np.arange(len(right)), right])))
        figures |= {f"{name}_accuracy": hits / len(labels), f"{name}_loss": loss / len(labels)}
    return figures
