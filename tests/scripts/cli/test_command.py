"""Exit statuses, error lines and logs of commands."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

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
