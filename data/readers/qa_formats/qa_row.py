"""A question-answer pair of any file format, not validated."""

from typing import Any, NamedTuple

IMPOSSIBLE = "no answer in the passage (impossible question)"


class QARow(NamedTuple):
    """One pair of a file, not validated; None for a field that the file does not have.

    `place` is its place in its record. `answers` is a list, the training answer first. `drop_reason` is why the format
    excludes the pair, if it does.
    """

    place: str
    passage: Any
    question: Any
    answers: Any
    start: Any = None
    id: Any = None
    drop_reason: str | None = None
