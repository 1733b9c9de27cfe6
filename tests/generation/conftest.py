"""A fake model that spells: its vocabulary is a few letters and an end."""

import keras
import numpy as np
import pytest
from keras import ops


class Speller:
    """A random model whose next letter depends on its source, on its mood and on every letter written so far.

    Its state is its history and its mood, so a decoder that mixes up states mixes up logits.
    """

    def __init__(self, sources=1, slots=8, vocab=4, seed=0):
        rng = np.random.default_rng(seed)
        self.slots, self.vocab = slots, vocab
        self.base = rng.normal(size=(sources, vocab)).astype("float32")
        self.moods = rng.normal(size=(9, vocab)).astype("float32")
        self.weights = rng.normal(size=(sources, slots, vocab, vocab)).astype("float32")

    def row(self, source):
        """The same model with one source only."""
        alone = Speller(1, self.slots, self.vocab)
        alone.base, alone.weights = self.base[source : source + 1], self.weights[source : source + 1]
        alone.moods = self.moods
        return alone

    def start(self, moods):
        """First logits and state of streams with moods `[b, p]`."""
        moods = np.asarray(moods, "int32")
        logits = self.base[:, None] + self.moods[moods]
        return ops.convert_to_tensor(logits), (ops.zeros((*moods.shape, self.slots), "int32"), ops.array(moods))

    def step(self, tokens, index, state):
        history, moods = state
        history = ops.where(ops.arange(self.slots) == index, tokens[..., None], history)
        written = ops.one_hot(history, self.vocab) * ops.cast(ops.arange(self.slots) <= index, "float32")[:, None]
        logits = ops.einsum("bpsv,bsvw->bpw", written, self.weights) + self.base[:, None]
        return logits + ops.take(self.moods, moods, axis=0), (history, moods)

    def log_probs(self, prefix, source=0, mood=0, temperature=1.0, hidden=()):
        """What comes after a prefix of ids: log-probabilities in float64."""
        logits = self.base[source].astype("float64") + self.moods[mood]
        for slot, token in enumerate(prefix):
            logits = logits + self.weights[source, slot, token]
        logits = logits / temperature
        logits[list(hidden)] = -np.inf
        return logits - np.logaddexp.reduce(logits)

    def log_prob(self, tokens, source=0, mood=0):
        """Log-probability of a whole sequence."""
        return sum(self.log_probs(tokens[:t], source, mood)[token] for t, token in enumerate(tokens))


def to_numpy(nest):
    return keras.tree.map_structure(ops.convert_to_numpy, nest)


@pytest.fixture(name="Speller", scope="session")
def speller_class():
    return Speller


@pytest.fixture(name="to_numpy", scope="session")
def to_numpy_function():
    return to_numpy
