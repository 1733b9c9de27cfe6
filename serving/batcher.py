"""Batches of the items of concurrent requests, computed by one thread in fair shares."""

import heapq
import queue
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SMOOTHING = 0.2  # weight of the newest batch in the mean seconds per item
PAUSE, MAX_PAUSE = 0.1, 0.05  # wait for callers after a batch, in units of its seconds, and at most in seconds


class Operation(NamedTuple):
    """A call of a model with fixed options.

    Attributes:
        name: Name of the kind of call, for metrics.
        key: Model and options. Only items of equal name and key form a batch.
        compute: Computes the results of a list of values.
    """

    name: str
    key: Hashable
    compute: Callable[[list[Any]], Sequence[Any]]


class Share:
    """The items of one request: their place in the queue and their end.

    Args:
        deadline: Time on `time.monotonic()` after which its items are dropped.
        on_close: Called once, at `close`.

    Example:

    >>> share = Share(time.monotonic() + 10)
    >>> share.close()
    >>> share.ended
    True
    """

    def __init__(self, deadline: float, on_close: Callable[[], None] = lambda: None):
        self.deadline, self.closed, self.tag = deadline, False, 0.0
        self._on_close, self._futures = on_close, []

    @property
    def ended(self) -> bool:
        return self.closed or time.monotonic() > self.deadline

    def watch(self, future: Future) -> None:
        """Cancels a future at `close`."""
        self._futures = [waiting for waiting in self._futures if not waiting.done()] + [future]

    def close(self) -> None:
        """Drops the items that have not been computed."""
        if self.closed:
            return
        self.closed = True
        for future in self._futures:
            future.cancel()
        self._on_close()


@dataclass(order=True)
class _Item:
    tag: float
    number: int
    value: Any = field(compare=False)
    share: Share = field(compare=False)
    future: Future = field(compare=False)


class _Queue(NamedTuple):
    operation: Operation
    items: list[_Item]

    def num_open(self) -> int:
        """Returns the number of items whose request has not ended."""
        return sum(not item.share.ended for item in self.items)


class Batcher:
    """Computes the items of all requests in one thread, in batches of equal operations.

    Requests take turns, by start-time fair queueing: the n-th item of a request comes n turns after the item that was
    computed when the request arrived. A request of one item thus waits for one item of every other request, however
    long these are. A batch that raises is halved until the item that is to blame is alone. After a batch the thread
    waits a moment for as many new items: callers that have just been answered ask again, and would else take turns with
    the others in smaller batches.

    Args:
        batch_size: int. Maximum number of items of a batch.
        on_batch: Called after each batch with the operation's name, the number of items and the seconds.

    Example:

    >>> batcher = Batcher(batch_size=2)
    >>> double = Operation("double", None, lambda values: [2 * value for value in values])
    >>> batcher.run(double, [1, 2, 3], Share(time.monotonic() + 10))
    [2, 4, 6]

    Reference:
        Goyal et al., Start-time Fair Queueing, SIGCOMM 1996.
    """

    def __init__(self, batch_size: int, on_batch: Callable[[str, int, float], None] = lambda *_: None):
        self.batch_size, self._on_batch = batch_size, on_batch
        self._queues: dict[Hashable, _Queue] = {}
        self._seconds: dict[str, float] = {}
        self._changed = threading.Condition()
        self._number, self._tag = 0, 0.0
        self.thread = threading.Thread(target=self._work, name="batcher", daemon=True)
        self.thread.start()

    def submit(self, operation: Operation, values: Sequence[Any], share: Share) -> list[Future]:
        """Queues items; returns the future of each result, cancelled if the request ends before.

        Args:
            operation: The operation.
            values: Its values, one per item.
            share: The request.
        """
        futures = []
        with self._changed:
            for value in values:
                future: Future = Future()
                futures.append(future)
                share.watch(future)
                if share.ended:
                    future.cancel()
                    continue
                share.tag = max(share.tag, self._tag) + 1
                self._number += 1
                item = _Item(tag=share.tag, number=self._number, value=value, share=share, future=future)
                waiting = self._queues.setdefault((operation.name, operation.key), _Queue(operation, []))
                heapq.heappush(waiting.items, item)
            self._changed.notify()
        return futures

    def run(self, operation: Operation, values: Sequence[Any], share: Share) -> list[Any]:
        """Queues items and waits for their results; raises `CancelledError` if the request ends before."""
        return [future.result() for future in self.submit(operation, values, share)]

    def stream(self, operation: Operation, values: Sequence[Any], share: Share) -> Iterator[tuple[int, Any]]:
        """Queues items; yields the number and the result of each as soon as it is known, errors as `run`."""
        numbers = {future: number for number, future in enumerate(self.submit(operation, values, share))}
        done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        for future in numbers:
            future.add_done_callback(done.put)  # also at cancel(), of which as_completed hears nothing
        for _ in numbers:
            future = done.get()
            yield numbers[future], future.result()

    def waiting(self) -> int:
        """Returns the number of queued items."""
        with self._changed:
            return self._waiting()

    def _waiting(self) -> int:
        return sum(q.num_open() for q in self._queues.values())

    def expected_wait(self) -> float:
        """Returns the seconds that the queued items will take, by the mean of the past ones of their operation."""
        with self._changed:
            return sum(q.num_open() * self._seconds.get(q.operation.name, 0.0) for q in self._queues.values())

    def _work(self) -> None:
        expected, pause_end = 0, 0.0
        while True:
            with self._changed:
                while not self._queues:
                    self._changed.wait()
                while self._waiting() < expected and (pause := pause_end - time.monotonic()) > 0:
                    self._changed.wait(pause)
                operation, batch = self._next_batch()
            if not batch:
                continue
            start = time.perf_counter()
            _compute(operation, batch)
            seconds = time.perf_counter() - start
            with self._changed:
                mean = self._seconds.get(operation.name, seconds / len(batch))
                self._seconds[operation.name] = mean + SMOOTHING * (seconds / len(batch) - mean)
                expected = min(self.batch_size, len(batch) + self._waiting())
                pause_end = time.monotonic() + min(PAUSE * seconds, MAX_PAUSE)
            self._on_batch(operation.name, len(batch), seconds)

    def _next_batch(self) -> tuple[Operation, list[_Item]]:
        """Takes the items of the operation whose turn it is, without those whose request has ended."""
        key, (operation, items) = min(self._queues.items(), key=lambda entry: entry[1].items[0])
        batch: list[_Item] = []
        while items and len(batch) < self.batch_size:
            item = heapq.heappop(items)
            if item.share.ended:
                item.future.cancel()
            elif item.future.set_running_or_notify_cancel():
                self._tag = max(self._tag, item.tag - 1)
                batch.append(item)
        if not items:
            del self._queues[key]
        return operation, batch


def _compute(operation: Operation, batch: list[_Item]) -> None:
    try:
        results = operation.compute([item.value for item in batch])
    except Exception as error:  # any: it belongs to one request, and the thread lives on
        if len(batch) == 1:
            batch[0].future.set_exception(error)
            return
        middle = len(batch) // 2
        _compute(operation, batch[:middle])
        _compute(operation, batch[middle:])
        return
    for item, result in zip(batch, results, strict=True):
        item.future.set_result(result)
