"""Resumable output files and their locks."""

import json
import re

import pytest

from tests.full_disk import full_disk
from textzoo.scripts.cli import output_files
from textzoo.scripts.cli.output_files import ResumableOutput

RECORDS = [f"第{i}行\n" * (i % 3) for i in range(7)]


class Killed(BaseException):
    pass


def write(path, kill_at=None, *, fingerprint=None):
    """Writes the remaining records, two at a time, and dies in the middle of a write."""
    writes = 0
    with ResumableOutput(str(path), {"seed": 0} | (fingerprint or {}), resume=True) as out:
        for at in range(out.done["records"], len(RECORDS), 2):
            chunk = RECORDS[at : at + 2]
            for text in chunk:
                if writes == kill_at:
                    out.write(text[: len(text) // 2])
                    raise Killed
                out.write(text)
                writes += 1
            out.mark(len(chunk), [])
        out.end()


@pytest.mark.parametrize("first", range(8))
@pytest.mark.parametrize("second", [0, 1, 2, 3])
def test_killed_at_any_write_twice(first, second, tmp_path):
    path = tmp_path / "out.txt"
    for kill_at in (first, second):
        try:
            write(path, kill_at)
        except Killed:
            continue
        break
    else:
        write(path)
    assert path.read_text(encoding="utf-8") == "".join(RECORDS)
    assert [file.name for file in tmp_path.iterdir()] == ["out.txt"]


def test_another_fingerprint_and_a_complete_file_are_refused(tmp_path):
    path = tmp_path / "out.txt"
    with pytest.raises(Killed):
        write(path, 3)
    with pytest.raises(ValueError, match="cannot resume with another seed. Expected: 0. Received: 1; use the same or"):
        write(path, fingerprint={"seed": 1})
    write(path)
    with pytest.raises(ValueError, match="this run has already finished; nothing to resume"):
        write(path)
    assert path.read_text(encoding="utf-8") == "".join(RECORDS)


def test_a_second_run_stops(tmp_path):
    path = str(tmp_path / "out.txt")
    with ResumableOutput(path, {}) as out:
        out.write("one\n")
        out.mark(1, ["a bad one"])
        with pytest.raises(ValueError, match="out.txt: process .* is writing it; wait until it ends"):
            ResumableOutput(path, {}, resume=True)
        with pytest.raises(ValueError, match="out.txt: process .* is writing it"):
            ResumableOutput(path, {})
        out.write("two\n")
    with pytest.raises(FileExistsError):
        ResumableOutput(path, {})
    with ResumableOutput(path, {}, resume=True) as out:
        assert out.done == {"records": 1, "bytes": 4, "rejected": ["a bad one"]}


def test_an_output_on_a_full_disk_is_named_and_resumed(tmp_path):
    path = tmp_path / "out.txt"
    with (
        full_disk(100),
        pytest.raises(OSError, match="File too large: '.*/out.txt'$"),
        ResumableOutput(str(path), {}) as out,
    ):
        for number in range(100):
            out.write(f"record {number}\n")
            out.mark(1, [])
    with ResumableOutput(str(path), {}, resume=True) as out:
        done = out.done["records"]
        assert path.read_text() == "".join(f"record {number}\n" for number in range(done)) and 0 < done < 100
        for number in range(done, 100):
            out.write(f"record {number}\n")
            out.mark(1, [])
        out.end()
    assert path.read_text() == "".join(f"record {number}\n" for number in range(100))


def test_another_version_of_textzoo_is_refused(tmp_path, monkeypatch):
    path = str(tmp_path / "out.txt")
    with ResumableOutput(path, {}) as out:
        out.write("one\n")
        out.mark(1, [])
    monkeypatch.setattr(output_files, "__version__", "99.0")
    with pytest.raises(ValueError, match="cannot resume with another textzoo. Expected: .* Received: 99.0; use"):
        ResumableOutput(path, {}, resume=True)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "5", "{}", '{"fingerprint": {}}', '{"fingerprint": 5, "done": {}}', "[" * 5000]
    + ['{"fingerprint": {}, "done": []}', '{"fingerprint": {}, "done": {"records": 1, "bytes": "4", "rejected": []}}'],
)  # fmt: skip
def test_a_damaged_progress_file_is_refused_and_the_output_stays(tmp_path, content):
    path = tmp_path / "out.txt"
    path.write_text("one\n")
    (tmp_path / "out.txt.progress").write_text(content)
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}.progress is damaged; delete it and"):
        ResumableOutput(str(path), {}, resume=True)
    assert path.read_text() == "one\n"


def test_an_output_that_lost_text_is_refused(tmp_path):
    path = tmp_path / "out.txt"
    with ResumableOutput(str(path), {}) as out:
        out.write("one\n")
        out.mark(1, [])
    path.write_text("on")
    with pytest.raises(ValueError, match="expected at least 4 bytes, written before the interruption. Received: 2;"):
        ResumableOutput(str(path), {}, resume=True)


def test_the_progress_file_is_always_complete_json(tmp_path):
    with ResumableOutput(str(tmp_path / "out.txt"), {"seed": 0}) as out:
        out.mark(3, [])
        assert json.loads((tmp_path / "out.txt.progress").read_text())["done"]["records"] == 3
