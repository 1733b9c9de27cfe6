"""Base class of the task models: training on examples, saving and loading."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import keras
import numpy as np

from ..data.batching import batches
from ..data.length_batching import TRAINING_LENGTHS
from ..data.token_substitution import TokenSubstitution
from ..losses import Flooding, SequenceCrossentropy, apply_flooding_in_training
from .adamw import adamw
from .load_task import load_task
from .presets.preset_folder import save_to_preset

if TYPE_CHECKING:
    import tensorflow as tf


class Task(keras.Model):
    """An encoder, the heads of a task and the preprocessor that turns examples into ids.

    A subclass defines an `encoder`, a method `records(examples, seed, redraw)` and the class attributes
    `preprocessor_class`, `example_class`, `encoder_options` (arguments that the task requires of its encoder) and
    `card_example` (a line of code for the model card). `streams_key` and `target_key` name the arrays of a record by
    which batches are grouped, see `textzoo.data.batches`. `length_option` names the preprocessor's attribute that
    limits the length of an input.
    """

    preprocessor_class: Any
    example_class: Any
    encoder_options: Mapping[str, Any]
    card_example: str
    preprocessor: Any
    streams_key: str | None = None
    target_key: str | None = None
    length_option: str = "max_length"
    gives_log_probs: bool = False  # instead of logits; the loss then needs no softmax over the vocabulary

    def records(self, examples: Sequence, seed: int = 0, redraw: bool = False) -> Sequence[Mapping[str, Any]]:
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
        """Checks that inputs fit the encoder's positions.

        Args:
            rows: ids int `[s]` of each input.

        Raises:
            ValueError: an input has more tokens than the encoder has positions.
        """
        task: Any = self  # `encoder` is an attribute or a property of the subclass
        longest, positions = max(map(len, rows), default=0), task.encoder.position_embedding.longest
        if longest > positions:
            raise ValueError(
                f"An input of {longest} tokens exceeds the encoder's {positions} positions; "
                f"lower preprocessor.{self.length_option}."
            )

    # === Training ===

    def compile(self, optimizer="auto", loss=None, **kwargs):
        """Configures training like `keras.Model.compile`; the defaults are `adamw()`, the task's loss and its metrics.

        On TensorFlow `jit_compile` defaults to False: XLA compiles every batch shape anew, and texts have many.
        """
        if keras.backend.backend() == "tensorflow":
            kwargs = {"jit_compile": False} | kwargs
        optimizer = adamw() if optimizer == "auto" else optimizer
        loss = self.default_loss() if loss is None else loss
        super().compile(optimizer=optimizer, loss=loss, **self.default_metrics() | kwargs)
        if isinstance(loss, Flooding):
            apply_flooding_in_training(self)

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))
        self.optimizer.build(self.trainable_variables)

    def make_train_function(self, force=False):
        """Builds the optimizer first: a graph that creates variables would be traced twice."""
        if not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)
        return super().make_train_function(force)

    def dataset(
        self,
        examples: Sequence,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: int = 0,
        num_epochs: int = 1,
        token_substitution_rate: float = 0.0,
    ) -> "tf.data.Dataset":
        """Returns batches of examples for `fit` and `evaluate`.

        Args:
            examples: examples of the task.
            batch_size: examples per batch, even if several share a source.
            shuffle: whether each epoch has its own order and, if the task has any, its own random numbers.
            seed: fixes the order and the random numbers.
            num_epochs: number of epochs in the dataset.
            token_substitution_rate: rate of `TokenSubstitution`, for generators of titles or pairs.

        Returns:
            A dataset of inputs, labels and, if the task has them, sample weights.
        """
        records = self.records(examples, seed, shuffle)
        if token_substitution_rate:
            records = TokenSubstitution(records, self.preprocessor.tokenizer, token_substitution_rate, seed)
        keys: Any = {"streams_key": self.streams_key, "target_key": self.target_key}
        order: Any = {"shuffle": shuffle, "seed": seed, "num_epochs": num_epochs}
        return batches(records, batch_size, TRAINING_LENGTHS, **order, **keys).map(self.split)

    def examples(self, x: Any, y: Any = None) -> Sequence | None:
        """Returns the arguments of `fit` or `evaluate` as examples of the task, None if they are something else."""
        return x if isinstance(x, Sequence) and len(x) > 0 and isinstance(x[0], self.example_class) else None

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
        """Trains like `keras.Model.fit`; `x` and `validation_data` may be sequences of the task's examples."""
        examples = self.examples(x, y)
        if examples is not None:
            x = self.dataset(examples, batch_size or 32, shuffle=True, seed=seed, num_epochs=epochs)
            y = batch_size = None
            kwargs |= {"steps_per_epoch": int(x.cardinality()) // epochs, "shuffle": False}
        held_out = self.examples(validation_data)
        if held_out is None and isinstance(validation_data, tuple) and len(validation_data) == 2:
            held_out = self.examples(*validation_data)
        if held_out is not None:
            validation_data = self.dataset(held_out)
        return super().fit(x, y, batch_size=batch_size, epochs=epochs, validation_data=validation_data, **kwargs)

    def evaluate(self, x: Any = None, y: Any = None, batch_size: int | None = 32, **kwargs):
        """Evaluates like `keras.Model.evaluate`; `x` may be a sequence of the task's examples."""
        examples = self.examples(x, y)
        if examples is not None:
            x, y, batch_size = self.dataset(examples, batch_size or 32), None, None
        return super().evaluate(x, y, batch_size=batch_size, **kwargs)

    # === Saving and loading ===

    def get_config(self):
        preprocessor = self.preprocessor and keras.saving.serialize_keras_object(self.preprocessor)
        task: Any = self  # `encoder` is an attribute or a property of the subclass
        encoder = keras.saving.serialize_keras_object(task.encoder)
        return super().get_config() | {"encoder": encoder, "preprocessor": preprocessor}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for part in ("encoder", "preprocessor"):
            config[part] = config[part] and keras.saving.deserialize_keras_object(config[part])
        return cls(**config)

    @classmethod
    def from_preset(cls, preset, **kwargs) -> Self:
        """Loads a model from a preset's name or a folder: textzoo's, Google's, Hugging Face's or bert4keras's.

        Args:
            preset: name or path.
            **kwargs: `preprocessor`, `encoder_options`, `dtype` (default: Keras's global policy, whatever the precision
                of the training), and constructor arguments for a folder that holds only an encoder.

        Returns:
            The model.

        Raises:
            ValueError: as `Encoder.from_preset`.
        """
        return load_task(cls, preset, **kwargs)

    def save_to_preset(self, folder, card=None, dtype="float32", other_tasks=()):
        """Writes config.json, vocab.txt, weights and a model card into `folder`.

        Args:
            folder: path; created if missing.
            card: dict of entries of the model card, see `model_card`; None: the facts only.
            dtype: `"float32"`, or `"float16"`, which halves the file.
            other_tasks: tasks of other classes, with all or some of the same weights, that the folder can load too.

        Raises:
            ValueError: `dtype` is neither of the two, or a task of `other_tasks` has other weights.
        """
        save_to_preset(self, folder, card, dtype, other_tasks)
