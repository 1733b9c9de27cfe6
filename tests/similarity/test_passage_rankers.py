"""Rankers of passages against slow oracles."""

import math
from collections import Counter

import numpy as np
import pytest

from textzoo.similarity import bm25_ranker, embedding_ranker
from textzoo.similarity.passage_rankers import _units

PASSAGES = ["北京是首都，北京很大。", "上海在东边。", "It rains in Beijing.", "首都机场在北京。"]


def bm25(query, passages, k1=1.5, b=0.75):
    """Returns the scores of Lucene's BM25."""
    counts = [Counter(_units(passage)) for passage in passages]
    lengths = [sum(count.values()) for count in counts]
    scores = np.zeros(len(passages))
    for unit in _units(query):
        frequency = sum(unit in count for count in counts)
        idf = math.log(1 + (len(passages) - frequency + 0.5) / (frequency + 0.5))
        for number, count in enumerate(counts):
            norm = k1 * (1 - b + b * lengths[number] / np.mean(lengths))
            scores[number] += idf * count[unit] / (count[unit] + norm)
    return scores


def test_bm25():
    pytest.importorskip("bm25s")
    rank = bm25_ranker(PASSAGES)
    queries = ["北京的机场", "东边", "rains", "？", "unknown"]
    expected = [
        [int(i) for i in np.argsort(-bm25(q, PASSAGES), kind="stable") if bm25(q, PASSAGES)[i] > 0] for q in queries
    ]
    for call, name in ((lambda: rank(None, 1), "a query"), (lambda: rank(queries, "3"), "k of 1 or more")):
        with pytest.raises(ValueError, match=f"Expected {name}"):
            call()
    assert rank(queries, 9) == expected and rank(queries, 1) == [row[:1] for row in expected]


def test_bm25_without_its_package(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "bm25s", None)
    with pytest.raises(ValueError, match=r'BM25 needs bm25s; run pip install "textzoo\[retrieval\]"'):
        bm25_ranker(PASSAGES)


def test_embeddings():
    vectors = {"a": [1.0, 0.0], "b": [0.0, 1.0], "c": [-1.0, 0.2]}

    def embed(texts):
        units = [[letter for letter in text if letter in vectors] for text in texts]
        return units, [np.array([vectors[unit] for unit in row]).reshape(-1, 2) for row in units]

    rank = embedding_ranker(["aab", "b", "c"], embed)
    assert rank(["a", "?", "bbc"], 2) == [[0, 1], [], [1, 2]] and rank(["a"], 9) == [[0, 1, 2]]
