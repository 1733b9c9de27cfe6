"""Beam search in one direction, and from the left and from the right in step."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from ...data.decoding_results import Beams, BidirectionalBeams
from ...data.search_options import SearchOptions
from .beam_loop import beam_loop
from .next_tokens import NextTokens


def beam_search(
    first: NextTokens,
    step: Callable[..., NextTokens],
    *,
    shape: tuple[int, int],
    max_length: int,
    end_id: int,
    options: SearchOptions,
    wanted: np.ndarray | None = None,
) -> Beams:
    """Finds `num_beams` probable sequences per group, as `textzoo.generation.beam_search`.

    Args:
        first, step, max_length, end_id, options: see `textzoo.inference.decoding`.
        shape: `(b, g)`.
        wanted: bool `[b, g]`. Groups to search, as in `beam_loop`.

    Returns:
        `Beams`.
    """
    best, _ = beam_loop(first, step, shape=shape, max_length=max_length, end_id=end_id, options=options, wanted=wanted)
    return Beams(tokens=best.tokens, scores=best.scores, log_probs=best.log_probs, lengths=best.lengths)


def bidirectional_beam_search(
    first: NextTokens,
    step: Callable[..., NextTokens],
    *,
    batch_size: int,
    max_length: int,
    end_id: int,
    options: SearchOptions,
    return_trace: bool = False,
) -> BidirectionalBeams:
    """Finds `num_beams` probable sequences of both directions, as `textzoo.generation.bidirectional_beam_search`.

    Args:
        first, step, max_length, end_id, options: see `textzoo.inference.decoding`; the groups are the two directions.
        batch_size: Number of sources.
        return_trace: Whether to record every step.

    Returns:
        `BidirectionalBeams`.
    """
    best, trace = beam_loop(
        first,
        step,
        shape=(batch_size, 2),
        max_length=max_length,
        end_id=end_id,
        options=dataclasses.replace(options, num_beams=options.num_beams // 2),
        shared_hypotheses=True,
        return_trace=return_trace,
    )
    tokens, scores, log_probs, lengths, direction = (values[:, 0] for values in best)
    parts: dict[str, Any] = {"lengths": lengths, "direction": direction, "trace": trace}
    return BidirectionalBeams(tokens=tokens, scores=scores, log_probs=log_probs, **parts)
