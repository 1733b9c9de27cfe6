"""`textzoo demo` on few passages: tables, page and saved models."""

import json

import pytest

import textzoo.data
from textzoo.models import QAGenerator, TitleGenerator


@pytest.fixture(name="ran")
def ran_fixture(command, monkeypatch, tmp_path):
    whole = textzoo.data.sample_corpus

    def few(count, seed):
        corpus = whole(count, seed)
        for held_out in (corpus.held_out, corpus.new_patterns, corpus.new_domains):
            del held_out[1:]
        return corpus

    monkeypatch.setattr(textzoo.data, "sample_corpus", few)
    flags = ["--steps=3", "--title-steps=2", "--passages=20", "--num-layers=1", "--hidden-size=16", "--batch-size=8"]
    return tmp_path / "demo", command("demo", f"--out={tmp_path / 'demo'}", *flags)


def test_demo_shows_what_it_generates(ran):
    folder, (status, out, _) = ran
    assert status == 0, out
    assert all(word in out for word in ("values", "patterns", "domains", "copied", "titles", "textzoo train qa"))
    page = (folder / "demo.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "") and "<mark" in page
    assert page.count("<svg") == 2 and "right_to_left" in page
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert 0 <= metrics["unseen values: answers"] <= 1 and len(metrics) == 18
    text = "周三下午，平湖大学的曾涵在图书馆讲课。"
    for pair in QAGenerator.from_preset(folder).generate(text, num_pairs=2, max_question_length=4, seed=0):
        assert text[pair.start : pair.end] == pair.answer
    titler = TitleGenerator.from_preset(folder / "titles")
    assert titler.decoder == "bidirectional" and titler.generate(text, num_beams=2, max_length=4).text


def test_demo_does_not_write_over_a_folder(command, tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    status, _, err = command("demo", f"--out={tmp_path}")
    assert status == 2 and err.count("\n") == 1 and (tmp_path / "mine.txt").read_text() == "kept"
