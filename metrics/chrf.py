"""chrF over a corpus."""

from collections.abc import Sequence

from ..data.check_types import check_types


@check_types
def chrf(predictions: Sequence[str], references: Sequence[str]) -> float:
    """Computes corpus chrF: F2 of character n-grams up to 6, without spaces.

    Args:
        predictions: The texts to score.
        references: The reference of each text.

    Returns:
        A number in [0, 1]; 0 without texts.

    Raises:
        ValueError: `predictions` and `references` differ in length.

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
