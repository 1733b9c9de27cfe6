"""Generated pairs from jsonl and csv, and invalid records."""

import json
import math

import pytest

from textzoo.data import InvalidRecordError
from textzoo.data.csv_cells import BYTE_ORDER_MARK, csv_row
from textzoo.data.readers.read_predictions import read_predictions

ROWS = [
    {"id": "a", "question": "=1+1 是几?\r\n二?", "answer": "-2", "start": 5, "score": -0.5},
    {"id": "7", "question": "谁, 何人?", "answer": '"李"', "start": None, "score": 1.0},
]


def test_csv_and_jsonl_give_the_same(tmp_path):
    table = BYTE_ORDER_MARK + csv_row(list(ROWS[0])) + "".join(csv_row(list(row.values())) for row in ROWS)
    (tmp_path / "a.csv").write_text(table, encoding="utf-8", newline="")
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    for name in ("a.csv", "a.jsonl"):
        pairs = list(read_predictions(tmp_path / name))
        assert [{field: getattr(pair, field) for field in row} for pair, row in zip(pairs, ROWS, strict=True)] == ROWS
        assert pairs[0].place.startswith(f"{tmp_path / name}, line ")


def test_start_and_score_are_optional(tmp_path):
    (tmp_path / "a.csv").write_text("id,question,answer\n1,q,a\n\n", encoding="utf-8")
    (pair,) = read_predictions(tmp_path / "a.csv")
    assert pair.id == "1" and pair.start is None and math.isnan(pair.score)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,question,answer\na,q\n", "line 2: expected 3 columns. Received: 2"),
        ("id,question\na,q\n", "line 2: expected a field 'answer' with a string. Received: only 'id', 'question'"),
        ("question,answer\nq,a\n", "line 2: expected an id that is .* Received: none"),
        ("id,question,answer,start\na,q,a,soon\n", "line 2: expected a start that is a whole number. Received: string"),
        ("id,question,answer,score\na,q,a,high\n", "line 2: expected a score that is a number. Received: string"),
        ("id,question,answer,start\na,q,a,-5\n", "line 2: expected a start of 0 or more. Received: -5"),
        ("id,question,answer,score\na,q,a,inf\n", "line 2: expected a score that is finite. Received: inf"),
        ('id,question,answer\na,"q"q,a\n', "line 2: expected csv"),
        ("id,question,answer\n" + "a,今天天气,好\n", "GB18030: pass --encoding gb18030"),
    ],
)
def test_bad_csv(content, message, tmp_path):
    (tmp_path / "a.csv").write_bytes(content.encode("gbk"))
    with pytest.raises(ValueError, match=f"a.csv, {message}" if message.startswith("line") else message):
        list(read_predictions(tmp_path / "a.csv"))
    (tmp_path / "a.jsonl").write_text('{"id": "a", "question": "q", "answer": "a", "score": "0.5"}')
    with pytest.raises(InvalidRecordError, match="line 1: expected a score that is a number. Received: string '0.5'"):
        list(read_predictions(tmp_path / "a.jsonl"))
