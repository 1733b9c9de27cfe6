"""One writer at a time: across processes, links and spellings, and after a kill."""

import multiprocessing
import os
import platform
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from textzoo.data.writer_lock import WriterLock, is_free_folder

ROOT = Path(__file__).parent.parent.parent
HOLD = """
import sys
sys.path.insert(0, "data")  # the module alone: importing textzoo takes ten times as long
from writer_lock import WriterLock
lock = WriterLock(sys.argv[1])
print('held', flush=True)
"""


def start_holder(path, then="sys.stdin.read()"):
    """Starts a process that holds the lock until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD + then, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    return process


@pytest.fixture(params=["file", "folder"])
def output(request, tmp_path):
    path = tmp_path / "out"
    if request.param == "folder":
        path.mkdir()
    return path


def test_the_second_writer_is_told_the_path_and_the_process(output):
    holder = start_holder(output)
    expected = (
        f"{output}: process {holder.pid} on {platform.node()} is writing it; wait until it ends or choose another"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(expected)} output$"):
        WriterLock(output)
    holder.communicate()
    WriterLock(output).release()


def test_a_killed_writer_holds_nothing(output):
    holder = start_holder(output)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert len(list(output.parent.rglob("*.lock"))) == 1  # its file remains
    with WriterLock(output):
        pass
    assert not list(output.parent.rglob("*.lock"))


@pytest.mark.parametrize("then", ["raise SystemExit(3)", "1 / 0", "pass"])
def test_the_lock_file_goes_with_its_process(output, then):
    start_holder(output, f"import os; os.close(2); {then}").communicate()
    assert not list(output.parent.rglob("*.lock"))


def test_one_process_is_one_writer_too(output):
    with WriterLock(output), pytest.raises(ValueError, match=f"process {os.getpid()} on"):
        WriterLock(output)


def test_a_forgotten_lock_is_released(output):
    lock = WriterLock(output)
    del lock
    WriterLock(output).release()


@pytest.mark.parametrize("spell", [os.path.relpath, lambda path: f"{path.parent}/x/../{path.name}"])
def test_other_spellings_share_the_lock(output, spell):
    (output.parent / "x").mkdir()
    with WriterLock(output), pytest.raises(ValueError, match="is writing it"):
        WriterLock(spell(output))


def test_links_share_the_lock(output, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(output)
    with WriterLock(link), pytest.raises(ValueError, match="is writing it"):
        WriterLock(output)


def test_a_file_of_that_name_stays_as_it_is(tmp_path):
    other = tmp_path / "poetry.lock"
    other.write_text("precious")
    with pytest.raises(ValueError, match="poetry.lock: expected the lock of .*. Received: another file"):
        WriterLock(tmp_path / "poetry")
    other.rename(tmp_path / "precious")
    other.symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="cannot be locked"):
        WriterLock(tmp_path / "poetry")
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_lock_that_cannot_be_written_names_the_output(tmp_path):
    path = tmp_path / "missing" / "out"
    with pytest.raises(OSError, match="cannot be locked .No such file or directory.; choose another output") as caught:
        WriterLock(path)
    assert caught.value.filename == str(path)


def test_a_file_system_without_locks_is_refused(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def flock(descriptor, operation):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(OSError, match="cannot be locked .Function not implemented."):
        WriterLock(tmp_path / "out")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_the_end_of_a_forked_child_releases_nothing(output):
    with WriterLock(output) as lock:
        child = multiprocessing.get_context("fork").Process(target=lock.release)
        child.start()
        child.join()
        with pytest.raises(ValueError, match="is writing it"):
            WriterLock(output)


def test_of_many_writers_never_two_at_once(tmp_path):
    """Locks and removes the file as fast as possible: the moment between opening and locking is met often."""
    path, turns, active, most = tmp_path / "out", [], [], []

    def write():
        for _ in range(200):
            try:
                lock = WriterLock(path)
            except ValueError:
                continue
            active.append(1)
            most.append(len(active))
            turns.append(1)
            active.pop()
            lock.release()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1 and len(turns) > 8
    assert os.listdir(tmp_path) == []


def test_free_folders(tmp_path):
    assert is_free_folder(tmp_path / "new") and is_free_folder(tmp_path)
    with WriterLock(tmp_path):
        assert is_free_folder(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert not any(map(is_free_folder, (tmp_path, tmp_path / "file", tmp_path / "dangling")))
