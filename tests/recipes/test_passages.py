"""The passages to judge presets by: complete, distinct and of the promised kinds and lengths."""

import json
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "recipes" / "passages"
KINDS = {"person", "place", "news", "product", "science", "law", "business", "travel", "story", "blog"}


def records(language: str) -> list[dict]:
    lines = (FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_has_two_passages_with_ids_that_name_them(language):
    ids = [record["id"] for record in records(language)]
    assert sorted(ids) == sorted(f"{language}-{kind}-{number}" for kind in KINDS for number in (1, 2))
    assert Counter(record["kind"] for record in records(language)) == dict.fromkeys(KINDS, 2)
    assert all(record["id"].split("-")[1] == record["kind"] for record in records(language))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_records_hold_clean_distinct_strings(language):
    for record in records(language):
        assert list(record) == ["id", "kind", "text", "title"]
        assert all(value and value == value.strip() and "\ufffd" not in value for value in record.values())
    for field in ("text", "title"):
        assert len({record[field] for record in records(language)}) == 20


def test_lengths_are_those_of_a_passage():
    assert all(120 <= len(record["text"]) <= 320 for record in records("zh"))
    assert all(70 <= len(record["text"].split()) <= 170 for record in records("en"))
