"""Worker processes that share a socket."""

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from multiprocessing.connection import wait
from typing import Any

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE

CHECK_SECONDS = 0.5
RESTART_SECONDS = 1.0
"""Pause before a dead worker is replaced, so that one that dies at once does not occupy a core."""

logger = logging.getLogger("textzoo.serving")


def run_workers(config: Config, listener: socket.socket, count: int) -> None:
    """Runs worker processes until SIGTERM or SIGINT, and replaces those that die.

    They are started anew, never forked: a forked child of a process that has run TensorFlow hangs. uvicorn's own
    supervisor waits for an answer of each worker in turn, and so notices a signal or a death late.

    Args:
        config: Settings of each worker.
        listener: The socket that they share.
        count: int. Number of workers.

    Raises:
        ValueError: A worker could not start; its log names the reason.
    """
    config.configure_logging()
    spawn, stopping = multiprocessing.get_context("spawn"), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    def start() -> Any:
        process = spawn.Process(target=_serve, args=(config, listener))
        process.start()
        return process

    processes = [start() for _ in range(count)]
    failed = False
    while not (stopping.is_set() or failed):
        wait([process.sentinel for process in processes], CHECK_SECONDS)
        for number, process in enumerate(processes):
            if process.exitcode is None or stopping.is_set():
                continue
            failed = failed or process.exitcode == STARTUP_FAILURE
            if not failed:
                logger.error("worker ended", extra={"fields": {"worker": process.pid, "exitcode": process.exitcode}})
                time.sleep(RESTART_SECONDS)
                processes[number] = start()
    listener.close()  # new callers are refused at once
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()
    if failed:
        raise ValueError("The workers cannot start; the line above names the reason.")


def _serve(config: Config, listener: socket.socket) -> None:
    """Runs a worker until SIGTERM, or until its parent ends."""

    def follow_parent() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

    config.configure_logging()
    threading.Thread(target=follow_parent, daemon=True).start()
    Server(config).run(sockets=[listener])
