"""Drafts in two folds: no model decodes its training examples, and no draft is made twice."""

import json

import pytest

from textzoo.data import TitleExample
from textzoo.training import cross_fitted_drafts

EXAMPLES = [TitleExample(f"text {row}", f"title {row}") for row in range(5)]
HELD_OUT = [TitleExample("text a", "title a"), TitleExample("text b", "title b")]


class MemorizingModel:
    """Model whose drafts tell whether it was trained on the article."""

    def __init__(self, half):
        self.seen = {example.text for example in half}

    def drafts(self, texts, batch_size):
        return [("seen" if text in self.seen else "new", text) for text in texts]


def test_models_decode_only_unseen_examples(tmp_path):
    trained = []

    def train(half, fold):
        trained.append((fold, [example.text for example in half]))
        return MemorizingModel(half)

    options = {"path": tmp_path / "drafts.jsonl", "held_out": HELD_OUT}
    drafted = cross_fitted_drafts(EXAMPLES, train, **options)
    assert [e.drafts for e in drafted] == [("new", e.text) for e in [*EXAMPLES, *HELD_OUT]]
    assert trained == [(0, ["text 1", "text 3"]), (1, ["text 0", "text 2", "text 4"])]
    assert cross_fitted_drafts(EXAMPLES, train, **options) == drafted and len(trained) == 2


def test_an_interrupted_run_decodes_only_the_other_half(tmp_path):
    file = tmp_path / "drafts.jsonl"

    def interrupted(half, fold):
        if fold:
            raise KeyboardInterrupt
        return MemorizingModel(half)

    with pytest.raises(KeyboardInterrupt):
        cross_fitted_drafts(EXAMPLES, interrupted, path=file)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line is None for line in lines] == [False, True, False, True, False]

    def second(half, fold):
        assert fold == 1
        return MemorizingModel(half)

    assert all(example.drafts[0] == "new" for example in cross_fitted_drafts(EXAMPLES, second, path=file))


def test_line_separators_in_a_draft(tmp_path):
    examples = [TitleExample(f"line{end}text", "title") for end in "\u2028\x85"]
    options = {"path": tmp_path / "drafts.jsonl"}
    drafted = cross_fitted_drafts(examples, lambda half, fold: MemorizingModel(half), **options)
    assert cross_fitted_drafts(examples, lambda half, fold: MemorizingModel(half), **options) == drafted


def test_bad_input(tmp_path):
    file = tmp_path / "drafts.jsonl"
    with pytest.raises(ValueError, match="Expected at least two examples"):
        cross_fitted_drafts(EXAMPLES[:1], lambda half, fold: MemorizingModel(half), path=file)
    file.write_text("null\n")
    with pytest.raises(ValueError, match="expected drafts of 5 examples. Received: 1"):
        cross_fitted_drafts(EXAMPLES, lambda half, fold: MemorizingModel(half), path=file)
