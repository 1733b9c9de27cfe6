"""Records of a command's input, with the messages of those that were rejected."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any


class RecordSource(Iterator[Any]):
    """Records of an input, and the messages of those rejected so far.

    Args:
        records: The records.
        rejected: Returns the messages.
    """

    def __init__(self, records: Iterator[Any], rejected: Callable[[], Sequence[object]]):
        self._records, self.rejected = records, rejected

    def __next__(self) -> Any:
        return next(self._records)


def line_number(message: str) -> tuple[str, int]:
    """Returns the key by which messages are in the order of the input: the file, and the line in it."""
    match = re.search(r", (?:line|record|passage) (\d+)", message)
    return (message[: match.start()], int(match[1])) if match else (message, 0)
