"""Distinct-n and duplicates by hand."""

from textzoo.metrics import distinct, duplicate_fraction


def test_distinct_and_duplicates():
    assert distinct(["天气天气", "天"]) == 2 / 3 and distinct(["天"]) == 0 and distinct(["a b a b"], n=1) == 0.5
    assert duplicate_fraction([]) == 0 and duplicate_fraction(list("abcb")) == 0.25
