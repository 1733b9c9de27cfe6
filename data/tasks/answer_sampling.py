"""Sampling of answers among the spans of passages."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..per_example_rng import passage_rng
from ..qa.encoded_answer import EncodedAnswer, best_answers
from ..qa.passage_encoding import EncodedPassage
from ..qa.span_constraint import span_constraint

SAMPLES_PER_ANSWER = 4
MAX_ROUNDS = 8
"""Number of times that `resample` samples answers, the first time included."""


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
    resample: bool = False


def sample_answers(batch: EncodedBatch, sampling: AnswerSampling, *, end_id: int) -> list[list[EncodedAnswer]]:
    """Returns each passage's most probable answers that do not overlap.

    With `resample`, passages with too few answers are sampled again, at twice the temperature and from all spans.
    """
    passages, pad = batch.passages, batch.decoder.pad
    constraint = span_constraint(
        pad([passage.ids for passage in passages]),
        starts=pad([passage.starts for passage in passages]),
        ends=pad([passage.ends for passage in passages]),
        end_id=end_id,
    )
    shape = (SAMPLES_PER_ANSWER * sampling.num_answers, sampling.max_length)
    generators = [passage_rng(sampling.seed, passage.text) for passage in passages]
    samples: list[list[tuple[np.ndarray, float]]] = [[] for _ in passages]
    answers: list[list[EncodedAnswer]] = [[] for _ in passages]
    for number in range(MAX_ROUNDS if sampling.resample else 1):
        uniforms = [generator.random(shape, "float32") for generator in generators]
        uniforms += uniforms[-1:] * (len(constraint.tokens) - len(passages))  # as `pad` repeats the last row
        drawn = batch.decoder.sample_answers(
            batch.source,
            constraint,
            uniforms=np.stack(uniforms),
            temperature=sampling.temperature * (2.0 if number else 1.0),
            top_p=1.0 if number else sampling.top_p,
        )
        for row, (passage, *parts) in enumerate(zip(passages, *map(np.asarray, drawn), strict=False)):
            if len(answers[row]) < sampling.num_answers:
                samples[row] += [(ids[:n], float(log)) for ids, n, log in zip(*parts, strict=True)]
                answers[row] = _select_answers(samples[row], passage, sampling)
        if all(len(row) == sampling.num_answers for row in answers):
            break
    return answers


def _select_answers(
    samples: list[tuple[np.ndarray, float]], passage: EncodedPassage, sampling: AnswerSampling
) -> list[EncodedAnswer]:
    """Returns the best answers; with `resample`, shorter ones if more of these fit beside each other."""
    num_answers, resample = sampling.num_answers, sampling.resample
    answers = best_answers(samples, passage, num_answers=num_answers)
    if len(answers) == num_answers or not resample:
        return answers
    shortest = min((len(ids) for ids, _ in samples if len(ids)), default=0)
    longest = max((len(ids) for ids, _ in samples), default=0)
    for length in range(longest - 1, shortest - 1, -1):
        short = best_answers([s for s in samples if len(s[0]) <= length], passage, num_answers=num_answers)
        if len(short) > len(answers):
            answers = short
    return answers
