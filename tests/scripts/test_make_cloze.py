import json

import pytest

from textzoo.data import cloze_pairs, read_qa
from textzoo.scripts import make_cloze as cloze

TEXTS = ["陈静1998年出版了第一本小说。", "海州队以3比2战胜了云岭队。", "It rains.", "陈静1998年出版了第一本小说。"]


@pytest.fixture
def corpus(tmp_path):
    file = tmp_path / "corpus.txt"
    file.write_text("\n".join(TEXTS), encoding="utf-8")
    return file


@pytest.mark.parametrize("flags", [[], ["--all-nouns"]])
def test_pairs_are_what_training_reads(command, corpus, tmp_path, flags):
    out = tmp_path / "pairs.jsonl"
    status, said, err = command("cloze", corpus, "--out", out, *flags)
    wanted = [pair for text in TEXTS[:3] for pair in cloze_pairs(text, bool(flags))]
    assert (status, err) == (0, "") and said == f"{out}: {len(wanted)} pairs of 3 passages\n"
    found = read_qa(out)
    assert [(e.passage, e.question, e.answer, e.start) for e in found] == [
        (e.passage, e.question, e.answer, e.start) for e in wanted
    ]


def test_long_texts_are_cut_at_sentence_ends(command, tmp_path):
    file = tmp_path / "long.jsonl"
    file.write_text(json.dumps({"text": "".join(TEXTS[:2])}), encoding="utf-8")
    assert command("cloze", file, "--out", tmp_path / "pairs.jsonl", "--max-characters", "20")[0] == 0
    assert {pair.passage for pair in read_qa(tmp_path / "pairs.jsonl")} == set(TEXTS[:2])


def test_resume(command, corpus, tmp_path, monkeypatch):
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    monkeypatch.setattr(cloze, "CHUNK", 1)
    command("cloze", corpus, "--out", whole)

    def stop(passage, all_nouns):
        if passage == TEXTS[1]:
            raise KeyboardInterrupt
        return cloze_pairs(passage, all_nouns)

    with monkeypatch.context() as killed:
        killed.setattr("textzoo.data.cloze_pairs", stop)
        assert command("cloze", corpus, "--out", out)[0] == 130
    status, _, err = command("cloze", corpus, "--out", out, "--resume", "--all-nouns")
    assert status == 2 and "the all_nouns that it began with" in err
    assert command("cloze", corpus, "--out", out, "--resume")[0] == 0
    assert out.read_text(encoding="utf-8") == whole.read_text(encoding="utf-8")


def test_bad_input(command, corpus, tmp_path):
    english = tmp_path / "english.txt"
    english.write_text("It opened in 1998.\n", encoding="utf-8")
    for file, out, message in (
        (english, tmp_path / "a.jsonl", "expected Chinese statements to ask about. Received: none."),
        (tmp_path / "none.txt", tmp_path / "b.jsonl", "No such file"),
        (corpus, corpus, "expected a file that is not there yet"),
    ):
        status, said, err = command("cloze", file, "--out", out)
        assert (status, said) == (2, "") and message in err and err.count("\n") == 1
        assert out == corpus or not out.exists()
    inside = tmp_path / "pairs.jsonl"
    assert "not in the folder of texts" in command("cloze", tmp_path, "--out", inside)[2] and not inside.exists()
