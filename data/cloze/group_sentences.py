"""Splits long Chinese texts into groups of whole sentences."""

import re
from collections.abc import Iterator

from ..check_types import check_types

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+[”’」』]*|[^。！？；\n]+")


@check_types
def group_sentences(text: str, max_characters: int = 160) -> Iterator[str]:
    """Splits a Chinese text into groups of consecutive whole sentences, which concatenated are the text.

    Args:
        text: The text.
        max_characters: Maximum number of characters per group. A group of a single sentence may be longer.

    Example:

    >>> list(group_sentences("天亮了。他起床吃饭，然后出门。走吧！", max_characters=14))
    ['天亮了。', '他起床吃饭，然后出门。走吧！']
    """
    group = ""
    for sentence in SENTENCE.findall(text):
        if group and len(group) + len(sentence) > max_characters:
            yield group
            group = ""
        group += sentence
    if group:
        yield group
