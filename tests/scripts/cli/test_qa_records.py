"""Ids of the passages of `textzoo generate qa --answers`, in files of pairs as in files of texts."""

import json
from types import SimpleNamespace

import pytest

from textzoo.scripts.cli.qa_records import open_records

PLACES = ["王明昨天去了车站。", "王明昨天去了公园。", "王明昨天去了学校。"]


def pair(passage, identifier=None):
    return ({} if identifier is None else {"id": identifier}) | {
        "passage": passage,
        "question": "谁？",
        "answer": "王明",
    }


def text(passage, identifier=None):
    row = {"text": passage, "answers": ["王明"]}
    return row if identifier is None else row | {"id": identifier}


@pytest.fixture
def read(tmp_path):
    def run(rows, on_error="raise"):
        path = tmp_path / "in.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        rejected = []
        args = SimpleNamespace(input=str(path), answers=True, encoding=None, on_error=on_error)
        records = open_records(args, rejected)
        return [record.id for record in records], records.rejected()

    return run


@pytest.mark.parametrize("kind", [pair, text])
def test_passages_without_ids_are_numbered(read, kind):
    assert read([kind(PLACES[0]), kind(PLACES[1], "a"), kind(PLACES[2])]) == ([1, "a", 3], [])


@pytest.mark.parametrize("kind", [pair, text])
@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (("a", "b", "a"), " 3: expected a unique id. Received: 'a', which .* 1 has"),
        (("3", "b", None), " 3: expected an id"),
    ],
)
def test_an_id_belongs_to_one_passage(read, kind, ids, message):
    rows = [kind(passage, identifier) for passage, identifier in zip(PLACES, ids, strict=True)]
    with pytest.raises(ValueError, match=message):
        read(rows)
    known, rejected = read(rows, on_error="skip")
    assert known == list(ids[:2]) and len(rejected) == 1


def test_the_pairs_of_a_passage_may_share_its_id(read):
    assert read([pair(PLACES[0], "a"), pair(PLACES[0], "a"), pair(PLACES[1], "b")]) == (["a", "b"], [])
