"""Pretraining: masked words from what stands around them."""

import keras
import numpy as np
from keras import ops

from ...data.batching import batches
from ..task import LENGTHS, Task
from .masked_lm_preprocessor import MaskedLMPreprocessor
from .masked_lm_training_data import MaskedLMTrainingData


@keras.saving.register_keras_serializable(package="textzoo")
class MaskedLM(Task):
    """Masked tokens predicted from both sides; what it learns is the encoder and its output head.

    Args:
        encoder: `Encoder` with an output head.
        preprocessor: `MaskedLMPreprocessor`; None for a model of arrays, which then trains on dicts of `ids` `[b, s]`
            and `positions` `[b, k]`, labels and weights `[b, k]`.

    Call arguments:
        inputs: dict of `ids` int `[b, s]` (0 is padding) and `positions` int `[b, k]`.
        training: bool. Whether dropout is on.

    Returns:
        float32 `[b, k, vocab]`, logits at the positions.

    Raises:
        ValueError: the encoder has no output head.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> from textzoo.models import Encoder
    >>> keras.utils.set_random_seed(0)
    >>> tokenizer = Tokenizer(build_vocabulary(["今天天气很好"]))
    >>> encoder = Encoder(tokenizer.vocab_size, 16, 1, 2, 32, max_length=16, dropout=0.0)
    >>> model = MaskedLM(encoder, MaskedLMPreprocessor(tokenizer, max_length=16))
    >>> model.compile(keras.optimizers.Adam(0.01))
    >>> history = model.fit(["今天天气很好"] * 64, epochs=40, verbose=0)
    >>> [token for token, probability in model.fill("今天天[MASK]很好", top_k=1)[0]]
    ['气']

    Reference:
        Devlin et al., arXiv 1810.04805; Cui et al., arXiv 1906.08101.
    """

    preprocessor_class = MaskedLMPreprocessor
    example_class = str
    encoder_options = {"mlm_head": True, "pooler": False}
    card_example = 'print(model.fill("今天天[MASK]很好。"))'

    def __init__(self, encoder, preprocessor=None, **kwargs):
        super().__init__(**kwargs)
        if encoder.mlm_dense is None:
            raise ValueError("Expected an encoder with an output head (mlm_head=True). Received: mlm_head=False")
        self.encoder = encoder
        self.preprocessor = preprocessor
        self.built = True

    def call(self, inputs, training=None):
        hidden, _ = self.encoder.encode(inputs["ids"], training=training)
        states = ops.take_along_axis(hidden, ops.cast(inputs["positions"], "int32")[..., None], axis=1)
        return self.encoder.token_logits(states)

    def records(self, examples, seed=0, redraw=False):
        longest, positions = self.preprocessor.max_length, self.encoder.position_embedding.longest
        if longest > positions:
            raise ValueError(
                f"Expected max_length of at most {positions}, the encoder's positions. Received: {longest}"
            )
        return MaskedLMTrainingData(examples, self.preprocessor, seed, redraw)

    def guesses(self, records: MaskedLMTrainingData, batch_size: int = 32) -> tuple[np.ndarray, np.ndarray]:
        """The likeliest token at every masked place, and how likely the right one is.

        Args:
            records: Those of some texts, made without `redraw`.
            batch_size: int. Sequences at a time.

        Returns:
            int64 `[tokens]` and float32 `[tokens]`, log-probabilities, in the order of the records.
        """
        found, right = [], []
        for batch in batches(records, batch_size, LENGTHS, shuffle=False):
            inputs, labels, weights = self.split(batch)
            logits = self(inputs, training=False)
            inside = np.asarray(weights) > 0
            likely = ops.take_along_axis(ops.log_softmax(logits), labels[..., None], axis=-1)[..., 0]
            found.append(np.asarray(ops.argmax(logits, axis=-1))[inside])
            right.append(np.asarray(likely)[inside])
        return np.concatenate(found), np.concatenate(right)

    def fill(self, text: str, top_k: int = 5, mask: str = "[MASK]") -> list[list[tuple[str, float]]]:
        """What may stand at the masks of a text.

        Args:
            text: A text with one mask or more, of one token each.
            top_k: int. Tokens a mask.
            mask: What stands for a mask in the text.

        Returns:
            For every mask its likeliest tokens and their probabilities, likeliest first.

        Raises:
            ValueError: there is no mask, or the text is longer than the model reads.
        """
        tokenizer, parts = self.preprocessor.tokenizer, text.split(mask)
        if len(parts) == 1:
            raise ValueError(f"Expected a text with {mask} in it. Received: {text[:40]!r}")
        ids = [tokenizer.cls_id]
        for part in parts:
            ids += [*tokenizer.tokenize(part).ids.tolist(), tokenizer.mask_id]
        ids[-1] = tokenizer.sep_id
        if len(ids) > self.preprocessor.max_length:
            raise ValueError(f"Expected at most {self.preprocessor.max_length} tokens. Received: {len(ids)}")
        row = np.array([ids], "int32")
        places = np.flatnonzero(row[0] == tokenizer.mask_id)[None]
        probabilities = np.asarray(ops.softmax(self({"ids": row, "positions": places})))[0]
        best = np.argsort(-probabilities, axis=-1)[:, :top_k]
        return [
            [(tokenizer.tokens[i], float(chances[i])) for i in top]
            for chances, top in zip(probabilities, best, strict=True)
        ]
