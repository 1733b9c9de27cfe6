"""Batches of a stream of records."""

import itertools
from collections.abc import Iterator
from typing import TypeVar

Record = TypeVar("Record")


def batched(records: Iterator[Record], size: int) -> Iterator[list[Record]]:
    """Yields lists of `size` records; the last may be shorter.

    If reading a record raises `ValueError`, the records before it are yielded first.
    """
    while True:
        batch: list[Record] = []
        error = None
        try:
            for record in itertools.islice(records, size):
                batch.append(record)
        except ValueError as read_error:
            error = read_error
        if batch:
            yield batch
        if error is not None:
            raise error
        if not batch:
            return
