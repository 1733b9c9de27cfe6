"""`textzoo evaluate qa`: a model, predictions, bad input and a full disk."""

import errno
import json

import pytest

from textzoo.data.tasks import QAGeneration
from textzoo.inference import LightQAGenerator

PASSAGE = "王明昨天去了车站。天气很好。"
GOLD = [
    {"id": "a", "passage": PASSAGE, "question": "谁去了车站？", "answer": "王明"},
    {"id": "b", "passage": PASSAGE, "question": "王明去了哪里？", "answer": "车站"},
    {"id": "c", "passage": "刘丽昨天去了公园。", "question": "谁去了公园？", "answer": "刘丽"},
]


@pytest.fixture
def write(tmp_path):
    def write(name, rows):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


def test_a_model(command, model_folder, write, tmp_path, monkeypatch):
    long = {"passage": PASSAGE * 9, "question": "谁？", "answer": "王明", "id": "long"}
    gold = write("gold.jsonl", [*GOLD, long])
    flags = ["--num-pairs", "2", "--out", tmp_path / "out.json", "--html", tmp_path / "page.html"]
    status, out, err = command("evaluate", "qa", gold, "--model", model_folder, *flags)
    assert status == 0, err
    figures = json.loads((tmp_path / "out.json").read_text())
    assert figures["grounded"] == 1 and figures["references"] == figures["asked"] == 4 and figures["generated"] <= 6
    assert (figures["passages"], figures["k"]) == (3, 2) and "grounded           1.0000" in out
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<u>" in page and "question_rouge_l" in page
    model = LightQAGenerator.from_preset(model_folder)
    pairs = model.generate(PASSAGE, 2, max_answer_length=6, max_question_length=8, seed=0)
    assert all(pair.question in page for pair in pairs)


@pytest.mark.slow
def test_half_precision_is_asked_for(command, model_folder, write):
    status, out, err = command("evaluate", "qa", write("gold.jsonl", GOLD), "--model", model_folder)
    assert status == 0, err
    flags = ["--model", model_folder, "--precision", "bfloat16"]
    status, halved, err = command("evaluate", "qa", write("gold.jsonl", GOLD), *flags)
    assert status == 0, err
    assert "grounded           1.0000" in halved and halved.splitlines()[:2] == out.splitlines()[:2]


def test_predictions_that_are_right(command, write):
    gold, predictions = write("gold.jsonl", GOLD), write("pairs.jsonl", GOLD)
    status, out, err = command("evaluate", "qa", gold, "--predictions", predictions)
    figures = dict(line.split() for line in out.splitlines())
    assert status == 0, err
    for name in ("grounded", "answer_recall", "aligned_f1", "question_rouge_l", "question_bleu_4", "question_chrf"):
        assert figures[name] == "1.0000", name
    assert figures["asked"] == "3" and figures["duplicates"] == "0.0000"


def test_predictions_that_are_half_right(command, write, tmp_path):
    rows = [
        {"id": "a", "question": "谁去了？", "answer": "王明", "start": 0},
        {"id": "b", "question": "谁去了？", "answer": "王明", "start": 1},
        {"id": "a", "question": "天气如何？", "answer": "下雨"},
    ]
    out = tmp_path / "out.json"
    gold, predictions = write("gold.jsonl", GOLD), write("pairs.jsonl", rows)
    status, _, err = command("evaluate", "qa", gold, "--predictions", predictions, "--out", out)
    figures = json.loads(out.read_text())
    assert status == 0 and "1 of 2 passages have no pairs" in err
    third = pytest.approx(1 / 3)
    assert (figures["grounded"], figures["answer_recall"], figures["duplicates"]) == (third, third, third)
    assert figures["asked"] == 1 and figures["question_rouge_l"] == pytest.approx(2 * 3 / (3 + 5))


def test_reference_answers_are_asked_for_at_their_place(command, model_folder, write, tmp_path, monkeypatch):
    """Two references with one answer string at two places, and one in words of its own."""
    passage = "王明昨天去了车站。今天王明去了公园。"
    rows = [
        {"id": "a", "passage": passage, "question": f"{start}", "answer": "王明", "start": start} for start in (0, 11)
    ]
    rows.append({"id": "b", "passage": passage, "question": "?", "answer": "李红"})
    given = []

    def generate_questions(self, passages, answers, **options):
        given.extend(answers)
        return generate(self, passages, answers, **options)

    generate = QAGeneration.generate_questions
    monkeypatch.setattr(QAGeneration, "generate_questions", generate_questions)
    status, out, err = command("evaluate", "qa", write("gold.jsonl", rows), "--model", model_folder, "--num-pairs", "1")
    assert status == 0, err
    assert given == [[(0, 2), (11, 13), "李红"]]
    assert ["asked", "3"] in [line.split() for line in out.splitlines()]


def test_predictions_answer_the_reference_at_their_place(command, write, tmp_path):
    passage = "王明昨天去了车站。今天王明去了公园。"
    rows = [
        {"id": "a", "passage": passage, "question": question, "answer": "王明", "start": start}
        for question, start in (("谁去了车站？", 0), ("谁去了公园？", 11))
    ]
    out = tmp_path / "out.json"
    gold, predictions = write("gold.jsonl", rows), write("pairs.jsonl", rows[::-1])
    status, _, err = command("evaluate", "qa", gold, "--predictions", predictions, "--out", out)
    figures = json.loads(out.read_text())
    assert status == 0, err
    assert (figures["asked"], figures["question_rouge_l"]) == (2, 1)


def test_a_passage_of_unknown_characters(command, model_folder, write):
    gold = write("gold.jsonl", [*GOLD, {"id": "e", "passage": "😀😀", "question": "谁？", "answer": "😀"}])
    flags = ["--model", model_folder, "--num-pairs", "1"]
    status, _, err = command("evaluate", "qa", gold, *flags)
    assert status == 2 and "record 'e': Expected a passage with known characters." in err
    status, out, err = command("evaluate", "qa", gold, *flags, "--on-error", "skip")
    assert status == 0 and "skipped record 'e': Expected a passage with known characters." in err, err
    assert ["passages", "2"] in [line.split() for line in out.splitlines()]


def test_predictions_that_fit_no_passage(command, write):
    passage = {"id": "2", "passage": "小红在北京出生。", "question": "小红在哪里出生？", "answer": "北京", "start": 3}
    gold, beyond = write("gold.jsonl", [passage]), write("beyond.jsonl", [passage | {"start": 7}])
    status, _, err = command("evaluate", "qa", gold, "--predictions", beyond)
    assert status == 2 and "line 1: expected an answer within its passage. Received: start 7 in 8 characters" in err
    twice, pairs = (
        write("twice.jsonl", [passage, passage | {"passage": "小红在北京。"}]),
        write("pairs.jsonl", [passage]),
    )
    status, _, err = command("evaluate", "qa", twice, "--predictions", pairs)
    assert status == 2 and "expected an id of its own for each passage. Received: '2' of two passages" in err


def test_predictions_are_read_in_utf_8(command, write):
    gold, predictions = write("gold.jsonl", GOLD), write("pairs.jsonl", GOLD)
    gold.write_bytes(gold.read_text(encoding="utf-8").encode("gb18030"))
    status, out, err = command("evaluate", "qa", gold, "--predictions", predictions, "--encoding", "gb18030")
    assert status == 0 and ["question_rouge_l", "1.0000"] in [line.split() for line in out.splitlines()], err


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([GOLD[0] | {"id": "z"}], "line 1: expected an id of "),
        ([{"id": "a", "question": "谁？"}], "expected a field 'answer' with a string. Received: only 'id', 'question'"),
        ([["a"]], "Received: a list of 1"),
        ([GOLD[0] | {"start": "0"}], "expected a start that is a whole number. Received: string '0'"),
        ([GOLD[0] | {"answer": 3}], "expected a field 'answer' with a string. Received: number 3"),
    ],
)
def test_bad_predictions(rows, message, command, write):
    gold, predictions = write("gold.jsonl", GOLD), write("pairs.jsonl", rows)
    status, out, err = command("evaluate", "qa", gold, "--predictions", predictions)
    assert (status, out) == (2, "") and message in err.splitlines()[-1]


def test_gold_without_pairs_and_bad_flags(command, write, tmp_path):
    predictions = write("pairs.jsonl", GOLD)
    status, _, err = command("evaluate", "qa", write("empty.jsonl", []), "--predictions", predictions)
    assert (
        status == 2
        and "empty.jsonl: expected question-answer pairs: SQuAD " in err.splitlines()[-1]
        and err.endswith("Received: an empty file.\n")
    )
    status, _, err = command("evaluate", "qa", predictions)
    assert status == 2 and "Expected one of --model and --predictions. Received: neither." in err
    status, _, err = command("evaluate", "qa", predictions, "--predictions", predictions, "--out", predictions)
    assert status == 2 and "name the same file; choose another --out" in err


@pytest.mark.parametrize("flag", ["--out", "--html"])
def test_ctrl_c_and_a_full_disk(flag, command, write, tmp_path, monkeypatch):
    gold, file = write("gold.jsonl", GOLD), tmp_path / "report"
    flags = ["evaluate", "qa", gold, "--predictions", gold, flag, file]

    def stop(error):
        def write_atomically(*args):
            raise error

        monkeypatch.setattr("textzoo.data.files.write_atomically", write_atomically)
        return command(*flags)

    status, out, err = stop(OSError(errno.ENOSPC, "No space left on device", str(file)))
    assert status == 2 and err.endswith(f"textzoo evaluate: {file}: No space left on device\n")
    assert "grounded           1.0000" in out
    status, out, err = stop(KeyboardInterrupt())
    assert status == 130 and err.endswith("textzoo evaluate: interrupted\n")


def test_ctrl_c_while_it_generates(command, model_folder, write, tmp_path, monkeypatch):
    def stop(self, *args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(LightQAGenerator, "generate", stop)
    out = tmp_path / "out.json"
    status, _, err = command("evaluate", "qa", write("gold.jsonl", GOLD), "--model", model_folder, "--out", out)
    assert (status, err.splitlines()[-1], out.exists()) == (130, "textzoo evaluate: interrupted", False)
