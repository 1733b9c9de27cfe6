"""Contextual embeddings of the tokens of texts, by an encoder of any engine."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..length_batching import batch_by_length, pad_rows
from ..text.check_texts import check_texts
from ..text.tokenizer import Tokenizer

BATCH_SIZE = 32


def embedder_name(layers: str, weights: Mapping[str, np.ndarray]) -> str:
    """Returns a name that identifies the vectors of an encoder: the layers and a hash of its weights.

    Args:
        layers: As in `ContextualEmbedder`.
        weights: Weights of the encoder by path.

    Example:

    >>> embedder_name("last", {"mlm_bias": np.zeros(3)})
    'encoder-last-987aaf04f2cd'
    """
    digest = hashlib.sha256()
    for path in sorted(weights):
        digest.update(path.encode() + np.ascontiguousarray(weights[path], "float32").tobytes())
    return f"encoder-{layers}-{digest.hexdigest()[:12]}"


def check_layers(layers: str) -> str:
    """Returns the name of the layers whose states are the vectors; raises ValueError for another name."""
    if layers not in ("first_last", "last"):
        raise ValueError(f"Expected layers 'first_last' or 'last'. Received: {layers!r}.")
    return layers


class TextEmbedding:
    """Embeds texts as sequences of an encoder's hidden states, for the encoders of every engine.

    A subclass has a `tokenizer`, `max_length`, the maximum number of tokens of a text, and the method `states`.
    """

    tokenizer: Tokenizer
    max_length: int

    def states(self, ids: np.ndarray) -> np.ndarray:
        """Computes the vectors float32 `[b, s, hidden_size]` of ids int32 `[b, s]`."""
        raise NotImplementedError

    def __call__(self, texts: Sequence[str]) -> tuple[list[list[str]], list[np.ndarray]]:
        texts, max_length = check_texts(texts), self.max_length
        encodings = [self.tokenizer.encode(text, max_length=max_length) for text in texts]
        vectors: list[Any] = [None] * len(texts)
        for batch in batch_by_length([len(encoding.ids) for encoding in encodings], BATCH_SIZE):
            states = self.states(pad_rows([encodings[i].ids for i in batch]))
            for i, text_states in zip(batch, states, strict=True):
                vectors[i] = text_states[1 : len(encodings[i].ids) - 1]
        units = [
            [text[start:end] for start, end in encoding.offsets[1:-1]]
            for text, encoding in zip(texts, encodings, strict=True)
        ]
        return units, vectors
