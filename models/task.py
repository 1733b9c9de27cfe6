"""What the models of the zoo share: training on examples, saving and loading."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import keras

from ..data.batching import batches
from ..data.token_substitution import TokenSubstitution
from ..losses import Flooding, SequenceCrossentropy, apply_flooding_in_training
from .adamw import adamw
from .load_task import load_task
from .presets.preset_folder import save_to_preset

if TYPE_CHECKING:
    import tensorflow as tf

LENGTHS = range(8, 513, 8)


class Task(keras.Model):
    """An encoder, the heads of a task and the preprocessor that turns examples into ids.

    A task has the class attributes `preprocessor_class`, `example_class`, `encoder_options` (what it needs of an
    encoder) and `card_example` (a line of its card), an `encoder`, and a method `records(examples, seed, redraw)`.
    """

    preprocessor_class: Any
    example_class: Any
    encoder_options: Mapping[str, Any]
    card_example: str
    preprocessor: Any
    streams_key: str | None = None
    target_key: str | None = None
    gives_log_probs: bool = False  # in place of logits, which spares the loss a softmax over the vocabulary

    def records(self, examples: Sequence, seed: int = 0, redraw: bool = False) -> Sequence[Mapping[str, Any]]:
        """Training records of examples; with `redraw` what is drawn at random differs from epoch to epoch."""
        raise NotImplementedError

    def split(self, batch: dict[str, Any]) -> tuple:
        """A batch of records as Keras takes it: inputs, labels, and weights where there are any."""
        inputs = {key: value for key, value in batch.items() if key not in ("labels", "weights")}
        return inputs, batch["labels"], batch["weights"]

    def default_loss(self) -> keras.Loss:
        return SequenceCrossentropy(from_log_probs=self.gives_log_probs)

    def default_metrics(self) -> dict[str, list]:
        return {"weighted_metrics": [keras.metrics.SparseCategoricalAccuracy(name="token_accuracy")]}

    # === Training ===

    def compile(self, optimizer="auto", loss=None, **kwargs):
        """As `keras.Model.compile`; by default AdamW at 1e-4, the task's loss and its metrics.

        On TensorFlow XLA compiles every shape of a batch anew, and texts come in many: it is used only where
        `jit_compile` says so.
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
        """As Keras's; the optimizer has its variables before, since a graph that makes some is traced twice."""
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
        """Training batches.

        With `shuffle` every one of the `num_epochs` epochs has an order of its own, and draws of its own where the task
        has any, fixed by the seed. Where examples share a source, `batch_size` counts examples, not sources. `token_substitution_rate`
        is the rate of `TokenSubstitution`, for a generator of titles or pairs.
        """
        records = self.records(examples, seed, shuffle)
        if token_substitution_rate:
            records = TokenSubstitution(records, self.preprocessor.tokenizer, token_substitution_rate, seed)
        keys: Any = {"streams_key": self.streams_key, "target_key": self.target_key}
        order: Any = {"shuffle": shuffle, "seed": seed, "num_epochs": num_epochs}
        return batches(records, batch_size, LENGTHS, **order, **keys).map(self.split)

    def examples(self, x: Any, y: Any = None) -> Sequence | None:
        """What `fit` and `evaluate` were given as examples of the task; None where it is something else."""
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
        """As `keras.Model.fit`; `x` and `validation_data` may be sequences of the task's examples."""
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
        """As `keras.Model.evaluate`; `x` may be a sequence of the task's examples."""
        examples = self.examples(x, y)
        if examples is not None:
            x, y, batch_size = self.dataset(examples, batch_size or 32), None, None
        return super().evaluate(x, y, batch_size=batch_size, **kwargs)

    # === Saving and loading ===

    def get_config(self):
        preprocessor = self.preprocessor and keras.saving.serialize_keras_object(self.preprocessor)
        task: Any = self  # whose encoder is an attribute or a property
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
        """A model from a preset's name or a folder: our own, Google's, Hugging Face's or bert4keras's.

        Args:
            preset: name or path.
            **kwargs: `preprocessor`, `encoder_options`, `dtype` (Keras's global policy where left out, whatever the
                training's precision was), and constructor arguments for a folder that holds only an encoder.

        Raises:
            ValueError: as `Encoder.from_preset`.
        """
        return load_task(cls, preset, **kwargs)

    def save_to_preset(self, folder, card=None, dtype="float32", also=()):
        """Write config.json, vocab.txt, weights and a card into `folder`.

        Args:
            folder: path; made if it is not there.
            card: dict of what the card says, see `model_card`; None: the facts only.
            dtype: `"float16"` halves the file.
            also: tasks of other classes with the same weights or some of them, which the folder is for too.

        Raises:
            ValueError: `dtype` is another, or a task of `also` has other weights.
        """
        save_to_preset(self, folder, card, dtype, also)
