"""Multi-label classification of texts."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from ...data.batching import batches
from ...data.check_types import check_types
from ...data.examples import MultiLabelExample
from ...data.length_batching import TRAINING_LENGTHS
from ...data.tasks.label_prediction import LabelPrediction
from ...layers.truncated_normal import TruncatedNormal
from ...losses import ZLPR
from ..encoder import Encoder
from ..load_task import load_task
from ..preprocessors import MultiLabelPreprocessor
from ..task import Task
from .logit_f1_score import LogitF1Score


@keras.saving.register_keras_serializable(package="textzoo")
class MultiLabelClassifier(LabelPrediction, Task):
    """Multi-label classifier: a logit per label, from the mean of the encoder's last states.

    A label with a logit above 0 is predicted.

    Args:
        encoder: `Encoder`.
        preprocessor: `MultiLabelPreprocessor`. None: the model takes arrays and trains on ids `[b, s]` and labels
            `[b, labels]`.
        num_labels: int. Required without a preprocessor only.

    Call arguments:
        ids: int `[b, s]`; 0 is padding.
        training: bool. Whether dropout is applied.

    Returns:
        float32 `[b, labels]`, logits.

    Raises:
        ValueError: `num_labels` is missing or differs from the preprocessor's.

    Example:

    >>> from textzoo.data import Tokenizer
    >>> from textzoo.models import Encoder
    >>> keras.utils.set_random_seed(0)
    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"多谢真吵"])
    >>> preprocessor = MultiLabelPreprocessor(tokenizer, ["anger", "gratitude"], max_length=8)
    >>> sizes = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=8, mlm_head=False)
    >>> model = MultiLabelClassifier(encoder, preprocessor)
    >>> model.compile(keras.optimizers.Adam(0.02))
    >>> history = model.fit(["多谢", "真吵", "谢"], [{"gratitude"}, {"anger"}, {"gratitude"}], epochs=20, verbose=0)
    >>> [list(labels) for labels in model.predict_labels(["谢谢", "吵"])]
    [['gratitude'], ['anger']]

    Reference:
        Su Jianlin, https://kexue.fm/archives/7359; https://arxiv.org/abs/2208.02955.
    """

    preprocessor_class = MultiLabelPreprocessor
    example_class = MultiLabelExample
    fields = ("text", "labels")
    encoder_options = {"mlm_head": False, "pooler": False}
    text_method = "predict_labels"
    card_examples = {
        "Chinese": 'print(model.predict_labels("多谢，真没想到！"))',
        "English": 'print(model.predict_labels("Thanks, what a surprise!"))',
    }

    @check_types
    def __init__(self, encoder: Encoder, preprocessor=None, *, num_labels=None, **kwargs):
        super().__init__(**kwargs)
        expected = num_labels if preprocessor is None else len(preprocessor.labels)
        if expected is None:
            raise ValueError("num_labels is required without a preprocessor.")
        if num_labels not in (None, expected):
            raise ValueError(f"Expected num_labels of {expected}, as the preprocessor's. Received: {num_labels}")
        self.encoder = encoder
        self.num_labels = expected
        self.dropout = keras.layers.Dropout(encoder.config["dropout"], dtype=self.dtype_policy)
        normal = TruncatedNormal(encoder.config["initializer_range"])
        self.head = keras.layers.Dense(expected, kernel_initializer=normal, name="head", dtype=self.dtype_policy)
        self.head.build((None, encoder.hidden_size))
        self.finish(preprocessor)

    def heads(self):
        return [("multi-label head", self.head)]

    def call(self, ids, training=None):
        hidden, memory = self.encoder.encode(ids, training=training)
        mask = ops.cast(memory.mask[..., None], hidden.dtype)
        mean = ops.sum(hidden * mask, axis=1) / ops.maximum(ops.sum(mask, axis=1), 1)
        return ops.cast(self.head(self.dropout(mean, training=training)), "float32")

    # === Training ===

    def default_loss(self):
        return ZLPR()

    def default_metrics(self):
        return {"metrics": [LogitF1Score(self.num_labels, average) for average in ("micro", "macro")]}

    def records(self, examples, *, seed=0, redraw=False):
        records = self.preprocessor.records(examples)
        self.check_max_length([record["ids"] for record in records])
        return records

    def split(self, batch):
        return batch["ids"], batch["labels"][:, : self.num_labels]

    def example(self, values):
        """Builds an example; its labels are names, of which "" counts as padding, or a row of zeros and ones."""
        labels = values["labels"]
        if isinstance(labels, str):
            raise ValueError(f"Expected a set of label names for each text. Received: the string {labels!r}.")
        labels = list(labels)
        if labels and not any(isinstance(label, str) for label in labels):
            if len(labels) != self.num_labels:
                raise ValueError(f"Expected {self.num_labels} zeros and ones for each text. Received: {len(labels)}")
            labels = [name for name, value in zip(self.preprocessor.labels, labels, strict=True) if value]
        return MultiLabelExample(text=values["text"], labels=tuple(label for label in labels if label != ""))

    # === Labels ===

    def predict(self, x, batch_size=32, **kwargs) -> np.ndarray:
        """Predicts like `keras.Model.predict`, also from texts, which are batched by length.

        Args:
            x: a text; several texts or examples, in a list or in a finite `tf.data.Dataset`; or ids.
            batch_size: texts per batch; a batched `tf.data.Dataset` keeps its own.
            **kwargs: other arguments of `keras.Model.predict`.

        Returns:
            float32 `[texts, labels]`, logits in the order of the texts; `[labels]` for one text.
        """
        if isinstance(x, str):
            return self.predict([x], batch_size, **kwargs)[0]
        examples, size = self.rows(x)
        if examples is None:
            return super().predict(x, batch_size=batch_size, **kwargs)
        rows = self.preprocessor.ids([_text(example) for example in examples])
        self.check_max_length(rows)
        order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
        sorted_batches = batches(
            [{"ids": rows[row]} for row in order], size or batch_size or 32, buckets=TRAINING_LENGTHS, shuffle=False
        )
        logits = np.empty((len(rows), self.num_labels), "float32")
        logits[order] = super().predict(sorted_batches.map(lambda batch: batch["ids"]), **kwargs)
        return logits

    def label_logits(self, texts, batch_size):
        return self.predict(texts, batch_size, verbose=0)

    # === Saving and loading ===

    def get_config(self):
        return super().get_config() | {"num_labels": self.num_labels}

    @classmethod
    def from_preset(
        cls, preset, *, labels: Iterable[str] | None = None, engine: Literal["keras", "light"] = "keras", **kwargs
    ) -> Any:
        """Loads a model from a preset's name or a folder: textzoo's, Google's, Hugging Face's or bert4keras's.

        Args:
            preset: name or path.
            labels: names of the labels, for a folder that holds only an encoder. A saved classifier keeps its own.
            engine: as in `Task.from_preset`.
            **kwargs: as in `Task.from_preset`.

        Returns:
            The model.

        Raises:
            ValueError: a label is not among those of a saved classifier; otherwise as `Encoder.from_preset`.
        """
        if engine != "keras":
            return super().from_preset(preset, engine=engine, **kwargs)
        labels = [] if labels is None else list(labels)
        model = load_task(cls, preset, new_preprocessor_options={"labels": labels}, **kwargs)
        model.preprocessor.columns(labels)
        return model


def _text(example: Any) -> str:
    """Returns the text of an example in any form."""
    if isinstance(example, MultiLabelExample):
        return example.text
    return example["text"] if isinstance(example, Mapping) else example if isinstance(example, str) else example[0]
