"""Nucleus sampling with a temperature and an optional span constraint."""

from collections.abc import Callable

from keras import ops

from ..data.decoding_constants import MASKED_LOGIT
from ..data.decoding_results import Decoded
from ..data.qa.span_constraint import SpanConstraint
from .decoding_loop import decoding_loop
from .gather import gather
from .logits_processors import force_eos
from .span_constrained_sampling import advance_spans, allowed_candidates, first_spans

MAX_NUCLEUS_SIZE = 256


def sample(
    step: Callable,
    logits,
    *,
    state,
    uniforms,
    end_id: int,
    temperature: float = 1.0,
    top_p: float = 1.0,
    constraint: SpanConstraint | None = None,
) -> Decoded:
    """Samples tokens by the inverse CDF of given uniform random numbers.

    The logits are divided by the temperature, constrained and renormalised; then top-p is applied. The caller passes
    the random numbers, so a stream depends only on them and on its own source. Without a constraint the nucleus
    holds at most the 256 most probable tokens.

    Args:
        step, logits, state, end_id: see `textzoo.generation`.
        uniforms: float `[b, p, max_length]` in [0, 1), one number per token; after the last one a stream is ended.
        temperature: float > 0, divides the logits.
        top_p: float in (0, 1]. Mass of the nucleus: the smallest set of most probable tokens that reaches it.
        constraint: `SpanConstraint` made by `textzoo.data.span_constraint`; None allows any token.

    Returns:
        `Decoded`.

    Raises:
        ValueError: `temperature` or `top_p` is out of range.

    Example, a uniform distribution over 4 tokens and an end:

    >>> step = lambda tokens, index, state: (ops.zeros((1, 1, 5)), state)
    >>> uniforms = ops.array([[[0.1, 0.5, 0.7]]])
    >>> sample(step, ops.zeros((1, 1, 5)), state=(), uniforms=uniforms, end_id=4).tokens.numpy()
    array([[[0, 2, 3, 4]]], dtype=int32)

    Reference:
        Holtzman et al., The Curious Case of Neural Text Degeneration, arXiv 1904.09751.
    """
    if not temperature > 0 or not 0 < top_p <= 1:
        raise ValueError(f"Expected temperature above 0 and top_p in (0, 1]. Received: {temperature}, {top_p}")
    max_length = ops.shape(uniforms)[-1]
    uniforms = ops.cast(uniforms, "float32")
    uniforms = ops.pad(uniforms, [[0, 0], [0, 0], [0, 1]])

    def choose(logits, tokens, *, index, choice_state):
        logits = ops.cast(logits, "float32") / temperature
        uniform = ops.take(uniforms, index, axis=-1)
        if constraint is None:
            return draw(force_eos(logits, end_id, forced=index == max_length), uniform, top_p=top_p), choice_state
        allowed = allowed_candidates(constraint, choice_state, remaining=max_length - index)
        candidate_logits = ops.where(allowed, _candidate_logits(logits, constraint.tokens), MASKED_LOGIT)
        choice = draw(candidate_logits, uniform, top_p=top_p, all_tokens=True)
        return gather(constraint.tokens, choice), advance_spans(constraint, choice_state, choice=choice)

    spans = () if constraint is None else first_spans(constraint, ops.shape(logits)[1])
    return decoding_loop(
        step, logits, state=state, choose=choose, choice_state=spans, max_length=max_length, end_id=end_id
    )


def _candidate_logits(logits, candidates):
    """Returns the logits `[b, p, c]` of candidate tokens `[b, c]` from logits `[b, p, vocab]`."""
    b, p, _ = ops.shape(logits)
    index = ops.broadcast_to(candidates[:, None, :], (b, p, ops.shape(candidates)[1]))
    return gather(logits, index)


def draw(logits, uniform, *, top_p, all_tokens=False):
    """Draws one index per distribution by the inverse CDF.

    Args:
        logits: float `[b, p, n]`.
        uniform: float `[b, p]` in [0, 1).
        top_p: float in (0, 1], mass of the nucleus.
        all_tokens: bool. Whether the nucleus may hold more than 256 tokens.

    Returns:
        int32 `[b, p]`.
    """
    n = ops.shape(logits)[-1]
    if top_p >= 1:
        return _inverse_cdf(ops.softmax(logits, axis=-1), uniform)
    log_total = ops.logsumexp(logits, axis=-1, keepdims=True)
    top_logits, order = ops.top_k(logits, n if all_tokens else min(n, MAX_NUCLEUS_SIZE))
    probabilities = ops.exp(top_logits - log_total)
    mass_before = ops.cumsum(probabilities, axis=-1)[..., :-1]
    mass_before = ops.pad(mass_before, [[0, 0]] * (len(mass_before.shape) - 1) + [[1, 0]])
    probabilities = ops.where(mass_before < top_p, probabilities, 0.0)
    rank = _inverse_cdf(probabilities, uniform)
    return ops.cast(gather(order, rank[..., None])[..., 0], "int32")


def _inverse_cdf(probabilities, uniform):
    """Returns the first index of positive probability whose cumulative mass exceeds `uniform` times the total."""
    mass = ops.cumsum(probabilities, axis=-1)
    possible = probabilities > 0
    above = ops.logical_and(possible, mass > uniform[..., None] * mass[..., -1:])
    first = ops.argmax(ops.cast(above, "int32"), axis=-1)
    last = ops.shape(probabilities)[-1] - 1 - ops.argmax(ops.cast(possible, "int32")[..., ::-1], axis=-1)
    return ops.cast(ops.where(ops.any(above, axis=-1), first, last), "int32")
