"""An answer as the words that it is compared by."""

import re
import string

from ..text.chinese import split_chinese_characters

_REMOVED = str.maketrans(dict.fromkeys(string.punctuation + "，。、：；？！“”‘’（）《》〈〉「」『』【】—…·～", ""))
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")


def normalize_answer(answer: str) -> list[str]:
    """The words of an answer in lower case, without punctuation and English articles; Chinese characters one by one.

    For English it is the normalization of SQuAD.

    Args:
        answer: The answer.

    Returns:
        The words in order; empty where nothing is left.

    Example:
        >>> normalize_answer("The U.S. Army"), normalize_answer("《北京》, 2008")
        (['us', 'army'], ['北', '京', '2008'])

    Reference:
        Rajpurkar et al., SQuAD, arXiv 1606.05250, section 6; Cui et al., CMRC 2018, arXiv 1810.07366.
    """
    return split_chinese_characters(_ARTICLE.sub(" ", answer.lower().translate(_REMOVED))).split()
