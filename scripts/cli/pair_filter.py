"""The filter of `textzoo generate qa`: what is kept, what is written of the rest, and what it came to."""

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SCORES = ("answer_logprob", "question_logprob", "round_trip")


class PairFilter:
    """A flow that generates as a generator does, and keeps account of the pairs that it rejects.

    Args:
        flow: `QAPipeline`.
        file: File of the rejected pairs, a line of json each; None: they are only counted.
    """

    def __init__(self, flow: Any, file: str | None):
        self.flow, self.file = flow, file
        self.preprocessor = flow.generator.preprocessor
        self.kept = 0
        self.reasons: Counter[str] = Counter()
        self.scores: dict[str, list[float]] = {name: [] for name in SCORES}
        if file is not None:
            Path(file).touch(exist_ok=False)

    def generate(self, ids: Sequence[str | int], texts: Sequence[str], **options: Any) -> list[list]:
        """The pairs of each text, those that are kept first, best rank first."""
        found = list(self.flow.generate(texts, **options))
        lines = []
        for identifier, pairs in zip(ids, found, strict=True):
            for pair in pairs:
                for name in SCORES:
                    if getattr(pair, name) is not None:
                        self.scores[name].append(getattr(pair, name))
                if pair.rejection_reason is None:
                    self.kept += 1
                    continue
                self.reasons[pair.rejection_reason] += 1
                lines.append(json.dumps({"id": identifier} | dataclasses.asdict(pair), ensure_ascii=False) + "\n")
        if self.file is not None:
            with open(self.file, "a", encoding="utf-8") as file:
                file.write("".join(lines))
        return found

    def report(self) -> str:
        """How many pairs were kept, and why the others were not; where none was, how the scores were distributed."""
        total = self.kept + self.reasons.total()
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.reasons.most_common())
        lines = [f"kept {self.kept} of {total} pairs" + (f"; rejected: {reasons}" if reasons else "")]
        if total and not self.kept:
            lines.append("no pair passed the filter; the scores were, from the least by quarters to the most:")
            lines += [f"{name:16} {_quartiles(scores)}" for name, scores in self.scores.items() if scores]
        return "\n".join(lines)


def _quartiles(scores: list[float]) -> str:
    import numpy as np

    return "  ".join(f"{value:.3g}" for value in np.quantile(scores, [0, 0.25, 0.5, 0.75, 1]))
