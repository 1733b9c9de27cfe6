"""Tests of atomic writes and of file hashes."""

import hashlib
import os

import pytest

from tests.full_disk import full_disk
from textzoo.data.files import name_os_error, replaced_file, sha256_file, write_atomically


@pytest.mark.parametrize("content", ["小李来了\r\n", "小李来了\r\n".encode()])
def test_the_content_is_written_as_utf8_with_its_line_ends(tmp_path, content):
    write_atomically(tmp_path / "note.txt", content)
    assert (tmp_path / "note.txt").read_bytes() == "小李来了\r\n".encode()
    assert os.listdir(tmp_path) == ["note.txt"]


def test_the_old_file_stays_where_the_write_fails(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(str(path), "\ud800")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["note.txt"]


def test_a_failed_replacement_leaves_no_part(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        write_atomically(tmp_path / "folder", "text")
    assert os.listdir(tmp_path) == ["folder"]


def test_a_full_disk_leaves_the_old_file_and_is_named(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    with full_disk(), pytest.raises(OSError, match="File too large: '.*/note.txt'$") as caught:
        write_atomically(path, "x" * 10_000)
    assert caught.value.filename == str(path)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["note.txt"]


@pytest.mark.parametrize("name", ["missing/note.txt", "x" * 300, "file/note.txt"])
def test_a_file_that_cannot_be_created_is_named(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(OSError) as caught:
        write_atomically(tmp_path / name, "text")
    assert caught.value.filename == str(tmp_path / name)
    assert os.listdir(tmp_path) == ["file"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replaced_file(path) as part:
        part.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["note.txt"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device: 'out'"),
        (OSError(28, "No space left on device", "o.part"), "[Errno 28] No space left on device: 'out'"),
        (OSError(2, "No such file or directory", "in"), "[Errno 2] No such file or directory: 'in'"),
        (OSError("message with a cure"), "message with a cure"),
    ],
)
def test_only_a_missing_name_is_added(error, expected):
    with pytest.raises(OSError) as caught, name_os_error("out", over="o.part"):
        raise error
    assert str(caught.value) == expected


def test_a_pipe_is_written_directly():
    read, write = os.pipe()
    write_atomically(f"/dev/fd/{write}", "小李")
    os.close(write)
    with open(read, "rb") as file:
        assert file.read() == "小李".encode()


def test_the_digest_of_a_file(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"some pairs")
    assert sha256_file(tmp_path / "a.txt") == hashlib.sha256(b"some pairs").hexdigest()


def test_the_digest_of_a_folder_covers_paths_and_contents(tmp_path):
    for folder in ("first", "second"):
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "deep" / "b.txt").write_text("b")
        (tmp_path / folder / "a.txt").write_text("a")
    lines = "".join(
        f"{name} {hashlib.sha256(content).hexdigest()}\n" for name, content in [("a.txt", b"a"), ("deep/b.txt", b"b")]
    )
    assert sha256_file(tmp_path / "first") == hashlib.sha256(lines.encode()).hexdigest()
    assert sha256_file(tmp_path / "first") == sha256_file(tmp_path / "second")
    (tmp_path / "second" / "a.txt").rename(tmp_path / "second" / "c.txt")
    assert sha256_file(tmp_path / "first") != sha256_file(tmp_path / "second")
