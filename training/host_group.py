"""Meeting of the processes of a training, and the watch that ends all of them when one has ended."""

import contextlib
import json
import os
import selectors
import socket
import sys
import threading
import time
from typing import Any

END_STATUS = 2
GRACE_SECONDS = 60.0  # in which rank 0 may end by itself after another rank reported its error
GRACE_SECONDS_AFTER_DEATH = 5.0
RETRY_SECONDS = 0.2
HELLO_SECONDS = 5.0  # in which a process that has connected names its rank
END_SECONDS = 60.0  # that rank 0 waits for the others at the end of a run
# Of TCP, so that a host without power is noticed within 60 s.
KEEPALIVE = {"TCP_KEEPIDLE": 20, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 4}


class HostGroup:
    """Connections between rank 0 and every other process of a training.

    A process that ends closes its connection, also if it is killed. The others then print one line that names its rank
    and end with status 2: without this, they would wait for its part of the next gradient. Ranks above 0 end at once;
    rank 0 has 5 seconds to end by itself, or 60 if the other process has sent its error, so that it saves what it has.

    Args:
        coordinator: HOST:PORT of rank 0.
        rank: int. Rank of this process.
        count: int. Number of processes.
        timeout: float. Seconds to wait for the others.

    Attributes:
        port: int. A free port of rank 0, the same in every process.

    Raises:
        ValueError: A rank is missing, was started twice, or was started with another count.
    """

    def __init__(self, coordinator: str, *, rank: int, count: int, timeout: float):
        self.rank, self.count = rank, count
        self._ending = threading.Event()
        self._failed: dict[str, Any] = {}
        self._finished: set[int] = set()
        self._changed = threading.Condition()
        self._deadline = time.monotonic() + timeout
        host, _, port = coordinator.rpartition(":")
        self._where = f"{coordinator} within {timeout:g} s"
        self._peers: dict[int, _Connection] = {}
        if rank:
            self._join(host, int(port))
        else:
            self._gather(int(port))
        for peer in self._peers.values():
            peer.socket.settimeout(None)
        threading.Thread(target=self._watch, daemon=True).start()

    def _gather(self, port: int) -> None:
        """Waits for the other ranks, and tells them the port."""
        try:
            server = socket.create_server(("", port))
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise ValueError(f"port {port}: {reason}; choose another port of --coordinator") from None
        problem = ""
        with server:
            while len(self._peers) < self.count - 1 and not problem:
                try:
                    server.settimeout(self._remaining())
                    connected = server.accept()[0]
                except ConnectionAbortedError:
                    continue
                except TimeoutError:
                    missing = sorted(set(range(1, self.count)) - set(self._peers))
                    problem = f"rank {_enumerate(missing)} of {self.count} did not join {self._where}; start it there"
                    break
                peer = _Connection(connected)
                hello = self._hello(peer)
                if hello is None:
                    peer.close()
                    continue
                rank, count = hello
                if count != self.count:
                    problem = f"rank {rank}: expected --hosts {self.count}. Received: {count}."
                elif rank in self._peers:
                    problem = f"rank {rank} was started twice; give each process its own --rank"
                self._peers[len(self._peers) + self.count if problem else rank] = peer
            self.port = _free_port()
        for peer in self._peers.values():
            peer.send({"error": problem} if problem else {"port": self.port})
        if problem:
            raise ValueError(problem)

    def _hello(self, peer: "_Connection") -> tuple[int, int] | None:
        """Returns the rank and the count that a process sends, or None if another program has connected."""
        try:
            peer.socket.settimeout(min(self._remaining(), HELLO_SECONDS))
            hello = peer.receive() or {}
        except (OSError, ValueError, RecursionError):
            return None
        rank, count = hello.get("rank"), hello.get("count")
        if isinstance(rank, int) and isinstance(count, int) and 0 < rank < count:
            return rank, count
        return None

    def _remaining(self) -> float:
        return max(self._deadline - time.monotonic(), 0.01)

    def _join(self, host: str, port: int) -> None:
        while True:
            try:
                peer = _Connection(socket.create_connection((host, port), self._remaining()))
                peer.socket.settimeout(self._remaining() + RETRY_SECONDS)
                peer.send({"rank": self.rank, "count": self.count})
                answer = peer.receive()
                break
            except (OSError, ValueError):
                if time.monotonic() >= self._deadline:
                    raise ValueError(f"rank 0 did not answer at {self._where}; start it there") from None
                time.sleep(RETRY_SECONDS)
        if answer is None or "port" not in answer:
            raise ValueError((answer or {}).get("error") or f"rank 0 ended at {host}:{port}")
        self.port = answer["port"]
        self._peers[0] = peer

    # === Watch ===

    def _watch(self) -> None:
        """Reads what the other processes send until the run ends."""
        with selectors.DefaultSelector() as selector:
            for rank, peer in self._peers.items():
                selector.register(peer.socket, selectors.EVENT_READ, rank)
            while not self._ending.is_set():
                for key, _ in selector.select():
                    try:
                        message = self._peers[key.data].receive()
                    except (OSError, ValueError):
                        message = None
                    if message is None:
                        selector.unregister(key.fileobj)
                    self._notice(key.data, message)

    def _notice(self, rank: int, message: dict[str, Any] | None) -> None:
        """Takes note of a message; None is the end of the process."""
        if message is not None and "finished" in message:
            with self._changed:
                self._finished.add(rank)
                self._changed.notify_all()
        elif (rank in self._finished and message is None) or self._ending.is_set():
            return
        elif message is None:
            self._end({"rank": rank, "error": ""}, grace=0 if self.rank else GRACE_SECONDS_AFTER_DEATH)
        else:
            self._end(message, grace=0 if self.rank else GRACE_SECONDS)

    def _end(self, failed: dict[str, Any], *, grace: float) -> None:
        """Ends this process unless the main thread does so within the grace."""
        with self._changed:
            self._failed = failed
            self._changed.notify_all()
        if not self._ending.wait(grace):
            self._tell(failed)
            with contextlib.suppress(OSError, ValueError):
                print(f"textzoo: {self._line()}", file=sys.stderr, flush=True)
            os._exit(END_STATUS)

    def _line(self) -> str:
        reason = f": {self._failed['error']}" if self._failed["error"] else "; start all ranks again, with --resume"
        return f"rank {self._failed['rank']} of {self.count} ended{reason}"

    def _tell(self, failed: dict[str, Any]) -> None:
        for peer in self._peers.values():
            with contextlib.suppress(OSError):
                peer.send(failed)

    # === End ===

    def failure(self, error: BaseException) -> str:
        """Returns the line on the rank that has ended if an error came from its absence, else an empty text.

        Args:
            error: Error of the main thread.
        """
        if not _is_of_communication(error):
            return ""
        with self._changed:
            self._changed.wait_for(lambda: self._failed, 2 * GRACE_SECONDS_AFTER_DEATH)
        return self._line() if self._failed else ""

    def finish(self) -> None:
        """Waits until every process has finished."""
        if self.rank:
            self._ending.set()
            with contextlib.suppress(OSError):
                self._peers[0].send({"finished": True})
            return
        with self._changed:
            self._changed.wait_for(lambda: len(self._finished) == len(self._peers), END_SECONDS)
        self._ending.set()

    def abandon(self, error: BaseException) -> None:
        """Tells the others that this process ends with an error."""
        self._ending.set()
        text = " ".join(str(error).split()) or type(error).__name__
        self._tell(self._failed or {"rank": self.rank, "error": text})


class _Connection:
    """JSON lines over a socket."""

    def __init__(self, connected: socket.socket):
        self.socket = connected
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE.items():
            if hasattr(socket, name):
                connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        self._lines = connected.makefile("rb")

    def close(self) -> None:
        self._lines.close()
        self.socket.close()

    def send(self, message: dict[str, Any]) -> None:
        self.socket.sendall(json.dumps(message).encode() + b"\n")

    def receive(self) -> dict[str, Any] | None:
        """Returns the next message; None at the end."""
        line = self._lines.readline(1 << 16)
        message = json.loads(line) if line.endswith(b"\n") else None
        return message if isinstance(message, dict) else None


def _free_port() -> int:
    with socket.create_server(("", 0)) as server:
        return server.getsockname()[1]


def _is_of_communication(error: BaseException) -> bool:
    """Returns whether an error is JAX's, which raises gloo's as a `ValueError`."""
    return "Gloo" in str(error) or type(error).__name__ == "JaxRuntimeError"


def _enumerate(numbers: list[int]) -> str:
    texts = [str(number) for number in numbers]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
