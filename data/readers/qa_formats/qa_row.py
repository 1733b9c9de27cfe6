"""A question-answer pair of any file format, not validated."""

from typing import Any, NamedTuple

IMPOSSIBLE = "no answer in the passage (impossible question)"


class QARow(NamedTuple):
    """One pair of a file, not validated; None for a field that the file does not have.

    `place` is its place in its record. `answers` has any form that `gold_answers` reads, the training answer first.
    """

    place: str
    passage: Any
    question: Any
    answers: Any
    id: Any = None
    is_impossible: Any = None
