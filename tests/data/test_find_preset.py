"""Lookup of presets by name or path."""

import pytest

from tests.models.random_encoder import random_encoder
from textzoo.data.find_preset import find_preset, known_presets
from textzoo.models import Encoder


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    import importlib

    module = importlib.import_module("textzoo.data.find_preset")
    monkeypatch.setattr(module, "PRESETS", tmp_path)
    random_encoder().save_to_preset(tmp_path / "tiny-zh")
    return tmp_path


def test_shipped_presets(shipped):
    assert known_presets() == ["tiny-zh"]
    assert find_preset("tiny-zh") == shipped / "tiny-zh"
    assert Encoder.from_preset("tiny-zh").vocab_size == 40


def test_a_folder_takes_precedence_over_a_name(shipped, tmp_path, monkeypatch):
    (tmp_path / "here" / "tiny-zh").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    assert find_preset("tiny-zh").resolve() == tmp_path / "here" / "tiny-zh"


def test_nearest_name_is_suggested(shipped):
    for name in ("tiny_zh", "Tiny-ZH", "TINY-ZH"):
        with pytest.raises(ValueError, match=rf"name \(tiny-zh\). Received: {name}. Did you mean tiny-zh\?"):
            find_preset(name)
    with pytest.raises(ValueError, match="Received: quite another.$"):
        find_preset("quite another")


def test_paths_that_lead_nowhere(tmp_path):
    with pytest.raises(ValueError, match="name of a user after ~. Received: ~nosuchuser/x"):
        find_preset("~nosuchuser/x")
    (tmp_path / "file.txt").write_text("text")
    with pytest.raises(ValueError, match="Received: .*file.txt/model"):
        find_preset(tmp_path / "file.txt" / "model")


@pytest.mark.parametrize("name", [None, 5, b"tiny-zh"])
def test_other_types_than_names_and_paths(name):
    with pytest.raises(ValueError, match="Expected a preset's name or a path. Received: "):
        find_preset(name)


def test_other_files_do_not_hide_a_name(tmp_path, monkeypatch):
    shipped = find_preset("tiny-zh")
    monkeypatch.chdir(tmp_path)
    for name in ("tiny-zh.jsonl", "tiny-zh.index"):
        (tmp_path / name).touch()
    assert find_preset("tiny-zh") == shipped != tmp_path / "tiny-zh"


def test_the_prefix_of_a_tensorflow_checkpoint_is_a_path(tmp_path):
    for name in ("a.index", "b.meta", "c[1].data-00000-of-00001", "d.jsonl"):
        (tmp_path / name).touch()
    for name in ("a", "b", "c[1]"):
        assert find_preset(tmp_path / name) == tmp_path / name
    with pytest.raises(ValueError, match="Received: .*d.$"):
        find_preset(tmp_path / "d")
