"""Training and evaluation of extractive question answering from the command line."""

import json

import pytest

from textzoo.models import ExtractiveQA
from textzoo.scripts import main as textzoo

NAMES, PLACES = ["王明", "李红", "张华"], ["公园", "车站", "学校"]
SMALL = ["--num-layers", "1", "--hidden-size", "16", "--num-heads", "2", "--dropout", "0", "--learning-rate", "0.02"]


def squad(path, free=False):
    """Writes passages with two questions each and one without an answer."""
    paragraphs = []
    for name in NAMES:
        for place in PLACES:
            qas = [
                {"id": "who", "question": "谁去了？", "answers": [{"text": name, "answer_start": 0}]},
                {"id": "where", "question": "去了哪里？", "answers": [{"text": place, "answer_start": 4}]},
                {"id": "when", "question": "几点？", "answers": [], "is_impossible": True},
            ]
            qas += [{"id": "free", "question": "为何？", "answers": [{"text": "无聊", "answer_start": 0}]}] * free
            paragraphs.append({"context": f"{name}去了{place}。", "qas": qas})
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}, ensure_ascii=False), encoding="utf-8")
    return path


def trained(tmp_path_factory, epochs):
    data = squad(tmp_path_factory.mktemp("data") / "train.json")
    out = tmp_path_factory.mktemp("runs") / "extractive-qa"
    lengths = ["--max-question-length", "8", "--max-passage-length", "12"]
    argv = ["train", "extractive-qa", data, "--validation", data, "--out", out, "--epochs", epochs, "--batch-size", "9"]
    assert textzoo.main([*map(str, argv), *SMALL, *lengths]) == 0
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return trained(tmp_path_factory, epochs=1)


@pytest.mark.slow
@pytest.mark.graph
def test_a_trained_model_answers_and_knows_when_it_cannot(command, tmp_path_factory, tmp_path):
    folder = trained(tmp_path_factory, epochs=30)
    flags = ["--model", folder, "--out", tmp_path / "figures.json"]
    assert command("evaluate", "extractive-qa", squad(tmp_path / "test.json"), *flags)[0] == 0
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["exact_match"] > 0.9 and figures["unanswerable_accuracy"] > 0.9


def test_a_folder_and_its_figures(command, folder, tmp_path):
    model = ExtractiveQA.from_preset(folder)
    assert (model.preprocessor.max_question_length, model.preprocessor.max_passage_length) == (8, 12)
    assert "model.answer(" in (folder / "README.md").read_text(encoding="utf-8")
    flags = ["--model", folder, "--out", tmp_path / "figures.json"]
    status, out, err = command("evaluate", "extractive-qa", squad(tmp_path / "test.json", free=True), *flags)
    assert status == 0, err
    assert "18 answers are a span of their passage, 9 questions have none; dropped 9 answers in other words" in err
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert [line.split()[0] for line in out.splitlines()] == list(figures)
    assert figures["questions"] == 27
    status, out, err = command("evaluate", "extractive-qa", tmp_path / "test.json", *flags)
    assert status == 2 and "figures.json already exists; choose another --out" in err


def test_the_threshold_decides(command, folder, tmp_path):
    data = squad(tmp_path / "test.json")
    for threshold, fraction in (("1e9", 0.0), ("-1e9", 1.0)):
        out = tmp_path / f"{fraction}.json"
        flags = ["--model", folder, "--out", out, f"--no-answer-threshold={threshold}"]
        assert command("evaluate", "extractive-qa", data, *flags)[0] == 0
        assert json.loads(out.read_text())["unanswerable_accuracy"] == fraction


def test_bad_input(command, folder, tmp_path):
    free = tmp_path / "free.jsonl"
    free.write_text('{"passage": "王明去了。", "question": "为何？", "answer": "无聊"}\n', encoding="utf-8")
    for argv in (
        ["train", "extractive-qa", free, "--out", tmp_path / "out"],
        ["evaluate", "extractive-qa", free, "--model", folder],
    ):
        status, out, err = command(*argv)
        assert status == 2 and "no answer is a span of its passage" in err.splitlines()[-1]
    assert not (tmp_path / "out").exists()
