"""Output folder of numbered shards with a plan, which a killed run can continue."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from .. import __version__
from ..data.config_fields import WORDS
from ..data.files import replaced_file
from ..data.readers.record_fields import parse_json
from .output_store import open_output_store
from .work import Shard, ShardResult

STATE = "shards.json"
REJECTED = "rejected.txt"
MAX_RECORDS = 2**48


class ShardFolder:
    """Folder of shards: `part-00000-of-00004.jsonl` and so on, and `shards.json`.

    `shards.json` holds the plan (everything that decides the content), the number of records, and the finished shards
    with their counts and rejected records. It is written after a shard, so a shard whose writing was cut off is made
    again.

    Args:
        path: The folder; new, empty, or of an earlier run with the same plan. An address of an object store works too.
        shards: Number of shards.
        plan: Fingerprint of input, model and options. Its values are JSON.
        resume: Whether to continue an earlier run. If there is none, a new one begins.
        suffix: Suffix of a shard's name, `""` for folders.

    Attributes:
        records: Number of records in all shards; None until `begin`.
        done: For each finished shard by its number `counts` and `rejected`.

    Raises:
        ValueError: Another run is writing the folder, its plan differs, or it holds other files.

    Example:

    >>> with ShardFolder("out", shards=2, plan={"input": "abc"}, resume=False) as folder:
    ...     folder.begin(3, block=1)
    ...     for number, blocks in folder.missing("xyz", block=1):
    ...         print(folder.name(number), blocks)
    ...         folder.write(number, ShardResult(b"...", {"records": len(blocks)}, rejected=[]))
    part-00000-of-00002.jsonl [['x']]
    part-00001-of-00002.jsonl [['y'], ['z']]
    >>> [path.name for path in finished_shards("out")]
    ['part-00000-of-00002.jsonl', 'part-00001-of-00002.jsonl']
    """

    def __init__(self, path: str, *, shards: int, plan: Mapping[str, Any], resume: bool, suffix: str = ".jsonl"):
        self.path, self.shards, self._suffix = path, shards, suffix
        self.plan = json.loads(json.dumps(dict(plan) | {"textzoo": __version__, "shards": shards}))
        self.records: int | None = None
        self.done: dict[int, dict[str, Any]] = {}
        self._store = open_output_store(path)
        try:
            names = self._store.names()
            if STATE in names:
                self._continue(names, resume=resume)
            elif names:
                raise ValueError(f"{path} is not empty and holds no shards; choose another --out")
        except BaseException:
            self._store.close()
            raise

    def __enter__(self) -> "ShardFolder":
        return self

    def __exit__(self, *error: object) -> None:
        self._store.close()

    def name(self, number: int) -> str:
        """Returns the name of a shard's file or folder."""
        return f"part-{number:05d}-of-{self.shards:05d}{self._suffix}"

    def begin(self, records: int, *, block: int) -> None:
        """Writes the plan.

        Args:
            records: Number of records.
            block: Records of a block. A shard has whole blocks.

        Raises:
            ValueError: There are fewer blocks than shards.
        """
        if -(-records // block) < self.shards:
            raise ValueError(
                f"--shards {self.shards}: {records} records are {-(-records // block)} blocks of {block}; lower "
                "--shards or --batch-size"
            )
        self.records = records
        self._write_state()

    def missing(self, records: Iterable[Any], *, block: int) -> Iterator[Shard]:
        """Yields the shards that are not finished.

        Args:
            records: All records.
            block: As in `begin`.

        Raises:
            ValueError: There are more or fewer records than in the plan; or as the iterable.
        """
        stream, total = iter(records), self.records or 0
        num_blocks = -(-total // block)
        for number in range(self.shards):
            size = num_blocks * (number + 1) // self.shards - num_blocks * number // self.shards
            if number in self.done:
                for _ in islice(stream, size * block):
                    pass
                continue
            blocks = list(islice(iter(lambda: list(islice(stream, block)), []), size))
            end = min(num_blocks * (number + 1) // self.shards * block, total)
            if sum(map(len, blocks)) != end - num_blocks * number // self.shards * block:
                raise ValueError(f"the input has changed: it had {total} records and now has fewer; run again")
            yield Shard(number, blocks)
        if next(stream, None) is not None:
            raise ValueError(f"the input has changed: it had {total} records and now has more; run again")

    def write(self, number: int, result: ShardResult) -> None:
        """Writes a finished shard."""
        self._store.write(self.name(number), result.content)
        self.done[number] = {"counts": result.counts, "rejected": result.rejected}
        self._write_state()

    def write_rejected(self, messages: Iterable[str]) -> None:
        """Writes `rejected.txt`, one message a line."""
        self._store.write(REJECTED, "".join(f"{message}\n" for message in messages).encode())

    def merge(self, path: str) -> None:
        """Joins the finished shards in one file."""
        with replaced_file(path) as part, open(part, "wb") as file:
            for number in range(self.shards):
                file.write(self._store.read(self.name(number)))

    def _continue(self, names: set[str], *, resume: bool) -> None:
        if not resume:
            raise ValueError(f"{self.path} already exists; choose another --out or pass --resume")
        state = _parse_state(self._store.read(STATE), f"{self.path}/{STATE} is damaged; choose another --out")
        began_with, self.records = state.plan, state.records
        self.done = {number: entry for number, entry in state.done.items() if self.name(number) in names}
        for name, value in self.plan.items():
            if began_with.get(name) != value:
                raise ValueError(
                    f"{self.path}: cannot resume with another {name}. Expected: {began_with.get(name)}. Received: "
                    f"{value}; use the same or choose another --out"
                )

    def _write_state(self) -> None:
        state = {"plan": self.plan, "records": self.records, "done": self.done}
        self._store.write(STATE, json.dumps(state, ensure_ascii=False).encode())


def finished_shards(path: str) -> list[Path] | None:
    """Returns the paths of a local folder's shards in order; None if it is no folder of shards.

    Raises:
        ValueError: A shard is missing.
    """
    folder = Path(path)
    if not (folder / STATE).is_file():
        return None
    state = _parse_state((folder / STATE).read_bytes(), f"{path}/{STATE} is damaged; make the shards again")
    shards = state.plan["shards"]
    names = (re.fullmatch(rf"part-(\d{{5,}})-of-{shards:05d}(\.jsonl)?", name) for name in sorted(os.listdir(folder)))
    parts = {int(name[1]): folder / name[0] for name in names if name}
    finished = state.done.keys() & parts.keys()
    missing = next((number for number in range(shards) if number not in finished), None)
    if missing is not None:
        raise ValueError(f"{path}: shard {missing} of {shards} is missing; run the command again with --resume")
    return [parts[number] for number in range(shards)]


class _State(NamedTuple):
    """Content of `shards.json`."""

    plan: dict[str, Any]
    records: int
    done: dict[int, dict[str, Any]]


def _parse_state(content: bytes, damaged: str) -> _State:
    """Returns the content of `shards.json`; raises ValueError, with a message, if it is none."""
    try:
        state = parse_json(content.decode(), STATE, expected="JSON")
        plan, records, done = state["plan"], state["records"], state["done"]
        if _is_count(plan["shards"]) and _is_count(records) and all(map(_is_entry, done.values())):
            return _State(plan, records, {int(number): entry for number, entry in done.items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ValueError(damaged)


def _is_entry(entry: Any) -> bool:
    counts = entry["counts"].values()
    return WORDS.accepts(entry["rejected"]) and all(type(count) is int and count >= 0 for count in counts)


def _is_count(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MAX_RECORDS
