"""The guard itself: what it lets pass, and what it does not."""

from pathlib import Path

import pytest

from tests.fuzz.guard import guarded

pytestmark = pytest.mark.fuzz


@pytest.mark.parametrize("error", [ValueError("bad"), FileNotFoundError(2, "No such file", "a"), UnicodeError("bad")])
def test_bad_input_may_be_refused(tmp_path, error):
    with guarded(tmp_path):
        raise error


@pytest.mark.parametrize("error", [KeyError("a"), TypeError("bad"), RecursionError("deep"), SystemExit(0)])
def test_no_other_error_passes(tmp_path, error):
    with pytest.raises(type(error)), guarded(tmp_path):
        raise error


def test_an_error_without_a_message_is_a_fault(tmp_path):
    with pytest.raises(AssertionError), guarded(tmp_path):
        raise ValueError


def test_memory_is_bounded(tmp_path):
    with pytest.raises(MemoryError), guarded(tmp_path):
        bytearray(3 * 2**30)


@pytest.mark.parametrize("mode", ["r", "w", "a"])
def test_files_outside_the_folder_are_noticed(tmp_path, mode):
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir()
    outside.write_text("secret")
    (folder / "link").symlink_to(outside)
    for path in (outside, folder / "link", folder / ".." / "outside"):
        with pytest.raises(AssertionError, match="outside"), guarded(folder):
            open(path, mode).close()


def test_files_of_the_package_may_be_read_but_not_written(tmp_path):
    with guarded(tmp_path):
        Path(__file__).read_text()
        (tmp_path / "a").write_text("a")
    with pytest.raises(AssertionError), guarded(tmp_path):
        open(__file__, "r+").close()
