"""What keeps a stream from ending too early or repeating itself."""

from dataclasses import dataclass

from keras import ops

from ..data.score_constants import MASKED_LOGIT


@dataclass(frozen=True)
class LogitsProcessor:
    """Change logits `[b, p, vocab]` given the tokens written so far.

    Args:
        end_id: int. The token that ends a stream.
        min_length: int. Tokens before the end is allowed.
        no_repeat_ngram_size: int. No n-gram of this size twice in a stream; 0: off.

    Call arguments:
        logits: float `[b, p, vocab]`, of the token at slot `index`.
        tokens: int `[b, p, slots]`, written up to `index`.
        index: int scalar.

    Returns:
        float `[b, p, vocab]`, hidden tokens at -1e9.

    Raises:
        ValueError: a negative length or n.

    Example:

    >>> rule = LogitsProcessor(end_id=0, no_repeat_ngram_size=2)
    >>> rule(ops.zeros((1, 1, 4)), ops.array([[[1, 2, 1, 0]]]), 3)[0, 0].numpy().tolist()
    [0.0, 0.0, -1000000000.0, 0.0]

    """

    end_id: int
    min_length: int = 0
    no_repeat_ngram_size: int = 0

    def __post_init__(self):
        if self.min_length < 0 or self.no_repeat_ngram_size < 0:
            raise ValueError(
                "Expected min_length and no_repeat_ngram_size of 0 or more. "
                f"Received: {self.min_length} and {self.no_repeat_ngram_size}"
            )

    def check(self, max_length):
        """Raise if `max_length` ends a stream before `min_length` lets it end."""
        if self.min_length > max_length:
            raise ValueError(f"Expected min_length of at most max_length {max_length}. Received: {self.min_length}")

    def __call__(self, logits, tokens, index):
        written = ops.arange(ops.shape(tokens)[-1]) < index
        if self.no_repeat_ngram_size:
            logits = self._ban_ngrams(logits, tokens, written, index)
        if self.min_length:
            is_end = ops.arange(ops.shape(logits)[-1]) == self.end_id
            logits = ops.where(ops.logical_and(is_end, index < self.min_length), MASKED_LOGIT, logits)
        return logits

    def _ban_ngrams(self, logits, tokens, written, index):
        """Ban every token that followed an earlier copy of the last n - 1 tokens."""
        prefix = self.no_repeat_ngram_size - 1
        slots = ops.shape(tokens)[-1]
        match = ops.broadcast_to(ops.logical_and(written, ops.arange(slots) >= prefix), ops.shape(tokens))
        for back in range(1, prefix + 1):
            last = ops.take(tokens, ops.maximum(index - back, 0), axis=-1)[..., None]
            earlier = ops.roll(tokens, back, axis=-1)
            match = ops.logical_and(match, earlier == last)
        banned = _token_sum(ops.ones_like(tokens, "float32"), tokens, match, ops.shape(logits)[-1]) > 0
        return ops.where(banned, MASKED_LOGIT, logits)


def _token_sum(values, tokens, where, vocab_size):
    """Sum of `values` `[b, p, slots]` by token where `where` holds: `[b, p, vocab_size]`."""
    b, p, slots = ops.shape(tokens)
    rows = ops.arange(b * p, dtype="int32")[:, None] * vocab_size
    index = ops.reshape(ops.reshape(tokens, (b * p, slots)) + rows, (-1, 1))
    values = ops.where(where, values, 0.0)
    return ops.reshape(ops.scatter(index, ops.reshape(values, (-1,)), (b * p * vocab_size,)), (b, p, vocab_size))


def restrict_vocabulary(logits, allowed):
    """Hide the logits of tokens that must not be written.

    Args:
        logits: float `[..., vocab]`.
        allowed: bool `[vocab]`; None: all are.

    Returns:
        As `logits`, hidden ones at -1e9.

    Example:

    >>> restrict_vocabulary(ops.array([1.0, 2.0, 3.0]), [True, False, True]).numpy().tolist()
    [1.0, -1000000000.0, 3.0]
    """
    return logits if allowed is None else ops.where(allowed, logits, MASKED_LOGIT)
