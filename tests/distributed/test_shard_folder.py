"""Folders of shards: sizes, resumed runs, bad folders, object stores."""

import json
import os

import pytest

from tests.full_disk import full_disk
from textzoo.data.writer_lock import WriterLock
from textzoo.distributed import ShardFolder, ShardResult, finished_shards
from textzoo.distributed.output_store import open_output_store

PLAN = {"input": "abc", "model": ["def"]}


def open_folder(path, shards=3, *, resume=True, plan=PLAN):
    return ShardFolder(str(path), shards=shards, plan=plan, resume=resume)


def result(shard):
    lines = [f"{number}\n" for block in shard.blocks for number in block]
    return ShardResult("".join(lines).encode(), {"records": len(lines)}, [])


@pytest.mark.parametrize(("records", "block", "shards"), [(10, 2, 3), (9, 2, 5), (1, 4, 1), (64, 4, 16), (7, 1, 7)])
def test_shards_are_whole_blocks_of_all_records_in_order(records, block, shards, tmp_path):
    with open_folder(tmp_path / "out", shards) as folder:
        folder.begin(records, block=block)
        parts = list(folder.missing(range(records), block=block))
    assert [part.number for part in parts] == list(range(shards))
    assert [number for part in parts for blocks in part.blocks for number in blocks] == list(range(records))
    blocks = [one for part in parts for one in part.blocks]
    assert all(len(one) == block for one in blocks[:-1]) and all(part.blocks for part in parts)


def test_finished_shards_are_skipped_and_half_written_ones_made_again(tmp_path):
    out = tmp_path / "out"
    with open_folder(out) as folder:
        folder.begin(9, block=2)
        first, second, _ = folder.missing(range(9), block=2)
        folder.write(1, result(second))
        (out / folder.name(0)).write_text("half")  # written, but not in shards.json
        (out / f"{folder.name(2)}.part").write_text("half")
    with open_folder(out) as folder:
        assert folder.records == 9
        assert [shard.number for shard in folder.missing(range(9), block=2)] == [0, 2]
        for shard in folder.missing(range(9), block=2):
            folder.write(shard.number, result(shard))
        folder.merge(str(tmp_path / "all.txt"))
    assert (tmp_path / "all.txt").read_text() == "".join(f"{number}\n" for number in range(9))
    os.remove(out / "part-00002-of-00003.jsonl")
    with open_folder(out) as folder:
        assert [shard.number for shard in folder.missing(range(9), block=2)] == [2]
    assert first.blocks == [[0, 1]]


def test_another_plan_another_writer_and_other_folders_are_refused(tmp_path):
    out = tmp_path / "out"
    with open_folder(out) as folder:
        folder.begin(3, block=1)
        with pytest.raises(ValueError, match=f"{out}: process {os.getpid()} on .* is writing it"):
            open_folder(out)
    with pytest.raises(ValueError, match="out already exists; choose another --out or pass --resume"):
        open_folder(out, resume=False)
    with pytest.raises(ValueError, match="cannot resume with another shards. Expected: 3. Received: 4"):
        open_folder(out, 4)
    with pytest.raises(ValueError, match=r"cannot resume with another input. Expected: abc. Received: x; use the same"):
        open_folder(out, plan=PLAN | {"input": "x"})
    for damaged in ("{", "[]", '{"plan": {}, "records": null, "done": {}}', '{"plan": {}, "records": 1, "done": []}'):
        (out / "shards.json").write_text(damaged)
        with pytest.raises(ValueError, match="out/shards.json is damaged; choose another --out"):
            open_folder(out)
    (out / "shards.json").unlink()
    (out / "other").touch()
    with pytest.raises(ValueError, match="is not empty and holds no shards; choose another --out"):
        open_folder(out)
    with pytest.raises(ValueError, match="other is a file; name a folder for the shards"):
        open_folder(out / "other")
    WriterLock(out).release()  # none of them kept it


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plan", []),
        ("plan", {"shards": 10**30}),
        ("plan", {"shards": True}),
        ("records", 1e400),
        ("records", 10**30),
        ("records", 0),
        ("done", {"0": []}),
        ("done", {"0": {"counts": {"records": "1"}, "rejected": []}}),
        ("done", {"0": {"counts": {}, "rejected": "none"}}),
        ("done", {"x": {"counts": {}, "rejected": []}}),
    ],
)
def test_a_damaged_state_is_refused(tmp_path, name, value):
    out = tmp_path / "out"
    with open_folder(out) as folder:
        folder.begin(3, block=1)
    state = json.loads((out / "shards.json").read_text())
    (out / "shards.json").write_text(json.dumps(state | {name: value}))
    for read, cure in ((open_folder, "choose another --out"), (finished_shards, "make the shards again")):
        with pytest.raises(ValueError, match=f"out/shards.json is damaged; {cure}"):
            read(out)


def test_more_records_than_the_input_has_take_no_memory(tmp_path):
    with open_folder(tmp_path / "out") as folder:
        folder.begin(2**48, block=1)
        with pytest.raises(ValueError, match="now has fewer"):
            next(folder.missing(range(3), block=1))


def test_finished_shards_are_those_of_the_plan(tmp_path):
    out = tmp_path / "out"
    with open_folder(out) as folder:
        folder.begin(3, block=1)
        for shard in folder.missing(range(3), block=1):
            folder.write(shard.number, result(shard))
    for other in ("part-00000-of-00002.jsonl", "part-abcde-of-00003.jsonl", "part-00000-of-00003.jsonl.part"):
        (out / other).touch()
    assert [path.name for path in finished_shards(out)] == [f"part-{n:05d}-of-00003.jsonl" for n in range(3)]


def test_too_many_shards_and_an_input_that_changes(tmp_path):
    with (
        pytest.raises(ValueError, match="8 records are 2 blocks of 4; lower --shards or"),
        open_folder(tmp_path / "no") as folder,
    ):
        folder.begin(8, block=4)
    assert not (tmp_path / "no").exists()
    with open_folder(tmp_path / "out") as folder:
        folder.begin(8, block=2)
        with pytest.raises(ValueError, match="it had 8 records and now has fewer"):
            list(folder.missing(range(7), block=2))
        with pytest.raises(ValueError, match="it had 8 records and now has more"):
            list(folder.missing(range(9), block=2))


def test_an_object_store_and_stores_of_half_files():
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    with open_folder("memory://bucket/out", 2) as folder:
        folder.begin(2, block=1)
        for shard in folder.missing(range(2), block=1):
            folder.write(shard.number, result(shard))
    store = fsspec.filesystem("memory")
    assert store.cat("/bucket/out/part-00001-of-00002.jsonl") == b"1\n"
    assert json.loads(store.cat("/bucket/out/shards.json"))["records"] == 2
    with open_folder("memory://bucket/out", 2) as folder:
        assert not list(folder.missing(range(2), block=1))
    with pytest.raises(ValueError, match="ftp://host/out: ftp may show half-written files"):
        open_folder("ftp://host/out")


def test_a_folder_is_kept_until_the_new_one_is_whole(tmp_path):
    store = open_output_store(str(tmp_path / "out"))
    store.write("index", {"a/b": b"old"})
    with pytest.raises(TypeError):
        store.write("index", {"a/b": b"new", "c": None})
    assert (tmp_path / "out" / "index" / "a" / "b").read_bytes() == b"old"
    store.write("index", {"c": b"new"})
    assert [path.name for path in (tmp_path / "out" / "index").iterdir()] == ["c"]
    store.close()


def test_a_full_disk_is_named_and_leaves_the_old_folder_alone(tmp_path):
    store = open_output_store(str(tmp_path / "out"))
    store.write("index", {"a/b": b"old"})
    with full_disk(), pytest.raises(OSError, match="File too large: '.*/out/index/c/d'$"):
        store.write("index", {"a/b": b"new", "c/d": b"x" * 5000})
    assert store.names() == {"index"} and (tmp_path / "out" / "index" / "a" / "b").read_bytes() == b"old"
    store.close()
