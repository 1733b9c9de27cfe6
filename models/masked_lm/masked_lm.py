"""Masked language modeling, the pretraining task."""

import keras
import numpy as np
from keras import ops

from ...data.batching import batches
from ...data.check_types import check_types
from ...data.length_batching import TRAINING_LENGTHS
from ...data.tasks.mask_filling import MaskFilling
from ...generation.process_guard import check_process
from ..encoder import Encoder
from ..preprocessors import MaskedLMPreprocessor
from ..task import Task
from .masked_lm_training_data import MaskedLMTrainingData


@keras.saving.register_keras_serializable(package="textzoo")
class MaskedLM(MaskFilling, Task):
    """Masked language model: predicts masked tokens from both sides.

    It has no weights besides the encoder's, output head included.

    Args:
        encoder: `Encoder` with an output head.
        preprocessor: `MaskedLMPreprocessor`. None: the model takes arrays and trains on dicts of `ids` `[b, s]` and
            `positions` `[b, k]`, with labels and weights `[b, k]`.

    Call arguments:
        inputs: dict of `ids` int `[b, s]` (0 is padding) and `positions` int `[b, k]`.
        training: bool. Whether dropout is applied.

    Returns:
        float32 `[b, k, vocab]`, logits at the positions.

    Raises:
        ValueError: the encoder has no output head.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> from textzoo.models import Encoder
    >>> keras.utils.set_random_seed(0)
    >>> tokenizer = Tokenizer(build_vocabulary(["今天天气很好"]))
    >>> sizes = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=16, dropout=0.0)
    >>> model = MaskedLM(encoder, MaskedLMPreprocessor(tokenizer, max_length=16))
    >>> model.compile(keras.optimizers.Adam(0.01))
    >>> history = model.fit(["今天天气很好"] * 64, epochs=40, verbose=0)
    >>> [token for token, probability in model.fill("今天天[MASK]很好", top_k=1)[0]]
    ['气']

    Reference:
        Devlin et al., BERT, arXiv 1810.04805; Cui et al., whole word masking, arXiv 1906.08101.
    """

    preprocessor_class = MaskedLMPreprocessor
    example_class = str
    fields = ("text",)
    encoder_options = {"mlm_head": True, "pooler": False}
    text_method = "fill"
    card_examples = {
        "Chinese": 'print(model.fill("今天天[MASK]很好。"))',
        "English": 'print(model.fill("Anna [MASK] in the library."))',
    }

    @check_types
    def __init__(self, encoder: Encoder, preprocessor=None, **kwargs):
        super().__init__(**kwargs)
        encoder.require_mlm_head()
        self.encoder = encoder
        self.finish(preprocessor)

    def example(self, values):
        return values["text"]

    def call(self, inputs, training=None):
        hidden, _ = self.encoder.encode(inputs["ids"], training=training)
        states = ops.take_along_axis(hidden, ops.cast(inputs["positions"], "int32")[..., None], axis=1)
        return self.encoder.token_logits(states)

    def records(self, examples, *, seed=0, redraw=False):
        max_length, positions = self.preprocessor.max_length, self.encoder.num_positions
        if max_length > positions:
            raise ValueError(
                f"Expected max_length of at most {positions}, the encoder's positions. Received: {max_length}"
            )
        return MaskedLMTrainingData(examples, self.preprocessor, seed=seed, redraw=redraw)

    def predict_masked(self, records: MaskedLMTrainingData, *, batch_size: int = 32) -> tuple[np.ndarray, np.ndarray]:
        """Predicts the token at every masked position and scores the original one.

        Args:
            records: Training records built without `redraw`.
            batch_size: int. Sequences per batch.

        Returns:
            The most probable tokens, int64 `[n]`, and the log-probabilities of the original tokens, float32 `[n]`, for
            the n masked positions in the order of the records.
        """
        predictions, label_log_probs = [], []
        for batch in batches(records, batch_size, buckets=TRAINING_LENGTHS, shuffle=False):
            inputs, labels, weights = self.split(batch)
            logits = self(inputs, training=False)
            is_masked = np.asarray(weights) > 0
            log_probs = ops.take_along_axis(ops.log_softmax(logits), labels[..., None], axis=-1)[..., 0]
            predictions.append(np.asarray(ops.argmax(logits, axis=-1))[is_masked])
            label_log_probs.append(np.asarray(log_probs)[is_masked])
        return np.concatenate(predictions), np.concatenate(label_log_probs)

    def mask_logits(self, ids, positions):
        check_process()
        return np.asarray(self({"ids": ids[None], "positions": positions[None]}))[0]
