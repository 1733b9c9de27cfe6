"""`textzoo generate qa`: inputs, formats, bad records and resumed runs."""

import codecs
import csv
import errno
import gzip
import io
import itertools
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from textzoo.data import read_qa
from textzoo.data.qa.pair_quality import read_pair_quality
from textzoo.data.writer_lock import WriterLock
from textzoo.inference import LightQAGenerator
from textzoo.scripts.cli.output_files import ResumableOutput

pytestmark = pytest.mark.graph

GOOD = "王明昨天去了车站。天气很好。"
OTHER = "刘丽昨天去了公园。"


@pytest.fixture(scope="module")
def model(model_folder):
    return LightQAGenerator.from_preset(model_folder)


@pytest.fixture
def generate(command, model_folder, model, monkeypatch):
    """Runs `textzoo generate qa` with the tiny model, loaded once: (status, pairs, standard error)."""
    monkeypatch.setattr(LightQAGenerator, "from_preset", lambda folder, **_: model)

    def run(*argv):
        status, out, err = command("generate", "qa", "--model", model_folder, "--num-pairs", "2", *argv)
        return status, [json.loads(line) for line in out.splitlines()], err

    return run


@pytest.fixture
def write(tmp_path):
    def write(content, name="in.jsonl", *, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return str(path)

    return write


def line(text, identifier="a", **more):
    return json.dumps({"id": identifier, "text": text} | more, ensure_ascii=False) + "\n"


def test_pairs_of_text_and_of_jsonl_are_the_same_and_stand_in_their_passage(generate, write):
    status, pairs, err = generate(write(f"{GOOD}\n\n{OTHER}\n", "in.txt"))
    assert (status, err) == (0, "")
    assert {pair["id"] for pair in pairs} == {1, 3}
    texts = {1: GOOD, 3: OTHER}
    for pair in pairs:
        assert texts[pair["id"]][pair["start"] : pair["end"]] == pair["answer"]
        assert set(pair) == {
            *("id", "question", "answer", "start", "end", "occurrences", "answer_logprob", "question_logprob", "score")
        }
    again = generate(write(line(GOOD, 1) + line(OTHER, 3)))
    assert again == (0, pairs, "")


@pytest.mark.slow
def test_order_is_the_files_though_batches_go_by_length(generate, write):
    texts = [GOOD if i % 3 else OTHER for i in range(11)]
    _, pairs, _ = generate(write("".join(line(text, i) for i, text in enumerate(texts))), "--batch-size", "2")
    numbers = [pair["id"] for pair in pairs]
    assert numbers == sorted(numbers) and set(numbers) == set(range(11))
    _, alone, _ = generate(write(line(texts[10], 10)))
    shown = [(pair["question"], pair["answer"], pair["start"]) for pair in pairs if pair["id"] == 10]
    assert shown == [(pair["question"], pair["answer"], pair["start"]) for pair in alone]


@pytest.mark.slow
def test_standard_input_and_a_file_of_its_own(generate, write, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line(GOOD).encode())))
    status, pairs, _ = generate()
    assert status == 0 and len(pairs) == 2
    out = tmp_path / "out.jsonl"
    assert generate(write(line(GOOD)), "--out", out) == (0, [], "")
    assert [json.loads(row) for row in out.read_text(encoding="utf-8").splitlines()] == pairs


def test_questions_for_answers_of_the_user(generate, write):
    rows = line(GOOD, "a", answers=["车站", "王明"]) + line(OTHER, "b", answers=[]) + line(OTHER, "c", answers=["公园"])
    status, pairs, _ = generate(write(rows), "--answers")
    assert status == 0
    assert [(pair["id"], pair["answer"]) for pair in pairs] == [("a", "车站"), ("a", "王明"), ("c", "公园")]


TWICE = "王明昨天去了车站。今天王明去了公园。"


def test_questions_for_answers_at_their_place(generate, write):
    answers = ["王明", {"text": "王明", "start": 11}, {"text": "公园"}]
    status, pairs, _ = generate(write(line(TWICE, "a", answers=answers)), "--answers")
    assert status == 0 and [(pair["answer"], pair["start"]) for pair in pairs] == [
        ("王明", 0),
        ("王明", 11),
        ("公园", 15),
    ]


@pytest.mark.parametrize("indent", [None, 1])
def test_questions_for_the_answers_of_a_squad_file(indent, generate, write):
    qas = [
        {"id": f"q{start}", "question": "谁？", "answers": [{"text": "王明", "answer_start": start}]}
        for start in (11, 0, 11)
    ]
    qas.append({"id": "free", "question": "谁？", "answers": [{"text": "李红", "answer_start": 0}]})
    squad = {"version": "1", "data": [{"paragraphs": [{"context": TWICE, "qas": qas}]}]}
    path = write(json.dumps(squad, ensure_ascii=False, indent=indent), "squad.json")
    status, pairs, err = generate(path, "--answers", "--on-error", "skip")
    assert status == 0 and [(pair["id"], pair["start"]) for pair in pairs] == [("q11", 11), ("q11", 0)]
    assert "rejected 1:" in err and "answers that are spans of the passage. Received: '李红'" in err
    status, pairs, err = generate(path, "--answers")
    assert status == 2 and not pairs and err.count("\n") == 1


def test_missing_pairs_are_told(generate, write):
    status, pairs, err = generate(write(line("车。", "a") + line(GOOD, "b")), "--num-pairs", "9")
    assert status == 0 and err.count("\n") == 1
    assert err.startswith(f"{len(pairs)} of 18 requested pairs: the sampled answers of 2 of 2 passages repeat, overlap")
    assert generate(write(line(GOOD)), "--num-pairs", "1")[2] == ""


LONG = "王明昨天去了车站。" * 9

BAD_RECORDS = {
    "empty passage": ('{"id": "x", "text": ""}\n', "expected a text. Received: an empty one"),
    "blank passage": (line("　 ", "x"), "expected a text. Received: an empty one"),
    "longer than the model": (line(LONG, "x"), "at most 38 tokens. Received: 81 tokens"),
    "only unknown characters": (line("ДЖ🙂", "x"), "known characters. Received only unknown ones: 'ДЖ🙂'"),
    "no json": ('{"id": "x", "text": \n', "expected a json object"),
    "not an object": ('["x"]\n', "expected a json object"),
    "no text": ('{"id": "x", "body": "王明"}\n', "expected a field 'text' with a string. Received: only 'id', 'body'"),
    "an id of another kind": (
        '{"id": [1], "text": "王明"}\n',
        "expected an id that is a string or a whole number. Received: a list",
    ),
    "repeated id": (line(GOOD, "a"), "expected a unique id. Received: 'a', which line 1 has already"),
    "lone surrogate": ('{"id": "x", "text": "王\\ud800明"}\n', "lone surrogate U+D800"),
    "NUL": ('{"id": "x", "text": "王\\u0000明"}\n', "NUL character at position 1"),
    "text is a number": ('{"id": "x", "text": 3}\n', "expected a field 'text' with a string. Received: number 3"),
}


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_bad_record_stops_with_its_place_after_what_came_before(name, generate, write):
    bad, message = BAD_RECORDS[name]
    path = write(line(GOOD) + bad + line(OTHER, "z"))
    status, pairs, err = generate(path)
    assert status == 2 and {pair["id"] for pair in pairs} == {"a"}
    assert err.startswith(f"textzoo generate: {path}, line 2: expected ") and message in err and err.count("\n") == 1


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_bad_record_is_skipped_and_listed(name, generate, write):
    bad, message = BAD_RECORDS[name]
    path = write(line(GOOD) + bad + line(OTHER, "z"))
    status, pairs, err = generate(path, "--on-error", "skip")
    assert status == 0 and {pair["id"] for pair in pairs} == {"a", "z"}
    head, rejected = err.splitlines()
    assert head == "rejected 1:" and rejected.startswith(f"{path}, line 2: expected ") and message in rejected


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"answers": ["公园"]}, "an answer that is a span of its passage. Received: '公园'"),
        ({"answers": [""]}, "an answer that is a span of its passage. Received: ''"),
        ({"answers": [{"text": 3}]}, "Received: number 3"),
        (
            {"answers": [{"text": "王明", "start": "0"}]},
            "an answer's start that is a whole number. Received: string '0'",
        ),
        (
            {"answers": "车站"},
            "expected answers that are a list of strings or of {'text', 'answer_start'}. Received: string",
        ),
        ({"answers": [1]}, "Received: number 1"),
        ({}, "Received: none"),
    ],
)
def test_bad_answers(answers, message, generate, write):
    path = write(line(GOOD, "a", answers=["车站"]) + line(GOOD, "b", **answers) + line(GOOD, "c", answers=["王明"]))
    status, pairs, err = generate(path, "--answers")
    assert status == 2 and [pair["id"] for pair in pairs] == ["a"] and f"{path}, line 2: expected" in err
    assert message in err and err.count("\n") == 1
    status, pairs, err = generate(path, "--answers", "--on-error", "skip")
    assert status == 0 and [pair["id"] for pair in pairs] == ["a", "c"] and message in err


def test_all_rejected_records_are_listed_in_the_order_of_the_file(generate, write):
    path = write(line(GOOD) + line(LONG, "b") + "{\n" + line("ДЖ", "c") + line(OTHER, "d") + '{"id": "e"}\n')
    status, pairs, err = generate(path, "--on-error", "skip")
    assert status == 0 and {pair["id"] for pair in pairs} == {"a", "d"}
    places = [row.removeprefix(f"{path}, ").split(":")[0] for row in err.splitlines()]
    assert places == ["rejected 4", "line 2", "line 3", "line 4", "line 6"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_other_encodings_are_guessed_and_read_with_their_name(encoding, generate, write):
    expected = generate(write(line(GOOD), "utf8.jsonl"))
    path = write(line(GOOD), encoding=encoding)
    status, pairs, err = generate(path)
    assert (status, pairs) == (2, []) and f"--encoding {encoding}" in err and err.count("\n") == 1
    assert generate(path, "--encoding", encoding) == expected


def test_byte_order_mark_line_ends_and_gzip_change_nothing(generate, write):
    expected = generate(write(line(GOOD) + line(OTHER, "b")))
    marked = line(GOOD) + line(OTHER, "b")
    assert generate(write(marked, encoding="utf-8-sig")) == expected
    assert generate(write(marked.replace("\n", "\r\n"))) == expected
    assert generate(write(gzip.compress(marked.encode()), "in.jsonl.gz")) == expected


def test_unknown_encoding_is_named(generate, write):
    status, _, err = generate(write(line(GOOD)), "--encoding", "utf-9")
    assert status == 2 and "Expected an encoding of text that Python knows. Received: 'utf-9'" in err


def test_file_without_text(generate, write):
    status, pairs, err = generate(write("\n\n", "in.passages"))
    assert (status, pairs) == (2, []) and err.count("\n") == 1


def test_jsonl_without_a_record(generate, write):
    status, pairs, err = generate(write("", "in.jsonl"))
    assert (status, pairs) == (2, []) and "expected one passage per line. Received: no text at all" in err


def test_formats_hold_the_same_pairs(generate, write, tmp_path):
    path, out = write(line(GOOD) + line(OTHER, "b")), tmp_path / "out"
    _, pairs, _ = generate(path)
    expected = [(pair["question"], pair["answer"], pair["start"]) for pair in pairs]
    for name in ("jsonl", "squad", "alpaca", "csv"):
        assert generate(path, "--format", name, "--out", f"{out}.{name}") == (0, [], "")
    examples = read_qa(f"{out}.squad")
    assert [(e.question, e.answer, e.start) for e in examples] == expected and examples[0].passage == GOOD
    alpaca = json.loads((tmp_path / "out.alpaca").read_text(encoding="utf-8"))
    assert [(row["instruction"], row["output"]) for row in alpaca] == [row[:2] for row in expected]
    assert {row["input"] for row in alpaca} == {GOOD, OTHER}
    assert (tmp_path / "out.csv").read_bytes().startswith(codecs.BOM_UTF8)  # Excel reads it as UTF-8
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["question"], row["answer"], int(row["start"])) for row in rows] == expected
    assert [row["id"] for row in rows] == [pair["id"] for pair in pairs]


def test_a_page_of_the_pairs(generate, write, tmp_path):
    status, pairs, _ = generate(write(line(GOOD, "<a>")), "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert status == 0 and "&lt;a&gt;" in page and all(pair["question"] in page for pair in pairs)


@pytest.fixture
def killed(generate, monkeypatch):
    """Runs the command and kills it in its nth write, after half of the text."""

    def run(number, *argv):
        write, count = ResumableOutput.write, itertools.count()

        def die(self, text):
            if next(count) == number:
                write(self, text[: len(text) // 2])
                raise Killed
            write(self, text)

        with monkeypatch.context() as patch:
            patch.setattr(ResumableOutput, "write", die)
            with pytest.raises(Killed):
                generate(*argv)

    return run


class Killed(BaseException):
    pass


@pytest.mark.parametrize("name", ["jsonl", "squad"])
def test_a_run_that_died_is_continued_with_nothing_lost_or_repeated(name, generate, killed, write, tmp_path):
    texts = [GOOD if i % 3 else OTHER for i in range(9)]
    rows = "".join(line(text, i) for i, text in enumerate(texts)) + line(LONG, "long")
    flags = [write(rows), "--batch-size", "1", "--format", name, "--on-error", "skip", "--out"]
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    expected = generate(*flags, whole)
    assert expected[0] == 0 and "rejected 1" in expected[2]
    for number in (0, 5, 2):
        killed(number, *flags, broken, "--resume")
    assert generate(*flags, broken, "--resume") == expected
    assert broken.read_bytes() == whole.read_bytes()
    assert not (tmp_path / "broken.progress").exists()


def test_other_input_model_or_settings_are_refused(generate, killed, write, tmp_path, model_folder):
    path, out = write(line(GOOD) + line(OTHER, "b")), tmp_path / "out.jsonl"
    flags = [path, "--out", out]
    killed(2, *flags)
    status, _, err = generate(*flags, "--resume", "--seed", "1")
    assert status == 2 and "cannot resume with another seed. Expected: 0. Received: 1; use the same" in err
    write(line(GOOD) + line(OTHER, "c"))
    status, _, err = generate(*flags, "--resume")
    assert status == 2 and "cannot resume with another input" in err and err.count("\n") == 1
    write(line(GOOD) + line(OTHER, "b"))
    shutil.copytree(model_folder, tmp_path / "other")
    (tmp_path / "other" / "model.safetensors").write_bytes(b"other")
    status, _, err = generate(*flags, "--resume", "--model", tmp_path / "other")
    assert status == 2 and "cannot resume with another model" in err
    status, _, err = generate(*flags)
    assert status == 2 and f"{out} already exists; choose another --out or pass --resume" in err
    with WriterLock(out):
        status, _, err = generate(*flags, "--resume")
        assert status == 2 and err.startswith(f"textzoo generate: {out}: process {os.getpid()} on")
    assert generate(*flags, "--resume")[0] == 0
    assert "this run has already finished; nothing to resume" in generate(*flags, "--resume")[2]
    assert generate(path, "--resume")[0] == 2


def test_ctrl_c_and_a_full_disk_keep_what_was_written(generate, write, tmp_path, monkeypatch):
    path, out = write("".join(line(GOOD, i) for i in range(9))), tmp_path / "out.jsonl"
    flags = [path, "--batch-size", "1", "--out", out, "--resume"]
    plain = ResumableOutput.mark

    def stop(error):
        def mark(self, *args):
            plain(self, *args)
            raise error

        return mark

    monkeypatch.setattr(ResumableOutput, "mark", stop(KeyboardInterrupt()))
    status, _, err = generate(*flags)
    assert (status, err) == (130, "textzoo generate: interrupted\n")
    monkeypatch.setattr(ResumableOutput, "mark", stop(OSError(errno.ENOSPC, "No space left on device", str(out))))
    status, _, err = generate(*flags)
    assert (status, err) == (2, f"textzoo generate: {out}: No space left on device\n")
    rows = [json.loads(row)["id"] for row in out.read_text(encoding="utf-8").splitlines()]
    assert set(rows) == set(range(8))
    monkeypatch.setattr(ResumableOutput, "mark", plain)
    assert generate(*flags)[0] == 0
    rows = [json.loads(row)["id"] for row in out.read_text(encoding="utf-8").splitlines()]
    assert rows == sorted(rows) and set(rows) == set(range(9)) and len(rows) == 9 * 2


def test_a_device_that_is_full(generate, write):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        output = ResumableOutput.__new__(ResumableOutput)
        output.path, output._file = str(full), full.open("wb", buffering=0)
        output.write("x")


def test_an_existing_file_is_not_overwritten(generate, write, tmp_path):
    path = write(line(GOOD))
    status, _, err = generate(path, "--out", path)
    assert status == 2 and f"{path}: --out and --input name the same file; choose another --out" in err
    assert (tmp_path / "in.jsonl").read_text(encoding="utf-8") == line(GOOD)
    assert generate(path, "--out", tmp_path / "no" / "out.jsonl")[0] == 2
    assert generate(tmp_path / "none.jsonl")[0] == 2


def test_what_was_written_stays_when_a_record_is_bad(generate, write, tmp_path):
    out = tmp_path / "out.jsonl"
    assert generate(write(line(GOOD) + "{\n"), "--out", out)[0] == 2
    assert {json.loads(row)["id"] for row in out.read_text(encoding="utf-8").splitlines()} == {"a"}


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--num-pairs", "0"], "--num-pairs: "),
        (["--top-p", "0"], "top_p above 0"),
        (["--top-p", "1.5"], "--top-p: "),
        (["--temperature", "0"], "--temperature: "),
        (["--num-beam", "3"], "Did you mean --num-beams?"),
        (["--filter", "--min-probability", "0.5"], "--min-probability needs a model with a pair_quality.json"),
        (["--filter", "--min-probability", "0.5", "--round-trip-model", "answers"], "exclude each other; remove one"),
    ],
)
def test_bad_flags(flags, message, generate, write):
    status, _, err = generate(write(line(GOOD)), *flags)
    assert status == 2 and message in err and err.count("\n") == 1


@pytest.fixture
def folder_with_quality(model_folder, tmp_path):
    """The tiny model with a quality by which every pair has a probability of 0.5."""
    folder = tmp_path / "with_quality"
    shutil.copytree(model_folder, folder)
    quality = {"intercept": 0.0, "score": 0.0, "min_probability": 0.4}
    (folder / "pair_quality.json").write_text(json.dumps(quality), encoding="utf-8")
    return folder


def test_pairs_of_a_model_with_a_quality_are_filtered_by_default(command, folder_with_quality, write):
    path, model = write(line(GOOD)), ("--model", folder_with_quality)
    status, out, err = command("generate", "qa", path, *model)
    assert status == 0 and "kept" in err
    assert all(json.loads(row)["probability"] == 0.5 for row in out.splitlines())
    assert command("generate", "qa", path, *model, "--min-probability", "0.6")[1] == ""
    _, out, err = command("generate", "qa", path, *model, "--no-filter")
    assert "kept" not in err and out and all("probability" not in json.loads(row) for row in out.splitlines())
    given = write(line(GOOD, answers=["王明"]), "given.jsonl")
    assert "probability" not in command("generate", "qa", given, *model, "--answers")[1]


def test_the_quality_is_read_once(command, folder_with_quality, write, monkeypatch):
    folders = []

    def read(folder):
        folders.append(folder)
        return read_pair_quality(folder)

    monkeypatch.setattr("textzoo.data.qa.pair_quality.read_pair_quality", read)
    status, _, err = command("generate", "qa", write(line(GOOD)), "--model", folder_with_quality)
    assert status == 0 and "kept" in err and len(folders) == 1


def test_a_damaged_quality_is_named(command, folder_with_quality, write):
    (folder_with_quality / "pair_quality.json").write_text('{"intercept": 0}', encoding="utf-8")
    status, _, err = command("generate", "qa", write(line(GOOD)), "--model", folder_with_quality)
    assert status == 2 and "pair_quality.json: expected min_probability" in err and err.count("\n") == 1


def test_folders_without_a_model(command, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "none"):
        status, out, err = command("generate", "qa", "--model", tmp_path / folder)
        assert (status, out) == (2, "") and str(tmp_path / folder) in err and err.count("\n") == 1
