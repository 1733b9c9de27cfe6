"""Beam search from the left and from the right at once, in step."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from .beam_loop import beam_loop
from .gather import gather
from .hypotheses import beams_a_direction


class BidirectionalBeams(NamedTuple):
    """The best hypotheses of both directions, best first.

    `tokens` int32 `[b, n, max_length + 1]` in the order they were written (`to_left_to_right` turns them), the end token
    included and zeros after it; `scores` float32 `[b, n]`, sums of token log-probabilities divided by the length
    penalty; `log_probs` float32 `[b, n]`, the sums; `lengths` int32 `[b, n]`, tokens without the end; `direction` int32
    `[b, n]`, 0 written from the left, 1 from the right; `steps`: `SearchTrace` of both directions, `()` unless recorded.
    A hypothesis that does not exist scores -1e30.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any
    direction: Any
    steps: Any


def bidirectional_beam_search(
    step: Callable,
    logits,
    state,
    num_beams: int,
    max_length: int,
    end_id: int,
    length_penalty: float = 0.0,
    min_length: int = 0,
    no_repeat_ngram_size: int = 0,
    return_trace: bool = False,
) -> BidirectionalBeams:
    """The `num_beams` best sequences found by `num_beams / 2` prefixes from each side, which may see each other.

    With k = `num_beams / 2` the step function gets `2 k` streams a source: the first k are written from the left, the
    last k from the right, each half best first. What a stream sees of the other half is the model's affair: that of its
    own rank, `(i + k) mod 2 k`, or all of it. The search only takes the states along with their prefixes, inside each
    half, so that equal ranks are the best, second best ... of both sides; states stay as they were first computed.

    A direction is searched as in `beam_search`: a hypothesis that finishes goes to the pool, one for both directions,
    and leaves its stream, and with it the other side's sight, to the next prefix. So every rank holds a prefix that is
    still being written, in both directions, until nothing can enter the pool. (A rank that has no prefix, as with more
    beams than tokens, holds something impossible.)

    Args:
        step: the step function, see `textzoo.generation`; its first call, of index 0, writes the first tokens.
        logits: float `[b, 2, vocab]`, of the first token from the left and from the right, after the start tokens.
        state: nest of tensors `[b, 2, ...]` after the start tokens.
        num_beams: int. Prefixes of both directions together; even.
        max_length: int. Tokens at most; then a hypothesis is ended.
        end_id: int. The token that ends a hypothesis, in both directions.
        length_penalty: float >= 0; 0: plain sums.
        min_length: int. Tokens before the end is allowed.
        no_repeat_ngram_size: int. No n-gram of this size twice in a hypothesis; 0: off.
        return_trace: bool. Whether to note every step, for a picture of the search.

    Returns:
        `BidirectionalBeams`.

    Raises:
        ValueError: `num_beams` is odd or below 2, `logits` are not of two directions, a negative penalty, or
            `min_length` above `max_length`.

    Example, two tokens and an end of 0.1; from the right the second token is likelier:

    >>> import numpy as np
    >>> from keras import ops
    >>> row = np.log([[[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]]).astype("float32")
    >>> step = lambda tokens, index, state: (ops.convert_to_tensor(row), state)
    >>> beams = bidirectional_beam_search(step, row, (), num_beams=2, max_length=2, end_id=2, min_length=2)
    >>> beams.tokens[0].numpy().tolist(), beams.direction[0].numpy().tolist()
    ([[1, 1, 2], [0, 0, 2]], [1, 0])

    Reference:
        Zhou, Zhang and Zong, TACL 2019, arXiv 1905.04847; https://kexue.fm/archives/6877.
    """
    half = beams_a_direction(num_beams, logits)
    settings = length_penalty, min_length, no_repeat_ngram_size
    hypotheses, steps = beam_loop(
        step, logits, state, half, max_length, end_id, *settings, shared_hypotheses=True, return_trace=return_trace
    )
    return BidirectionalBeams(*(values[:, 0] for values in hypotheses), steps=steps)


def to_left_to_right(tokens, lengths, direction):
    """Tokens from left to right, those that were written from the right reversed; the end stays behind them.

    Args:
        tokens: int `[..., slots]`, each `lengths` tokens in the order they were written, then the end.
        lengths: int `[...]`, tokens without the end.
        direction: int `[...]`, 0 written from the left, 1 from the right.

    Returns:
        int `[..., slots]`.

    Example, an end of 9:

    >>> to_left_to_right(ops.array([[1, 2, 3, 9, 0], [1, 2, 3, 9, 0]]), ops.array([3, 3]), ops.array([0, 1])).numpy()
    array([[1, 2, 3, 9, 0],
           [3, 2, 1, 9, 0]], dtype=int32)
    """
    slots, lengths = ops.arange(ops.shape(tokens)[-1], dtype="int32"), ops.cast(lengths, "int32")[..., None]
    turned = ops.logical_and(ops.cast(direction, "int32")[..., None] == 1, slots < lengths)
    return gather(tokens, ops.where(turned, lengths - 1 - slots, slots))
