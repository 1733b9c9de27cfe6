"""Nucleus sampling with a temperature."""

from collections.abc import Callable

from keras import ops

from ..data.qa.span_constraint import SpanConstraint
from .decoding_loop import MASKED_LOGIT, Decoded, decode, force_eos
from .gather import gather
from .span_steps import advance_spans, allowed_candidates, first_spans

SORTED_TOKENS = 256


def sample(
    step: Callable,
    logits,
    state,
    uniforms,
    end_id: int,
    temperature: float = 1.0,
    top_p: float = 1.0,
    constraint: SpanConstraint | None = None,
) -> Decoded:
    """Draw tokens by inverse CDF from uniform numbers given from outside.

    The order is: temperature, constraint, renormalise, top-p. Since the random numbers come
    in, a stream's result depends on them and on its own source alone. Without a constraint, top-p looks at the 256
    likeliest tokens.

    Args:
        step: the step function, see `textzoo.generation`.
        logits: float `[b, p, vocab]`, of the first token.
        state: nest of tensors `[b, p, ...]` before the first token.
        uniforms: float `[b, p, max_length]` in [0, 1): one number a token; then the stream is ended.
        end_id: int. The token that ends a stream.
        temperature: float > 0. Divides the logits.
        top_p: float in (0, 1]. Only the smallest set of likeliest tokens of at least this mass.
        constraint: `SpanConstraint`, made by `span_constraint`; None: any token.

    Returns:
        `Decoded`.

    Raises:
        ValueError: a setting is out of its range.

    Example, a model that knows no preference among 4 tokens and an end:

    >>> step = lambda tokens, index, state: (ops.zeros((1, 1, 5)), state)
    >>> sample(step, ops.zeros((1, 1, 5)), (), ops.array([[[0.1, 0.5, 0.7]]]), end_id=4).tokens.numpy()
    array([[[0, 2, 3, 4]]], dtype=int32)

    Reference:
        Holtzman et al., The Curious Case of Neural Text Degeneration, arXiv 1904.09751.
    """
    if not temperature > 0 or not 0 < top_p <= 1:
        raise ValueError(f"Expected temperature above 0 and top_p in (0, 1]. Received: {temperature}, {top_p}")
    max_length = ops.shape(uniforms)[-1]
    uniforms = ops.cast(uniforms, "float32")
    uniforms = ops.pad(uniforms, [[0, 0], [0, 0], [0, 1]])

    def choose(logits, index, tokens, spans):
        logits = ops.cast(logits, "float32") / temperature
        uniform = ops.take(uniforms, index, axis=-1)
        if constraint is None:
            choice = draw(force_eos(logits, end_id, index == max_length), uniform, top_p)
            return choice, spans
        candidates = _at_candidates(logits, constraint.tokens)
        open_ones = allowed_candidates(constraint, spans, max_length - index)
        choice = draw(ops.where(open_ones, candidates, MASKED_LOGIT), uniform, top_p, whole=True)
        token = gather(constraint.tokens, choice)
        return token, advance_spans(constraint, spans, choice)

    spans = () if constraint is None else first_spans(constraint, ops.shape(logits)[1])
    return decode(step, logits, state, choose, spans, max_length, end_id)


def _at_candidates(logits, candidates):
    """Logits `[b, p, vocab]` at the candidate tokens `[b, c]`: `[b, p, c]`."""
    b, p, _ = ops.shape(logits)
    index = ops.broadcast_to(candidates[:, None, :], (b, p, ops.shape(candidates)[1]))
    return gather(logits, index)


def draw(logits, uniform, top_p, whole=False):
    """One index `[b, p]` from logits `[b, p, n]` by the inverse CDF at `uniform` `[b, p]`."""
    n = ops.shape(logits)[-1]
    if top_p >= 1:
        probabilities, order = ops.softmax(logits, axis=-1), None
    else:
        log_total = ops.logsumexp(logits, axis=-1, keepdims=True)
        kept, order = ops.top_k(logits, n if whole else min(n, SORTED_TOKENS))
        probabilities = ops.exp(kept - log_total)
        before = ops.cumsum(probabilities, axis=-1)[..., :-1]
        before = ops.pad(before, [[0, 0]] * (len(before.shape) - 1) + [[1, 0]])
        probabilities = ops.where(before < top_p, probabilities, 0.0)
    index = _invert(probabilities, uniform)
    if order is None:
        return index
    return ops.cast(gather(order, index[..., None])[..., 0], "int32")


def _invert(probabilities, uniform):
    """The first index whose cumulated mass exceeds `uniform` of the total; only one of positive probability."""
    mass = ops.cumsum(probabilities, axis=-1)
    possible = probabilities > 0
    above = ops.logical_and(possible, mass > uniform[..., None] * mass[..., -1:])
    first = ops.argmax(ops.cast(above, "int32"), axis=-1)
    last = ops.shape(probabilities)[-1] - 1 - ops.argmax(ops.cast(possible, "int32")[..., ::-1], axis=-1)
    return ops.cast(ops.where(ops.any(above, axis=-1), first, last), "int32")
