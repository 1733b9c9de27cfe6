"""`textzoo demo` on few passages: tables, page, saved models, own texts and a resumed demo."""

import re

import pytest

from textzoo.models import QAGenerator, TitleGenerator
from textzoo.scripts import demo

TEXT = "周三下午，平湖大学的曾涵在图书馆讲课。"
FLAGS = ["--steps=2", "--title-steps=2", "--passages=12", "--batch-size=4"]


@pytest.fixture(autouse=True)
def _few_unseen(monkeypatch):
    monkeypatch.setattr(demo, "UNSEEN_OF_A_SET", 1)


@pytest.mark.slow
def test_demo_shows_what_it_generates(command, tmp_path, monkeypatch):
    texts, out = tmp_path / "texts.txt", tmp_path / "demo"
    texts.write_text(f"{TEXT}\n" * 21, encoding="utf-8")
    argv = ["demo", texts, f"--out={out}", *FLAGS]
    with monkeypatch.context() as patch:
        patch.setattr(demo.statistics, "mean", lambda values: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            command(*argv)
    assert (out / "qa" / "metrics.json").exists() and not (out / "demo.html").exists()
    written = (out / "qa" / "model.safetensors").stat().st_mtime_ns
    status, printed, err = command(*argv, "--resume")
    assert status == 0, err
    assert (out / "qa" / "model.safetensors").stat().st_mtime_ns == written
    assert "shows the first 20 of 21 texts" in err
    assert all(f"{moment} " in printed for moment in ("before", "after"))
    assert all(word in printed for word in ("values", "patterns", "domains", "titles", "textzoo train qa"))
    page = (out / "demo.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "") and "<mark" in page
    assert re.sub("<[^>]*>", "", page).count(TEXT) == 20
    for pair in QAGenerator.from_preset(out / "qa").generate(TEXT, num_pairs=2, max_question_length=4, seed=0):
        assert TEXT[pair.start : pair.end] == pair.answer
    assert TitleGenerator.from_preset(out / "titles").generate(TEXT, num_beams=2, max_length=4).text


def test_bad_input_ends_before_the_training(command, tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    status, _, err = command("demo", f"--out={tmp_path}")
    assert status == 2 and err.count("\n") == 1 and f"{tmp_path} is in use" in err
    assert (tmp_path / "mine.txt").read_text() == "kept"
    status, _, err = command("demo", tmp_path / "absent.txt", f"--out={tmp_path / 'out'}")
    assert status == 2 and "absent.txt" in err.splitlines()[-1] and not (tmp_path / "out").exists()
