"""`textzoo tune qa`: thresholds that `textzoo generate qa` takes."""

import json
import math
import shutil

import pytest
import yaml

from textzoo.data import QAPair
from textzoo.models import QAGenerator

PASSAGES = ["王明昨天去了车站。", "刘丽昨天去了公园。"]
QUESTIONS = ["谁昨天去了？", "王明何时？", "刘丽做了什么？", "他在哪里？"]


@pytest.fixture
def pairs(model_folder, tmp_path, monkeypatch):
    """A model with given well-formed pairs, and a file in which the more probable half of them is correct.

    The training does not matter: answers and their probabilities are set here.
    """
    model = QAGenerator.from_preset(model_folder)

    def generate(passages, **options):
        return [[_pair(passage, number) for number in range(len(QUESTIONS))] for passage in passages]

    monkeypatch.setattr(model, "generate", generate)
    monkeypatch.setattr(QAGenerator, "from_preset", lambda folder, **_: model)
    rows = [
        {"passage": passage, "question": pair.question, "answer": pair.answer}
        for passage, pairs in zip(PASSAGES, generate(PASSAGES), strict=True)
        for pair in pairs[:2]
    ]
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def _pair(passage, number):
    start, end, logprob = 2 * number, 2 * number + 2, -1.0 - number
    return QAPair(
        QUESTIONS[number],
        passage[start:end],
        start=start,
        end=end,
        occurrences=((start, end),),
        answer_logprob=logprob,
        question_logprob=-1.0,
        score=logprob / 4,
    )


def test_thresholds_are_written_and_used(command, model_folder, pairs, tmp_path):
    thresholds = tmp_path / "thresholds.yaml"
    flags = ["--model", model_folder, "--num-pairs", "4", "--recall", "0.5", "--out", thresholds]
    status, out, err = command("tune", "qa", pairs, *flags)
    assert status == 0 and out.endswith(thresholds.read_text(encoding="utf-8")), err
    chosen = yaml.safe_load(thresholds.read_text(encoding="utf-8"))
    assert chosen["filter"] is True and (chosen["num_pairs"], chosen["num_beams"]) == (4, 3)
    assert -3 < chosen["min_answer_logprob"] <= -2 and "min_question_logprob" not in chosen
    before, after = (float(line.split("precision ")[1].split(",")[0]) for line in out.splitlines()[:2])
    assert (before, after) == (0.5, 1.0)
    passages = tmp_path / "in.txt"
    passages.write_text("\n".join(PASSAGES), encoding="utf-8")
    argv = ["generate", "qa", passages, "--model", model_folder, "--engine", "keras"]
    status, kept, err = command(*argv, "--config", thresholds)
    assert status == 0 and "improbable" in err, err
    for pair in map(json.loads, kept.splitlines()):
        assert all(pair[name.removeprefix("min_")] >= threshold for name, threshold in chosen.items() if "min_" in name)
    status, _, err = command("tune", "qa", pairs, *flags)
    assert status == 2 and "thresholds.yaml already exists; choose another --out" in err


def test_the_quality_of_a_model_decides_as_in_generate(command, model_folder, pairs, tmp_path):
    folder, thresholds = shutil.copytree(model_folder, tmp_path / "judged"), tmp_path / "thresholds.yaml"
    quality = {"intercept": 3.0, "answer_logprob": 1.0, "min_probability": 0.5}
    (folder / "pair_quality.json").write_text(json.dumps(quality), encoding="utf-8")
    flags = ["--num-pairs", "4", "--recall", "0.5", "--out", thresholds]
    status, out, err = command("tune", "qa", pairs, "--model", folder, *flags)
    assert status == 0 and "its pair_quality.json" in out and "recall 1.000\n" in out, err
    chosen = yaml.safe_load(thresholds.read_text(encoding="utf-8"))
    assert chosen.keys() == {"filter", "num_pairs", "num_beams", "min_probability"}
    assert 1 / 2 < chosen["min_probability"] <= 1 / (1 + math.exp(-1))  # of log-probabilities -3 and -2
    passages = tmp_path / "in.txt"
    passages.write_text("\n".join(PASSAGES), encoding="utf-8")
    argv = ["generate", "qa", passages, "--model", folder, "--engine", "keras", "--config", thresholds]
    status, kept, err = command(*argv)
    assert status == 0 and len(kept.splitlines()) == 4 and "improbable pair" in err, err


def test_no_correct_pair(command, model_folder, pairs):
    row = {"passage": PASSAGES[0], "question": "Why?", "answer": "公"}
    pairs.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    status, _, err = command("tune", "qa", pairs, "--model", model_folder)
    assert status == 2 and "well-formed pairs matches a reference" in err
    assert "Traceback" not in err


def test_no_well_formed_pair(command, model_folder, pairs, monkeypatch):
    monkeypatch.setattr("textzoo.inference.qa_pipeline.validate_question", lambda *_: "question is empty")
    status, _, err = command("tune", "qa", pairs, "--model", model_folder)
    assert status == 2 and "none of 0 well-formed pairs matches a reference (8 rejected: question is empty)" in err


def test_a_passage_of_unknown_characters(command, model_folder, pairs):
    with open(pairs, "a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "e", "passage": "😀😀", "question": "谁？", "answer": "😀"}) + "\n")
    status, _, err = command("tune", "qa", pairs, "--model", model_folder)
    assert status == 2 and "record 'e': Expected a passage with known characters." in err
    status, _, err = command("tune", "qa", pairs, "--model", model_folder, "--on-error", "skip")
    assert status == 0 and "skipped record 'e'" in err
