"""Client and server of a worker process: one line of JSON per request and per reply."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]


class Peer:
    """Running worker of this folder.

    TensorFlow's oneDNN kernels are on in the worker, as after `import textzoo`.

    Args:
        python: Interpreter that has the worker's library. The current interpreter finds textzoo in a bare checkout.
        worker: File of this folder.
        *arguments: Command line of the worker.

    Attributes:
        versions: Versions of the worker's libraries by name.
    """

    def __init__(self, python: str, worker: str, *arguments: Any):
        command = [python, str(FOLDER / worker), *map(str, arguments)]
        environment = {"TF_ENABLE_ONEDNN_OPTS": "1"} | os.environ
        if python == sys.executable:
            environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.versions = self._reply()

    def ask(self, **request: Any) -> dict[str, Any]:
        """Sends a request and returns the reply, which holds `peak_mib`.

        Raises:
            ValueError: The worker ended.
        """
        assert self.process.stdin is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return self._reply()

    def _reply(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise ValueError(f"{self.process.args}: the worker ended with status {self.process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        """Ends the worker."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def serve(versions: dict[str, Any], handler: Callable[..., dict[str, Any]]) -> None:
    """Runs a worker: prints its versions, then handles requests until the input ends.

    Args:
        versions: Versions of the worker's libraries by name.
        handler: Function of a request's fields, which returns the reply. The peak memory of the call is added to it.
    """
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        reset_peak()
        reply = handler(**json.loads(line))
        print(json.dumps(reply | {"peak_mib": peak_mib()}), flush=True)


def reset_peak() -> None:
    """Resets the peak that `peak_mib` returns. Linux only."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mib() -> float:
    """Returns the peak resident memory of this process in MiB.

    `getrusage` would return the parent's peak if that was larger at the start of this process.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
