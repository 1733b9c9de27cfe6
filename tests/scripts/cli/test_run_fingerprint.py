"""Hashes of models: every file that decides the output counts, and no other."""

from dataclasses import dataclass

import pytest

from textzoo.scripts.cli.arguments import ModelPath
from textzoo.scripts.cli.run_fingerprint import file_hashes


@dataclass
class Arguments:
    model: ModelPath


def fingerprint(path):
    return file_hashes(Arguments(str(path)))["model"]


@pytest.mark.parametrize(
    "name",
    [
        *("config.json", "vocab.txt", "merges.txt", "modules.json", "model.safetensors", "pair_quality.json"),
        *("reader/config.json", "reader/model.safetensors"),
        *("model-00001-of-00002.safetensors", "model.safetensors.index.json"),
        *("bert_config.json", "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001", "bert.weights"),
    ],
)
def test_every_file_that_is_read_counts(name, tmp_path):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    without = fingerprint(tmp_path)
    file.write_text("one")
    first = fingerprint(tmp_path)
    file.write_text("two")
    assert len({without, first, fingerprint(tmp_path)}) == 3


def test_outputs_beside_a_model_do_not_count(tmp_path):
    before = fingerprint(tmp_path)
    for name in ("README.md", "pairs.jsonl", "metrics.json"):
        (tmp_path / name).write_text("text")
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize("path", ["a.ckpt", "a.ckpt.index", "a.h5"])
def test_a_checkpoint_in_a_folder_counts_without_the_others(path, tmp_path):
    for name in ("a.ckpt.index", "a.ckpt.data-00000-of-00001", "a.h5", "b.ckpt.index", "vocab.txt"):
        (tmp_path / name).write_text("one")
    found = {fingerprint(tmp_path / path)}
    (tmp_path / "b.ckpt.index").write_text("two")
    assert {fingerprint(tmp_path / path)} == found
    for name in ("a.h5" if path == "a.h5" else "a.ckpt.data-00000-of-00001", "vocab.txt"):
        (tmp_path / name).write_text("two")
        found.add(fingerprint(tmp_path / path))
    assert len(found) == 3
