"""Help of every command: it begins with examples, which parse; those of most commands run in the slow test."""

import importlib
import json
import shlex

import pytest

from textzoo.scripts.cli import run_task
from textzoo.scripts.main import commands, main

MODULES = {name: importlib.import_module(f"textzoo.scripts.{command.module}") for name, command in commands().items()}
TASKS = [(name, task) for name, module in MODULES.items() for task in getattr(module, "TASKS", ())]
HELPS = [(), *((name,) for name in MODULES), *TASKS, ("convert", "data")]
# Commands whose examples run: what the first write, others read. The rest run in tests of their own.
ORDER = ("train", "predict", "index", "tune", "check", "compare", "export", "models", "search")
FAST = {"train": ["--steps", "2"], "check": ["--no-time"]}
PAIRS = [
    {
        "id": place + name,
        "passage": f"{name}昨天去了{place}。天气很好。",
        "question": f"谁去了{place}？",
        "answer": name,
    }
    for name in ("王明", "李红", "张华")
    for place in ("图书馆", "车站")
]
PREDICTED = {"id": "图书馆王明", "question": "谁去了图书馆？", "answer": "王明"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with the files that examples read."""
    files = {
        "pairs.jsonl": [json.dumps(pair, ensure_ascii=False) for pair in PAIRS],
        "predicted.jsonl": [json.dumps(PREDICTED, ensure_ascii=False)],
        "passages.txt": ["青石镇图书馆建于1931年，由商人周伯年捐款修建。", "小李昨天去了车站。"],
        "corpus.txt": [f"{pair['passage']}{name}去年搬到了北京。" for pair in PAIRS for name in ("刘丽", "陈刚")],
        "titles.tsv": ["王明去图书馆\t王明昨天去了图书馆，借了三本书。", "李红等车\t李红上周在车站等了两个小时。"],
        "labels.tsv": ["太好了，我们赢了！\tjoy", "真让人生气。\tanger"],
    }
    for name, content in files.items():
        (tmp_path / name).write_text("\n".join(content) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)


class ParsedError(Exception):
    """The command line was parsed."""


def examples(command, words):
    status, out, _ = command(*words, "--help")
    head, *lines = out.splitlines()
    assert status == 0 and head == "examples:"
    found = [line.strip() for line in lines[: lines.index("")]]
    assert all(line.startswith("textzoo ") for line in found)
    assert f"\nusage: {' '.join(('textzoo', *words))} " in out
    return found


@pytest.mark.parametrize("words", HELPS, ids=" ".join)
def test_help_begins_with_examples_that_parse(words, command, folder, monkeypatch):
    found = examples(command, words)
    assert any(line.startswith(" ".join(("textzoo", *words))) for line in found)
    parse = run_task.parse_arguments

    def parse_only(*args, **options):
        parse(*args, **options)
        raise ParsedError

    for module in (run_task, *MODULES.values()):
        if hasattr(module, "parse_arguments"):
            monkeypatch.setattr(module, "parse_arguments", parse_only)
    for line in found:
        if "--config" not in line and "--append" not in line:  # which read what another example wrote
            with pytest.raises(ParsedError):
                main(shlex.split(line)[1:])


@pytest.mark.slow
def test_examples_run(command, folder):
    found = dict.fromkeys(line for words in HELPS for line in examples(command, words))
    position = {name: place for place, name in enumerate(ORDER)}
    for line in sorted(found, key=lambda line: position.get(line.split()[1], len(ORDER))):
        if line.split()[1] in position:
            status, _, err = command(*shlex.split(line)[1:], *FAST.get(line.split()[1], ()))
            assert status == 0, f"{line}\n{err}"
