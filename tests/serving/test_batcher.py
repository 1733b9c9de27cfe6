"""Batches: results, turns, ends of requests, and items to blame."""

import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from textzoo.serving.batcher import Batcher, Operation, Share


def share(seconds=10.0):
    return Share(time.monotonic() + seconds)


class Gate:
    """An operation that records its batches and waits until it is opened."""

    def __init__(self, name="gate"):
        self.open, self.entered, self.batches = threading.Event(), threading.Event(), []
        self.operation = Operation(name, None, self.compute)

    def compute(self, values):
        self.entered.set()
        assert self.open.wait(10)
        self.batches.append(values)
        if "bad" in values:
            raise ValueError("bad value")
        return [value * 2 for value in values]

    def hold(self, batcher):
        """Occupies the batcher's thread with an item, so that later ones queue."""
        first = batcher.submit(self.operation, ["first"], share())
        assert self.entered.wait(10)
        return first


def test_items_of_several_requests_form_batches_in_turns():
    batcher, gate = Batcher(batch_size=3), Gate()
    gate.hold(batcher)
    long = batcher.submit(gate.operation, ["a1", "a2", "a3", "a4"], share())
    short = batcher.submit(gate.operation, ["b1"], share())
    gate.open.set()
    assert [future.result(10) for future in (*long, *short)] == ["a1a1", "a2a2", "a3a3", "a4a4", "b1b1"]
    assert gate.batches == [["first"], ["a1", "b1", "a2"], ["a3", "a4"]]


def test_operations_take_turns_and_do_not_mix():
    batcher, gate = Batcher(batch_size=2), Gate()
    other = Operation("other", "key", lambda values: gate.batches.append(values) or values)
    gate.hold(batcher)
    long = batcher.submit(gate.operation, list("abcdef"), share())
    short = batcher.submit(other, ["x"], share())
    gate.open.set()
    assert short[0].result(10) == "x" and long[-1].result(10) == "ff"
    assert gate.batches == [["first"], ["a", "b"], ["x"], ["c", "d"], ["e", "f"]]


def test_a_bad_item_fails_alone():
    batcher, gate = Batcher(batch_size=8), Gate()
    gate.open.set()
    good = batcher.submit(gate.operation, ["a", "b"], share())
    bad = batcher.submit(gate.operation, ["bad"], share())
    assert [future.result(10) for future in good] == ["aa", "bb"]
    with pytest.raises(ValueError, match="bad value"):
        bad[0].result(10)
    assert batcher.run(gate.operation, ["c"], share()) == ["cc"]


def test_items_of_an_ended_request_are_dropped():
    closed = []
    batcher, gate = Batcher(batch_size=8), Gate()
    gate.hold(batcher)
    left, late, kept = Share(time.monotonic() + 10, lambda: closed.append("left")), share(0.0), share()
    futures = [
        batcher.submit(gate.operation, [value], who)[0] for value, who in [("a", left), ("b", late), ("c", kept)]
    ]
    left.close()
    left.close()
    assert futures[0].cancelled() and closed == ["left"]
    gate.open.set()
    assert futures[2].result(10) == "cc" and gate.batches == [["first"], ["c"]]
    with pytest.raises(CancelledError):
        batcher.run(gate.operation, ["d"], late)


def test_a_stream_yields_results_as_they_come_and_ends_with_its_request():
    batcher, gate, request = Batcher(batch_size=1), Gate(), share()
    gate.open.set()
    assert sorted(batcher.stream(gate.operation, ["a", "b"], request)) == [(0, "aa"), (1, "bb")]
    gate.open.clear()
    gate.entered.clear()
    first = gate.hold(batcher)
    with ThreadPoolExecutor(1) as threads:
        stream = threads.submit(list, batcher.stream(gate.operation, ["c", "d"], request))
        while batcher.waiting() < 2:
            time.sleep(0.001)
        request.close()
        with pytest.raises(CancelledError):
            stream.result(5)
    gate.open.set()
    assert first[0].result(10) == "firstfirst"


def test_the_expected_wait_follows_the_queue():
    batcher, gate = Batcher(batch_size=1), Gate()
    assert batcher.expected_wait() == 0
    gate.open.set()
    batcher.run(gate.operation, ["a"], share())
    gate.open.clear()
    gate.entered.clear()
    gate.hold(batcher)
    batcher.submit(gate.operation, ["b", "c"], share())
    assert batcher.waiting() == 2
    gate.open.set()
