"""Greedy search."""

from collections.abc import Callable

from keras import ops

from ..data.decoding_results import Decoded
from ..data.search_options import SearchOptions
from .decoding_loop import decoding_loop
from .logits_processors import LogitsProcessor, force_eos


def greedy(
    step: Callable,
    logits,
    *,
    state,
    max_length: int,
    end_id: int,
    min_length: int = 0,
    no_repeat_ngram_size: int = 0,
) -> Decoded:
    """Writes the most probable token at every step.

    Args:
        step, logits, state, max_length, end_id: see `textzoo.generation`.
        min_length, no_repeat_ngram_size: as in `SearchOptions`.

    Returns:
        `Decoded`.

    Raises:
        ValueError: `min_length` or `no_repeat_ngram_size` is negative, or `min_length` exceeds `max_length`.

    Example, a model that writes 1, 2, 3, ... :

    >>> step = lambda tokens, index, state: (ops.one_hot(tokens + 1, 6), state)
    >>> greedy(step, ops.one_hot([[1]], 6), state=(), max_length=9, end_id=5).tokens[0, 0].numpy()
    array([1, 2, 3, 4, 5, 0, 0, 0, 0, 0], dtype=int32)
    """
    options = SearchOptions(num_beams=1, min_length=min_length, no_repeat_ngram_size=no_repeat_ngram_size)
    options.check_max_length(max_length)
    processor = LogitsProcessor(end_id=end_id, min_length=min_length, no_repeat_ngram_size=no_repeat_ngram_size)

    def choose(logits, tokens, *, index, choice_state):
        logits = force_eos(processor(logits, tokens, index=index), end_id, forced=index == max_length)
        return ops.argmax(logits, axis=-1), choice_state

    return decoding_loop(
        step, logits, state=state, choose=choose, choice_state=(), max_length=max_length, end_id=end_id
    )
