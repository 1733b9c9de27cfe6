"""chrF over a corpus."""

from collections.abc import Sequence


def chrf(predictions: Sequence[str], references: Sequence[str]) -> float:
    """Corpus chrF: F2 of character n-grams up to 6, spaces left out.

    Args:
        predictions: the texts to score.
        references: one text for each.

    Returns:
        A number in [0, 1].

    Raises:
        ValueError: the two are not as long as each other.

    Example:

    >>> round(chrf(["展览在哪里举行？"], ["展览在哪里开始？"]), 4)
    0.4119

    Reference:
        Popović 2015; Post 2018, https://github.com/mjpost/sacrebleu.
    """
    from sacrebleu.metrics.chrf import CHRF

    if len(predictions) != len(references):
        raise ValueError(f"Expected references for {len(predictions)} texts. Received: {len(references)}")
    return CHRF().corpus_score(list(predictions), [list(references)]).score / 100 if predictions else 0.0
