"""Invalid records of a file: the error that names one, and the choice to raise or to skip it."""

import functools
from collections.abc import Sequence

ERRORS_SHOWN = 3
"""Number of invalid records that a report shows."""


class InvalidRecordError(ValueError):
    """A record of a file that cannot be used.

    Args:
        place: File and line of the record, such as `"passages.jsonl, line 3"`.
        expected: Description of a valid record.
        received: Description of this record.

    Example:
        >>> print(InvalidRecordError("a.jsonl, line 3", "a field 'text'", received="fields 'id', 'body'"))
        a.jsonl, line 3: expected a field 'text'. Received: fields 'id', 'body'.
    """

    def __init__(self, place: str, expected: str, *, received: str):
        super().__init__(f"{place}: expected {expected}. Received: {received}.")
        self.place = place
        self.expected = expected
        self.received = received

    def __reduce__(self):
        return functools.partial(type(self), received=self.received), (self.place, self.expected)


def check_on_error(on_error: str) -> None:
    """Raises ValueError unless `on_error` is `"raise"` or `"skip"`."""
    if on_error not in ("raise", "skip"):
        raise ValueError(f"Expected on_error 'raise' or 'skip'. Received: {on_error!r}.")


def summarize_rejected(rejected: Sequence[InvalidRecordError]) -> list[str]:
    """Returns the lines of a report on rejected records: their number and the first few; no line if there are none."""
    if not rejected:
        return []
    shown = [str(error) for error in rejected[:ERRORS_SHOWN]]
    more = len(rejected) - len(shown)
    return [f"rejected {len(rejected)}:", *shown, *([f"and {more} more"] if more else [])]
