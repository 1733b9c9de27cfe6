"""What reading a file of titles came to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .bad_record import BadRecord
from .title_example import TitleExample

_PLACES_SHOWN = 3


@dataclass
class TitleReport:
    """Counts of a reading; `print(report)` shows them.

    Args:
        read: Records in the file, or files in the folder.
        kept: Records that came out as examples.
        without_overlap: Kept titles that have no character of their article: they may stand beside another's.
        rejected: The bad records that were left out.
    """

    read: int = 0
    kept: int = 0
    without_overlap: int = 0
    rejected: list[BadRecord] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"read {self.read} titles, kept {self.kept}; {self.without_overlap} of them without a character of their "
            "article"
        ]
        if self.rejected:
            shown = [str(error) for error in self.rejected[:_PLACES_SHOWN]]
            more = len(self.rejected) - len(shown)
            lines += [f"rejected {len(self.rejected)}:", *shown, *([f"and {more} more"] if more else [])]
        return "\n".join(lines)


class TitleExamples(list[TitleExample]):
    """A list of `TitleExample` that carries the `report` of its reading."""

    def __init__(self, examples: Iterable[TitleExample] = (), report: TitleReport | None = None):
        super().__init__(examples)
        self.report = report or TitleReport(read=len(self), kept=len(self))
