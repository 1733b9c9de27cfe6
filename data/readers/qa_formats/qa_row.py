"""What every format of question-answer pairs boils down to."""

from typing import Any, NamedTuple

IMPOSSIBLE = "no answer in the passage (impossible question)"


class QARow(NamedTuple):
    """One pair as it stands in a file, not checked yet; None where the file has no such field.

    `place` says where in its record it stands; `answers` is a list, the training answer first; `dropped` is the reason
    for leaving the pair out, where the format has one.
    """

    place: str
    passage: Any
    question: Any
    answers: Any
    start: Any = None
    id: Any = None
    dropped: str | None = None
