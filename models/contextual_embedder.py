"""Contextual token embeddings: texts as sequences of an encoder's hidden states."""

from functools import cached_property
from typing import Literal

from keras import ops

from ..data.check_types import check_types
from ..data.tasks.text_embedding import TextEmbedding, check_layers, embedder_name
from ..generation.process_guard import check_process
from .encoder import Encoder
from .presets.variable_paths import variable_paths


class ContextualEmbedder(TextEmbedding):
    """Hidden states of a text's tokens, without `[CLS]` and `[SEP]`, for the distances of `textzoo.similarity`.

    Args:
        encoder: an `Encoder` with a tokenizer.
        layers: `"first_last"`: the mean of the first and the last layer's output; `"last"`: the last layer's. None: the
            encoder's `embedding_layers`.

    Call arguments:
        texts: a list of strings; each is truncated to the encoder's `max_length`.

    Returns:
        `(units, vectors)`: for each text its tokens, as substrings of the text, and float32 `[tokens, hidden_size]`.

    Raises:
        ValueError: the encoder has no tokenizer, or `layers` is neither of the two.

    Example:

    >>> from textzoo.data import Tokenizer
    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "北", "京", "是"])
    >>> sizes = {"hidden_size": 4, "num_layers": 2, "num_heads": 2, "intermediate_size": 8}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=16, tokenizer=tokenizer)
    >>> units, vectors = ContextualEmbedder(encoder)(["北京", "是"])
    >>> units, [states.shape for states in vectors]
    ([['北', '京'], ['是']], [(2, 4), (1, 4)])

    Reference:
        Su et al., Whitening Sentence Representations, arXiv 2103.15316, for the mean of two layers;
        https://kexue.fm/archives/8069.
    """

    @check_types
    def __init__(self, encoder: Encoder, layers: Literal["first_last", "last"] | None = None):
        if encoder.tokenizer is None:
            raise ValueError("The encoder has no tokenizer; pass Encoder(..., tokenizer=...) or set encoder.tokenizer.")
        self.encoder, self.layers = encoder, check_layers(layers or encoder.config["embedding_layers"])
        self.tokenizer, self.max_length = encoder.tokenizer, int(encoder.config["max_length"])

    @cached_property
    def name(self) -> str:
        """Name that identifies these vectors in an index: the layers and a hash of the weights."""
        weights = {path: ops.convert_to_numpy(weight) for path, weight in variable_paths(self.encoder).items()}
        return embedder_name(self.layers, weights)

    def states(self, ids):
        check_process()
        last, _ = self.encoder.encode(ids)
        states = last if self.layers == "last" else (self.encoder.encode(ids, num_layers=1)[0] + last) / 2
        return ops.convert_to_numpy(states).astype("float32")
