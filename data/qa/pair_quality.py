"""Probability that a reader judges a generated question-answer pair right."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from ..config_fields import FINITE, RATE, check_field
from ..preset_config import read_json

QUALITY_FILE = "pair_quality.json"
SCORES = ("answer_logprob", "question_logprob", "score", "round_trip")


@dataclass(frozen=True)
class PairQuality:
    """Logistic regression of a person's judgement on the scores of a pair.

        p = 1 / (1 + exp(-(intercept + sum over scores of weight * score)))

    Args:
        intercept: The constant.
        weights: A weight for each of some scores of `ScoredQAPair`: `answer_logprob`, `question_logprob`, `score`,
            `round_trip`.
        min_probability: Least probability of a pair that the filter keeps.

    Example:

    >>> quality = PairQuality(1.0, {"question_logprob": 0.5}, min_probability=0.5)
    >>> quality.probability({"question_logprob": -2.0}), round(quality.probability({"question_logprob": -4.0}), 3)
    (0.5, 0.269)

    Reference:
        Platt, Probabilistic Outputs for Support Vector Machines, 1999.
    """

    intercept: float
    weights: Mapping[str, float]
    min_probability: float

    def probability(self, scores: Mapping[str, float | None]) -> float:
        """Returns the probability that the pair with these scores is right.

        Args:
            scores: The scores by name. One that is missing or None, such as `round_trip` without a reader, counts as 0.
        """
        total = self.intercept + sum(weight * (scores.get(name) or 0.0) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-700.0, total)))


def read_pair_quality(folder: str | PathLike) -> PairQuality | None:
    """Reads pair_quality.json of a preset folder: `intercept`, `min_probability`, and a weight for each score.

    Args:
        folder: The folder.

    Returns:
        The regression, or None if the folder has no such file.

    Raises:
        ValueError: A field is missing, unknown or has a wrong value.
    """
    path = Path(folder) / QUALITY_FILE
    if not path.is_file():
        return None
    content: dict[str, Any] = read_json(path)
    fields = {name: FINITE for name in ("intercept", *SCORES)} | {"min_probability": RATE}
    for name in ("intercept", "min_probability", *content):
        if name not in fields:
            raise ValueError(f"{path}: unknown field {name}; expected {', '.join(fields)}.")
        check_field(name, content.get(name), fields[name], source=str(path))
    intercept, min_probability = content.pop("intercept"), content.pop("min_probability")
    return PairQuality(intercept, content, min_probability)
