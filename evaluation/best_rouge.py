"""Any ROUGE between a text and its references."""

import functools

from .units import units


class _Units:
    tokenize = staticmethod(units)


@functools.cache
def _scorer(kind: str):
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer([kind], tokenizer=_Units())


def best_rouge(kind: str, prediction: str, references: str | list[str] | tuple[str, ...]) -> float:
    """F1 of one of rouge-score's kinds, the best over several references; 0 without any."""
    references = [references] if isinstance(references, str) else references
    score = _scorer(kind).score
    return max((score(reference, prediction)[kind].fmeasure for reference in references), default=0.0)
