import jieba
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import Tokenizer, build_vocabulary, whole_words

TEXTS = ["小明去了上海图书馆借书。", "The old library in Dover opened in 1923.", "OpenAI的工程师在2024年讨论float16。"]
TOKENIZER = Tokenizer(build_vocabulary([*TEXTS, "unbelievable walking"], 120))


def slow(text, tokens):
    """Numbers of words, by looking for each token's word among all of jieba's."""
    pieces = list(jieba.tokenize(text))
    numbers, before = [], None
    for token, (start, _) in zip(tokens.ids, tokens.offsets, strict=True):
        word = next((w, s) for w, s, e in pieces if s <= start < e)
        joined = TOKENIZER.tokens[token].startswith("##") or word == before
        numbers.append(numbers[-1] + (not joined) if numbers else 0)
        before = word
    return numbers


def words(text):
    tokens = TOKENIZER.tokenize(text)
    return tokens, whole_words(text, tokens.offsets, TOKENIZER.is_continuation[tokens.ids])


def test_equal_to_a_search():
    for text in TEXTS:
        tokens, found = words(text)
        assert found.tolist() == slow(text, tokens) and found[0] == 0
        assert found.dtype == np.int32


def test_chinese_and_english_words():
    tokens, found = words("上海图书馆 unbelievable")
    spelled = {}
    for number, (start, end) in zip(found, tokens.offsets, strict=True):
        spelled[number] = spelled.get(number, "") + "上海图书馆 unbelievable"[start:end]
    assert list(spelled.values()) == ["上海图书馆", "unbelievable"] or list(spelled.values())[-1] == "unbelievable"


@given(st.text("上海图书馆ab 1。", min_size=1, max_size=30))
@settings(deadline=None, max_examples=50)
def test_rises_by_one_at_most(text):
    _, found = words(text)
    assert set(np.diff(found).tolist()) <= {0, 1}
