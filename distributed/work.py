"""Work on shards of records: what a worker loads, and what it returns."""

import contextlib
import io
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from .. import __version__


class Shard(NamedTuple):
    """Records that become one file of the output.

    Attributes:
        number: Number of the shard, from 0.
        blocks: Lists of records, the batches of a run without shards.
    """

    number: int
    blocks: list[list[Any]]


class ShardResult(NamedTuple):
    """Output of a shard.

    Attributes:
        content: Content of the shard's file, or of each file of its folder.
        counts: Numbers by what they count, such as `"pairs"`; the report adds them up.
        rejected: Messages of records that were skipped.
    """

    content: bytes | dict[str, bytes]
    counts: dict[str, int]
    rejected: list[str]


Process = Callable[[Sequence[list[Any]]], ShardResult]
"""Makes the output of a shard from its blocks. It depends on nothing but the blocks and the work."""


class Work(Protocol):
    """Work that can be pickled and sent to a worker."""

    def fingerprint(self) -> Any:
        """Returns what decides the output beside the records: options and hashes of files where this is called."""
        ...

    def open(self) -> Process:
        """Loads the model."""
        ...


class WorkerStart(NamedTuple):
    """First message of a worker: its version of textzoo, its work's fingerprint, and its lines on standard error."""

    version: str
    fingerprint: Any
    lines: str


class WorkerLost(NamedTuple):
    """End of a worker that was not asked to end, and its reason."""

    reason: str


EXPECTED_ERRORS = (ValueError, OSError, ModuleNotFoundError, MemoryError)


def open_work(work: Work) -> tuple[Process | None, WorkerStart | Exception]:
    """Loads a work in a worker; returns bad input as an error."""
    lines = io.StringIO()
    try:
        with contextlib.redirect_stderr(lines):
            process = work.open()
        return process, WorkerStart(__version__, work.fingerprint(), lines.getvalue())
    except EXPECTED_ERRORS as error:
        return None, error


def process_blocks(process: Process, blocks: Sequence[list[Any]]) -> ShardResult | Exception:
    """Makes the output of a shard; returns bad input as an error."""
    try:
        return process(blocks)
    except EXPECTED_ERRORS as error:
        return error
