"""A model of random numbers as a step function of both engines."""

import numpy as np
from keras import ops

from textzoo.inference.decoding.next_tokens import top_k

WIDTH = 6


class TableNextTokens:
    """`NextTokens` of given logits float32 `[b, p, vocab]`."""

    def __init__(self, logits):
        shifted = logits - logits.max(axis=-1, keepdims=True)
        self.log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        self.vocab_size = logits.shape[-1]

    def top(self, k):
        return top_k(self.log_probs, k)

    def at(self, ids):
        shape = (*self.log_probs.shape[:2], ids.shape[2])
        return np.take_along_axis(self.log_probs, np.broadcast_to(ids, shape), axis=2)


class RandomSteps:
    """A recurrent network with random weights: logits depend on all tokens before.

    Args:
        seed: Seed of the weights.
        b: Number of sources; each has its own first state.
        streams: Number of streams before the first token.
        vocab_size: Size of the vocabulary.
        sharpness: Scale of the logits.
        partners: Whether a stream also depends on the stream of its own rank in the other half.
    """

    def __init__(self, seed, *, b, streams, vocab_size, sharpness=2.0, partners=False):
        rng = np.random.default_rng(seed)
        self.recurrence = rng.normal(size=(WIDTH, WIDTH)).astype("float32")
        self.embedding = rng.normal(size=(vocab_size, WIDTH)).astype("float32")
        self.head = (sharpness * rng.normal(size=(WIDTH, vocab_size))).astype("float32")
        self.start = rng.normal(size=(b, streams, WIDTH)).astype("float32")
        self.partners = partners

    def first_logits(self):
        return self.start @ self.head

    def keras_step(self, tokens, *, index, state):
        if self.partners:
            state = state + 0.5 * ops.roll(state, ops.shape(state)[1] // 2, axis=1)
        state = ops.tanh(ops.matmul(state, self.recurrence) + ops.take(self.embedding, tokens, axis=0))
        return ops.matmul(state, self.head), state

    def light(self, streams=None):
        """Returns the first `NextTokens`, of the first `streams` only, and the step of the light engine."""
        state = self.start[:, :streams]

        def step(tokens, *, parents, alive):
            nonlocal state
            state = np.take_along_axis(state, parents[..., None], axis=1)
            if self.partners:
                state = state + np.float32(0.5) * np.roll(state, state.shape[1] // 2, axis=1)
            state = np.tanh(state @ self.recurrence + self.embedding[tokens])
            if self.partners:
                alive = alive.any(axis=1, keepdims=True)
            state = np.where(alive[..., None], state, 7 * np.roll(state, 1, axis=-1))  # must not matter
            return TableNextTokens(state @ self.head)

        return TableNextTokens(state @ self.head), step
