"""A peer in a process of its own: a line of json in, a line of json out."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Peer:
    """A running worker of this folder, with TensorFlow's oneDNN kernels on, as `import textzoo` has them.

    Args:
        python: The interpreter that has the peer's library.
        worker: A file of this folder.
        *arguments: Its command line.
    """

    def __init__(self, python: str, worker: str, *arguments: Any):
        command = [python, str(Path(__file__).parent / worker), *map(str, arguments)]
        environment = {"TF_ENABLE_ONEDNN_OPTS": "1"} | os.environ
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.about = self._answer()

    def ask(self, **question: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        print(json.dumps(question), file=self.process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise ValueError(f"{self.process.args}: expected an answer. Received: none, exit {self.process.wait()}.")
        return json.loads(line)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def serve(about: dict[str, Any], answer: Callable[..., dict[str, Any]]) -> None:
    """What a worker does: says what it is, then answers line by line; the peak memory of each answer goes with it."""
    print(json.dumps(about), flush=True)
    for line in sys.stdin:
        reset_peak()
        found = answer(**json.loads(line))
        print(json.dumps(found | {"peak_mib": peak_mib()}), flush=True)


def reset_peak() -> None:
    """Let `peak_mib` count from now."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mib() -> float:
    """The most that this process held. `getrusage` would tell the parent's where that held more at the start."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
