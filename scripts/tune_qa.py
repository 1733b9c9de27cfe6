"""Thresholds of the filter of question-answer pairs: what `textzoo tune qa` does."""

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeInt, PositiveInt
from textzoo.scripts.cli.output_files import require_new_path
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

SCORES = {"min_answer_logprob": "answer_logprob", "min_question_logprob": "question_logprob"}
ROUND_TRIP = {"min_round_trip": "round_trip"}
SAME_ANSWER, SAME_QUESTION = 0.5, 0.3


@dataclass
class TuneQA:
    """Choose the levels of `textzoo generate qa --filter`: the highest precision at a wished recall.

    Pairs are generated for the passages of the file. One is right where a reference pair of its passage has an answer
    with F1 of 0.5 or more and a question with ROUGE-L of 0.3 or more. Many good pairs are in no reference: precision is
    a lower bound, to compare levels by. The file says too how many pairs and beams the levels were chosen with.

    Args:
        model: Folder of a trained model, or a preset's name.
        file: Reference pairs, in any format that `textzoo train qa` reads; neither trained nor tested on.
        round_trip_model: Folder of a trained reader, the filter's; without one there is no level of the round trip.
        recall: The share of the right pairs that must be kept.
        out: YAML file to write, which `textzoo generate qa --config` takes; it must not be there yet.
        num_pairs: Pairs generated for each piece of a passage.
        num_beams: Beams of the question.
        batch_size: Passages at a time.
        seed: Of the draws.
        encoding: Encoding of the file, UTF-8 where left out.
        on_error: What to do at a bad record.
    """

    model: str
    file: str = field(metadata={"bare": True})
    round_trip_model: str | None = None
    recall: ClosedUnitInterval = 0.5
    out: str | None = None
    num_pairs: PositiveInt = 10
    num_beams: PositiveInt = 3
    batch_size: PositiveInt = 16
    seed: NonNegativeInt = 0
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        require_new_path(self.out)


def tune_qa(settings: TuneQA) -> None:
    """Prints precision and recall before and after, and the levels; writes them where that is asked for."""
    start_tensorflow()
    import numpy as np
    import yaml

    from textzoo.data import read_qa
    from textzoo.inference import QAPipeline
    from textzoo.metrics import search_thresholds
    from textzoo.models import ExtractiveQA, QAGenerator

    examples = read_qa(settings.file, settings.encoding, settings.on_error)
    print(f"{settings.file}: {examples.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{settings.file}: expected pairs to compare with. Received: none that can be used.")
    references: dict[str, list[tuple[str, str]]] = {}
    for example in examples:
        gold = references.setdefault(example.passage, [])
        gold += [(example.question, answer) for answer in example.answers]
    round_trip_model = (
        None if settings.round_trip_model is None else ExtractiveQA.from_preset(settings.round_trip_model)
    )
    flow = QAPipeline(QAGenerator.from_preset(settings.model), round_trip_model, min_round_trip=0.0)
    options = {name: getattr(settings, name) for name in ("num_pairs", "num_beams", "batch_size", "seed")}
    found = flow.generate(list(references), **options)
    pairs, right, faults = [], [], Counter[str]()
    for gold, judged in zip(references.values(), found, strict=True):
        well_formed = [pair for pair in judged if pair.rejection_reason is None]
        faults.update(pair.rejection_reason for pair in judged if pair.rejection_reason is not None)
        pairs += well_formed
        right += [_is_right(pair, gold) for pair in well_formed]
    if not any(right):
        others = ", ".join(f"{count} rejected: {fault}" for fault, count in faults.most_common())
        raise ValueError(
            f"{settings.file}: expected generated pairs that agree with its own. "
            f"Received: 0 of {len(pairs)} of good form{others and f' ({others})'}."
        )
    names = SCORES | (ROUND_TRIP if round_trip_model is not None else {})
    scores = np.array([[getattr(pair, name) for name in names.values()] for pair in pairs])
    levels, precision, recall = search_thresholds(scores, np.array(right), settings.recall)
    print(f"{len(pairs)} pairs of good form, {sum(right)} right: precision {sum(right) / len(pairs):.3f}, recall 1.000")
    print(f"with these levels: precision {precision:.3f}, recall {recall:.3f}")
    chosen: dict[str, Any] = {name: level for name, level in zip(names, levels, strict=True) if level > -np.inf}
    if round_trip_model is not None:
        chosen = {"round_trip_model": settings.round_trip_model, "min_round_trip": 0.0} | chosen
    drawn = {name: options[name] for name in ("num_pairs", "num_beams")}
    text = yaml.safe_dump({"filter": True} | drawn | chosen, sort_keys=False, allow_unicode=True)
    print(text, end="")
    if settings.out is not None:
        Path(settings.out).write_text(text, encoding="utf-8")


def _is_right(pair: Any, references: list[tuple[str, str]]) -> bool:
    from textzoo.metrics import answer_f1, rouge_l

    return any(
        answer_f1(pair.answer, answer) >= SAME_ANSWER and rouge_l(pair.question, question) >= SAME_QUESTION
        for question, answer in references
    )
