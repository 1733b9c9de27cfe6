"""Cache of tokenized texts: used for equal texts and settings only, and never when damaged."""

import sys

import numpy as np
import pytest

from textzoo.data import Tokenizer, cached_tokens, tokenize_texts
from textzoo.data.pretraining import cached_tokens as module

TOKENIZER = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来了。，去", "a"])
TEXTS = ["小李来了。小李去了。", "小李，来a。"]


@pytest.fixture
def computed(monkeypatch, tmp_path):
    """Numbers of tokens that were computed, one for each computation."""
    counts = []

    def count(*args, **kwargs):
        tokens = tokenize_texts(*args, **kwargs)
        counts.append(len(tokens.ids))
        return tokens

    monkeypatch.setattr(module, "tokenize_texts", count)
    monkeypatch.setattr(module, "_MIN_CHARACTERS", 10)
    monkeypatch.setenv("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", str(tmp_path))
    return counts


def test_computes_once_for_equal_texts_and_settings(tmp_path, computed):
    tokens = [cached_tokens(TEXTS, TOKENIZER, max_tokens=6) for _ in range(3)]
    assert computed == [16] and len(list((tmp_path / "textzoo").iterdir())) == 1
    for other in tokens:
        for one, two in zip(tokens[0], other, strict=True):
            np.testing.assert_array_equal(one, two)
            assert one.dtype == two.dtype


def test_computes_anew_for_others_and_keeps_the_newest_four(tmp_path, computed):
    cased = Tokenizer(TOKENIZER.tokens, lowercase=False)
    settings = [(TEXTS, TOKENIZER, 6), (TEXTS, TOKENIZER, 7), (TEXTS, cased, 7), (TEXTS[::-1], cased, 7)]
    settings.append((["".join(TEXTS)], cased, 7))
    for texts, tokenizer, max_tokens in settings:
        cached_tokens(texts, tokenizer, max_tokens=max_tokens)
    assert len(computed) == 5 and len(list((tmp_path / "textzoo").iterdir())) == 4


def test_another_training_removes_a_file(tmp_path, computed):
    cached_tokens(TEXTS, TOKENIZER, max_tokens=6)
    (tmp_path / "textzoo" / "tokens-gone.npz").symlink_to("removed")
    cached_tokens(TEXTS, TOKENIZER, max_tokens=7)
    assert computed == [16, 16]


def test_few_characters_are_not_cached(tmp_path, computed):
    cached_tokens(["小李来了。"], TOKENIZER, max_tokens=6)
    assert computed == [5] and not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["cut", "empty", "text"])
def test_a_damaged_file_is_written_anew(tmp_path, computed, damage):
    cached_tokens(TEXTS, TOKENIZER, max_tokens=6)
    (path,) = (tmp_path / "textzoo").iterdir()
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "text": b"tokens"}[damage])
    tokens = cached_tokens(TEXTS, TOKENIZER, max_tokens=6)
    assert len(computed) == 2 and tokens.ids.tolist() == tokenize_texts(TEXTS, TOKENIZER, max_tokens=6).ids.tolist()
    with np.load(path) as arrays:
        np.testing.assert_array_equal(arrays["ids"], tokens.ids)
