"""Answer normalization for comparison."""

import re
import string

from ..check_types import check_types
from ..text.chinese import split_chinese_characters

_REMOVED = str.maketrans(dict.fromkeys(string.punctuation + "，。、：；？！“”‘’（）《》〈〉「」『』【】—…·～", ""))
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


@check_types
def normalize_answer(answer: str) -> list[str]:
    """Splits an answer into lower-case words without punctuation and English articles. Chinese characters are words.

    For English, this is the normalization of SQuAD.

    Args:
        answer: The answer.

    Returns:
        The words in order; empty if nothing is left.

    Example:
        >>> normalize_answer("The U.S. Army"), normalize_answer("《北京》, 2008")
        (['us', 'army'], ['北', '京', '2008'])

    Reference:
        Rajpurkar et al., SQuAD, arXiv 1606.05250, section 6; Cui et al., CMRC 2018, arXiv 1810.07366.
    """
    return split_chinese_characters(_ARTICLE.sub(" ", answer.lower().translate(_REMOVED))).split()
