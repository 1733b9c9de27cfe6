"""The `textzoo` command: help, version and unknown names."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import pytest

from textzoo import __version__
from textzoo.scripts.cli.arguments import _read_docstrings
from textzoo.scripts.main import commands

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"tensorflow", "keras", "numpy", "jax", "torch", "jieba", "tokenizers"}


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["--version"],
        ["train"],
        ["train", "qa", "--help"],
        ["generate", "qa", "-h"],
        ["predict", "multilabel", "-h"],
        ["train", "title", "-h"],
        ["generate", "title", "-h"],
        ["evaluate", "title", "-h"],
    ],
)
def test_help_imports_nothing_heavy(argv):
    code = f"import sys; from textzoo.scripts.main import main; assert main({argv!r}) == 0; print(*sys.modules)"
    modules = python(code).splitlines()[-1].split()
    assert "textzoo.scripts.main" in modules and not HEAVY & set(modules)


def test_every_command_has_a_main_and_a_summary():
    known = commands()
    assert {"train", "generate", "predict", "evaluate", "convert", "models"} <= set(known)
    for module, summary in known.values():
        assert summary and callable(importlib.import_module(f"textzoo.scripts.{module}").main)


def test_precision_means_the_same_in_every_command():
    options = set()
    for name in ("train", "generate", "evaluate"):
        for arguments_class, *_ in importlib.import_module(f"textzoo.scripts.{name}").TASKS.values():
            if "precision" in (hints := get_type_hints(arguments_class)):
                help_text = _read_docstrings(arguments_class)[1]["precision"]
                options.add((hints["precision"], arguments_class.precision, help_text))
    assert len(options) == 1


def test_help_lists_the_commands(command):
    status, out, _ = command("--help")
    assert status == 0 and all(f"  {name} " in out for name in commands())
    assert command() == (0, out, "")


def test_version(command):
    assert command("--version") == (0, f"textzoo {__version__}\n", "")


def test_unknown_command_names_the_nearest(command):
    status, out, err = command("trian", "qa")
    assert (
        (status, out) == (2, "")
        and err.endswith(". Did you mean train?\n")
        and "Unknown command trian; choose one of " in err
        and err.count("\n") == 1
    )


def test_unknown_task_names_the_nearest(command):
    status, _, err = command("train", "qaa")
    tasks = "qa, extractive-qa, multilabel, title, mlm"
    assert (status, err) == (2, f"textzoo train: Unknown task qaa; choose one of {tasks}. Did you mean qa?\n")


@pytest.mark.skipif(not (ROOT / "scripts").is_dir(), reason="the tests of a wheel run away from the checkout")
def test_same_command_in_a_bare_checkout():
    run = subprocess.run(
        [sys.executable, "-m", "scripts.train", "qa", "no.json", "--out", "x", "--print-config"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0 and "- no.json" in run.stdout
