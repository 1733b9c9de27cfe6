"""The preset that ships with the package, tested on invented texts."""

import re

import numpy as np
import pytest

from textzoo.data import Tokenizer
from textzoo.models import Encoder, QAGenerator, TitleGenerator
from textzoo.models.presets import find_preset

PASSAGES = [
    "杨柳镇博物馆建于1987年，由陈国栋设计，馆内收藏陶器六百余件。",
    "The Pro版耳机重28克，2023年在深圳发布，售价499元。",
]
MEBIBYTE = 2**20


def test_size_and_card():
    folder = find_preset("tiny-zh")
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 12 * MEBIBYTE
    card = (folder / "README.md").read_text(encoding="utf-8")
    for fact in ("licence", "data", "pretraining", "fine-tuning", "limits", "ROUGE-L"):
        assert fact in card


@pytest.mark.slow
def test_the_cards_example_runs():
    card = (find_preset("tiny-zh") / "README.md").read_text(encoding="utf-8")
    exec(re.findall(r"```python\n(.*?)```", card, re.DOTALL)[0], {})


@pytest.mark.slow
def test_answers_are_spans_and_questions_share_characters_with_the_passage():
    generated = QAGenerator.from_preset("tiny-zh").generate(PASSAGES, num_pairs=2, seed=0)
    for passage, pairs in zip(PASSAGES, generated, strict=True):
        assert pairs
        for pair in pairs:
            assert passage[pair.start : pair.end] == pair.answer
            assert len(set(pair.question) & set(passage)) >= len(set(pair.question)) / 3


@pytest.mark.slow
def test_titles_share_characters_with_the_text():
    for passage, title in zip(PASSAGES, TitleGenerator.from_preset("tiny-zh").generate(PASSAGES), strict=True):
        assert len(set(title.text.lower()) & set(passage.lower())) >= len(set(title.text)) / 2


def test_encoder():
    encoder = Encoder.from_preset("tiny-zh")
    tokenizer = Tokenizer.from_vocab(find_preset("tiny-zh") / "vocab.txt")
    ids = np.array([tokenizer.encode(PASSAGES[0]).ids])
    states = np.asarray(encoder(ids))
    assert states.shape == (1, ids.shape[1], encoder.hidden_size)
    assert np.isfinite(states).all()
