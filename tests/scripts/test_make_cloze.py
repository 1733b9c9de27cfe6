"""`textzoo cloze`: pairs made by rules from plain text."""

import json

import pytest

from textzoo.data import cloze_pairs, read_qa
from textzoo.data.text.word_segmentation import use_user_dictionary
from textzoo.scripts import make_cloze

TEXTS = ["陈静1998年出版了第一本小说。", "海州队以3比2战胜了云岭队。", "It rains.", "陈静1998年出版了第一本小说。"]


@pytest.fixture
def corpus(tmp_path):
    file = tmp_path / "corpus.txt"
    file.write_text("\n".join(TEXTS), encoding="utf-8")
    return file


@pytest.mark.parametrize("flags", [[], ["--all-nouns"]])
def test_training_reads_the_pairs(command, corpus, tmp_path, flags):
    out = tmp_path / "pairs.jsonl"
    status, printed, err = command("cloze", corpus, "--out", out, *flags)
    expected = [pair for text in TEXTS[:3] for pair in cloze_pairs(text, bool(flags))]
    assert (status, err) == (0, "") and printed == f"{out}: {len(expected)} pairs of 3 passages\n"
    assert [(e.passage, e.question, e.answer, e.start) for e in read_qa(out)] == [
        (e.passage, e.question, e.answer, e.start) for e in expected
    ]


def test_long_texts_are_cut_at_sentence_ends(command, tmp_path):
    file = tmp_path / "long.jsonl"
    file.write_text(json.dumps({"text": "".join(TEXTS[:2])}), encoding="utf-8")
    assert command("cloze", file, "--out", tmp_path / "pairs.jsonl", "--max-characters", "20")[0] == 0
    assert {pair.passage for pair in read_qa(tmp_path / "pairs.jsonl")} == set(TEXTS[:2])


def test_resume(command, corpus, tmp_path, monkeypatch):
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    monkeypatch.setattr(make_cloze, "PASSAGES_PER_WRITE", 1)
    command("cloze", corpus, "--out", whole)

    def stop(passage, all_nouns):
        if passage == TEXTS[1]:
            raise KeyboardInterrupt
        return cloze_pairs(passage, all_nouns)

    with monkeypatch.context() as killed:
        killed.setattr("textzoo.data.cloze_pairs", stop)
        assert command("cloze", corpus, "--out", out)[0] == 130
    status, _, err = command("cloze", corpus, "--out", out, "--resume", "--all-nouns")
    assert status == 2 and "cannot resume with another all_nouns. Expected: False. Received: True; use the same" in err
    assert command("cloze", corpus, "--out", out, "--resume")[0] == 0
    assert out.read_text(encoding="utf-8") == whole.read_text(encoding="utf-8")


def test_bad_input(command, corpus, tmp_path):
    english = tmp_path / "english.txt"
    english.write_text("It opened in 1998.\n", encoding="utf-8")
    for file, out, message in (
        (english, tmp_path / "a.jsonl", "found no Chinese statement to make a question from"),
        (tmp_path / "none.txt", tmp_path / "b.jsonl", "No such file"),
        (corpus, corpus, "--out and --input name the same file; choose another --out"),
    ):
        status, printed, err = command("cloze", file, "--out", out)
        assert (status, printed) == (2, "") and message in err and err.count("\n") == 1
        assert out == corpus or not out.exists()
    inside = tmp_path / "pairs.jsonl"
    assert "is inside the input folder" in command("cloze", tmp_path, "--out", inside)[2] and not inside.exists()


def test_words_of_a_user_dictionary(command, corpus, tmp_path):
    words, out = tmp_path / "words.txt", tmp_path / "pairs.jsonl"
    words.write_text("海州队 9 nt\n", encoding="utf-8")
    try:
        assert command("cloze", corpus, "--out", out, "--user-dict", words)[0] == 0
        assert "海州队" in {pair.answer for pair in read_qa(out)}
    finally:
        use_user_dictionary(None)
    status, _, err = command("cloze", corpus, "--out", tmp_path / "more.jsonl", "--user-dict", tmp_path / "none")
    assert status == 2 and err == f"textzoo cloze: {tmp_path / 'none'}: No such file or directory\n"
