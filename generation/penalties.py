"""What keeps a stream from ending too early or repeating itself."""

from dataclasses import dataclass

from keras import ops

HIDDEN = -1e9


@dataclass(frozen=True)
class Penalties:
    """Change logits `[b, p, vocab]` given the tokens written so far.

    Args:
        end_id: int. The token that ends a stream.
        min_length: int. Tokens before the end is allowed.
        no_repeat_ngram: int. No n-gram of this size twice in a stream; 0: off.
        repetition_penalty: float >= 1. Divides positive and multiplies negative logits of tokens already written.

    Call arguments:
        logits: float `[b, p, vocab]`, of the token at slot `index`.
        tokens: int `[b, p, slots]`, written up to `index`.
        index: int scalar.

    Returns:
        float `[b, p, vocab]`, hidden tokens at -1e9.

    Raises:
        ValueError: a negative length or n, or a penalty below 1.

    Example:

    >>> rule = Penalties(end_id=0, no_repeat_ngram=2)
    >>> rule(ops.zeros((1, 1, 4)), ops.array([[[1, 2, 1, 0]]]), 3)[0, 0].numpy().tolist()
    [0.0, 0.0, -1000000000.0, 0.0]

    Reference:
        Keskar et al. (CTRL), arXiv 1909.05858, for the repetition penalty.
    """

    end_id: int
    min_length: int = 0
    no_repeat_ngram: int = 0
    repetition_penalty: float = 1.0

    def __post_init__(self):
        if self.min_length < 0 or self.no_repeat_ngram < 0:
            raise ValueError(
                "Expected min_length and no_repeat_ngram of 0 or more. "
                f"Received: {self.min_length} and {self.no_repeat_ngram}"
            )
        if self.repetition_penalty < 1:
            raise ValueError(f"Expected a repetition_penalty of 1 or more. Received: {self.repetition_penalty}")

    def check(self, max_length):
        """Raise if `max_length` ends a stream before `min_length` lets it end."""
        if self.min_length > max_length:
            raise ValueError(f"Expected min_length of at most max_length {max_length}. Received: {self.min_length}")

    def __call__(self, logits, tokens, index):
        written = ops.arange(ops.shape(tokens)[-1]) < index
        if self.repetition_penalty != 1:
            logits = self._discourage(logits, tokens, written)
        if self.no_repeat_ngram:
            logits = self._ban_ngrams(logits, tokens, written, index)
        if self.min_length:
            is_end = ops.arange(ops.shape(logits)[-1]) == self.end_id
            logits = ops.where(ops.logical_and(is_end, index < self.min_length), HIDDEN, logits)
        return logits

    def _discourage(self, logits, tokens, written):
        present = _token_sum(ops.ones_like(tokens, "float32"), tokens, written, ops.shape(logits)[-1]) > 0
        changed = ops.where(logits > 0, logits / self.repetition_penalty, logits * self.repetition_penalty)
        return ops.where(present, changed, logits)

    def _ban_ngrams(self, logits, tokens, written, index):
        """Ban every token that followed an earlier copy of the last n - 1 tokens."""
        prefix = self.no_repeat_ngram - 1
        slots = ops.shape(tokens)[-1]
        match = ops.broadcast_to(ops.logical_and(written, ops.arange(slots) >= prefix), ops.shape(tokens))
        for back in range(1, prefix + 1):
            last = ops.take(tokens, ops.maximum(index - back, 0), axis=-1)[..., None]
            earlier = ops.roll(tokens, back, axis=-1)
            match = ops.logical_and(match, earlier == last)
        banned = _token_sum(ops.ones_like(tokens, "float32"), tokens, match, ops.shape(logits)[-1]) > 0
        return ops.where(banned, HIDDEN, logits)


def _token_sum(values, tokens, where, vocab_size):
    """Sum of `values` `[b, p, slots]` by token where `where` holds: `[b, p, vocab_size]`."""
    b, p, slots = ops.shape(tokens)
    rows = ops.arange(b * p, dtype="int32")[:, None] * vocab_size
    index = ops.reshape(ops.reshape(tokens, (b * p, slots)) + rows, (-1, 1))
    values = ops.where(where, values, 0.0)
    return ops.reshape(ops.scatter(index, ops.reshape(values, (-1,)), (b * p * vocab_size,)), (b, p, vocab_size))
