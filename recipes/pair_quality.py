"""Quality of a preset's pairs: logistic regression of judgements on scores.

    python -m recipes.pair_quality recipes/judged_zh.jsonl --min-probability 0.4 --out pair_quality.json

A line of the input holds the scores of a well-formed pair and whether a reader judged it right: the question is sound
language, asks one thing that the passage tells, and the answer is its answer. Prints how often pairs above each
probability are right.
"""

import argparse
import json
from pathlib import Path

import numpy as np

SCORES = ("answer_logprob", "question_logprob", "score")
RIDGE = 0.1  # on standardized scores


def fit(scores: np.ndarray, right: np.ndarray) -> tuple[float, np.ndarray]:
    """Fits intercept and weights by Newton's method.

    Args:
        scores: float `[pairs, scores]`.
        right: bool `[pairs]`.
    """
    mean, spread = scores.mean(0), scores.std(0)
    inputs = np.column_stack([np.ones(len(scores)), (scores - mean) / spread])
    ridge = np.array([0.0, *[RIDGE] * scores.shape[1]])
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-inputs @ weights))
        hessian = (inputs * (p * (1 - p))[:, None]).T @ inputs + np.diag(ridge)
        weights -= np.linalg.solve(hessian, inputs.T @ (p - right) + ridge * weights)
    slopes = weights[1:] / spread
    return float(weights[0] - slopes @ mean), slopes


def main() -> None:
    """Fits and prints."""
    parser = argparse.ArgumentParser(description="Quality of a preset's pairs from judged ones.")
    parser.add_argument("judged", type=Path)
    parser.add_argument("--min-probability", type=float, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.judged.read_text(encoding="utf-8").splitlines()]
    scores = np.array([[row[name] for name in SCORES] for row in rows])
    right = np.array([row["right"] for row in rows], float)
    intercept, weights = fit(scores, right)
    p = 1 / (1 + np.exp(-(intercept + scores @ weights)))
    print(f"{len(rows)} pairs, {right.mean():.2f} of them right")
    for level in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        kept = p >= level
        print(f"probability of at least {level}: {kept.sum()} pairs, {right[kept].mean():.2f} of them right")
    content = {"intercept": intercept} | dict(zip(SCORES, weights, strict=True))
    content = {name: round(float(value), 3) for name, value in content.items()}
    text = json.dumps(content | {"min_probability": options.min_probability}, indent=2)
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
