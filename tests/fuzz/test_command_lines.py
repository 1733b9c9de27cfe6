"""Nonsense on the command line and in YAML files, for the arguments of every command."""

import contextlib
import importlib
import io

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.guard import FUZZ, guarded, run_for
from tests.fuzz.mutations import JSON_VALUES, damaged_bytes
from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.main import commands

pytestmark = pytest.mark.fuzz
WORDS = [
    "",
    "-",
    "--",
    "-1",
    "0",
    "1",
    "1e999",
    "nan",
    "inf",
    "true",
    "null",
    "[1, 2]",
    "{a: 1}",
    "*",
    "&a",
    "=",
    "--=",
]
WORDS += ["a.txt", "missing", "folder", "folder/x", "/", "~nosuchuser/x", "名.jsonl", "a.txt/x", "link", "\0", "\udc80"]
WORDS += ["--config=a.txt", "--help", "--print-config", "--resume", "--out", "-x", "rot13", "%s", "${HOME}", "@a.txt"]
WORDS += ["x" * 5000, "9" * 5000]


def arguments_classes():
    """Returns the dataclass of the arguments of each command and task."""
    found = {}
    for name, command in commands().items():
        module = importlib.import_module(f"textzoo.scripts.{command.module}")
        classes = {f"{name} {task}": row[0] for task, row in getattr(module, "TASKS", {}).items()}
        own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
        found |= classes or {name: next(value for value in own if hasattr(value, "__dataclass_fields__"))}
    return found


CLASSES = arguments_classes()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.txt").write_text("a: 1\n")
    (tmp_path / "link").symlink_to("nowhere")
    return tmp_path


def parse(name, argv, folder):
    """Parses as a command does; the error is one line that begins with the command."""

    def run(words):
        parse_arguments(CLASSES[name], words, prog=f"textzoo {name}")

    out, err = io.StringIO(), io.StringIO()
    with guarded(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli_command(f"textzoo {name}")(run)(argv)
    assert status in (0, 2), (status, err.getvalue())
    assert err.getvalue().count("\n") == (status == 2), err.getvalue()


def test_command_lines(folder):
    flags = {name: ["--" + field.replace("_", "-") for field in c.__dataclass_fields__] for name, c in CLASSES.items()}

    @FUZZ
    @given(st.data())
    def run(data):
        name = data.draw(st.sampled_from(sorted(CLASSES)))
        word = st.sampled_from(WORDS) | st.sampled_from(flags[name])
        assigned = st.tuples(st.sampled_from(flags[name]), st.sampled_from(WORDS)).map("=".join)
        parse(name, data.draw(st.lists(word | assigned, max_size=8)), folder)

    run_for(15, run)


def test_yaml_settings(folder):
    @FUZZ
    @given(st.data())
    def run(data):
        name = data.draw(st.sampled_from(sorted(CLASSES)))
        fields = sorted(CLASSES[name].__dataclass_fields__)
        values = data.draw(st.dictionaries(st.sampled_from(fields), JSON_VALUES, max_size=4))
        try:
            content = yaml.safe_dump(values).encode("utf-8", "surrogatepass")
        except ValueError:  # whole numbers of more digits than Python prints
            return
        if data.draw(st.booleans()):
            content = data.draw(damaged_bytes(content))
        (folder / "settings.yaml").write_bytes(content)
        parse(name, ["--config", "settings.yaml"], folder)

    run_for(15, run)
