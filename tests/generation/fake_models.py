"""Fake models over a vocabulary of a few letters and an end token."""

import keras
import numpy as np
from keras import ops


class Speller:
    """Random model whose next letter depends on its source, its mood and all letters written so far.

    Its state is its history and its mood, so a decoder that confuses states confuses logits.
    """

    def __init__(self, sources=1, slots=8, vocab=4, seed=0):
        rng = np.random.default_rng(seed)
        self.slots, self.vocab = slots, vocab
        self.base = rng.normal(size=(sources, vocab)).astype("float32")
        self.moods = rng.normal(size=(9, vocab)).astype("float32")
        self.weights = rng.normal(size=(sources, slots, vocab, vocab)).astype("float32")

    def row(self, source):
        """Returns the same model with one source only."""
        alone = Speller(1, self.slots, self.vocab)
        alone.base, alone.weights = self.base[source : source + 1], self.weights[source : source + 1]
        alone.moods = self.moods
        return alone

    def start(self, moods):
        """Returns the first logits and the state of streams with moods `[b, p]`, as arguments of a decoder."""
        moods = np.asarray(moods, "int32")
        logits = self.base[:, None] + self.moods[moods]
        state = ops.zeros((*moods.shape, self.slots), "int32"), ops.array(moods)
        return {"logits": ops.convert_to_tensor(logits), "state": state}

    def step(self, tokens, *, index, state):
        history, moods = state
        history = ops.where(ops.arange(self.slots) == index, tokens[..., None], history)
        written = ops.one_hot(history, self.vocab) * ops.cast(ops.arange(self.slots) <= index, "float32")[:, None]
        logits = ops.einsum("bpsv,bsvw->bpw", written, self.weights) + self.base[:, None]
        return logits + ops.take(self.moods, moods, axis=0), (history, moods)

    def log_probs(self, prefix, source=0, mood=0, temperature=1.0, hidden=()):
        """Returns the log-probabilities of the next letter after a prefix of ids, in float64."""
        logits = self.base[source].astype("float64") + self.moods[mood]
        for slot, token in enumerate(prefix):
            logits = logits + self.weights[source, slot, token]
        logits = logits / temperature
        logits[list(hidden)] = -np.inf
        return logits - np.logaddexp.reduce(logits)

    def log_prob(self, tokens, source=0, mood=0):
        """Returns the log-probability of a whole sequence."""
        return sum(self.log_probs(tokens[:t], source, mood)[token] for t, token in enumerate(tokens))


class Duo:
    """Random two-layer model in two directions: both layers see the partner's past; a 0 leaves no trace.

    Its states are computed when a token is written, so they depend on the partner of that step.
    """

    def __init__(self, sources=1, slots=8, vocab=7, width=5, pairing="rank", seed=0):
        draw = lambda *shape: np.random.default_rng([seed, *shape]).normal(size=shape).astype("float32")  # noqa: E731
        self.pairing, self.slots, self.width = pairing, slots, width
        self.first, self.table = draw(sources, 2, vocab), 0.7 * draw(2, vocab, width)
        self.table[:, 0] = 0
        self.own, self.other, self.head = draw(width, width), 2 * draw(1, width, width)[0], draw(2, width, vocab)

    def start(self, sources=None):
        first = self.first if sources is None else self.first[sources]
        cache = ops.zeros((len(first), 2, self.slots, self.width))
        first = ops.convert_to_tensor(first)
        return {"logits": first, "state": (cache, cache, first)}

    def step(self, tokens, *, index, state):
        half = tokens.shape[1] // 2
        update = (
            ops.cast(ops.arange(self.slots) == index, "float32")[:, None]
            * ops.cast(tokens != 0, "float32")[..., None, None]
        )
        words = ops.concatenate(
            [ops.take(table, tokens[:, i * half :][:, :half], axis=0) for i, table in enumerate(self.table)], axis=1
        )
        low = state[0] + update * words[:, :, None]
        mixed = ops.tanh(self.see(low) @ self.own + self.partner(self.see(low)) @ self.other)
        high = state[1] + update * mixed[:, :, None]
        logits = self.see(high) @ self.head[0] + self.partner(self.see(high)) @ self.head[1]
        return logits + 0.5 * state[2], (low, high, state[2])

    def see(self, cache):
        return ops.sum(cache, axis=2)

    def partner(self, x):
        left, right = ops.split(x, 2, axis=1)
        if self.pairing == "all":
            left, right = (ops.zeros_like(y) + ops.mean(y, axis=1, keepdims=True) for y in (left, right))
        return ops.concatenate([right, left], axis=1)

    def loop_step(self, source, halves):
        """Equals `step` for one source, prefix by prefix in float64: changes the dicts in the lists `halves`."""
        self._write(halves, "low", [[self.table[i][p["tokens"][-1]] for p in half] for i, half in enumerate(halves)])
        low = self._layer(halves, "low")
        high = [
            [np.tanh(own @ self.own + other @ self.other) for own, other in zip(*pair, strict=True)]
            for pair in zip(low, self._others(low), strict=True)
        ]
        self._write(halves, "high", high)
        high = self._layer(halves, "high")
        for i, half in enumerate(halves):
            for prefix, own, other in zip(half, high[i], self._others(high)[i], strict=True):
                logits = own @ self.head[0] + other @ self.head[1] + 0.5 * self.first[source, i]
                prefix["log_probs"] = logits - np.logaddexp.reduce(logits)

    def _write(self, halves, name, states):
        for half, new in zip(halves, states, strict=True):
            for prefix, state in zip(half, new, strict=True):
                prefix[name] = [*prefix[name], state * (prefix["tokens"][-1] != 0)]

    def _layer(self, halves, name):
        return [[np.sum(p[name], axis=0, dtype="float64") for p in half] for half in halves]

    def _others(self, states):
        left, right = states
        if self.pairing == "all":
            left, right = ([np.mean(half, axis=0)] * len(half) for half in (left, right))
        return [right, left]

    def loop_start(self, source):
        """Returns the empty prefixes of both directions."""
        first = self.first[source].astype("float64")
        first = first - np.logaddexp.reduce(first, axis=-1, keepdims=True)
        return [{"tokens": [], "low": [], "high": [], "log_prob": 0.0, "log_probs": row} for row in first]


def has_repeated_ngram(tokens, n):
    grams = [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
    return n > 0 and len(set(grams)) < len(grams)


def to_numpy(nest):
    return keras.tree.map_structure(ops.convert_to_numpy, nest)
