"""Runs shards on workers and repeats those of workers that were lost."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Protocol

from .. import __version__
from .work import Shard, ShardResult, Work, WorkerLost, WorkerStart

MAX_LOSSES = 3
"""Workers that one shard, or starting, may lose before the run ends."""


class Workers(Protocol):
    """Processes that work on shards, on this machine or others. See `LocalWorkers` for the methods."""

    def start(self) -> None: ...
    def is_free(self) -> bool: ...
    def submit(self, shard: Shard) -> None: ...
    def wait(self) -> tuple[Shard | None, WorkerStart | ShardResult | WorkerLost | Exception]: ...
    def close(self) -> None: ...


def run_shards(
    shards: Iterator[Shard], workers: Workers, *, work: Work, count: int, report: Callable[[str], object]
) -> Iterator[tuple[Shard, ShardResult]]:
    """Yields the results of shards as they are ready, in any order.

    A shard whose worker is lost goes to another one. Shards are read as workers become free: one more is held than
    there are workers.

    Args:
        shards: The shards.
        workers: Workers, none of them started.
        work: Their work.
        count: Number of workers.
        report: Receives the lines that a person should see.

    Raises:
        ValueError: A shard or the start has lost `MAX_LOSSES` workers, or a worker has another version of textzoo or
            another model; or as the work.
    """
    upcoming = next(shards, None)
    if upcoming is None:
        return
    expected = work.fingerprint()
    repeated: deque[Shard] = deque()
    losses: Counter[int | None] = Counter()
    in_flight = 0
    is_first_start = True
    with closing(workers):
        for _ in range(count):
            workers.start()
        while upcoming is not None or repeated or in_flight:
            if workers.is_free() and (repeated or upcoming is not None):
                if repeated:
                    workers.submit(repeated.popleft())
                elif upcoming is not None:
                    workers.submit(upcoming)
                    upcoming = next(shards, None)
                in_flight += 1
                continue
            shard, message = workers.wait()
            if isinstance(message, Exception):
                raise message
            if isinstance(message, WorkerStart):
                _check_start(message, expected)
                losses[None] = 0
                if is_first_start:
                    report(message.lines.rstrip("\n"))
                    is_first_start = False
            elif isinstance(message, WorkerLost):
                number = None if shard is None else shard.number
                losses[number] += 1
                what = "a worker that started" if shard is None else f"the worker of shard {number}"
                if losses[number] == MAX_LOSSES:
                    raise ValueError(
                        f"{what} was lost {MAX_LOSSES} times, the last time with {message.reason}; it may need more "
                        "memory: use fewer --workers or a smaller --batch-size, then --resume"
                    )
                report(f"lost {what} ({message.reason}); another takes its place")
                if shard is not None:
                    in_flight -= 1
                    repeated.append(shard)
                workers.start()
            elif shard is not None:
                in_flight -= 1
                yield shard, message


def _check_start(start: WorkerStart, expected: object) -> None:
    if start.version != __version__:
        raise ValueError(
            f"a worker runs textzoo {start.version}, this command {__version__}; install the same on every machine"
        )
    if start.fingerprint != expected:
        raise ValueError(
            "a worker has another model or dictionary of that path than this machine; copy the same files to every "
            "machine, or use a shared folder"
        )
