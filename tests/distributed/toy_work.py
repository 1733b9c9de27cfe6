"""Work that doubles numbers, and workers in this process."""

import os
import signal
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from textzoo.distributed import ShardResult
from textzoo.distributed.work import WorkerLost, open_work, process_blocks


@dataclass(frozen=True)
class Doubling:
    """Doubles numbers. At the number `deadly` the worker kills itself, `deaths` times in all.

    Args:
        folder: Folder that counts the deaths.
        deadly: The number.
        deaths: Number of times.
        model: Fingerprint.
    """

    folder: str = ""
    deadly: int | None = None
    deaths: int = 0
    model: str = "doubling"

    def fingerprint(self):
        return [self.model]

    def open(self):
        return self._process

    def _process(self, blocks):
        lines, rejected = [], []
        for number in (number for block in blocks for number in block):
            if number == self.deadly and len(os.listdir(self.folder)) < self.deaths:
                (Path(self.folder) / str(os.getpid())).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            if number < 0:
                raise ValueError(f"number {number} is negative")
            if number % 100 == 13:
                rejected.append(f"numbers, line {number}: unlucky")
            else:
                lines.append(f"{2 * number}\n")
        return ShardResult("".join(lines).encode(), {"records": sum(map(len, blocks)), "doubles": len(lines)}, rejected)


class WorkersInThisProcess:
    """Workers without processes. Those whose turn is in `lost` are lost with their shard.

    Args:
        work: The work.
        lost: Turns, from 0.
        start: Start message in place of the work's own.
    """

    def __init__(self, work, lost=(), start=None):
        self.work, self.lost, self.message = work, lost, start
        self.messages, self.num_free, self.turn, self.closed = deque(), 0, 0, False

    def start(self):
        self.process, own = open_work(self.work)
        self.messages.append((None, self.message or own))

    def is_free(self):
        return self.num_free > 0

    def submit(self, shard):
        self.num_free -= 1
        is_lost = self.turn in self.lost
        self.turn += 1
        message = WorkerLost("exit code -9") if is_lost else process_blocks(self.process, shard.blocks)
        self.messages.appendleft((shard, message))

    def wait(self):
        shard, message = self.messages.popleft()
        self.num_free += not isinstance(message, WorkerLost)
        return shard, message

    def close(self):
        self.closed = True
