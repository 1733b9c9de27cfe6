"""Beam search that keeps finished hypotheses."""

from collections.abc import Callable
from typing import Any, NamedTuple

from .beam_loop import beam_loop


class Beams(NamedTuple):
    """The best hypotheses of every group, best first.

    `tokens` int32 `[b, g, k, max_length + 1]`, the end token included and zeros after it; `scores` float32 `[b, g, k]`,
    sums of token log-probabilities divided by the length penalty; `log_probs` float32 `[b, g, k]`, the sums; `lengths`
    int32 `[b, g, k]`, tokens without the end. A hypothesis that does not exist scores -1e30 or less.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any


def beam_search(
    step: Callable,
    logits,
    state,
    num_beams: int,
    max_length: int,
    end_id: int,
    length_penalty: float = 0.0,
    min_length: int = 0,
    no_repeat_ngram_size: int = 0,
) -> Beams:
    r"""The `num_beams` best sequences found by extending the best `num_beams` prefixes.

    A hypothesis scores $\sum_t \log p(y_t) \,/\, ((5 + n)/6)^{\alpha}$ over its n tokens, the end included; $\alpha$ is
    the length penalty. A hypothesis is finished when its end is among the `num_beams` best continuations, so that one
    beam is greedy decoding; it stays in a pool of its own, and the search stops when no prefix can enter that.

    Args:
        step: the step function, see `textzoo.generation`; it sees `g * num_beams` streams a source.
        logits: float `[b, g, vocab]`, of the first token of each of g groups a source.
        state: nest of tensors `[b, g, ...]` before the first token.
        num_beams: int. Prefixes kept a group.
        max_length: int. Tokens at most; then a hypothesis is ended.
        end_id: int. The token that ends a hypothesis.
        length_penalty: float >= 0; 0: plain sums.
        min_length: int. Tokens before the end is allowed.
        no_repeat_ngram_size: int. No n-gram of this size twice in a hypothesis; 0: off.

    Returns:
        `Beams`.

    Raises:
        ValueError: fewer than one beam, a negative penalty, or `min_length` above `max_length`.

    Example, two tokens of probability 0.6 and 0.3, and an end of 0.1:

    >>> import numpy as np
    >>> from keras import ops
    >>> row = np.log([[[0.6, 0.3, 0.1]]]).astype("float32")
    >>> step = lambda tokens, index, state: (ops.broadcast_to(row, (1, 2, 3)), state)
    >>> beams = beam_search(step, row, (), num_beams=2, max_length=1, end_id=2)
    >>> beams.tokens[0, 0].numpy().tolist(), np.exp(beams.scores[0, 0]).round(3).tolist()
    ([[0, 2], [1, 2]], [0.05999999865889549, 0.029999999329447746])

    Reference:
        Wu et al., arXiv 1609.08144, for the length penalty.
    """
    if num_beams < 1:
        raise ValueError(f"Expected num_beams of 1 or more. Received: {num_beams}")
    options = length_penalty, min_length, no_repeat_ngram_size
    hypotheses, _ = beam_loop(step, logits, state, num_beams, max_length, end_id, *options)
    return Beams(*hypotheses[:4])
