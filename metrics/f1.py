"""F1 scores: from counts, from precision and recall, and between two texts."""

from collections import Counter
from collections.abc import Hashable, Iterable

from ..data.check_types import check_types
from ..data.qa.normalize_answer import normalize_answer


def f1_from_counts(true_positives: int, *, predicted: int, positives: int) -> float:
    """Computes F1 = 2 true_positives / (predicted + positives).

    Args:
        true_positives: int. Number of correct predictions.
        predicted: int. Number of predictions.
        positives: int. Number of targets.

    Returns:
        A number in [0, 1]; 0 without predictions and targets.

    Example:

    >>> f1_from_counts(true_positives=2, predicted=4, positives=2)
    0.6666666666666666
    """
    total = predicted + positives
    return float(2 * true_positives / total) if total else 0.0


def f1_from_precision_recall(precision: float, recall: float) -> float:
    """Computes F1 as the harmonic mean of precision and recall.

    Args:
        precision: float in [0, 1].
        recall: float in [0, 1].

    Returns:
        A number in [0, 1]; 0 where both are 0.

    Example:

    >>> f1_from_precision_recall(0.5, 1.0)
    0.6666666666666666
    """
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


@check_types
def answer_f1(prediction: str, reference: str) -> float:
    """Computes the F1 of the words of two answers, or of their characters in Chinese.

    `normalize_answer` gives the words. A repeated word counts as often as both answers have it.

    Args:
        prediction: The answer to score.
        reference: The correct answer.

    Returns:
        A number in [0, 1]; 1 if both answers are empty after `normalize_answer`, 0 if only one is.

    Example:
        >>> answer_f1("the big house", "house"), answer_f1("北京市", "北京"), answer_f1("", "")
        (0.6666666666666666, 0.8, 1.0)

    Reference:
        Rajpurkar et al., SQuAD, arXiv 1606.05250, section 6.
    """
    predicted_words, reference_words = normalize_answer(prediction), normalize_answer(reference)
    if not predicted_words and not reference_words:
        return 1.0
    return _multiset_f1(predicted_words, reference_words)


@check_types
def character_f1(prediction: str, reference: str) -> float:
    """Computes the F1 of the letters, digits and Chinese characters of two texts.

    A repeated character counts as often as both texts have it. Case, spaces, punctuation and order are ignored;
    `rouge_l` depends on the order.

    Args:
        prediction: The text to score.
        reference: The correct text.

    Returns:
        A number in [0, 1]; 0 if the texts have no character in common.

    Example:

    >>> character_f1("北京大学", "北京")  # precision 2 / 4, recall 2 / 2
    0.6666666666666666

    Reference:
        Rajpurkar et al., SQuAD, arXiv 1606.05250 (over words); Cui et al., CMRC 2018, arXiv 1810.07366.
    """
    return _multiset_f1(_characters(prediction), _characters(reference))


def _multiset_f1(prediction: Iterable[Hashable], reference: Iterable[Hashable]) -> float:
    predicted, positives = Counter(prediction), Counter(reference)
    return f1_from_counts((predicted & positives).total(), predicted=predicted.total(), positives=positives.total())


def _characters(text: str) -> list[str]:
    return [character for character in text.casefold() if character.isalnum()]
