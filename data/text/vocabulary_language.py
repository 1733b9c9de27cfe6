"""Language of a vocabulary."""

import re
from collections.abc import Sequence

from .chinese import CHINESE

MIN_CHINESE_SHARE = 0.1  # of the tokens of a Chinese vocabulary


def vocabulary_language(tokens: Sequence[str]) -> str:
    """Returns the language of a vocabulary by its share of Chinese characters: `"Chinese"` or `"English"`.

    A vocabulary counts as Chinese if more than a tenth of its tokens hold a Chinese character.

    Args:
        tokens: The vocabulary.

    Example:

    >>> vocabulary_language(["[PAD]", "the", "##ing"]), vocabulary_language(["[PAD]", "天", "##地"])
    ('English', 'Chinese')
    """
    num_chinese = sum(re.search(CHINESE, token) is not None for token in tokens)
    return "Chinese" if num_chinese > MIN_CHINESE_SHARE * len(tokens) else "English"
