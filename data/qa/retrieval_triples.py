"""Training data of retrievers: a query, its passage and hard negatives."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..check_types import check_types
from ..examples import QAExample
from .normalize_answer import normalize_answer

_Rank = Callable[[Sequence[str], int], list[list[int]]]
_FURTHER = 4  # passages ranked per negative, as some contain the answer


class RetrievalTriple(NamedTuple):
    """A question as `query`, its passage as `positive`, similar passages without the answer as `negatives`.

    `rank` is the place of the passage among all, from 1; None: it is not among those ranked.
    """

    query: str
    positive: str
    negatives: list[str]
    rank: int | None


@check_types
def retrieval_triples(
    examples: Sequence[QAExample], passages: Sequence[str], rank: _Rank, *, num_negatives: int, num_ranked: int = 100
) -> list[RetrievalTriple]:
    """Finds the rank of each pair's passage and the hard negatives of its question.

    Negatives are the best ranked passages that are another passage and do not contain the answer.

    Args:
        examples: The pairs.
        passages: All passages, those of the pairs among them.
        rank: `RankPassages` over `passages`.
        num_negatives: Maximum number of negatives per pair.
        num_ranked: Number of passages among which the pair's own is looked for.

    Returns:
        A triple per pair, in order.

    Example:

    >>> pairs = [QAExample("北京是首都", "首都是哪里?", "北京", start=0)]
    >>> texts = ["北京很大", "首都上海", "北京是首都"]
    >>> retrieval_triples(pairs, texts, lambda queries, k: [[2, 0, 1]] * len(queries), num_negatives=1)
    [RetrievalTriple(query='首都是哪里?', positive='北京是首都', negatives=['首都上海'], rank=1)]
    """
    k = min(len(passages), max(num_ranked, _FURTHER * num_negatives + 1))
    normalized: dict[int, str] = {}

    def contains(number: int, answer: str) -> bool:
        if number not in normalized:
            normalized[number] = _spaced(passages[number])
        return answer in normalized[number]

    triples = []
    for example, ranked in zip(examples, rank([example.question for example in examples], k), strict=True):
        own = [place for place, number in enumerate(ranked, 1) if passages[number] == example.passage]
        answers = [words for text in (example.answer, *example.answers) if (words := _spaced(text)).strip()]
        negatives: list[str] = []
        for number in ranked:
            if len(negatives) == num_negatives:
                break
            if passages[number] != example.passage and not any(contains(number, answer) for answer in answers):
                negatives.append(passages[number])
        place = own[0] if own and own[0] <= num_ranked else None
        triples.append(RetrievalTriple(example.question, example.passage, negatives, place))
    return triples


def _spaced(text: str) -> str:
    """Returns the normalized words between spaces, so that one text contains another by whole words."""
    return f" {' '.join(normalize_answer(text))} "
