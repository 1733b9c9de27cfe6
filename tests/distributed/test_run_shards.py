"""Shards on workers: lost ones are repeated, other versions and bad input are refused."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.distributed.toy_work import Doubling, WorkersInThisProcess
from textzoo import __version__
from textzoo.distributed import LocalWorkers, Shard, run_shards
from textzoo.distributed.work import WorkerStart

EXPECTED = [(number, f"{4 * number}\n{4 * number + 2}\n".encode()) for number in range(5)]


def shards(count=5, change=None):
    return (Shard(number, [[2 * number], [2 * number + 1]]) for number in range(count))


def run(workers, *, work=None, count=2, parts=None, lines=None):
    report = [] if lines is None else lines
    parts = shards() if parts is None else parts
    results = run_shards(parts, workers, work=work or Doubling(), count=count, report=report.append)
    return sorted((shard.number, result.content) for shard, result in results)


def test_every_shard_is_made_whatever_the_number_of_workers_and_losses():
    for count, lost in ((1, ()), (2, ()), (2, (0, 3)), (3, (1, 2, 4, 5))):
        lines = []
        workers = WorkersInThisProcess(Doubling(), lost=lost)
        assert run(workers, count=count, lines=lines) == EXPECTED
        assert workers.closed and sum("(exit code -9); another takes its place" in line for line in lines) == len(lost)


def test_no_worker_starts_if_every_shard_is_done():
    workers = WorkersInThisProcess(Doubling())
    assert run(workers, parts=iter(())) == [] and not workers.closed


def test_a_shard_that_is_lost_each_time_is_named():
    with pytest.raises(ValueError, match="the worker of shard 0 was lost 3 times, .* exit code -9; it may need more"):
        run(WorkersInThisProcess(Doubling(), lost=range(9)), count=1)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (WorkerStart("9.9", ["doubling"], ""), "a worker runs textzoo 9.9, this command"),
        (WorkerStart(__version__, ["tripling"], ""), "a worker has another model or dictionary"),
        (ValueError("no such preset"), "no such preset"),
    ],
)
def test_other_versions_and_models_and_a_start_that_fails(start, message):
    workers = WorkersInThisProcess(Doubling(), start=start)
    with pytest.raises(ValueError, match=message):
        run(workers)
    assert workers.closed


def test_bad_input_ends_the_run():
    with pytest.raises(ValueError, match="number -1 is negative"):
        run(WorkersInThisProcess(Doubling()), parts=iter([Shard(0, [[1]]), Shard(1, [[-1]])]))


@pytest.mark.slow
def test_processes_one_killed_and_one_that_dies_at_a_shard_each_time(tmp_path):
    once, always = tmp_path / "once", tmp_path / "always"
    once.mkdir()
    always.mkdir()

    def killed_once():
        work = Doubling(str(once), deadly=5, deaths=1)
        return run(LocalWorkers(work), work=work)

    def killed_always():
        work = Doubling(str(always), deadly=1, deaths=9)
        with pytest.raises(ValueError, match="the worker of shard 0 was lost 3 times, .* exit code -9"):
            run(LocalWorkers(work), work=work, count=1)

    with ThreadPoolExecutor(2) as pool:
        results, failed = pool.submit(killed_once), pool.submit(killed_always)
        assert results.result() == EXPECTED and failed.result() is None
    assert len(os.listdir(once)) == 1 and len(os.listdir(always)) == 3
