"""Words of tokens against a slow search; random selection of whole words."""

import jieba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import Tokenizer, build_vocabulary, select_masked_tokens, word_ids


@pytest.mark.parametrize("fraction", [0.0, 0.15, 0.5, 1.0])
def test_whole_words_and_the_fraction_on_average(fraction):
    random = np.random.default_rng(0)
    words = np.repeat(np.arange(60), random.integers(1, 5, 60))
    words = np.concatenate([[-1], words, [-1]])
    drawn = [select_masked_tokens(words, random, fraction=fraction) for _ in range(2000)]
    for positions in drawn:
        assert (np.diff(positions) > 0).all() and (words[positions] >= 0).all()
        assert np.isin(np.flatnonzero(np.isin(words, words[positions])), positions).all()  # no word is broken
    assert abs(np.mean([len(positions) for positions in drawn]) / (len(words) - 2) - fraction) < 0.003


def test_every_word_is_equally_likely():
    words, random = np.repeat(np.arange(10), 2), np.random.default_rng(1)
    counts = (
        sum(np.bincount(words[select_masked_tokens(words, random, fraction=0.3)], minlength=10) for _ in range(3000))
        / 2
    )
    np.testing.assert_allclose(counts / 3000, 0.3, atol=0.04)


def test_one_long_word_and_nothing_to_draw():
    random = np.random.default_rng(2)
    taken = np.mean([len(select_masked_tokens(np.zeros(10, int), random)) == 10 for _ in range(4000)])
    assert abs(taken - 0.15) < 0.02
    assert (
        len(select_masked_tokens(np.array([-1, -1]), random))
        == 0
        == len(select_masked_tokens(np.array([], int), random))
    )


def test_a_seed_fixes_the_draw():
    words = np.arange(100)
    first, again, other = (select_masked_tokens(words, np.random.default_rng(seed)).tolist() for seed in (3, 3, 4))
    assert first == again != other


TEXTS = ["小明去了上海图书馆借书。", "The old library in Dover opened in 1923.", "OpenAI的工程师在2024年讨论float16。"]
TOKENIZER = Tokenizer(build_vocabulary([*TEXTS, "unbelievable walking"], 120))


def search(text, tokens):
    """Returns word indices by searching each token's word among all of jieba's."""
    jieba_words = list(jieba.tokenize(text))
    numbers, before = [], None
    for token, (start, _) in zip(tokens.ids, tokens.offsets, strict=True):
        word = next((w, s) for w, s, e in jieba_words if s <= start < e)
        joined = TOKENIZER.tokens[token].startswith("##") or word == before
        numbers.append(numbers[-1] + (not joined) if numbers else 0)
        before = word
    return numbers


def words(text):
    tokens = TOKENIZER.tokenize(text)
    return tokens, word_ids(text, tokens.offsets, is_continuation=TOKENIZER.is_continuation[tokens.ids])


def test_equal_to_a_search():
    for text in TEXTS:
        tokens, indices = words(text)
        assert indices.tolist() == search(text, tokens) and indices[0] == 0
        assert indices.dtype == np.int32


def test_chinese_and_english_words():
    tokens, indices = words("上海图书馆 unbelievable")
    spelled = {}
    for number, (start, end) in zip(indices, tokens.offsets, strict=True):
        spelled[number] = spelled.get(number, "") + "上海图书馆 unbelievable"[start:end]
    assert list(spelled.values()) == ["上海图书馆", "unbelievable"] or list(spelled.values())[-1] == "unbelievable"


@given(st.text("上海图书馆ab 1。", min_size=1, max_size=30))
@settings(max_examples=50)
def test_indices_increase_by_at_most_one(text):
    _, indices = words(text)
    assert set(np.diff(indices).tolist()) <= {0, 1}
