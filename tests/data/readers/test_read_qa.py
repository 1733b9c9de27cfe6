"""Every format of question-answer pairs, and invalid records and files."""

import gzip
import json
from pathlib import Path

import pytest

from textzoo.data import InvalidRecordError, QAExample, read_qa

SHARED = Path(__file__).parents[3] / "../shared/data"
PLAIN = {"passage": "北京是首都。", "question": "首都是哪里？", "answer": "北京"}


def write(path, content):
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def lines(*records):
    return "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records) + "\n"


def squad(*qas, context="北京是首都，上海不是。北京大。"):
    return {"version": "v2.0", "data": [{"title": "t", "paragraphs": [{"context": context, "qas": list(qas)}]}]}


def test_squad(tmp_path):
    qas = [
        {"id": "1", "question": "哪里是首都？", "answers": [{"text": "北京", "answer_start": 0}]},
        {"id": 2, "question": "哪里大？", "answers": [{"text": "北京", "answer_start": 12}, {"text": "北"}]},
        {"id": "3", "question": "空的？", "answers": [], "is_impossible": True},
        {"id": "4", "question": "多大？", "answers": [{"text": "很大", "answer_start": 3}]},
        {"id": "5", "question": " ", "answers": [{"text": "北京", "answer_start": 0}]},
    ]  # fmt: skip
    examples = read_qa(write(tmp_path / "squad", squad(*qas)))
    passage = "北京是首都，上海不是。北京大。"
    assert examples == [
        QAExample(passage, "哪里是首都？", "北京", 0, "1", ("北京",)),
        QAExample(passage, "哪里大？", "北京", 11, "2", ("北京", "北")),
        QAExample(passage, "多大？", "很大", None, "4", ("很大",)),
    ]
    assert examples[1].end == 13 and examples[2].end is None
    report = examples.report
    assert (report.read, report.kept, len(report.without_span), report.moved_start) == (5, 3, 1, 1)
    assert report.dropped == {
        "no answer in the passage (impossible question)": [f"{tmp_path}/squad, data[0].paragraphs[0].qas[2]"],
        "empty question": [f"{tmp_path}/squad, data[0].paragraphs[0].qas[4]"],
    }


@pytest.mark.parametrize("as_lines", [True, False])
def test_webqa(tmp_path, as_lines):
    passages = [{"passage": "首都北京。", "answer": "北京"}, {"passage": "天气很好。", "answer": ""}]
    records = [{"question": "首都？", "id": "q", "passages": passages}, {"question": "二？", "passages": passages[:1]}]
    examples = read_qa(write(tmp_path / "webqa", lines(*records) if as_lines else records))
    assert [(e.question, e.answer, e.start, e.id) for e in examples] == [
        ("首都？", "北京", 2, "q"),
        ("二？", "北京", 2, None),
    ]
    assert (examples.report.read, examples.report.count("empty answer")) == (3, 1)


def test_fairytale_takes_the_first_answer_that_the_passage_holds(tmp_path):
    row = {"story": "s", "passage": "The old\nman sat by the Sea.", "question": "Where?", "ex_or_im": "explicit"}
    rows = [{**row, "answers": ["At the shore.", "the sea.", "sea"]}, {**row, "answers": ["Nowhere", ""]}]
    examples = read_qa(write(tmp_path / "rows.json.gz", gzip.compress(json.dumps(rows).encode())))
    assert (examples[0].answer, examples[0].start) == ("the Sea.", 19)
    assert examples[0].answers == ("the Sea.", "At the shore.", "sea")
    assert (examples[1].answer, examples[1].start, examples[1].answers) == ("Nowhere", None, ("Nowhere",))
    assert len(examples.report.without_span) == 1


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([{"text": "北京", "answer_start": 11}], ("北京", 11, 0)),
        ([{"text": "北京", "answer_start": 12}], ("北京", 11, 1)),
        ([{"text": "北京", "answer_start": -1}], ("北京", 0, 0)),
        ([{"text": "北京", "answer_start": 999}], ("北京", 11, 1)),
        ([{"text": "北京", "answer_start": None}], ("北京", 0, 0)),
        ([{"text": "北京"}], ("北京", 0, 0)),
        (["北京"], ("北京", 0, 0)),
        ([{"text": " 北京", "answer_start": 10}], ("北京", 11, 0)),
        ([{"text": "", "answer_start": 0}, {"text": "北京", "answer_start": 11}], ("北京", 11, 0)),
        ([{"text": "南京", "answer_start": 0}, {"text": "北京", "answer_start": 11}], ("北京", 11, 0)),
    ],
)
def test_each_gold_answer_is_looked_for_at_its_own_start(tmp_path, answers, expected):
    examples = read_qa(write(tmp_path / "squad", squad({"id": "1", "question": "哪里？", "answers": answers})))
    assert (examples[0].answer, examples[0].start, examples.report.moved_start) == expected


@pytest.mark.parametrize(
    "record", [PLAIN | {"answer": {"text": "京", "start": 1}}, PLAIN | {"answer": "京", "start": 1}]
)
def test_an_answer_with_a_start(tmp_path, record):
    fairytale = {key: value for key, value in record.items() if key in ("passage", "question")}
    rows = [record, fairytale | {"answers": [{"text": "京", "start": 1}]}]
    assert [(e.answer, e.start) for e in read_qa(write(tmp_path / "a", lines(*rows)))] == [("京", 1)] * 2


def test_plain_lines(tmp_path):
    text = lines(PLAIN, {**PLAIN, "id": 5, "start": 0}, "", {**PLAIN, "answer": " 首都 ", "start": 2})
    for content in (text, text.replace("\n", "\r\n"), "\ufeff" + text):
        examples = read_qa(write(tmp_path / "a.jsonl", content.encode()))
        assert [(e.answer, e.start, e.id) for e in examples] == [("北京", 0, None), ("北京", 0, "5"), ("首都", 3, None)]
        assert examples.report.moved_start == 0
    assert len(read_qa(write(tmp_path / "one.json", PLAIN))) == 1
    assert (
        len(read_qa(write(tmp_path / "gb", json.dumps(PLAIN, ensure_ascii=False).encode("gbk")), encoding="gb18030"))
        == 1
    )


def test_the_answer_is_the_passages_own_wording(tmp_path):
    record = {"passage": "a red\n  hat", "question": "q", "answer": "Red hat"}
    (example,) = read_qa(write(tmp_path / "a", record))
    assert example.answer == "red\n  hat" == example.passage[example.start : example.end]


def test_long_answers_are_dropped_and_counted(tmp_path):
    records = [
        {**PLAIN, "answer": "北京是"},
        {**PLAIN, "answer": "an English one"},
        {**PLAIN, "answer": "in four words now"},
    ]
    examples = read_qa(write(tmp_path / "a", lines(*records)), max_answer_length=3)
    assert [e.answer for e in examples] == ["北京是", "an English one"]
    assert examples.report.fraction("answer longer than 3") == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    "line, message",
    [
        ('{"passage": "a', "expected a json object"),
        ("3", "expected question-answer pairs: SQuAD .* Received: 3"),
        ({"text": "a"}, 'Received: {"text": "a"}'),
        ({"passage": "a", "answer": "b"}, "expected a field 'question'. Received: only 'passage', 'answer'"),
        ({"passage": "a", "question": "b"}, "expected a field 'answer'. Received: only 'passage', 'question'"),
        ({"passage": "a", "question": "b", "answers": None}, "expected answers that are a list .* Received: none"),
        ({"question": "a", "answer": "b"}, "expected a field 'passage' with a string. Received: none"),
        ({**PLAIN, "passage": 3}, "expected a field 'passage' with a string. Received: number 3"),
        ({**PLAIN, "answer": ["a"]}, "expected answers that are a list of strings .* Received: a list of 1"),
        ({**PLAIN, "start": "0"}, "expected an answer's start that is a whole number. Received: string '0'"),
        ({**PLAIN, "question": "a\ud800"}, r"the lone surrogate U\+D800"),
        ({**PLAIN, "passage": "a\0"}, "a NUL character at position 1"),
        ({"question": "a", "passages": {}}, "a field 'passages' with a list of objects. Received: an object"),
        ({"data": [{"paragraphs": 3}]}, r"data\[0\]: expected a field 'paragraphs' with a list of objects"),
        ({"passage": "a", "question": "b", "answers": "c"}, "expected answers that are a list .* Received: string 'c'"),
        ({**PLAIN, "id": {"a": 1}}, "expected an id that is a string or a whole number. Received: an object with 'a'"),
        ({**PLAIN, "start": True}, "expected an answer's start that is a whole number. Received: true"),
        (squad({"question": "a", "answers": "北京"}), "expected answers that are a list .* Received: string '北京'"),
        (squad({"question": "a", "answers": 5}), "expected answers that are a list .* Received: number 5"),
        (squad({"question": "a", "answers": {"text": "北京"}}), "expected answers .* Received: string '北京'"),
        (
            squad({"question": "a", "answers": {"text": ["北京"], "answer_start": 0}}),
            "expected an 'answer_start' with a list of 1, one per text. Received: number 0",
        ),
        (squad({"question": "a", "answers": [{"text": "北京", "answer_start": "0"}]}), "Received: string '0'"),
        (squad({"question": "a", "answers": [], "is_impossible": "no"}), "expected a field 'is_impossible' with true"),
        (squad("question"), r"data\[0\].paragraphs\[0\].qas\[0\]: expected an object. Received: string 'question'"),
    ],
)
def test_a_bad_record_is_named_and_can_be_skipped(tmp_path, line, message):
    path = write(tmp_path / "a", lines(PLAIN, line, PLAIN))
    with pytest.raises(InvalidRecordError, match=f"^{path}, line 2.*{message}"):
        read_qa(path)
    examples = read_qa(path, on_error="skip")
    assert (len(examples), examples.report.read, examples.report.kept) == (2, 3, 2)
    (places,) = examples.report.dropped.values()
    assert len(places) == 1 and places[0].startswith(f"{path}, line 2")


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "expected question-answer pairs.* Received: an empty file"),
        (b'{"data": [\n{"paragraphs": [}', "expected question-answer pairs.*no json .*line 2"),
        (b"question\tanswer\n", "expected question-answer pairs.*no json .*line 1"),
        (
            json.dumps([PLAIN], ensure_ascii=False).encode("gbk"),
            "line 1: .*looks like GB18030: pass --encoding gb18030",
        ),
        (json.dumps([PLAIN], ensure_ascii=False).encode("utf-16"), "looks like UTF-16"),
        (gzip.compress(json.dumps([PLAIN]).encode(), mtime=0)[:-8], "expected a whole file"),
        (b"[" * 100_000, "no json"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_even_when_skipping(tmp_path, content, message):
    path = write(tmp_path / "a", content)
    for on_error in ("raise", "skip"):
        with pytest.raises(InvalidRecordError, match=message):
            read_qa(path, on_error=on_error)


def test_a_missing_file_and_a_wrong_option(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_qa(tmp_path / "none")
    with pytest.raises(ValueError, match="'raise' or 'skip'. Received: 'no'"):
        read_qa(tmp_path / "none", on_error="no")


def test_the_report_prints_counts_and_places(tmp_path):
    path = write(tmp_path / "a", lines(*[{**PLAIN, "answer": ""}] * 5, PLAIN))
    assert str(read_qa(path).report) == (
        "read 6 pairs, kept 1; 0 of them without a span in the passage, 0 with a corrected start\n"
        f"dropped 5 (83.3%), empty answer: {path}, line 1; {path}, line 2; {path}, line 3; ..."
    )


@pytest.mark.parametrize(
    "name, read, kept, without_span, moved_start",
    [
        ("qa_cmrc2018/train.json", 3272, 3270, 0, 8),
        ("qa_cmrc2018/dev.json", 385, 385, 0, 0),
        ("qa_drcd/dev.json", 3524, 3524, 0, 0),
        ("qa_fairytale/val.json.gz", 1025, 1025, 344, 0),
    ],
)
def test_public_files(name, read, kept, without_span, moved_start):
    if not (SHARED / name).exists():
        pytest.skip(f"needs ../shared/data/{name}")
    examples = read_qa(SHARED / name)
    report = examples.report
    assert (report.read, report.kept, len(report.without_span), report.moved_start) == (
        read,
        kept,
        without_span,
        moved_start,
    )
    assert all(e.passage[e.start : e.end] == e.answer for e in examples if e.start is not None)


def test_questions_without_an_answer_are_kept_for_a_reader(tmp_path):
    qas = [
        {"id": 7, "question": "为何？", "answers": [], "is_impossible": True},
        {"id": 8, "question": " ", "answers": [], "is_impossible": True},
        {"id": 9, "question": "谁？", "answers": [{"text": "小李", "answer_start": 0}]},
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"paragraphs": [{"context": "小李来了", "qas": qas}]}]}), encoding="utf-8")
    kept = read_qa(file, unanswerable=True)
    assert [(e.id, e.answer, e.start, e.answers) for e in kept] == [("7", "", None, ()), ("9", "小李", 0, ("小李",))]
    assert kept.report.without_span == [] and kept.report.count("empty question") == 1
    assert [example.id for example in read_qa(file)] == ["9"]


def test_answers_as_hugging_face_has_them(tmp_path):
    answers = {"text": ["北京", "北"], "answer_start": [11, 0]}
    row = {
        "id": "7",
        "title": "t",
        "context": "北京是首都，上海不是。北京大。",
        "question": "哪里大？",
        "answers": answers,
    }
    nested = squad({"id": "7", "question": "哪里大？", "answers": answers})
    expected = [QAExample(row["context"], "哪里大？", "北京", 11, "7", ("北京", "北"))]
    for content in (nested, row, [row]):
        assert read_qa(write(tmp_path / "a", content)) == expected
    assert len(read_qa(write(tmp_path / "a", lines(row, {**row, "answers": {"text": [], "answer_start": []}})))) == 1


def test_one_bad_part_of_a_squad_file_leaves_the_others(tmp_path):
    good = {"id": 1, "question": "哪里是首都？", "answers": [{"text": "北京", "answer_start": -1}]}
    content = squad(good, {"question": 3}, 4, {"question": "b", "answers": "c"}, good)
    content["data"] += [None, {"paragraphs": "none"}, {"paragraphs": [5, {"context": "a"}]}]
    examples = read_qa(write(tmp_path / "a", content), on_error="skip")
    assert [e.start for e in examples] == [0, 0]
    places = sorted(place.partition(", ")[2] for places in examples.report.dropped.values() for place in places)
    assert places == [
        "data[0].paragraphs[0].qas[1]: number 3",
        "data[0].paragraphs[0].qas[2]: number 4",
        "data[0].paragraphs[0].qas[3]: string 'c'",
        "data[1]: none",
        "data[2]: string 'none'",
        "data[3].paragraphs[0]: number 5",
        "data[3].paragraphs[1]: none",
    ]
