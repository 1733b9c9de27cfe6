"""Drafts in two folds: nobody writes what it has learned, and nothing is written twice."""

import json

import pytest

from textzoo.data import TitleExample
from textzoo.training import cross_fitted_drafts

EXAMPLES = [TitleExample(f"text {row}", f"title {row}") for row in range(5)]
HELD_OUT = [TitleExample("text a", "title a"), TitleExample("text b", "title b")]


class Remembers:
    """A model that writes which of its articles it has seen."""

    def __init__(self, half):
        self.seen = {example.text for example in half}

    def drafts(self, texts, batch_size):
        return [("seen" if text in self.seen else "new", text) for text in texts]


def test_drafts_are_of_models_that_have_not_seen_the_example(tmp_path):
    trained = []

    def train(half, fold):
        trained.append((fold, [example.text for example in half]))
        return Remembers(half)

    found = cross_fitted_drafts(EXAMPLES, train, tmp_path / "drafts.jsonl", HELD_OUT)
    assert [e.drafts for e in found] == [("new", e.text) for e in [*EXAMPLES, *HELD_OUT]]
    assert trained == [(0, ["text 1", "text 3"]), (1, ["text 0", "text 2", "text 4"])]
    assert cross_fitted_drafts(EXAMPLES, train, tmp_path / "drafts.jsonl", HELD_OUT) == found and len(trained) == 2


def test_a_run_that_was_broken_off_writes_the_other_half_only(tmp_path):
    file = tmp_path / "drafts.jsonl"

    def broken(half, fold):
        if fold:
            raise KeyboardInterrupt
        return Remembers(half)

    with pytest.raises(KeyboardInterrupt):
        cross_fitted_drafts(EXAMPLES, broken, file)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line is None for line in lines] == [False, True, False, True, False]

    def second(half, fold):
        assert fold == 1
        return Remembers(half)

    assert all(example.drafts[0] == "new" for example in cross_fitted_drafts(EXAMPLES, second, file))


def test_bad_input(tmp_path):
    file = tmp_path / "drafts.jsonl"
    with pytest.raises(ValueError, match="Expected two examples or more"):
        cross_fitted_drafts(EXAMPLES[:1], lambda half, fold: Remembers(half), file)
    file.write_text("null\n")
    with pytest.raises(ValueError, match="expected drafts of 5 examples. Received: of 1"):
        cross_fitted_drafts(EXAMPLES, lambda half, fold: Remembers(half), file)
