"""Exit statuses, error lines and logs of commands."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from textzoo.data.writer_lock import WriterLock
from textzoo.scripts.cli.command import cli_command

ROOT = Path(__file__).parent.parent.parent.parent


def status_of(error, capsys):
    @cli_command("textzoo test")
    def main(argv):
        raise error

    return main([]), capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (ValueError("a.txt, line 3:\n  expected x"), 2, "textzoo test: a.txt, line 3: expected x\n"),
        (
            FileNotFoundError(2, "No such file or directory", "a.txt"),
            2,
            "textzoo test: a.txt: No such file or directory\n",
        ),
        (OSError("disk"), 2, "textzoo test: disk\n"),
        (OSError(28, "No space left on device", "a.txt"), 2, "textzoo test: a.txt: No space left on device\n"),
        (MemoryError(), 2, "textzoo test: out of memory; use smaller batches or shorter files\n"),
        (
            ModuleNotFoundError("No module named 'ot.lp'", name="ot.lp"),
            2,
            "textzoo test: this needs the Python package POT; pip install POT\n",
        ),
        (KeyboardInterrupt(), 130, "textzoo test: interrupted\n"),
        (SystemExit(3), 3, ""),
        (SystemExit(None), 0, ""),
    ],
)
def test_errors_become_a_line_and_a_status(error, status, line, capsys):
    assert status_of(error, capsys) == (status, line)


def test_errors_of_the_program_itself_keep_their_traceback(capsys):
    with pytest.raises(TypeError):
        status_of(TypeError("a bug"), capsys)


def test_warnings_are_a_line_too(capsys):
    @cli_command("textzoo test")
    def main(argv):
        warnings.warn("mind this", stacklevel=1)
        warnings.warn("an old function", DeprecationWarning, stacklevel=1)
        compile(r"'\d'", "library.py", "exec")  # warns of the escape sequence

    assert main([]) == 0
    assert capsys.readouterr().err == "textzoo test: mind this\n"


def test_words_come_from_the_process_where_none_are_given(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["textzoo", "a", "b"])
    seen = []
    assert cli_command("textzoo test")(seen.extend)() == 0
    assert seen == ["a", "b"]


def test_reader_that_goes_away_ends_it_quietly():
    code = (
        "import sys; from textzoo.scripts.cli.command import cli_command\n"
        "main = cli_command('textzoo test')(lambda argv: [print(i, flush=True) for i in range(10**6)])\n"
        "sys.exit(main([]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait() == 141 and process.stderr.read() == b""
    process.stderr.close()


# Where it is set, nothing is left to be written when the process ends.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
RUNS = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start it with SIGINT ignored
from textzoo.data.writer_lock import WriterLock
from textzoo.scripts.cli.command import cli_command, hold_until_end

@cli_command("textzoo test")
def main(argv):
    hold_until_end(WriterLock(argv[0]))
    {run}

sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("run", ["print('x')", "print('x', flush=True)", "[print(i) for i in range(10**4)]"])
def test_full_standard_output_is_named(tmp_path, run):
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [sys.executable, "-c", RUNS.format(run=run), str(tmp_path / "out")],
            cwd=ROOT,
            env=BUFFERED,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert process.returncode == 2
    assert process.stderr == b"textzoo test: standard output: No space left on device\n"
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
@pytest.mark.parametrize(
    ("run", "redirection", "status"),
    [
        ("print('x')", ">&-", 0),
        ("print('x')", ">&- 2>&-", 0),
        ("raise ValueError('bad')", "2>&-", 2),
        ("raise ValueError('bad')", "2>/dev/full", 2),
        ("raise KeyboardInterrupt", "2>/dev/full", 130),
    ],
)
def test_closed_outputs_do_not_change_the_status(tmp_path, run, redirection, status):
    command = f'exec "$0" -c "$1" "$2" {redirection}'
    words = [sys.executable, RUNS.format(run=run), str(tmp_path / "out")]
    process = subprocess.run(["sh", "-c", command, *words], cwd=ROOT, env=BUFFERED, capture_output=True)
    assert (process.returncode, process.stdout, process.stderr) == (status, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("number", "status", "message"), [("SIGINT", 130, b"textzoo test: interrupted\n"), ("SIGTERM", -15, b"")]
)
def test_signals_end_it_quietly(tmp_path, number, status, message):
    run = f"os.kill(os.getpid(), signal.{number}); signal.sigtimedwait([], 30)"
    process = subprocess.run(
        [sys.executable, "-c", RUNS.format(run=run), str(tmp_path / "out")], cwd=ROOT, capture_output=True
    )
    assert (process.returncode, process.stdout, process.stderr) == (status, b"", message)
    WriterLock(tmp_path / "out").release()


@pytest.mark.slow
def test_tensorflow_log_lines_stay_off_the_screen():
    code = (
        "from textzoo.scripts.cli.command import cli_command\n"
        "from textzoo.scripts.cli.tensorflow_startup import start_tensorflow\n"
        "def run(argv):\n  start_tensorflow()\n  import tensorflow as tf\n  tf.function(lambda x: x + 1)(tf.ones(3))\n"
        "cli_command('textzoo test')(run)([])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
