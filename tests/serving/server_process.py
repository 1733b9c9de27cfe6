"""A server process of `textzoo serve` on a free port."""

import contextlib
import os
import subprocess
import sys

import httpx


@contextlib.contextmanager
def serving(*argv, log, **options):
    """Starts `textzoo serve`; yields the process and an `httpx.Client` of its address; then ends it by SIGTERM.

    Standard error goes to the file `log`.
    """
    command = [sys.executable, "-m", "textzoo.scripts.main", "serve", *map(str, argv), "--port", "0"]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with open(log, "w", encoding="utf-8") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=paths)
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), log.read_text(encoding="utf-8")
        with httpx.Client(base_url=address, timeout=120, trust_env=False, **options) as client:
            yield process, client
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()
