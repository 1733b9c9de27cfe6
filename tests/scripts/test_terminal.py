"""Output of the commands: a table on a terminal, lines of JSON elsewhere."""

import csv
import io
import json
import os
import subprocess
import sys

import pytest

PASSAGES = "青石镇图书馆建于1931年，由商人周伯年捐款修建。\n小李昨天去了图书馆。\n"


@pytest.fixture
def passages(tmp_path):
    file = tmp_path / "passages.txt"
    file.write_text(PASSAGES, encoding="utf-8")
    return file


def generate(command, *argv):
    status, out, _ = command("generate", *argv, "--model", "tiny-zh")
    assert status == 0
    return out


def test_pairs(command, passages, terminal):
    table = generate(command, "qa", passages, "--no-filter")
    pairs = [
        json.loads(line) for line in generate(command, "qa", passages, "--no-filter", "--format", "jsonl").splitlines()
    ]
    head, first, *rows = table.splitlines()
    assert head.split() == ["question", "answer", "score"]
    assert all(f"{pair['score']:.2f}" in table for pair in pairs)
    assert first == "1  " + PASSAGES.splitlines()[0] and "2  " + PASSAGES.splitlines()[1] in rows
    assert len(pairs) >= 3 and all(pair["answer"] in table for pair in pairs)
    assert all(row.startswith(("2  ", "   ")) for row in rows)


def test_filtered_pairs_have_a_probability(command, passages, terminal):
    head, first, row, *_ = generate(command, "qa", passages).splitlines()
    assert head.split() == ["question", "answer", "probability"] and row.endswith("%")


def test_a_named_format_and_a_file_get_it(command, passages, terminal, tmp_path):
    out = generate(command, "qa", passages, "--no-filter", "--format", "csv")
    assert next(csv.reader(io.StringIO(out)))[1:3] == ["question", "answer"]
    assert generate(command, "qa", passages, "--no-filter", "--out", tmp_path / "pairs.jsonl") == ""
    lines = (tmp_path / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["id"] for line in lines} == {1, 2}


def test_titles(command, passages, terminal):
    head, first, *rows = generate(command, "title", passages, "--num-titles", "2").splitlines()
    assert head.split() == ["title", "score"]
    assert first == "1  " + PASSAGES.splitlines()[0] and len(rows) == 5
    assert [len(row.split()) for row in rows] == [2] * 5 and all(float(row.split()[1]) < 0 for row in rows[:2])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_a_real_terminal(passages):
    controller, terminal = os.openpty()
    argv = [sys.executable, "-m", "textzoo.scripts.main", "generate", "title", str(passages), "--model", "tiny-zh"]
    environment = os.environ | {"COLUMNS": "60", "TERM": "xterm"}
    subprocess.run(argv, stdout=terminal, stderr=subprocess.DEVNULL, env=environment, check=True)
    os.close(terminal)
    assert "青石镇图书馆" in os.read(controller, 1 << 16).decode("utf-8")
    os.close(controller)
