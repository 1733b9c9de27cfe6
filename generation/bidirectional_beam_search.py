"""Beam search from the left and from the right in step."""

import dataclasses
from collections.abc import Callable

from keras import ops

from ..data.decoding_results import BidirectionalBeams
from ..data.search_options import SearchOptions
from .beam_loop import beam_loop
from .gather import gather
from .hypotheses import beams_per_direction


def bidirectional_beam_search(
    step: Callable,
    logits,
    *,
    state,
    max_length: int,
    end_id: int,
    options: SearchOptions,
    return_trace: bool = False,
) -> BidirectionalBeams:
    """Finds `num_beams` probable sequences with `num_beams / 2` prefixes per direction.

    With k = `num_beams / 2` the step function receives 2 k streams per source: k from the left, then k from the right,
    each half best first. The model decides what a stream sees of the other half: the stream of its own rank,
    `(i + k) mod 2 k`, or all of them. The search moves states only within their half, together with their prefixes, so
    equal ranks are the best, second best, ... of both directions. States are never recomputed.

    Each direction is searched as in `beam_search`. Both share one list of finished hypotheses. When a hypothesis
    finishes, its beam slot, visible to the other direction, passes to the next prefix. So every rank holds an
    unfinished prefix in both directions until the search stops. A rank without a prefix, as with more beams than
    tokens, holds an impossible one.

    Args:
        step, max_length, end_id: see `textzoo.generation`. The first call of `step`, with index 0, receives the first
            tokens.
        logits: float `[b, 2, vocab]`, logits of the first token from the left and from the right.
        state: nest of tensors `[b, 2, ...]`, the decoder state after both start tokens.
        options: `SearchOptions`; `num_beams`, an even number, is the number of prefixes of both directions together.
        return_trace: bool. Whether to record every step.

    Returns:
        `BidirectionalBeams`.

    Raises:
        ValueError: `num_beams` is odd, `logits` have not two rows, or `min_length` exceeds `max_length`.

    Example, two tokens and an end of probability 0.1; from the right the second token is more probable:

    >>> import numpy as np
    >>> from keras import ops
    >>> row = np.log([[[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]]).astype("float32")
    >>> step = lambda tokens, index, state: (ops.convert_to_tensor(row), state)
    >>> options = SearchOptions(num_beams=2, min_length=2)
    >>> beams = bidirectional_beam_search(step, row, state=(), max_length=2, end_id=2, options=options)
    >>> beams.tokens[0].numpy().tolist(), beams.direction[0].numpy().tolist()
    ([[1, 1, 2], [0, 0, 2]], [1, 0])

    Reference:
        Zhou, Zhang and Zong, TACL 2019, arXiv 1905.04847; https://kexue.fm/archives/6877.
    """
    half = beams_per_direction(options.num_beams, logits)
    hypotheses, trace = beam_loop(
        step,
        logits,
        state=state,
        max_length=max_length,
        end_id=end_id,
        options=dataclasses.replace(options, num_beams=half),
        shared_hypotheses=True,
        return_trace=return_trace,
    )
    tokens, scores, log_probs, lengths, direction = (values[:, 0] for values in hypotheses)
    return BidirectionalBeams(
        tokens=tokens, scores=scores, log_probs=log_probs, lengths=lengths, direction=direction, trace=trace
    )


def to_left_to_right(tokens, *, lengths, direction):
    """Reverses the sequences that were written from the right; the end token stays at the end.

    Args:
        tokens: int `[..., slots]`, `lengths` tokens in writing order, then the end token.
        lengths: int `[...]`, tokens without the end token.
        direction: int `[...]`, 0: written from the left, 1: written from the right.

    Returns:
        int `[..., slots]`.

    Example with end token 9:

    >>> tokens = ops.array([[1, 2, 3, 9, 0], [1, 2, 3, 9, 0]])
    >>> to_left_to_right(tokens, lengths=ops.array([3, 3]), direction=ops.array([0, 1])).numpy()
    array([[1, 2, 3, 9, 0],
           [3, 2, 1, 9, 0]], dtype=int32)
    """
    slots, lengths = ops.arange(ops.shape(tokens)[-1], dtype="int32"), ops.cast(lengths, "int32")[..., None]
    reversed_slots = ops.logical_and(ops.cast(direction, "int32")[..., None] == 1, slots < lengths)
    return gather(tokens, ops.where(reversed_slots, lengths - 1 - slots, slots))
