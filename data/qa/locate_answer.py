"""Search for an answer in its passage."""

import re

_EDGES = " .!?,;:\"'。！？，；：、“”‘’"


def locate_answer(passage: str, answer: str, *, near: int | None = None) -> tuple[int, int] | None:
    """Finds an answer in a passage. All runs of whitespace are equal.

    Tries the answer as it is, then case-insensitively, then without the punctuation at its ends. A match must not
    start or end inside an English word or a number. If `near` is given and nothing else matches, it may, as the data
    set says that the answer is there.

    Args:
        passage: The text to search.
        answer: The answer.
        near: The expected start. Of several occurrences, the nearest is returned. None: the first is.

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
    for text, whole_words, flags in attempts:
        if not text.strip():
            continue
        pattern = r"\s+".join(map(re.escape, text.split()))
        if whole_words:
            before = r"(?<![A-Za-z0-9])" if re.match("[A-Za-z0-9]", text) else ""
            after = r"(?![A-Za-z0-9])" if re.search("[A-Za-z0-9]$", text) else ""
            pattern = before + pattern + after
        spans = [match.span(1) for match in re.finditer(f"(?=({pattern}))", passage, flags)]  # overlapping matches too
        if spans:
            return spans[0] if near is None else min(spans, key=lambda span: abs(span[0] - near))
    return None


def _folded(text: str) -> str:
    return " ".join(text.split()).lower()
