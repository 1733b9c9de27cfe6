"""Runs a command's work in shards, with progress and a report on standard error."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textzoo.scripts.cli.record_source import RecordSource, line_number
from textzoo.scripts.cli.run_fingerprint import file_hashes, run_fingerprint
from textzoo.scripts.cli.shard_options import NOT_IN_PLAN


@dataclass(frozen=True)
class CommandWork:
    """Work of a command on shards, see `textzoo.distributed.Work`.

    Args:
        args: Arguments of the command.
        open: Loads the model and returns the function of a shard's blocks.
    """

    args: Any
    open: Callable[[], Any]

    def fingerprint(self) -> Any:
        return file_hashes(self.args)


def run_sharded(
    args: Any,
    open_work: Callable[[], Any],
    *,
    read: Callable[[], RecordSource],
    block: int,
    unit: str,
    suffix: str = ".jsonl",
) -> None:
    """Makes the shards that are missing in the folder `args.out`.

    Args:
        args: Arguments of the command, with `ShardOptions`.
        open_work: Loads the model and returns the function of a shard's blocks. It is pickled for other processes.
        read: Opens the records; called once to count them, unless an earlier run did, and once to work on them.
        block: Records of a batch of the command without shards.
        unit: Name of what is made of the records.
        suffix: Suffix of the shards.

    Raises:
        ValueError: As `ShardFolder`, `run_shards` or `read`.
    """
    from textzoo.distributed import ShardFolder, run_shards

    work, plan = CommandWork(args, open_work), run_fingerprint(args, NOT_IN_PLAN)
    with ShardFolder(args.out, shards=args.shards, plan=plan, resume=args.resume, suffix=suffix) as folder:
        if folder.records is None:
            folder.begin(sum(1 for _ in read()), block=block)
        source, start, records = read(), time.perf_counter(), 0
        shards = folder.missing(source, block=block)
        if args.shards > len(folder.done):
            workers, count = _open_workers(args, work, at_most=args.shards - len(folder.done))
            for shard, result in run_shards(shards, workers, work=work, count=count, report=_report):
                folder.write(shard.number, result)
                records += result.counts["records"]
                _report(f"shard {shard.number}: {_counted(result.counts)}; {len(folder.done)} of {args.shards} done")
        else:
            for _ in shards:
                pass
        rejected = [str(error) for error in source.rejected()]
        rejected += [message for entry in folder.done.values() for message in entry["rejected"]]
        if rejected:
            folder.write_rejected(sorted(rejected, key=line_number))
        seconds = time.perf_counter() - start
        counts = sum((Counter(entry["counts"]) for entry in folder.done.values()), Counter({"records": 0, unit: 0}))
        where = f" (see {args.out}/rejected.txt)" if rejected else ""
        _report(f"{_counted(counts)}, {len(rejected)} rejected{where}")
        _report(f"{records} records in {seconds:.1f} s, {records / seconds:.1f} a second")
        if getattr(args, "merge", None) is not None:
            folder.merge(args.merge)


def _open_workers(args: Any, work: Any, *, at_most: int) -> tuple[Any, int]:
    if args.ray is not None:
        from textzoo.distributed.ray_workers import RayWorkers

        workers = RayWorkers(work, address=args.ray)
        return workers, min(at_most, args.workers or workers.num_cpus)
    from textzoo.distributed import LocalWorkers

    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return LocalWorkers(work), min(at_most, args.workers or cpus)


def _report(line: str) -> None:
    if line:
        print(line, file=sys.stderr, flush=True)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
