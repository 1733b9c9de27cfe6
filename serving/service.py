"""Admission, deadlines and ends of requests."""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from fastapi import HTTPException, Request

from .batcher import Batcher, Operation, Share
from .metrics import Metrics
from .request_guard import CLIENT_CLOSED_REQUEST
from .served_models import ServedModels
from .service_limits import ServiceLimits


class Service:
    """Runs the models for requests within limits.

    Args:
        models: The models.
        limits: The limits.
        metrics: Counts of the process.
    """

    def __init__(self, models: ServedModels, limits: ServiceLimits, metrics: Metrics):
        self.models, self.limits, self.metrics = models, limits, metrics
        self.batcher = Batcher(limits.batch_size, self._note_batch)
        self.in_progress = 0
        self._threads = ThreadPoolExecutor(limits.max_requests, thread_name_prefix="pipeline")

    def is_full(self) -> bool:
        return self.in_progress >= self.limits.max_requests or self.batcher.expected_wait() > self.limits.deadline

    def admit(self) -> Share:
        """Returns the share of a new request, to be closed at its end; raises 503 if the service is full."""
        if self.is_full():
            wait = min(max(1, math.ceil(self.batcher.expected_wait())), math.ceil(self.limits.deadline))
            message = f"{self.in_progress} requests are in progress; try again in {wait} seconds."
            raise HTTPException(503, message, headers={"Retry-After": str(wait)})
        self.in_progress += 1
        self.metrics.in_progress.set(self.in_progress)
        return Share(time.monotonic() + self.limits.deadline, self._leave)

    def _leave(self) -> None:
        self.in_progress -= 1
        self.metrics.in_progress.set(self.in_progress)

    def _note_batch(self, operation: str, size: int, seconds: float) -> None:
        self.metrics.count_batch(operation, size, seconds)
        self.metrics.waiting.set(self.batcher.waiting())

    async def compute(
        self, request: Request, operation: Operation, values: Sequence[Any], *, field: str = "texts"
    ) -> list[Any]:
        """Computes the results of a request's values.

        Args:
            request: The request.
            operation: The operation.
            values: The values.
            field: Name of the values in the request's body, for messages.

        Raises:
            HTTPException: 422 for a bad value, 503, 504.
        """
        with contextlib.closing(self.admit()) as share:
            futures = self.batcher.submit(operation, values, share)
            return await self.wait(request, share, _results(futures, field))

    async def run(self, request: Request, work: Callable[[Share], Any]) -> Any:
        """Runs `work(share)` of a request in a thread of its own; errors as `compute`."""
        with contextlib.closing(self.admit()) as share:
            return await self.wait(request, share, self.in_thread(work, share))

    async def in_thread(self, work: Callable[[Share], Any], share: Share) -> Any:
        """Runs `work(share)` in a thread; raises 422 for a bad value."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, share)
        except (ValueError, MemoryError) as error:
            raise HTTPException(422, str(error)) from None

    async def wait(self, request: Request, share: Share, work: Awaitable[Any]) -> Any:
        """Waits for the work of a request until its deadline or until the caller leaves; raises 504 or 499."""
        task, left = asyncio.ensure_future(work), asyncio.ensure_future(_caller_leaves(request))
        try:
            remaining = max(0.0, share.deadline - time.monotonic())
            await asyncio.wait({task, left}, timeout=remaining, return_when=asyncio.FIRST_COMPLETED)
            if not task.done() and left.done():
                raise HTTPException(CLIENT_CLOSED_REQUEST, "The caller has left.")
            if not task.done() or task.cancelled():
                raise self.deadline_error()
            return task.result()
        finally:
            for waiting in (task, left):
                waiting.cancel()
            await asyncio.wait({task, left})
            if not task.cancelled():
                task.exception()  # retrieved, so that it is not logged

    def deadline_error(self) -> HTTPException:
        seconds = f"{self.limits.deadline:g}"
        return HTTPException(504, f"Not finished within {seconds} seconds; send fewer or shorter texts.")


async def _results(futures: list[Future], field: str) -> list[Any]:
    """Waits for all results; raises 422 with the number of the first bad value."""
    waiting = [asyncio.wrap_future(future) for future in futures]
    if waiting:
        await asyncio.wait(waiting)
    errors = [None if future.cancelled() else future.exception() for future in waiting]
    for number, error in enumerate(errors):
        if isinstance(error, ValueError | MemoryError):
            raise HTTPException(422, f"{field}[{number}]: {error}")
        if error is not None:
            raise error
    return [future.result() for future in waiting]


async def _caller_leaves(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
