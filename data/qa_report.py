"""What reading a file of question-answer pairs came to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .qa_example import QAExample

_PLACES_SHOWN = 3


@dataclass
class QAReport:
    """Counts of a reading; `print(report)` shows them.

    Args:
        read: Pairs in the file.
        kept: Pairs that came out as examples.
        dropped: Reason -> the places (file and line or record) of the pairs left out for it.
        without_span: Kept pairs whose answer is not in the passage (`start` is None): they train the question only.
        moved_start: Kept pairs whose given start was wrong and now is the answer's nearest occurrence.
    """

    read: int = 0
    kept: int = 0
    dropped: dict[str, list[str]] = field(default_factory=dict)
    without_span: int = 0
    moved_start: int = 0

    def drop(self, reason: str, place: str) -> None:
        self.dropped.setdefault(reason, []).append(place)

    def count(self, reason: str) -> int:
        """How many pairs were dropped for a reason."""
        return len(self.dropped.get(reason, ()))

    def share(self, reason: str) -> float:
        """The share of all pairs read that were dropped for a reason."""
        return self.count(reason) / max(1, self.read)

    def __str__(self) -> str:
        lines = [
            f"read {self.read} pairs, kept {self.kept}; {self.without_span} of them without a span in the passage, "
            f"{self.moved_start} with a corrected start"
        ]
        for reason, places in self.dropped.items():
            shown = "; ".join(places[:_PLACES_SHOWN]) + ("; ..." if len(places) > _PLACES_SHOWN else "")
            lines.append(f"dropped {len(places)} ({self.share(reason):.1%}), {reason}: {shown}")
        return "\n".join(lines)


class QAExamples(list[QAExample]):
    """A list of `QAExample` that carries the `report` of its reading."""

    def __init__(self, examples: Iterable[QAExample] = (), report: QAReport | None = None):
        super().__init__(examples)
        self.report = report or QAReport(read=len(self), kept=len(self))
