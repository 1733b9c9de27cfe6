"""Filter of `textzoo generate qa --filter`: counts, scores and a file of the rejected pairs."""

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SCORES = ("probability", "answer_logprob", "question_logprob", "round_trip")


class PairFilter:
    """Runs a `QAPipeline` and records the pairs that it rejects.

    Args:
        pipeline: `QAPipeline`.
        rejected_file: File for the rejected pairs, one JSON line each; None to only count them.
    """

    def __init__(self, pipeline: Any, rejected_file: str | None):
        self.pipeline, self.rejected_file = pipeline, rejected_file
        self.preprocessor = pipeline.generator.preprocessor
        self.kept = 0
        self.reasons: Counter[str] = Counter()
        self.scores: dict[str, list[float]] = {name: [] for name in SCORES}
        if rejected_file is not None:
            Path(rejected_file).touch(exist_ok=False)

    def generate(self, texts: Sequence[str], *, ids: Sequence[str | int], **options: Any) -> list[list]:
        """Returns the pairs of each text: first the kept ones, best rank first, then the rejected ones."""
        results = list(self.pipeline.generate(texts, **options))
        lines = []
        for identifier, pairs in zip(ids, results, strict=True):
            for pair in pairs:
                for name in SCORES:
                    if getattr(pair, name) is not None:
                        self.scores[name].append(getattr(pair, name))
                if pair.rejection_reason is None:
                    self.kept += 1
                    continue
                self.reasons[pair.rejection_reason] += 1
                lines.append(json.dumps({"id": identifier} | dataclasses.asdict(pair), ensure_ascii=False) + "\n")
        if self.rejected_file is not None:
            from textzoo.data.files import name_os_error

            with name_os_error(self.rejected_file), open(self.rejected_file, "a", encoding="utf-8") as file:
                file.write("".join(lines))
        return results

    def report(self) -> str:
        """Describes how many pairs were kept and why others were rejected; if none was kept, the scores' quartiles."""
        total = self.kept + self.reasons.total()
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.reasons.most_common())
        lines = [f"kept {self.kept} of {total} pairs" + (f"; rejected: {reasons}" if reasons else "")]
        pipeline = self.pipeline
        thresholds = pipeline.quality, pipeline.min_answer_logprob, pipeline.min_question_logprob
        if pipeline.round_trip_model is None and thresholds == (None, None, None):
            lines.append(
                "only the form and duplicates were checked; --round-trip-model checks answers, `textzoo tune qa` finds "
                "thresholds"
            )
        if total and not self.kept:
            lines.append(
                "no pair passed the filter; --no-filter shows all. Quartiles of the scores, from minimum to maximum:"
            )
            lines += [f"{name:16} {_quartiles(scores)}" for name, scores in self.scores.items() if scores]
        return "\n".join(lines)


def _quartiles(scores: list[float]) -> str:
    import numpy as np

    return "  ".join(f"{value:.3g}" for value in np.quantile(scores, [0, 0.25, 0.5, 0.75, 1]))
