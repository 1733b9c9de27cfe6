"""Rankers of passages for queries: BM25, and cosine of mean vectors."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from ..data.check_counts import check_counts
from ..data.text.check_texts import check_texts
from ..data.text.text_units import metric_units
from .text_index import TextIndex

_BATCH = 256  # texts embedded at a time


class RankPassages(Protocol):
    """Returns for each query the numbers of the `k` best passages, best first; fewer if no others match."""

    def __call__(self, queries: Sequence[str], k: int) -> list[list[int]]: ...


def bm25_ranker(passages: Sequence[str]) -> RankPassages:
    """Indexes passages for BM25 of Chinese characters, pairs of neighbours, and words of other scripts.

    Args:
        passages: The passages, at least one.

    Returns:
        The ranker. A passage without a unit of the query is not found.

    Raises:
        ValueError: bm25s is not installed, there is no passage, or one is no string.

    Example:

    >>> rank = bm25_ranker(["北京是首都。", "上海在东边。", "It rains in 北京."])
    >>> rank(["首都是哪里？", "rain"], 2)
    [[0], []]

    Reference:
        Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009;
        https://github.com/xhluca/bm25s
    """
    passages = _checked_passages(passages)
    try:
        from bm25s import BM25  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ValueError('BM25 needs bm25s; run pip install "textzoo[retrieval]"') from None
    model = BM25()
    model.index([_units(passage) for passage in passages], show_progress=False)

    def rank(queries: Sequence[str], k: int) -> list[list[int]]:
        check_counts(k=k)
        results = []
        for query in check_texts(queries, "query"):
            scores = model.get_scores(_units(query)) if _units(query) else np.zeros(len(passages))
            best = np.argsort(-scores, kind="stable")[:k]
            results.append([int(number) for number in best if scores[number] > 0])
        return results

    return rank


def embedding_ranker(passages: Sequence[str], embed: Callable[[list[str]], tuple[Any, Any]]) -> RankPassages:
    """Indexes passages by the cosine of their mean vectors.

    Args:
        passages: The passages, at least one, each with a unit that has a vector.
        embed: `embed(texts) -> (units, vectors)`, an embedder of `textzoo.similarity` or `ContextualEmbedder`.

    Example:

    >>> letters = np.eye(26)
    >>> embed = lambda texts: (texts, [letters[[ord(letter) - 97 for letter in text]] for text in texts])
    >>> embedding_ranker(["ab", "cd", "bc"], embed)(["b"], 2)
    [[0, 2]]
    """
    passages = _checked_passages(passages)
    index = TextIndex(cost="cosine", pooling="mean")
    for start in range(0, len(passages), _BATCH):
        index.add(list(embed(passages[start : start + _BATCH])[1]))

    def rank(queries: Sequence[str], k: int) -> list[list[int]]:
        check_counts(k=k)
        queries = check_texts(queries, "query")
        results: list[list[int]] = []
        for start in range(0, len(queries), _BATCH):
            units, vectors = embed(queries[start : start + _BATCH])
            known = [number for number, query_units in enumerate(units) if len(query_units)]
            found: dict[int, list[int]] = {}
            if known:
                matches: Any = index.top_k([vectors[number] for number in known], k=min(k, len(index)))
                found = {number: [match.number for match in row] for number, row in zip(known, matches, strict=True)}
            results += [found.get(number, []) for number in range(len(units))]
        return results

    return rank


def _checked_passages(passages: Any) -> list[str]:
    passages = check_texts(passages, "passage")
    if not passages:
        raise ValueError("Expected at least one passage. Received: an empty list.")
    return passages


def _units(text: str) -> list[str]:
    units = metric_units(text)
    pairs = [one + other for one, other in zip(units, units[1:], strict=False) if len(one) == len(other) == 1]
    return units + pairs
