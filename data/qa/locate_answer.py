"""Where an answer stands in its passage."""

import re

_EDGES = " .!?,;:\"'。！？，；：、“”‘’"


def locate_answer(passage: str, answer: str, near: int | None = None) -> tuple[int, int] | None:
    """Finds an answer in a passage, any run of whitespace equal to any other.

    As it is written first, then in any case, then without the punctuation at its ends. It does not begin or end inside
    an English word or a number, unless `near` is given and nothing else is found: an extractive data set says so.

    Args:
        passage: The text to search.
        answer: The answer.
        near: Where it should begin; of several occurrences the nearest is taken, else the first.

    Returns:
        Start and end in code points of the passage, or None.

    Example:
        >>> locate_answer("The old\\nman and the old man", "the old man"), locate_answer("a b a", "a", near=3)
        ((16, 27), (4, 5))
        >>> locate_answer("The old\\nman", "the old man."), locate_answer("a cart", "art")
        ((0, 11), None)
    """
    if near is not None and answer.strip() and passage.startswith(answer, near):
        return near, near + len(answer)
    bare = answer.strip(_EDGES)
    if _folded(bare) not in _folded(passage):
        return None
    attempts = [(answer, True, re.NOFLAG), (answer, True, re.IGNORECASE), (bare, True, re.IGNORECASE)]
    if near is not None:
        attempts.append((answer, False, re.NOFLAG))
    for text, word_ids, flags in attempts:
        if not text.strip():
            continue
        pattern = r"\s+".join(map(re.escape, text.split()))
        if word_ids:
            before = r"(?<![A-Za-z0-9])" if re.match("[A-Za-z0-9]", text) else ""
            after = r"(?![A-Za-z0-9])" if re.search("[A-Za-z0-9]$", text) else ""
            pattern = before + pattern + after
        spans = [match.span(1) for match in re.finditer(f"(?=({pattern}))", passage, flags)]  # overlapping ones too
        if spans:
            return spans[0] if near is None else min(spans, key=lambda span: abs(span[0] - near))
    return None


def _folded(text: str) -> str:
    return " ".join(text.split()).lower()
