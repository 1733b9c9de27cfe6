"""What reading a file of labelled texts came to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .bad_record import BadRecord
from .multilabel_example import MultiLabelExample

_PLACES_SHOWN = 3


@dataclass
class MultiLabelReport:
    """Counts of a reading; `print(report)` shows them.

    Args:
        read: Texts in the file.
        kept: Texts that came out as examples.
        without_label: Kept texts that have no label.
        labels: Name -> how many kept texts have it.
        rejected: The bad records that were left out.
    """

    read: int = 0
    kept: int = 0
    without_label: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    rejected: list[BadRecord] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"read {self.read} texts, kept {self.kept}; {self.without_label} of them without a label, "
            f"{len(self.labels)} labels"
        ]
        if self.rejected:
            shown = [str(error) for error in self.rejected[:_PLACES_SHOWN]]
            more = len(self.rejected) - len(shown)
            lines += [f"rejected {len(self.rejected)}:", *shown, *([f"and {more} more"] if more else [])]
        return "\n".join(lines)


class MultiLabelExamples(list[MultiLabelExample]):
    """A list of `MultiLabelExample` that carries the `report` of its reading."""

    def __init__(self, examples: Iterable[MultiLabelExample] = (), report: MultiLabelReport | None = None):
        super().__init__(examples)
        self.report = report or MultiLabelReport(read=len(self), kept=len(self))
