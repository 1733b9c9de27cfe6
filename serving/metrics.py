"""Metrics of the service in Prometheus's format, for one or several worker processes."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Folder of the workers' counts; prometheus-client reads the variable when it is imported."""
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counts of requests, items and batches.

    Args:
        registry: A `prometheus_client.CollectorRegistry` for one process; None: the library's own.
    """

    def __init__(self, registry: Any = None):
        from prometheus_client import REGISTRY, Counter, Gauge, Histogram

        self.registry = REGISTRY if registry is None else registry
        options: Any = {"registry": self.registry}
        self._requests = Counter("textzoo_requests", "Requests by route and status.", ["route", "status"], **options)
        self._seconds = Histogram("textzoo_request_seconds", "Seconds.", ["route"], buckets=SECONDS, **options)
        self._batches = Histogram("textzoo_batch_size", "Texts.", ["operation"], buckets=BATCH_SIZES, **options)
        self._busy = Counter("textzoo_busy_seconds", "Seconds in models.", ["operation"], **options)
        live = options | {"multiprocess_mode": "livesum"}
        self.in_progress = Gauge("textzoo_requests_in_progress", "Requests of models in progress.", **live)
        self.waiting = Gauge("textzoo_texts_waiting", "Texts that wait for a batch.", **live)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_batch(self, operation: str, size: int, seconds: float) -> None:
        self._batches.labels(operation).observe(size)
        self._busy.labels(operation).inc(seconds)

    def text(self) -> bytes:
        """Returns the metrics of all workers, those of ended ones included in counts and left out of gauges."""
        from prometheus_client import CollectorRegistry, generate_latest

        folder = os.environ.get(FOLDER_VARIABLE)
        if folder is None:
            return generate_latest(self.registry)
        _forget_ended_workers(Path(folder))
        registry, workers = CollectorRegistry(), _Workers(Path(folder))
        registry.register(cast(Any, workers))
        return generate_latest(registry)


class _Workers:
    """Collects the counts of all workers; unlike the library's collector, also while a worker creates its files."""

    def __init__(self, folder: Path):
        self._folder = folder

    def collect(self) -> Iterable[Any]:
        from prometheus_client.multiprocess import MultiProcessCollector

        return MultiProcessCollector.merge([str(file) for file in self._folder.glob("*.db") if not _is_empty(file)])


def _forget_ended_workers(folder: Path) -> None:
    """Removes the gauges of processes that have ended; a killed one could not."""
    for file in folder.glob("gauge_live*_*.db"):
        if (match := re.search(r"_(\d+)\.db$", file.name)) and not _is_running(int(match[1])):
            file.unlink(missing_ok=True)


def _is_empty(file: Path) -> bool:
    """Returns whether a file holds nothing yet; a worker killed at that moment leaves it so."""
    try:
        return file.stat().st_size == 0
    except FileNotFoundError:  # forgotten meanwhile
        return True


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
