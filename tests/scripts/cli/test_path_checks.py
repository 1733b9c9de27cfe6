"""Outputs of a run differ from each other and from its inputs, however their paths are spelled."""

import importlib
import os
import re
from dataclasses import dataclass, field

import pytest

from textzoo.data.writer_lock import WriterLock
from textzoo.scripts.cli.arguments import (
    DataPath,
    ModelPath,
    OutputFile,
    OutputFolder,
    ResumableFile,
    Text,
    parse_arguments,
)
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.path_checks import check_paths, text_uses
from textzoo.scripts.main import commands


@dataclass
class Copy:
    """Copy texts.

    Args:
        inputs: Files to read.
        model: A model.
        out: Main output.
        html: Page.
        rejected: Rejected records.
        resume: Continue.
        note: Any text.
    """

    inputs: list[DataPath] = field(default_factory=list)
    model: ModelPath | None = None
    out: ResumableFile | None = None
    html: OutputFile | None = None
    rejected: OutputFile | None = None
    resume: bool = False
    note: Text | None = None


@dataclass
class Train:
    """Train a model."""

    inputs: list[DataPath]
    out: OutputFolder


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """Checks paths as a command does and returns the message, or None."""
    monkeypatch.chdir(tmp_path)

    def run(args):
        status = cli_command("copy")(lambda argv: check_paths(args))([])
        message = capsys.readouterr().err.removeprefix("copy: ").rstrip("\n")
        assert (status == 2) == bool(message)
        return message or None

    return run


def different(tmp_path):
    (tmp_path / "in").touch()
    return Copy(inputs=["in", "in", "-"], out="o", html="h", rejected="./r", note="o")


def test_different_files_pass(check, tmp_path):
    assert check(different(tmp_path)) is None
    assert sorted(os.listdir(tmp_path)) == ["in"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"out": "o", "html": "o"}, "o: --html and --out name the same file; choose another --html"),
        ({"html": "x", "rejected": "x"}, "x: --rejected and --html name the same file; choose another --rejected"),
        ({"out": "o", "html": "o.progress"}, "o.progress: --html names a file that --out o needs"),
        ({"out": "o.progress", "html": "o"}, None),
        ({"out": "o.part", "html": "o"}, "o.part: --out names a file that --html o needs; choose another --html"),
        ({"out": "o", "html": "o.progress.part"}, "names a file that --out o needs"),
        ({"out": "o", "rejected": "o.lock"}, "names a file that --out o needs"),
        ({"inputs": ["b", "a"], "html": "a"}, "a: --html and --inputs name the same file; choose another --html"),
        ({"inputs": ["o.progress"], "out": "o"}, "--inputs names a file that --out o needs; choose another --out"),
        ({"inputs": ["d"], "html": "d/deep/h"}, "d/deep/h is inside the input folder d; choose another --html"),
        ({"model": "d", "html": "d/h"}, None),
        ({"model": "tiny-zh", "html": "tiny-zh"}, None),
        ({"html": "a"}, "a already exists; choose another --html"),
        ({"out": "a"}, "a already exists; choose another --out or pass --resume"),
        ({"out": "a", "resume": True}, None),
        ({"out": "a", "resume": True, "inputs": ["a"]}, "a: --out and --inputs name the same file"),
        ({"html": "a", "resume": True}, "a already exists; choose another --html"),
        ({"out": "d"}, "d already exists; choose another --out"),
        ({"out": "d", "resume": True}, None),  # shards are written into a folder
        ({"html": "no/h"}, "/no is not a folder; create it or choose another --html"),
        ({"html": "dangling"}, "dangling already exists; choose another --html"),
        ({"out": "-"}, "--out: expected a path. Received: -; omit --out to print"),
        ({"html": "-", "inputs": ["-"]}, "--html: expected a path. Received: -; choose a path"),
    ],
)  # fmt: skip
def test_outputs_and_inputs(check, tmp_path, arguments, message):
    (tmp_path / "d" / "deep").mkdir(parents=True)
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    (tmp_path / "dangling").symlink_to("nowhere")
    received = check(Copy(**arguments))
    assert received is None if message is None else message in received
    assert (tmp_path / "a").read_text() == "a"


@pytest.mark.parametrize("other", ["{folder}/o", "./o", "d/../o", "link/o", "O", "o\u0301"])
def test_another_spelling_is_the_same_file(check, tmp_path, other):
    (tmp_path / "d").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    first = "\u00f3" if other == "o\u0301" else "o"
    assert "name the same file" in check(Copy(out=first, html=other.format(folder=tmp_path)))


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_link_is_the_same_file(check, tmp_path, link):
    (tmp_path / "in").write_text("precious")
    link("in", "out")
    assert "out: --out and --inputs name the same file" in check(Copy(inputs=["in"], out="out", resume=True))


def test_two_files_that_exist_differ_whatever_their_names(check, tmp_path):
    (tmp_path / "in").touch()
    (tmp_path / "IN").touch()
    if len(os.listdir(tmp_path)) == 2:
        assert check(Copy(inputs=["IN"], out="in", resume=True)) is None


def test_an_output_that_is_required_is_a_path(check):
    assert check(Train(["texts"], "-")) == "--out: expected a path. Received: -; choose a path"


def test_a_folder_inside_its_input(check, tmp_path):
    (tmp_path / "texts").mkdir()
    assert check(Train(["texts"], "texts")) == "texts: --out and --inputs name the same folder; choose another --out"
    assert "is inside the input folder texts" in check(Train(["texts"], "texts/run"))
    assert check(Train(["texts"], "run")) is None


def test_output_files_are_locked_until_the_end(tmp_path, capsys):
    html, out = str(tmp_path / "h"), str(tmp_path / "o")

    def run(argv):
        check_paths(Copy(html=html, out=out))
        with pytest.raises(ValueError, match="h: process .* is writing it"):
            WriterLock(html)

    assert cli_command("copy")(run)([]) == 0
    with WriterLock(html):
        assert cli_command("copy")(run)([]) == 2
    assert re.fullmatch(r"copy: .*/h: process \d+ on .* is writing it; .*\n", capsys.readouterr().err)
    assert os.listdir(tmp_path) == []


def test_a_text_of_unknown_use_is_refused():
    @dataclass
    class Forgetful:
        """Write a file.

        Args:
            out: The file.
        """

        out: str | None = None

    with pytest.raises(TypeError, match="out: expected one of the types in training/path_types.py"):
        parse_arguments(Forgetful, ["--help"], prog="forgetful")


def test_the_arguments_of_all_commands_declare_the_use_of_texts():
    found = {}
    for command in commands().values():
        module = importlib.import_module(f"textzoo.scripts.{command.module}")
        classes = [row[0] for row in getattr(module, "TASKS", {}).values()]
        classes += [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
        found |= {c: text_uses(c) for c in classes if hasattr(c, "__dataclass_fields__")}
    assert len(found) >= 20
    for arguments_class, uses in found.items():
        written = {name for name, use in uses.items() if use.name.startswith(("OUTPUT", "RESUMABLE"))}
        assert uses.keys() & {"out", "html", "plan", "rejected", "search_tree", "merge"} == written, arguments_class
