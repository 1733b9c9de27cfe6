"""How many words two answers share."""

from collections import Counter

from ..data.qa.normalize_answer import normalize_answer


def answer_f1(prediction: str, reference: str) -> float:
    """F1 of the words two answers have in common, as often as both have them; of characters in Chinese.

    Args:
        prediction: The answer to score.
        reference: The answer it should be.

    Returns:
        A number in [0, 1]; 1 where `normalize_answer` leaves nothing of either, 0 where it leaves nothing of one.

    Example:
        >>> answer_f1("the big house", "house"), answer_f1("北京市", "北京"), answer_f1("", "")
        (0.6666666666666666, 0.8, 1.0)

    Reference:
        Rajpurkar et al., SQuAD, arXiv 1606.05250, section 6.
    """
    ours, theirs = Counter(normalize_answer(prediction)), Counter(normalize_answer(reference))
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def character_f1(prediction: str, reference: str) -> float:
    """F1 of the letters, digits and Chinese characters two texts have in common, as often as both have them.

    Case, spaces, punctuation and order do not count; order matters to `rouge_l`.

    Args:
        prediction: the text to score.
        reference: the text it should be.

    Returns:
        A number in [0, 1]; 0 where nothing is in common.

    Example:

    >>> character_f1("北京大学", "北京")  # precision 2 / 4, recall 2 / 2
    0.6666666666666666

    Reference:
        Rajpurkar et al., SQuAD, arXiv 1606.05250 (over words); Cui et al., CMRC 2018, arXiv 1810.07366.
    """
    ours, theirs = _characters(prediction), _characters(reference)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 0.0


def _characters(text: str) -> Counter[str]:
    return Counter(character for character in text.casefold() if character.isalnum())
