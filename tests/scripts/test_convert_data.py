"""`textzoo convert data`: every form that we write is read again as the same examples."""

import json
from dataclasses import asdict, is_dataclass

import pytest

from textzoo.data import read_multilabel, read_qa, read_texts, read_titles
from textzoo.scripts.cli.data_writers import WRITERS
from textzoo.scripts.convert import main

PAIRS = [
    {"id": "a", "passage": "北京是首都，=上海\n不是。", "question": '首都是"哪里"？', "answer": "北京", "start": 0},
    {"id": "b", "passage": "北京是首都，=上海\n不是。", "question": "不是的是？", "answers": ["=上海", "上海"]},
    {"passage": "It rains.", "question": "Why?", "answer": "nobody knows"},
]
TITLES = [
    {"id": "1", "title": "小李讲课", "text": '小李在图书馆讲课，"很好"。'},
    {"title": "Rain", "text": "It rains."},
]
LABELS = [{"id": "1", "text": "多谢！", "labels": ["joy", "a b"]}, {"text": "今天周一。", "labels": []}]
READERS = {
    "qa": read_qa,
    "title": read_titles,
    "multilabel": read_multilabel,
    "texts": lambda path: list(read_texts(path)),
}
SUFFIX = {"csv": ".csv", "tsv": ".tsv", "txt": ".txt", "jsonl": ".jsonl", "parquet": ".parquet"}


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def convert(source, target, task):
    return main([str(source), str(target), "--task", task, "--format", target.stem])


@pytest.mark.parametrize("task", ["qa", "title", "multilabel"])
def test_what_is_written_is_read(task, tmp_path):
    source = write(tmp_path / "source.jsonl", {"qa": PAIRS, "title": TITLES, "multilabel": LABELS}[task])
    expected = READERS[task](source)
    for name in [*(name for name in WRITERS[task] if name != "triples"), "parquet"]:
        if name == "parquet":
            pytest.importorskip("pyarrow")
        target = tmp_path / (name + SUFFIX.get(name, ".json"))
        argv = ["data", str(source), str(target), "--task", task, "--format", name]
        assert main(argv) == 0
        examples = READERS[task](target)
        if task == "qa":
            shown = [(e.passage, e.question, e.answer, e.start) for e in expected]
            assert [(e.passage, e.question, e.answer, e.start) for e in examples] == shown
        elif task == "title":
            assert [(e.title, e.text) for e in examples] == [(e.title, e.text) for e in expected]
        else:
            assert [(e.text, e.labels) for e in examples] == [(e.text, e.labels) for e in expected]
        if name in ("jsonl", "squad", "huggingface"):
            assert [e.id for e in examples if e.id in ("a", "b", "1")] == [e.id for e in expected if e.id]
        if task == "qa" and name in ("jsonl", "squad", "huggingface", "parquet"):
            assert examples[1].answers == ("=上海", "上海")


CELLS = [
    "=1+1",
    "'=a",
    'a,"b"',
    "x\r\ny",
    "\u3000全",
    "[图]",
    '{"a": 1}',
    "NULL",
    "1.0",
    "#",
    "😀",
    "\u2028a",
    "a|b;c",
    "text",
]


@pytest.mark.parametrize("task", ["qa", "title", "multilabel", "texts"])
def test_every_form_becomes_every_other(task, tmp_path):
    rows = {
        "qa": [{"id": c, "passage": f"头{c}尾{c}", "question": f"{c}?", "answer": c, "start": 1} for c in CELLS],
        "title": [{"id": c, "title": c, "text": f"{c}文"} for c in CELLS],
        "multilabel": [{"id": c, "text": f"{c}文", "labels": ["好", "=b c"][: len(c) % 3]} for c in CELLS],
        "texts": [{"id": c, "text": f"{c}文"} for c in CELLS],
    }[task]
    source = write(tmp_path / "source.jsonl", rows)
    formats = [name for name in WRITERS[task] if name != "triples"]
    for first in formats:
        middle = tmp_path / (f"{first}1" + SUFFIX.get(first, ".json"))
        assert main(["data", str(source), str(middle), "--task", task, "--format", first]) == 0
        assert held(READERS[task](middle), first) == held(READERS[task](source), first)
        for second in formats:
            target = tmp_path / (f"{first}-{second}" + SUFFIX.get(second, ".json"))
            assert main(["data", str(middle), str(target), "--task", task, "--format", second]) == 0
            assert held(READERS[task](target), first, second) == held(READERS[task](middle), first, second)


def held(examples, *formats):
    """Returns what all of some formats hold of examples: alpaca, tsv and txt no ids, tsv and txt one space."""
    records = [asdict(e) if is_dataclass(e) else {"id": str(e[0]), "text": e[1]} for e in examples]
    for record in records:
        if {"alpaca", "tsv", "txt"} & set(formats):
            del record["id"]
        if "alpaca" in formats:
            del record["start"]
        if {"tsv", "txt"} & set(formats):
            record |= {name: " ".join(text.split()) for name, text in record.items() if isinstance(text, str)}
        if "labels" in record:
            record["labels"] = set(record["labels"])  # columns of csv have their own order
    return records


@pytest.mark.parametrize(
    ("name", "labels", "message"),
    [
        ("a.tsv", ["a,b"], "tsv separates labels by commas and cannot hold 'a,b'; choose --format jsonl"),
        ("a.tsv", ["a\tb"], "tsv separates labels by commas and cannot hold 'a"),
        ("a.csv", ["text"], "csv has a column per label, which cannot be 'text'; choose --format jsonl"),
        ("a.csv", ["Category"], "csv has a column per label, which cannot be 'Category'"),
        ("a.csv", ["a", " a"], "csv has a column per label, which cannot be ' a'"),
        ("a.csv", [], "csv has a column per label, and no text has a label; choose --format jsonl"),
    ],
)
def test_labels_that_a_format_cannot_hold(name, labels, message, tmp_path, capsys):
    source = write(tmp_path / "source.jsonl", [{"text": "多谢！", "labels": labels}])
    argv = ["data", str(source), str(tmp_path / name), "--task", "multilabel", "--format", name[2:]]
    assert main(argv) == 2 and message in capsys.readouterr().err and not (tmp_path / name).exists()
    source = write(tmp_path / "source.jsonl", [{"text": "__label__a b", "labels": ["c"]}])
    assert main([*argv[:1], str(source), str(tmp_path / "b.tsv"), *argv[3:-1], "tsv"]) == 2
    assert "tsv cannot hold a text that begins '__label__a'" in capsys.readouterr().err


def test_further_answers_lie_beside_the_first(tmp_path):
    context = "李明1998年毕业，同班共有98人。"
    answers = [{"text": "98人", "answer_start": 14}, {"text": "98", "answer_start": 14}]
    qas = [{"id": "1", "question": "几人？", "answers": answers}]
    squad = {"data": [{"paragraphs": [{"context": context, "qas": qas}]}]}
    (tmp_path / "a.json").write_text(json.dumps(squad), encoding="utf-8")
    assert main(["data", str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--format", "squad"]) == 0
    written = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert written["data"][0]["paragraphs"][0]["qas"][0]["answers"] == answers


def test_ids_that_are_missing_get_numbers_of_their_own(tmp_path):
    pair = {"passage": "甲", "question": "?", "answer": "甲"}
    source = write(tmp_path / "source.jsonl", [pair | {"id": "2"}, pair, pair | {"id": "4"}, pair])
    for name in ("squad", "huggingface"):
        assert main(["data", str(source), str(tmp_path / f"{name}.json"), "--format", name]) == 0
        assert [e.id for e in read_qa(tmp_path / f"{name}.json")] == ["2", "6", "4", "8"]


def test_parquet_keeps_ids_of_any_kind_and_names_repeated_ones(tmp_path, capsys):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [{"title": "a", "text": "b"}, {"id": "7", "title": "c", "text": "d"}]
    argv = ["--task", "title", "--format", "parquet"]
    assert main(["data", str(write(tmp_path / "a.jsonl", rows)), str(tmp_path / "a.parquet"), *argv]) == 0
    assert [e.id for e in read_titles(tmp_path / "a.parquet")] == [None, "7"]
    rows = [{"id": 1, "text": "a"}, {"id": "b", "text": "b"}, {"id": 2**70, "text": "c"}]
    argv[1] = "texts"
    assert main(["data", str(write(tmp_path / "b.jsonl", rows)), str(tmp_path / "b.parquet"), *argv]) == 0
    assert [identifier for identifier, _ in read_texts(tmp_path / "b.parquet")] == ["1", "b", str(2**70)]
    parquet.write_table(pa.Table.from_pylist([{"id": 1, "text": "a"}] * 2), tmp_path / "c.parquet")
    assert main(["data", str(tmp_path / "c.parquet"), str(tmp_path / "c"), *argv[:3], "jsonl"]) == 2
    assert "c.parquet: 2 passages have the id '1'; give each an id of its own" in capsys.readouterr().err


def test_passages(tmp_path):
    (tmp_path / "a.md").write_text("# 城市\n\n北京是首都。\n\n## 上海\n\n上海大。\n", encoding="utf-8")
    assert (
        main(["data", str(tmp_path / "a.md"), str(tmp_path / "a.jsonl"), "--task", "texts", "--format", "jsonl"]) == 0
    )
    assert list(read_texts(tmp_path / "a.jsonl")) == [("城市", "北京是首都。"), ("城市 > 上海", "上海大。")]
    assert main(["data", str(tmp_path / "a.md"), str(tmp_path / "a.txt"), "--task", "texts", "--format", "txt"]) == 0
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "北京是首都。\n上海大。\n"


def test_generated_pairs_get_their_passages(tmp_path):
    passages = write(tmp_path / "passages.jsonl", [{"id": 7, "text": "北京是首都。"}])
    pairs = write(tmp_path / "pairs.jsonl", [{"id": 7, "question": "首都？", "answer": "北京", "start": 0}])
    argv = ["data", str(pairs), str(tmp_path / "squad.json"), "--format", "squad", "--passages", str(passages)]
    assert main(argv) == 0
    assert read_qa(tmp_path / "squad.json")[0].passage == "北京是首都。"


def test_unanswerable_questions_stay_where_the_format_has_them(tmp_path):
    qas = [{"id": "q", "question": "为何？", "answers": [], "is_impossible": True}]
    squad = {"data": [{"paragraphs": [{"context": "小李来了", "qas": qas}]}]}
    (tmp_path / "a.json").write_text(json.dumps(squad), encoding="utf-8")
    assert main(["data", str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--format", "squad"]) == 0
    assert read_qa(tmp_path / "b.json", unanswerable=True)[0].id == "q"


PASSAGES = ["北京是中国的首都，人口很多。", "上海在中国的东边，人口很多。", "天气很好，中国的人口很多。"]
QUESTIONS = [("中国的首都是哪里？", "北京", 0), ("中国的什么在东边？", "上海", 1), ("人口怎么样？", "很多", 2)]


@pytest.fixture
def squad_pairs(tmp_path):
    pairs = [{"passage": PASSAGES[n], "question": question, "answer": answer} for question, answer, n in QUESTIONS]
    return write(tmp_path / "pairs.jsonl", pairs)


def test_triples(squad_pairs, tmp_path, capsys):
    pytest.importorskip("bm25s")
    out = tmp_path / "triples.jsonl"
    assert main(["data", str(squad_pairs), str(out), "--format", "triples", "--num-negatives", "1"]) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["query"], row["positive"]) for row in rows] == [(q, PASSAGES[n]) for q, _, n in QUESTIONS]
    assert all(len(row["negatives"]) == 1 and row["negatives"][0] != row["positive"] for row in rows[:2])
    assert rows[2]["negatives"] == []  # all others contain the answer
    assert "3 passages; " in capsys.readouterr().err


def test_pairs_whose_question_finds_its_passage(squad_pairs, tmp_path):
    pytest.importorskip("bm25s")
    out = tmp_path / "kept.jsonl"
    assert main(["data", str(squad_pairs), str(out), "--format", "jsonl", "--max-rank", "1"]) == 0
    kept = [example.question for example in read_qa(out)]
    assert kept[:2] == [QUESTIONS[0][0], QUESTIONS[1][0]]
    more = write(tmp_path / "more.jsonl", [{"id": 1, "text": "中国的首都是哪里？中国的首都是哪里？"}])
    argv = ["data", str(squad_pairs), str(tmp_path / "few.jsonl"), "--format", "jsonl", "--max-rank", "1"]
    assert main([*argv, "--passages", str(more)]) == 0
    assert QUESTIONS[0][0] not in [example.question for example in read_qa(tmp_path / "few.jsonl")]


def test_bad_arguments(tmp_path, capsys):
    source = write(tmp_path / "a.jsonl", TITLES)
    assert main(["data", str(source), str(tmp_path / "b"), "--task", "title", "--format", "squad"]) == 2
    assert "--task title has the formats jsonl, csv, tsv, parquet; choose one as --format" in capsys.readouterr().err
    assert main(["data", str(source), str(tmp_path / "b"), "--format", "squad"]) == 2
    assert 'Received: {"id": "1", "title": "小李讲课"' in capsys.readouterr().err
    assert not (tmp_path / "b").exists()
