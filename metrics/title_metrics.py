"""Metrics of generated titles, beside the lead baseline."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ..data.check_types import check_types
from ..data.text.text_units import metric_units
from .bleu_4 import bleu_4
from .chrf import chrf
from .rouge import rouge_l, rouge_n


@check_types
def lead_baseline(text: str, k: int) -> str:
    """Returns the first k units of a text, up to the start of the next unit: the baseline of title generation.

    Args:
        text: The text.
        k: int. Number of units to keep: Chinese characters, or words of other scripts (`metric_units`).

    Returns:
        The start of the text; all of it if it has no more than k units.

    Example:

    >>> lead_baseline("小李，在图书馆", 3)
    '小李，在'
    """
    end = bisect_right(range(len(text) + 1), k, key=lambda end: len(metric_units(text[:end])))
    return text[: end - 1]


@dataclass(frozen=True)
class TitleMetrics:
    """Metrics of generated titles; scores are in [0, 1].

    Args:
        titles: Number of titles.
        rouge_1: Mean ROUGE-1 to the references.
        rouge_2: Mean ROUGE-2 to the references.
        rouge_l: Mean ROUGE-L to the references.
        bleu_4: Corpus BLEU-4.
        chrf: Corpus chrF.
        length_ratio: Mean ratio of a title's length to its reference's, in units.
        lead_k: k, the mean length of the references in units, rounded.
        lead_rouge_1: ROUGE-1 of the lead baseline, the first k units of each article.
        lead_rouge_2: ROUGE-2 of the lead baseline.
        lead_rouge_l: ROUGE-L of the lead baseline.
        lead_bleu_4: BLEU-4 of the lead baseline.
        lead_chrf: chrF of the lead baseline.
    """

    titles: int
    rouge_1: float
    rouge_2: float
    rouge_l: float
    bleu_4: float
    chrf: float
    length_ratio: float
    lead_k: int
    lead_rouge_1: float
    lead_rouge_2: float
    lead_rouge_l: float
    lead_bleu_4: float
    lead_chrf: float


@check_types
def title_metrics(titles: Sequence[str], references: Sequence[str], *, texts: Sequence[str]) -> TitleMetrics:
    """Compares titles with references, beside the lead baseline of their articles.

    A unit is a Chinese character, or a word of another script.

    Args:
        titles: The titles to score.
        references: The reference title of each article.
        texts: The articles.

    Returns:
        `TitleMetrics`.

    Raises:
        ValueError: There is no title, or the numbers of titles, references and texts differ.

    Example:

    >>> metrics = title_metrics(["小李讲课"], ["小李在讲课"], texts=["小李昨天讲课，来了两百人。"])
    >>> round(metrics.rouge_l, 3), metrics.length_ratio, metrics.lead_k, metrics.lead_rouge_l
    (0.889, 0.8, 5, 0.6)
    """
    if not titles or not len(titles) == len(references) == len(texts):
        raise ValueError(
            "Expected a title, a reference and a text for each article, and at least one article. "
            f"Received: {len(titles)}, {len(references)} and {len(texts)}."
        )
    lengths = [len(metric_units(reference)) for reference in references]
    k = max(1, round(sum(lengths) / len(lengths)))
    ratios = [len(metric_units(title)) / max(1, length) for title, length in zip(titles, lengths, strict=True)]
    leads = [lead_baseline(text, k) for text in texts]
    return TitleMetrics(
        titles=len(titles),
        length_ratio=sum(ratios) / len(ratios),
        lead_k=k,
        **_scores(titles, references),
        **{f"lead_{name}": score for name, score in _scores(leads, references).items()},
    )


def _scores(titles: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    pairs = list(zip(titles, references, strict=True))
    return {
        "rouge_1": sum(rouge_n(title, reference, n=1) for title, reference in pairs) / len(pairs),
        "rouge_2": sum(rouge_n(title, reference, n=2) for title, reference in pairs) / len(pairs),
        "rouge_l": sum(rouge_l(title, reference) for title, reference in pairs) / len(pairs),
        "bleu_4": bleu_4(titles, references),
        "chrf": chrf(titles, references),
    }
