"""Logits processors: minimum length, n-gram blocking, vocabulary restriction, forced end."""

from dataclasses import dataclass

from keras import ops

from ..data.decoding_constants import MASKED_LOGIT


@dataclass(frozen=True)
class LogitsProcessor:
    """Masks the logits of tokens that would end a stream too early or repeat an n-gram.

    Args:
        end_id: int. Id of the end token.
        min_length: int. Minimum number of tokens before the end token.
        no_repeat_ngram_size: int. No n-gram of this size occurs twice in a stream; 0 turns the rule off.

    Call arguments:
        logits: float `[b, p, vocab]`, logits of the token at slot `index`.
        tokens: int `[b, p, slots]`, written before slot `index`.
        index: int scalar.

    Returns:
        float `[b, p, vocab]`, -1e9 at masked tokens.

    Example:

    >>> processor = LogitsProcessor(end_id=0, no_repeat_ngram_size=2)
    >>> processor(ops.zeros((1, 1, 4)), ops.array([[[1, 2, 1, 0]]]), index=3)[0, 0].numpy().tolist()
    [0.0, 0.0, -1000000000.0, 0.0]
    """

    end_id: int
    min_length: int = 0
    no_repeat_ngram_size: int = 0

    def __call__(self, logits, tokens, *, index):
        slots = tokens.shape[-1]  # None where a compiled function leaves it open
        if self.no_repeat_ngram_size and (slots is None or self.no_repeat_ngram_size <= slots):
            logits = self._block_ngrams(logits, tokens, index=index)
        if self.min_length:
            is_end = ops.arange(ops.shape(logits)[-1]) == self.end_id
            logits = ops.where(ops.logical_and(is_end, index < self.min_length), MASKED_LOGIT, logits)
        return logits

    def _block_ngrams(self, logits, tokens, *, index):
        """Masks every token that followed an earlier copy of the last n - 1 tokens."""
        prefix = self.no_repeat_ngram_size - 1
        slots = ops.arange(ops.shape(tokens)[-1])
        match = ops.broadcast_to(ops.logical_and(slots < index, slots >= prefix), ops.shape(tokens))
        for back in range(1, prefix + 1):
            last = ops.take(tokens, ops.maximum(index - back, 0), axis=-1)[..., None]
            earlier = ops.roll(tokens, back, axis=-1)
            match = ops.logical_and(match, earlier == last)
        return ops.where(_occurs(tokens, match, vocab_size=ops.shape(logits)[-1]), MASKED_LOGIT, logits)


def _occurs(tokens, where, *, vocab_size):
    """Bool `[b, p, vocab_size]`: which tokens of `tokens` `[b, p, slots]` occur at a slot where `where` is True."""
    b, p, slots = ops.shape(tokens)
    rows = ops.arange(b * p, dtype="int32")[:, None] * vocab_size
    index = ops.reshape(ops.reshape(tokens, (b * p, slots)) + rows, (-1, 1))
    counts = ops.scatter(index, ops.reshape(ops.cast(where, "float32"), (-1,)), (b * p * vocab_size,))
    return ops.reshape(counts, (b, p, vocab_size)) > 0


def restrict_vocabulary(logits, allowed):
    """Masks the logits of tokens outside an allowed vocabulary.

    Args:
        logits: float `[..., vocab]`.
        allowed: bool `[vocab]`; None allows all tokens.

    Returns:
        Tensor of the shape of `logits`, -1e9 at masked tokens.

    Example:

    >>> restrict_vocabulary(ops.array([1.0, 2.0, 3.0]), [True, False, True]).numpy().tolist()
    [1.0, -1000000000.0, 3.0]
    """
    return logits if allowed is None else ops.where(allowed, logits, MASKED_LOGIT)


def force_eos(logits, end_id, *, forced):
    """Masks all tokens but the end token where `forced` is True.

    Args:
        logits: float `[..., vocab]`.
        end_id: int. Id of the end token.
        forced: bool, a scalar or a tensor that broadcasts to `logits`.

    Returns:
        Tensor of the shape of `logits`, -1e9 at masked tokens.

    Example:

    >>> force_eos(ops.array([1.0, 2.0]), end_id=0, forced=True).numpy().tolist()
    [1.0, -1000000000.0]
    """
    is_end = ops.arange(ops.shape(logits)[-1]) == end_id
    return ops.where(ops.logical_and(forced, ops.logical_not(is_end)), MASKED_LOGIT, logits)
