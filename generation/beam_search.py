"""Beam search that keeps finished hypotheses apart from the prefixes."""

from collections.abc import Callable

from ..data.decoding_results import Beams
from ..data.search_options import SearchOptions
from .beam_loop import beam_loop


def beam_search(
    step: Callable,
    logits,
    *,
    state,
    max_length: int,
    end_id: int,
    options: SearchOptions,
) -> Beams:
    r"""Finds `num_beams` probable sequences by extending the `num_beams` best prefixes.

    A hypothesis scores $\sum_t \log p(y_t) \,/\, ((5 + n)/6)^{\alpha}$ over its n tokens, end token included; $\alpha$
    is the length penalty. It is finished if its end token is among the `num_beams` best continuations, so one beam
    equals greedy search. Finished hypotheses take no beam from the prefixes. The search stops when no prefix can score
    better than the hypotheses found.

    Args:
        step, logits, state, max_length, end_id: see `textzoo.generation`.
        options: `SearchOptions`; `num_beams` is the number of prefixes and of hypotheses per group.

    Returns:
        `Beams`.

    Raises:
        ValueError: `min_length` exceeds `max_length`.

    Example, two tokens of probability 0.6 and 0.3, and an end of probability 0.1:

    >>> import numpy as np
    >>> from keras import ops
    >>> row = np.log([[[0.6, 0.3, 0.1]]]).astype("float32")
    >>> step = lambda tokens, index, state: (ops.broadcast_to(row, (1, 2, 3)), state)
    >>> beams = beam_search(step, row, state=(), max_length=1, end_id=2, options=SearchOptions(num_beams=2))
    >>> beams.tokens[0, 0].numpy().tolist(), np.exp(beams.scores[0, 0]).round(3).tolist()
    ([[0, 2], [1, 2]], [0.05999999865889549, 0.029999999329447746])

    Reference:
        Wu et al., arXiv 1609.08144 (length penalty).
    """
    best, _ = beam_loop(step, logits, state=state, max_length=max_length, end_id=end_id, options=options)
    return Beams(tokens=best.tokens, scores=best.scores, log_probs=best.log_probs, lengths=best.lengths)
