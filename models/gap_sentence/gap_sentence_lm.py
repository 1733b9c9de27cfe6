"""Pretraining of generators: masked words are predicted, and a removed sentence is written."""

import keras
from keras import ops

from ...data.check_types import check_types
from ..encoder import Encoder
from ..masked_lm.masked_lm import MaskedLM
from ..preprocessors import GapSentencePreprocessor, MaskedLMPreprocessor
from ..task import Task
from ..unilm import UniLM
from .gap_sentence_training_data import GapSentenceTrainingData


@keras.saving.register_keras_serializable(package="textzoo")
class GapSentenceLM(Task):
    """Masked language model that also writes a removed sentence of its text, with a copy head.

    One encoding of the text serves both: the masked words are predicted from its states, and the sentence is decoded
    after it as titles and questions are. Encoder and copy head are the start of `QAGenerator` and `TitleGenerator`.

    Args:
        encoder: `Encoder` with an output head.
        preprocessor: `GapSentencePreprocessor`. None: the model takes arrays and trains on dicts like the records of
            `GapSentenceTrainingData`.

    Call arguments:
        inputs: dict of `ids` int `[b, s]` (0 is padding), `positions` int `[b, k]` and `target_ids` int `[b, 1, t]`.
        training: bool. Whether dropout is applied.

    Returns:
        float32 `[b, k + t, vocab]`, log-probabilities at the positions, then of the target's tokens.

    Raises:
        ValueError: the encoder has no output head.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> tokenizer = Tokenizer(build_vocabulary(["今天天气很好。大家都去公园。"]))
    >>> sizes = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=64)
    >>> model = GapSentenceLM(encoder, GapSentencePreprocessor(tokenizer, max_length=32, max_target_length=16))
    >>> history = model.fit(["今天天气很好。大家都去公园。"], verbose=0)
    >>> model.masked_lm().fill("今[MASK]天气很好。")[0][0][0] in tokenizer.tokens
    True

    Reference:
        Zhang et al., PEGASUS, arXiv 1912.08777; Dong et al., UniLM, arXiv 1905.03197.
    """

    preprocessor_class = GapSentencePreprocessor
    example_class = str
    fields = ("text",)
    encoder_options = {"mlm_head": True, "pooler": False}
    text_method = "masked_lm().fill"
    card_example = 'print(model.masked_lm().fill("今天天[MASK]很好。"))'
    gives_log_probs = True

    @check_types
    def __init__(self, encoder: Encoder, preprocessor=None, **kwargs):
        super().__init__(**kwargs)
        self.unilm = UniLM(encoder, copy_head=True, name="unilm", dtype=self.dtype_policy)
        self.finish(preprocessor)

    @property
    def encoder(self) -> Encoder:
        return self.unilm.encoder

    def heads(self):
        return [("copy head", self.unilm.copy_head)]

    def example(self, values):
        return values["text"]

    def call(self, inputs, training=None):
        ids = inputs["ids"]
        hidden, memory = self.encoder.encode(ids, training=training)
        masked = ops.take_along_axis(hidden, ops.cast(inputs["positions"], "int32")[..., None], axis=1)
        source = self.unilm.source(ids, hidden, memory=memory)
        written = self.unilm.target_logits(inputs, source, training=training)[:, 0]
        return ops.concatenate([ops.log_softmax(self.encoder.token_logits(masked), axis=-1), written], axis=1)

    def records(self, examples, *, seed=0, redraw=False):
        longest = self.preprocessor.max_length + self.preprocessor.max_target_length
        positions = self.encoder.num_positions
        if longest > positions:
            raise ValueError(
                f"Expected max_length and max_target_length to sum to at most {positions}, the encoder's positions. "
                f"Received: {longest}"
            )
        return GapSentenceTrainingData(examples, self.preprocessor, seed=seed, redraw=redraw)

    def split(self, batch):
        import tensorflow as tf  # batches are tf.data's on every backend

        inputs = {key: batch[key] for key in ("ids", "positions", "target_ids")}
        target = batch["target_ids"][:, 0]
        labels = tf.concat([batch["labels"], target], axis=1)
        weights = tf.concat([batch["weights"], tf.cast(target != 0, "float32")], axis=1)
        return inputs, labels, weights

    def masked_lm(self) -> MaskedLM:
        """Returns the masked language model with the same encoder."""
        preprocessor = self.preprocessor and MaskedLMPreprocessor(
            self.preprocessor.tokenizer,
            max_length=self.preprocessor.max_length,
            masked_fraction=self.preprocessor.masked_fraction,
        )
        return MaskedLM(self.encoder, preprocessor, dtype=self.dtype_policy)
