"""`textzoo generate qa --filter`: kept and rejected pairs, and documents of any length."""

import json

import pytest

from textzoo.models import QAGenerator
from textzoo.scripts import main as textzoo

GOOD = "王明昨天去了车站。天气很好。"
LONG = "王明昨天去了车站。刘丽昨天去了公园。" * 9


@pytest.fixture(scope="module")
def round_trip_folder(tmp_path_factory, train_file):
    out = tmp_path_factory.mktemp("runs") / "extractive-qa"
    small = ["--num-layers", "1", "--hidden-size", "16", "--num-heads", "2"]
    small += ["--max-passage-length", "30", "--epochs", "1"]
    assert textzoo.main(["train", "extractive-qa", train_file, "--out", str(out), *small]) == 0
    return out


@pytest.fixture(scope="module")
def model(model_folder):
    return QAGenerator.from_preset(model_folder)


@pytest.fixture
def generate(command, model_folder, model, monkeypatch, tmp_path):
    """Runs the command on documents: (status, pairs, rejected pairs, standard error)."""
    monkeypatch.setattr(QAGenerator, "from_preset", lambda folder, **_: model)

    def run(documents, *argv):
        file, rejected = tmp_path / "in.txt", tmp_path / "rejected.jsonl"
        file.write_text("".join(f"{document}\n" for document in documents), encoding="utf-8")
        rejected.unlink(missing_ok=True)
        flags = ["--model", model_folder, "--num-pairs", "3", "--rejected", rejected]
        status, out, err = command("generate", "qa", file, "--filter", *flags, *argv)
        lines = rejected.read_text(encoding="utf-8") if rejected.exists() else ""
        return status, *([json.loads(row) for row in rows.splitlines()] for rows in (out, lines)), err

    return run


def test_every_pair_is_kept_or_rejected_with_a_reason_and_its_scores(generate, round_trip_folder, tmp_path):
    documents = {1: GOOD, 2: LONG}
    flags = ["--round-trip-model", round_trip_folder, "--min-round-trip", "0.3", "--html", tmp_path / "page.html"]
    status, kept, rejected, err = generate(documents.values(), *flags)
    assert status == 0, err
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<tr data-pair=") == len(kept) + len(rejected)
    assert page.count('class="rejected"') == len(rejected)
    assert f"kept {len(kept)} of {len(kept) + len(rejected)} pairs; rejected: " in err
    assert {pair["id"] for pair in [*kept, *rejected]} == {1, 2}
    for pair in [*kept, *rejected]:
        assert documents[pair["id"]][pair["start"] : pair["end"]] == pair["answer"]
        assert (pair["rejection_reason"] is None) == (pair in kept)
        if pair["question"].strip():
            assert 0 <= pair["round_trip"] <= 1 and isinstance(pair["round_trip_answer"], str)
    assert all(pair["round_trip"] >= 0.3 for pair in kept)
    assert max(pair["end"] for pair in rejected) > 100  # the end of the long one is read


def test_nothing_kept_shows_how_the_scores_are_distributed(generate):
    status, kept, rejected, err = generate([GOOD], "--min-answer-logprob=1", "--max-similarity", "1")
    assert (status, kept) == (0, []) and rejected
    first, second, *scores = err.splitlines()
    assert first.startswith(f"kept 0 of {len(rejected)} pairs; rejected: ") and "no pair passed" in second
    assert [row.split()[0] for row in scores] == ["answer_logprob", "question_logprob"]
    numbers = [float(word) for word in scores[0].split()[1:]]
    values = sorted(pair["answer_logprob"] for pair in rejected)
    assert len(numbers) == 5 and numbers == sorted(numbers)
    assert [numbers[0], numbers[-1]] == pytest.approx([values[0], values[-1]], rel=1e-2)


def test_other_formats_hold_the_kept_pairs(generate, tmp_path):
    out = tmp_path / "out.json"
    status, _, rejected, err = generate([GOOD, GOOD + "。"], "--format", "squad", "--out", out)
    assert status == 0, err
    questions = [qa for article in json.loads(out.read_text())["data"] for qa in article["paragraphs"][0]["qas"]]
    assert f"kept {len(questions)} of {len(questions) + len(rejected)} pairs" in err


@pytest.mark.parametrize(
    ("documents", "message"),
    [(["ДЖ🙂" * 40], "line 1: expected a document with known characters"), ([], "expected one passage per line")],
)
def test_bad_documents(documents, message, generate):
    status, kept, _, err = generate(documents)
    assert status == 2 and kept == [] and message in err and "Traceback" not in err


@pytest.mark.slow
def test_a_bad_document_is_skipped_and_listed(generate):
    status, kept, rejected, err = generate([GOOD, "ДЖ🙂", GOOD + "。"], "--on-error", "skip")
    assert status == 0 and {pair["id"] for pair in [*kept, *rejected]} == {1, 3}
    assert "rejected 1:" in err and "line 2: expected a document with known characters" in err


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--rejected", "r.jsonl"], "--rejected needs --filter"),
        (["--min-answer-logprob=-3"], "--min-answer-logprob needs --filter"),
        (["--filter", "--answers"], "--filter and --answers exclude each other; remove one"),
        (
            ["--filter", "--rejected", "r.jsonl", "--resume", "--out", "o"],
            "--resume needs --out and an input file, without --html and --rejected",
        ),
        (["--filter", "--max-similarity", "2"], "--max-similarity: "),
        (["--filter", "--round-trip-model", "none-there"], "none-there"),
    ],
)
def test_bad_flags(flags, message, command, tmp_path, monkeypatch, model_folder):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_text(GOOD, encoding="utf-8")
    status, out, err = command("generate", "qa", "in.txt", "--model", model_folder, *flags)
    assert (status, out) == (2, "") and message in err and err.count("\n") == 1
    assert not (tmp_path / "r.jsonl").exists()
