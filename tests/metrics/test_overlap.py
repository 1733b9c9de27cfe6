"""Shares and overlaps against what they say, counted the slow way."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import answer_recall, bleu_4, character_f1, chrf, distinct, duplicate_fraction, qa_aligned_f1

TEXTS = st.text(alphabet="天气晴雨ab C1。？", max_size=12)
LISTS = st.lists(st.text(alphabet="天气晴", min_size=1, max_size=4), max_size=4)


def slow_character_f1(prediction, reference):
    ours, theirs = ([c for c in text.lower() if c not in " 。？"] for text in (prediction, reference))
    left, common = list(theirs), 0
    for c in ours:
        if c in left:
            left.remove(c)
            common += 1
    if not common:
        return 0.0
    precision, recall = common / len(ours), common / len(theirs)
    return 2 * precision * recall / (precision + recall)


@settings(deadline=None, max_examples=80)
@given(TEXTS, TEXTS)
def test_character_f1(prediction, reference):
    np.testing.assert_allclose(
        character_f1(prediction, reference), slow_character_f1(prediction, reference), atol=1e-12
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(LISTS, LISTS), max_size=4), st.integers(1, 4))
def test_answer_recall(passages, k):
    generated, references = [mine for mine, _ in passages], [gold for _, gold in passages]
    for level in (None, 0.5):
        hits = []
        for mine, gold in passages:
            for answer in dict.fromkeys(gold):
                scores = [slow_character_f1(one, answer) for one in mine[:k]]
                hits.append(answer in mine[:k] if level is None else max(scores, default=0) >= level)
        expected = np.mean(hits) if hits else 0.0
        np.testing.assert_allclose(answer_recall(generated, references, k, level), expected, atol=1e-12)


def test_an_anagram_is_not_the_same_answer():
    assert answer_recall([["京北"]], [["北京"]], k=1) == 0 and answer_recall([["京北"]], [["北京"]], 1, 0.5) == 1


def slow_bleu(predictions, references, cut):
    matched, total, ours, theirs = [0] * 4, [0] * 4, 0, 0
    for prediction, reference in zip(map(cut, predictions), map(cut, references), strict=True):
        ours, theirs = ours + len(prediction), theirs + len(reference)
        for n in range(4):
            mine, gold = (Counter(tuple(t[i : i + n + 1]) for i in range(len(t) - n)) for t in (prediction, reference))
            matched[n] += sum((mine & gold).values())
            total[n] += sum(mine.values())
    brevity = min(1.0, math.exp(1 - theirs / ours))
    return brevity * math.exp(sum(math.log(m / t) for m, t in zip(matched, total, strict=True)) / 4)


@pytest.mark.parametrize(
    ("predictions", "references", "cut"),
    [
        (["展览在哪里举行？", "谁昨天去了车站？"], ["展览在哪里开始？", "谁去了车站？"], list),
        (["who went to the old station", "where is it now"], ["who went to the old town", "where is it"], str.split),
    ],
)
def test_bleu_4(predictions, references, cut):
    np.testing.assert_allclose(bleu_4(predictions, references), slow_bleu(predictions, references, cut), rtol=1e-6)
    np.testing.assert_allclose(bleu_4(references, references), 1.0, rtol=1e-9)


def slow_chrf(prediction, reference):
    ours, theirs = prediction.replace(" ", ""), reference.replace(" ", "")
    scores = []
    for n in range(1, 7):
        mine, gold = (Counter(t[i : i + n] for i in range(len(t) - n + 1)) for t in (ours, theirs))
        if not mine or not gold:
            continue
        common = sum((mine & gold).values())
        scores.append((common / sum(mine.values()), common / sum(gold.values())))
    precision, recall = np.mean(scores, axis=0)
    return 5 * precision * recall / (4 * precision + recall)


@pytest.mark.parametrize(
    "texts", [("展览在哪里举行？", "展览在哪里开始？"), ("who went to town", "who went to the town")]
)
def test_chrf(texts):
    np.testing.assert_allclose(chrf(texts[:1], texts[1:]), slow_chrf(*texts), rtol=1e-6)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.lists(st.tuples(TEXTS, TEXTS), max_size=3), st.lists(st.tuples(TEXTS, TEXTS), max_size=3)))
)
def test_qa_aligned_f1(passages):
    rows = []
    for mine, gold in passages:
        mine, gold = ([f"question: {q}, answer: {a}" for q, a in side] for side in (mine, gold))
        if not mine or not gold:
            rows.append((0, 0, 0))
            continue
        p = np.mean([max(character_f1(m, g) for g in gold) for m in mine])
        r = np.mean([max(character_f1(m, g) for m in mine) for g in gold])
        rows.append((p, r, 2 * p * r / (p + r)))
    expected = np.mean(rows, axis=0) if rows else np.zeros(3)
    found = qa_aligned_f1([mine for mine, _ in passages], [gold for _, gold in passages])
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_distinct_and_duplicates():
    assert distinct(["天气天气", "天"]) == 2 / 3 and distinct(["天"]) == 0 and distinct(["a b a b"], n=1) == 0.5
    assert duplicate_fraction([]) == 0 and duplicate_fraction("abcb") == 0.25


@pytest.mark.parametrize("function", [bleu_4, chrf, qa_aligned_f1, lambda a, b: answer_recall(a, b, 1)])
def test_lengths_must_agree(function):
    with pytest.raises(ValueError, match="Expected references for 1 "):
        function(["a"], [])
