"""Base class of the task models: training on examples, saving and loading."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import keras
import numpy as np

from ..data.batching import batches
from ..data.check_lengths import check_lengths
from ..data.engines import load_with_engine
from ..data.find_preset import find_preset, known_presets
from ..data.length_batching import TRAINING_LENGTHS
from ..data.preset_config import preset_classes
from ..data.token_substitution import TokenSubstitution
from ..generation.process_guard import check_process
from ..losses import Flooding, SequenceCrossentropy, apply_flooding_in_training, get_loss
from .adamw import adamw
from .load_task import load_task
from .plain_examples import MAX_SHOWN, example_fields, holds_text, is_string_dataset, read_string_dataset
from .presets.preset_folder import save_to_preset
from .replicas import mean_over_replicas

if TYPE_CHECKING:
    import tensorflow as tf


class Task(keras.Model):
    """An encoder, the heads of a task and the preprocessor that turns examples into ids.

    With a preprocessor a model is compiled from the start, trains on examples and generates or predicts from texts.
    Without one it takes arrays.

    A subclass defines an `encoder`, the methods `heads` and `records`, and the class attributes `preprocessor_class`,
    `example_class`, `fields` (names of an example's values, in the order of tuples), `encoder_options` (arguments that
    the task requires of its encoder), `text_method` (the method that takes texts, for messages) and `card_examples` (a
    line of code for the model card by language, see `vocabulary_language`). Its constructor ends with `finish`.
    `streams_key` and `target_key` name the arrays of a record by which batches are grouped, see
    `textzoo.data.batches`. `length_option` names the preprocessor's attribute that limits the length of an input.
    """

    preprocessor_class: Any
    example_class: Any
    fields: tuple[str, ...]
    encoder_options: Mapping[str, Any]
    text_method: str
    card_examples: Mapping[str, str]
    preprocessor: Any
    streams_key: str | None = None
    target_key: str | None = None
    length_option: str = "max_length"
    gives_log_probs: bool = False  # instead of logits; the loss then needs no softmax over the vocabulary

    def finish(self, preprocessor: Any) -> None:
        """Sets the preprocessor, whose tokenizer the encoder takes if it has none, and compiles the model."""
        self.preprocessor = preprocessor
        self.built = True
        if preprocessor is not None:
            encoder: Any = self._encoder()
            encoder.tokenizer = encoder.tokenizer or preprocessor.tokenizer
            self.compile()

    def _encoder(self) -> Any:
        task: Any = self  # `encoder` is an attribute or a property of the subclass
        return task.encoder

    def heads(self) -> list[tuple[str, keras.Layer]]:
        """Returns the layers on the encoder, each with its name in words."""
        return []

    @property
    def layers(self) -> list[keras.Layer]:
        """The encoder and the heads, as `summary` lists them."""
        return [self._encoder(), *(layer for _, layer in self.heads())]

    @layers.setter
    def layers(self, _):
        raise AttributeError("layers cannot be set; set the attributes of the model.")

    def records(self, examples: Sequence, *, seed: int = 0, redraw: bool = False) -> Sequence[Mapping[str, Any]]:
        """Returns training records of examples; with `redraw` their random parts differ from epoch to epoch."""
        raise NotImplementedError

    def split(self, batch: dict[str, Any]) -> tuple:
        """Splits a batch of records into inputs, labels and, if the task has them, sample weights."""
        inputs = {key: value for key, value in batch.items() if key not in ("labels", "weights")}
        return inputs, batch["labels"], batch["weights"]

    def default_loss(self) -> keras.Loss:
        return SequenceCrossentropy(from_log_probs=self.gives_log_probs)

    def default_metrics(self) -> dict[str, list]:
        return {"weighted_metrics": [keras.metrics.SparseCategoricalAccuracy(name="token_accuracy")]}

    def check_max_length(self, rows: Sequence[np.ndarray]) -> None:
        """Checks ids int `[s]` of each input, see `check_lengths`."""
        check_lengths(rows, self._encoder().num_positions, option=self.length_option)

    # === Training ===

    def compile(self, optimizer="auto", loss=None, **kwargs):
        """Configures training like `keras.Model.compile`; the defaults are `adamw()`, the task's loss and its metrics.

        A loss by name may be Keras's or the zoo's, such as `"zlpr"`. The optimizer takes memory when training begins.
        On TensorFlow `jit_compile` defaults to False: XLA compiles every batch shape anew, and texts have many.
        """
        if keras.backend.backend() == "tensorflow":
            kwargs = {"jit_compile": False} | kwargs
        optimizer = adamw() if optimizer == "auto" else optimizer
        loss = self.default_loss() if loss is None else get_loss(loss) if isinstance(loss, str) else loss
        super().compile(optimizer=optimizer, loss=loss, **self.default_metrics() | kwargs)
        if isinstance(loss, Flooding):
            apply_flooding_in_training(self)

    def get_compile_config(self):
        config = super().get_compile_config()
        return config and config | {"optimizer_is_built": self.optimizer.built}

    def compile_from_config(self, config):
        config = dict(config)
        was_built = config.pop("optimizer_is_built", True)
        self.compile(**keras.saving.deserialize_keras_object(config))
        if was_built:
            self.optimizer.build(self.trainable_variables)

    def make_train_function(self, force=False):
        """Builds the optimizer first: a graph that creates variables would be traced twice."""
        if not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)
        return super().make_train_function(force)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Computes the loss, the mean over the whole batch also where TensorFlow divides it among devices."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        return mean_over_replicas(loss, y, sample_weight)

    def dataset(
        self,
        examples: Sequence,
        *,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: int = 0,
        epoch: int = 0,
        num_epochs: int = 1,
        token_substitution_rate: float = 0.0,
    ) -> "tf.data.Dataset":
        """Returns batches of examples for `fit` and `evaluate`.

        Args:
            examples: examples of the task.
            batch_size: examples per batch, even if several share a source.
            shuffle: whether each epoch has its own order and, if the task has any, its own random numbers.
            seed: fixes the order and the random numbers.
            epoch: the first epoch in the dataset, from 0.
            num_epochs: number of epochs in the dataset.
            token_substitution_rate: rate of `TokenSubstitution`, for generators of titles or pairs.

        Returns:
            A dataset of inputs, labels and, if the task has them, sample weights.
        """
        records = self.records(examples, seed=seed, redraw=shuffle)
        if token_substitution_rate:
            records = TokenSubstitution(records, self.preprocessor.tokenizer, rate=token_substitution_rate, seed=seed)
        keys: Any = {"streams_key": self.streams_key, "target_key": self.target_key}
        order: Any = {"shuffle": shuffle, "seed": seed, "epoch": epoch, "num_epochs": num_epochs}
        return batches(records, batch_size, buckets=TRAINING_LENGTHS, **order, **keys).map(self.split)

    def rows(self, x: Any) -> tuple[Sequence | None, int | None]:
        """Returns examples in any form as a sequence, and the batch size of a batched dataset; None for arrays.

        `fit`, `evaluate` and `predict` call it first; it raises RuntimeError in a forked process.
        """
        check_process()
        if is_string_dataset(x):
            return read_string_dataset(x, text_field=self.fields[0])
        if isinstance(x, np.ndarray) and x.dtype.kind in "UO":
            x = x.tolist()
        if not isinstance(x, Sequence) or isinstance(x, str) or not len(x):
            return None, None
        return (x, None) if isinstance(x[0], self.example_class) or holds_text(x[0]) else (None, None)

    def examples(self, rows: Sequence, y: Sequence | None = None) -> Sequence:
        """Returns examples of the task.

        Args:
            rows: examples; or dicts or tuples with the values of their `fields`; or texts.
            y: for texts, the values of the second field.

        Raises:
            ValueError: a field is missing, or the numbers of texts and values differ.
        """
        if y is not None:
            if len(rows) != len(y):
                raise ValueError(f"Expected {self.fields[1]} for each of {len(rows)} texts. Received: {len(y)}")
            rows = list(zip(rows, y, strict=True))
        if isinstance(rows[0], self.example_class):
            return rows
        return [self.example(example_fields(row, self.fields)) for row in rows]

    def example(self, values: Mapping[str, Any]) -> Any:
        """Builds an example from its values by field."""
        return self.example_class(**{field: values[field] for field in self.fields})

    def _batches(self, x: Any, y: Any = None, *, batch_size: int | None = None, **options: Any) -> Any:
        """Returns batches of examples in any form; None for arrays or a dataset of arrays."""
        rows, size = self.rows(x)
        if rows is None:
            return None
        return self.dataset(self.examples(rows, y), batch_size=size or batch_size or 32, **options)

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = 32,
        epochs: int = 1,
        validation_data: Any = None,
        seed: int = 0,
        **kwargs,
    ):
        """Trains like `keras.Model.fit`, also on examples.

        Args:
            x: examples of the task, or dicts or tuples with the values of their `fields`, in a list or in a finite
                `tf.data.Dataset`, which is read once; or what `keras.Model.fit` takes.
            y: for a list of texts, the values of the second field, such as titles.
            batch_size: examples per batch; a batched `tf.data.Dataset` keeps its own.
            epochs: as in `keras.Model.fit`.
            validation_data: as `x`, or a tuple `(x, y)`.
            seed: fixes the order of examples and the random numbers.
            **kwargs: other arguments of `keras.Model.fit`.

        Returns:
            `keras.callbacks.History`.

        Raises:
            ValueError: an example lacks a field, or cannot be encoded.
        """
        train = self._batches(x, y, batch_size=batch_size, shuffle=True, seed=seed, num_epochs=epochs)
        if train is not None:
            x, y, batch_size = train, None, None
            kwargs |= {"steps_per_epoch": int(train.cardinality()) // epochs, "shuffle": False}
        held_out = self._batches(validation_data)
        if held_out is None and isinstance(validation_data, tuple) and len(validation_data) == 2:
            held_out = self._batches(validation_data[0], validation_data[1])
        if held_out is not None:
            validation_data = held_out
        return super().fit(x, y, batch_size=batch_size, epochs=epochs, validation_data=validation_data, **kwargs)

    def evaluate(self, x: Any = None, y: Any = None, batch_size: int | None = 32, **kwargs):
        """Evaluates like `keras.Model.evaluate`, also on examples in the forms of `fit`."""
        examples = self._batches(x, y, batch_size=batch_size)
        if examples is not None:
            x, y, batch_size = examples, None, None
        return super().evaluate(x, y, batch_size=batch_size, **kwargs)

    def predict(self, x: Any, batch_size: int | None = 32, **kwargs) -> Any:
        """Predicts from arrays like `keras.Model.predict`: what the model's call returns.

        Raises:
            ValueError: `x` holds texts or examples, which `text_method` takes.
        """
        if isinstance(x, str) or self.rows(x)[0] is not None:
            raise ValueError(
                f"{type(self).__name__}.predict takes arrays; for texts call {self.text_method}(). "
                f"Received: {x!r:.{MAX_SHOWN}}"
            )
        return super().predict(x, batch_size=batch_size, **kwargs)

    # === Saving and loading ===

    def get_config(self):
        preprocessor = self.preprocessor and keras.saving.serialize_keras_object(self.preprocessor)
        encoder = keras.saving.serialize_keras_object(self._encoder())
        if preprocessor:
            encoder["config"].pop("tokenizer")  # the preprocessor's
        return super().get_config() | {"encoder": encoder, "preprocessor": preprocessor}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for part in ("encoder", "preprocessor"):
            config[part] = config[part] and keras.saving.deserialize_keras_object(config[part])
        return cls(**config)

    @classmethod
    def presets(cls) -> list[str]:
        """Returns the names of the shipped presets that hold a trained model of this class."""
        name = keras.saving.get_registered_name(cls)
        return [preset for preset in known_presets() if name in preset_classes(find_preset(preset))]

    @classmethod
    def from_preset(cls, preset, *, engine: Literal["keras", "light"] = "keras", **kwargs) -> Any:
        """Loads a model from a preset's name or a folder: textzoo's, Google's, Hugging Face's or bert4keras's.

        Args:
            preset: name or path.
            engine: `"keras"`; or `"light"`, which generates and predicts by ONNX Runtime from a folder that
                `save_to_preset` wrote. A model of the light engine is none of Keras; it takes `preprocessor_options`.
            **kwargs: `preprocessor`, `preprocessor_options`, `encoder_options`, `dtype` (default: Keras's global
                policy, whatever the precision of the training), and constructor arguments for a folder that holds only
                an encoder. See `load_task`.

        Returns:
            The model.

        Raises:
            ValueError: as `Encoder.from_preset`; or the light engine does not cover the model.
        """
        if engine != "keras":
            return load_with_engine(engine, cls.__name__, preset, **kwargs)
        return load_task(cls, preset, **kwargs)

    def save_to_preset(self, folder, *, card=None, dtype="float32", other_tasks=()):
        """Writes config.json, vocab.txt, weights and a model card into `folder`.

        Args:
            folder: path; created if missing.
            card: dict of entries of the model card, see `model_card`; None: the facts only.
            dtype: `"float32"`, or `"float16"`, which halves the file.
            other_tasks: tasks of other classes, with all or some of the same weights, that the folder can load too.

        Raises:
            ValueError: `dtype` is neither of the two, or a task of `other_tasks` has other weights.
        """
        save_to_preset(self, folder, card=card, dtype=dtype, other_tasks=other_tasks)
