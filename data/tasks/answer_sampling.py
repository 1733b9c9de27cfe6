"""Sampling of answers among the spans of passages."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..per_example_rng import passage_rng
from ..qa.encoded_answer import EncodedAnswer, best_answers
from ..qa.passage_encoding import EncodedPassage
from ..qa.span_constraint import span_constraint

SAMPLES_PER_ANSWER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedBatch:
    """Passages that are encoded together, and the decoder that encodes them."""

    decoder: Any
    passages: list[EncodedPassage]
    source: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSampling:
    """Options of the answers that `QAGenerator.generate` samples."""

    num_answers: int
    max_length: int
    temperature: float
    top_p: float
    seed: int


def sample_answers(batch: EncodedBatch, sampling: AnswerSampling, *, end_id: int) -> list[list[EncodedAnswer]]:
    """Returns each passage's most probable answers that do not overlap."""
    passages, pad = batch.passages, batch.decoder.pad
    constraint = span_constraint(
        pad([passage.ids for passage in passages]),
        starts=pad([passage.starts for passage in passages]),
        ends=pad([passage.ends for passage in passages]),
        end_id=end_id,
    )
    shape = (SAMPLES_PER_ANSWER * sampling.num_answers, sampling.max_length)
    uniforms = [passage_rng(sampling.seed, passage.text).random(shape, "float32") for passage in passages]
    uniforms += uniforms[-1:] * (len(constraint.tokens) - len(passages))  # as `pad` repeats the last row
    samples = batch.decoder.sample_answers(
        batch.source,
        constraint,
        uniforms=np.stack(uniforms),
        temperature=sampling.temperature,
        top_p=sampling.top_p,
    )
    return [
        best_answers(
            [(ids[:n], float(log)) for ids, n, log in zip(*row, strict=True)],
            passage,
            num_answers=sampling.num_answers,
        )
        for passage, *row in zip(passages, *map(np.asarray, samples), strict=False)
    ]
