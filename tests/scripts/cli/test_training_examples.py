"""Texts and examples that the commands read."""

from types import SimpleNamespace

import pytest

from textzoo.scripts.cli.training_examples import drop_unreadable, read_corpus_texts


def test_skipped_lines_of_a_corpus_are_listed(tmp_path, capsys):
    file = tmp_path / "x.jsonl"
    file.write_text('{"text": "a"}\n{"id": 1}\n{"text": "b"}\n{"text": 5}\n', encoding="utf-8")
    config = SimpleNamespace(encoding=None, on_error="skip")
    assert read_corpus_texts(str(file), config) == ["a", "b"]
    first, *lines = capsys.readouterr().err.splitlines()
    assert first == "rejected 2:" and [line.split(": ")[0] for line in lines] == [f"{file}, line 2", f"{file}, line 4"]


def test_an_unreadable_example_is_named(capsys):
    def read(example):
        if not example.text:
            raise ValueError("Expected a text")

    examples = [SimpleNamespace(id=name, text=text) for name, text in (("a", "text"), ("b", ""))]
    assert drop_unreadable(examples, read) == examples[:1]
    assert capsys.readouterr().err == "skipped record 'b': Expected a text\n"
    with pytest.raises(ValueError, match="^record 'b': Expected a text$"):
        drop_unreadable(examples, read, on_error="raise")
