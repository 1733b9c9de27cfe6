"""Records some at a time."""

import itertools
from collections.abc import Iterator
from typing import TypeVar

Record = TypeVar("Record")


def batched(records: Iterator[Record], size: int) -> Iterator[list[Record]]:
    """Lists of `size` records, the last one shorter; those before a bad record come before its error."""
    while True:
        chunk: list[Record] = []
        error = None
        try:
            for record in itertools.islice(records, size):
                chunk.append(record)
        except ValueError as reading:
            error = reading
        if chunk:
            yield chunk
        if error is not None:
            raise error
        if not chunk:
            return
