"""Inputs of commands: files, pipes, and paths that are neither."""

import os
import threading

import pytest

from textzoo.data import read_texts
from textzoo.scripts.cli.input_files import is_stream, require_input


@pytest.fixture
def pipe(tmp_path):
    """A named pipe into which a thread writes two lines."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("one\ntwo\n",), daemon=True)
    writer.start()
    return str(path)


def test_a_pipe_is_an_input_that_is_read_once(pipe, tmp_path):
    (tmp_path / "file").write_text("a")
    require_input(pipe, content="texts")
    assert [is_stream(path) for path in (pipe, "-", None, str(tmp_path / "file"))] == [True, True, True, False]
    assert list(read_texts(pipe)) == [(1, "one"), (2, "two")]


@pytest.mark.parametrize("name", ["none", "link"])
def test_nothing_is_no_input(name, tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    path = str(tmp_path / name)
    with pytest.raises(ValueError, match=f"{path} does not exist; pass a file or a folder of passages"):
        require_input(path, content="passages")
