"""Workers that are processes of this machine."""

import multiprocessing
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

from .work import Shard, ShardResult, Work, WorkerLost, WorkerStart, open_work, process_blocks


class LocalWorkers:
    """Processes of this machine, each with a model of its own. They are spawned: a forked TensorFlow hangs.

    Args:
        work: The work.
    """

    def __init__(self, work: Work):
        self._work = work
        self._context = multiprocessing.get_context("spawn")
        self._processes: dict[Any, Any] = {}  # by connection
        self._shards: dict[Any, Shard | None] = {}  # of ready workers, by connection; None: free

    def start(self) -> None:
        """Starts a worker; `wait` returns when it is ready."""
        own, its = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(its, self._work), daemon=True)
        process.start()
        its.close()  # so that the end of the worker ends the pipe
        self._processes[own] = process

    def is_free(self) -> bool:
        """Returns whether a worker waits for a shard."""
        return None in self._shards.values()

    def submit(self, shard: Shard) -> None:
        """Gives a shard to a free worker."""
        connection = next(connection for connection, shard in self._shards.items() if shard is None)
        self._shards[connection] = shard
        try:
            connection.send(shard.blocks)
        except OSError:
            pass  # the worker has ended; `wait` tells

    def wait(self) -> tuple[Shard | None, WorkerStart | ShardResult | WorkerLost | Exception]:
        """Waits for the next message of a worker; returns its shard, None for a start, and the message."""
        connection: Any = wait(list(self._processes))[0]
        shard = self._shards.get(connection)
        try:
            message = connection.recv()
        except (EOFError, OSError):
            return shard, WorkerLost(self._end(connection))
        self._shards[connection] = None
        return shard, message

    def close(self) -> None:
        """Ends all workers."""
        for process in self._processes.values():
            process.terminate()
        for connection in list(self._processes):
            self._end(connection)

    def _end(self, connection: Connection) -> str:
        process = self._processes.pop(connection)
        self._shards.pop(connection, None)
        connection.close()
        process.join()
        return f"exit code {process.exitcode}"


def _serve(connection: Connection, work: Work) -> None:
    """Loads the work and answers shards until the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    process, start = open_work(work)
    try:
        connection.send(start)
        if process is not None:
            for blocks in _received(connection):
                connection.send(process_blocks(process, blocks))
    except OSError:
        pass  # the parent has ended


def _received(connection: Connection) -> Iterator[Any]:
    while True:
        try:
            yield connection.recv()
        except EOFError:
            return
