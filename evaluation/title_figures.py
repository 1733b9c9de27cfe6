"""What generated titles come to beside those that people wrote."""

from collections.abc import Sequence
from dataclasses import dataclass

from .bleu_4 import bleu_4
from .chrf import chrf
from .lead import lead
from .rouge_l import rouge_l
from .rouge_n import rouge_n
from .units import units


@dataclass(frozen=True)
class TitleFigures:
    """Figures of titles; scores are in [0, 1].

    Args:
        titles: How many there are.
        rouge_1: Their mean ROUGE-1 to the references.
        rouge_2: Their mean ROUGE-2 to the references.
        rouge_l: Their mean ROUGE-L to the references.
        bleu_4: Their corpus BLEU-4.
        chrf: Their corpus chrF.
        length_ratio: The mean of their lengths over those of the references, in units.
        lead_k: k, the mean length of the references in units, rounded.
        lead_rouge_1: ROUGE-1 of the first k units of each article in place of a title.
        lead_rouge_2: ROUGE-2 of the same.
        lead_rouge_l: ROUGE-L of the same.
        lead_bleu_4: BLEU-4 of the same.
        lead_chrf: chrF of the same.
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


def title_figures(titles: Sequence[str], references: Sequence[str], texts: Sequence[str]) -> TitleFigures:
    """Measure titles against references, beside the beginnings of their articles.

    A unit is a Chinese character, or a word of another script.

    Args:
        titles: the titles to score.
        references: the right title of each.
        texts: the article of each.

    Returns:
        `TitleFigures`.

    Raises:
        ValueError: there is no title, or as many are not there of each.

    Example:

    >>> figures = title_figures(["小李讲课"], ["小李在讲课"], ["小李昨天讲课，来了两百人。"])
    >>> round(figures.rouge_l, 3), figures.length_ratio, figures.lead_k, figures.lead_rouge_l
    (0.889, 0.8, 5, 0.6)
    """
    if not titles or not len(titles) == len(references) == len(texts):
        raise ValueError(
            "Expected a title, a reference and a text of each article. "
            f"Received: {len(titles)}, {len(references)} and {len(texts)}."
        )
    lengths = [len(units(reference)) for reference in references]
    k = max(1, round(sum(lengths) / len(lengths)))
    ratios = [len(units(title)) / max(1, length) for title, length in zip(titles, lengths, strict=True)]
    leads = [lead(text, k) for text in texts]
    return TitleFigures(
        len(titles), *_scores(titles, references), sum(ratios) / len(ratios), k, *_scores(leads, references)
    )


def _scores(titles: Sequence[str], references: Sequence[str]) -> tuple[float, float, float, float, float]:
    pairs = list(zip(titles, references, strict=True))
    return (
        sum(rouge_n(*pair, 1) for pair in pairs) / len(pairs),
        sum(rouge_n(*pair, 2) for pair in pairs) / len(pairs),
        sum(rouge_l(*pair) for pair in pairs) / len(pairs),
        bleu_4(titles, references),
        chrf(titles, references),
    )
