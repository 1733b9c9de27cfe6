"""How many words two answers share."""

from collections import Counter

from .answer_words import answer_words


def answer_f1(prediction: str, reference: str) -> float:
    """F1 of the words two answers have in common, as often as both have them; of characters in Chinese.

    Args:
        prediction: The answer to score.
        reference: The answer it should be.

    Returns:
        A number in [0, 1]; 1 where `answer_words` leaves nothing of either, 0 where it leaves nothing of one.

    Example:
        >>> answer_f1("the big house", "house"), answer_f1("北京市", "北京"), answer_f1("", "")
        (0.6666666666666666, 0.8, 1.0)

    Reference:
        Rajpurkar et al., SQuAD, arXiv 1606.05250, section 6.
    """
    ours, theirs = Counter(answer_words(prediction)), Counter(answer_words(reference))
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0
