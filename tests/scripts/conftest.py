"""Fixtures of the command tests: one tiny trained model and a runner of commands."""

import json
import sys

import pytest

from textzoo.scripts import main as textzoo

SMALL = ["--num-layers", "1", "--hidden-size", "16", "--num-heads", "2", "--max-source-length", "40"]
SHORT = ["--max-answer-length", "6", "--max-question-length", "8", "--batch-size", "8"]


def pairs(count=16):
    """Yields pairs about who went where."""
    names, places = ["王明", "李红", "张华", "刘丽"], ["图书馆", "车站", "公园", "学校"]
    for i in range(count):
        name, place = names[i % 4], places[i // 4 % 4]
        passage = f"{name}昨天去了{place}。天气很好。"
        yield {"id": f"{i}", "passage": passage, "question": f"谁去了{place}？", "answer": name}


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="session")
def train_file(tmp_path_factory):
    return write_lines(tmp_path_factory.mktemp("data") / "pairs.jsonl", pairs())


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory, train_file):
    """A model trained by the command for one epoch."""
    out = tmp_path_factory.mktemp("runs") / "first"
    argv = ["train", "qa", train_file, "--validation", train_file, "--out", str(out), *SMALL, *SHORT, "--epochs", "2"]
    assert textzoo.main(argv) == 0
    return out


@pytest.fixture
def command(capsys):
    """Runs `textzoo ...`; returns status, standard output, and standard error without the lines that name an engine."""

    def run(*argv):
        capsys.readouterr()
        status = textzoo.main([str(word) for word in argv])
        out, err = capsys.readouterr()
        return status, out, "".join(line for line in err.splitlines(True) if not line.startswith("engine: "))

    return run


@pytest.fixture
def small():
    return [*SMALL, *SHORT, "--epochs", "1"]


@pytest.fixture
def terminal(capsys, monkeypatch):
    """Makes standard output a terminal of 60 columns without styles."""
    for name, value in {"COLUMNS": "60", "LINES": "25", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True, raising=False)
