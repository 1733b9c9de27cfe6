"""Commands with --shards: the same bytes as without, whatever is lost; folders, Parquet and addresses as input."""

import json
import shutil

import numpy as np
import pytest

from tests.distributed.toy_work import WorkersInThisProcess
from tests.inference import saved_models
from textzoo import distributed

TEXTS = [
    "小李昨天在北京大学图书馆讲课。",
    "王明今天去上海。",
    "北京大学在北京。",
    "小王明天来大学。",
    "王李去图书馆讲课。",
]


@pytest.fixture
def workers(monkeypatch):
    """Workers in this process; the second shard that one takes is lost."""
    monkeypatch.setattr(distributed, "LocalWorkers", lambda work: WorkersInThisProcess(work, lost=[1]))


@pytest.fixture
def texts(tmp_path):
    rows = [{"id": f"t{number}", "text": text} for number, text in enumerate(TEXTS)]
    rows.insert(2, {"id": "bad", "text": "ßßß"})
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join([*lines[:4], "{", *lines[4:]]) + "\n", encoding="utf-8")
    return path


def flags_of(task, folder):
    model = {"qa": saved_models.qa_generator, "title": saved_models.title_generator}.get(task)
    (model or saved_models.multilabel_classifier)().save_to_preset(folder)
    command = ["predict", "multilabel"] if model is None else ["generate", task]
    flags = ["--model", folder, "--engine", "light", "--batch-size", "1"]
    return command, [*flags, "--num-beams", "1"] if model else flags


@pytest.mark.parametrize("task", ["qa", "title", "multilabel"])
def test_shards_are_the_command_without_them(task, texts, workers, command, tmp_path, monkeypatch):
    for module in ("generate_qa", "generate_title", "predict_multilabel"):
        monkeypatch.setattr(f"textzoo.scripts.{module}.BATCHES_PER_WRITE", 1)
    words, flags = flags_of(task, tmp_path / "model")
    flags = [texts, *flags, "--on-error", "skip", "--out"]
    status, _, err = command(*words, *flags, tmp_path / "one.jsonl")
    assert status == 0, err
    rejected = err[err.index("rejected ") :].splitlines()[1:]
    shards = ["--shards", "3", "--workers", "2"]
    status, _, err = command(*words, *flags, tmp_path / "out", *shards, "--merge", tmp_path / "all.jsonl")
    assert status == 0 and "lost the worker of shard 1 (exit code -9)" in err, err
    assert (tmp_path / "all.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes() != b""
    assert (tmp_path / "out" / "rejected.txt").read_text(encoding="utf-8").splitlines() == rejected
    assert f"{len(rejected)} rejected (see {tmp_path}/out/rejected.txt)" in err
    (tmp_path / "out" / "part-00001-of-00003.jsonl").unlink()
    monkeypatch.setattr(distributed, "LocalWorkers", WorkersInThisProcess)
    again = [*words, *flags, tmp_path / "out", *shards]
    assert "already exists; choose another --out or pass --resume" in command(*again)[2]
    status, _, err = command(*again, "--resume", "--merge", tmp_path / "again.jsonl")
    assert status == 0 and "3 of 3 done" in err and "2 of 3 done" not in err, err
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()


def test_bad_flags_of_shards(texts, command, tmp_path):
    words = ["generate", "qa", texts, "--model", "tiny-zh"]
    for flags, message in (
        (["--workers", "2"], "--workers needs --shards"),
        (["--ray", "auto"], "--ray needs --shards"),
        (["--merge", tmp_path / "all"], "--merge needs --shards"),
        (["--shards", "2"], "--shards needs --out, a folder, and an input file or folder"),
        (["--shards", "2", "--out", tmp_path / "o", "--format", "csv"], "--shards writes jsonl; remove --format"),
        (["--out", "s3://bucket/out"], "a remote output needs --shards"),
        (["--shards", "2", "--out", texts, "--resume"], "--out and --input name the same file"),
    ):
        status, _, err = command(*words, *flags)
        assert status == 2 and message in err and err.count("\n") == 1, err


def test_an_index_of_shards_answers_as_one(texts, workers, command, tmp_path):
    words = sorted(set("".join(TEXTS)))
    rows = np.random.default_rng(0).normal(size=(len(words), 5)).round(3)
    lines = [f"{word} " + " ".join(map(str, row)) for word, row in zip(words, rows, strict=True)]
    vectors = tmp_path / "v.vec"
    vectors.write_text(f"{len(words)} 5\n" + "\n".join(lines) + "\n", encoding="utf-8")
    flags = [texts, "--vectors", vectors, "--on-error", "skip", "--batch-size", "2"]
    assert command("index", *flags, "--out", tmp_path / "one")[0] == 0
    status, _, err = command("index", *flags, "--out", tmp_path / "out", "--shards", "3", "--workers", "2")
    assert status == 0 and "6 records, 5 texts, 2 rejected" in err, err
    query = ["王明在图书馆", "--vectors", vectors, "--k", "9", "--index"]
    expected = command("search", *query, tmp_path / "one")
    assert expected[0] == 0 and len(expected[1].splitlines()) == 5
    assert command("search", *query, tmp_path / "out")[:2] == expected[:2]
    shutil.rmtree(tmp_path / "out" / "part-00001-of-00003")
    _, _, err = command("search", *query, tmp_path / "out")
    assert "shard 1 of 3 is missing; run the command again with --resume" in err
    again = ["index", *flags, "--out", tmp_path / "out", "--shards", "3"]
    assert "not empty; choose another --out" in command(*again)[2]
    assert command(*again, "--resume")[0] == 0
    assert command("search", *query, tmp_path / "out")[:2] == expected[:2]
