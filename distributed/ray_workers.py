"""Workers that are actors of a Ray cluster."""

import socket
from typing import Any

from .work import Shard, ShardResult, Work, WorkerLost, WorkerStart, open_work, process_blocks

CONNECTION_TIMEOUT = 10  # seconds; Ray itself tries for minutes


class RayWorkers:
    """Actors of a Ray cluster, each with a model of its own.

    Plain actors, because order, repetition and whole files are the business of `run_shards` and `ShardFolder`.

    Args:
        work: The work. Its files have the same paths on every machine.
        address: Address of the cluster, `host:port`; `"auto"`, the cluster that this machine belongs to; or `"local"`,
            a new one on this machine.

    Raises:
        ValueError: Ray is missing, no cluster answers at the address, or its versions differ.
    """

    def __init__(self, work: Work, *, address: str):
        try:
            import ray  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise ValueError("--ray needs the Python package ray; pip install 'textzoo[ray]'") from None
        try:
            host, _, port = address.removeprefix("ray://").rpartition(":")
            if port.isdigit():
                socket.create_connection((host, int(port)), CONNECTION_TIMEOUT).close()
            ray.init(address=address, log_to_driver=False, logging_level="error", configure_logging=False)
        except (OSError, OverflowError, RuntimeError, ValueError) as error:
            reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise ValueError(
                f"--ray {address}: no usable cluster ({reason}); start one with `ray start --head`, or use --workers"
            ) from None
        self._ray, self._work = ray, work
        self._actor_class: Any = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(_Actor)
        self._calls: dict[Any, tuple[Any, Shard | None]] = {}  # actor and shard by the reference of the result
        self._free: list[Any] = []

    @property
    def num_cpus(self) -> int:
        """Number of CPUs of the cluster."""
        return max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def start(self) -> None:
        """Starts an actor, on any machine that has a CPU for it; `wait` returns when it is ready."""
        actor = self._actor_class.remote(self._work)
        self._calls[actor.start.remote()] = actor, None

    def is_free(self) -> bool:
        """Returns whether an actor waits for a shard."""
        return bool(self._free)

    def submit(self, shard: Shard) -> None:
        """Gives a shard to a free actor."""
        actor = self._free.pop()
        self._calls[actor.process.remote(shard.blocks)] = actor, shard

    def wait(self) -> tuple[Shard | None, WorkerStart | ShardResult | WorkerLost | Exception]:
        """Waits for the next message of an actor; returns its shard, None for a start, and the message."""
        exceptions = self._ray.exceptions
        (ready, *_), _ = self._ray.wait(list(self._calls), num_returns=1)
        actor, shard = self._calls.pop(ready)
        try:
            message = self._ray.get(ready)
        except exceptions.RayTaskError as error:  # a fault of the code, or another installation
            raise ValueError(f"a worker failed: {str(error).strip().splitlines()[-1]}") from error
        except exceptions.RayError as error:
            self._ray.kill(actor)  # it may live on after the loss of its result
            return shard, WorkerLost(str(error).partition("\n")[0] or type(error).__name__)
        self._free.append(actor)
        return shard, message

    def close(self) -> None:
        """Ends all actors and leaves the cluster."""
        self._ray.shutdown()


class _Actor:
    """Worker of one CPU in a process of its own."""

    def __init__(self, work: Work):
        self._work = work
        self._process: Any = None

    def start(self) -> WorkerStart | Exception:
        self._process, start = open_work(self._work)
        return start

    def process(self, blocks: list[list[Any]]) -> ShardResult | Exception:
        return process_blocks(self._process, blocks)
