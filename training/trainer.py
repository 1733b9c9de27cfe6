"""Training of a task model, from compiling it to the saved best epoch."""

import dataclasses
import math
from collections.abc import Iterable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import keras

from ..data.check_types import check_types
from ..data.files import name_os_error
from ..losses import Flooding, SequenceCrossentropy
from ..models.adamw import adamw
from ..models.presets import stored_weights
from ..models.replicas import replica_count
from ..models.task import Task
from .best_weights import BestWeights
from .devices import divide_batches
from .flooding_monitor import FloodingMonitor
from .gradient_checkpointing import enable_gradient_checkpointing
from .lora import enable_lora, merged_lora
from .processes import arrays_of_rank_0, process_rank
from .progress_bar import ProgressBar
from .restore_on_nan import RestoreOnNaN
from .run_directory import RunDirectory
from .stop_after_steps import StopAfterSteps
from .training_config import GeneratorTrainingConfig, TrainingConfig
from .training_state import TrainingState
from .warmup_linear_decay import WarmupLinearDecay

if TYPE_CHECKING:
    import tensorflow as tf

STEPS_BETWEEN_COPIES = 16  # of the last finite weights


class Trainer:
    """Trains a task model and keeps its best epoch in a run directory.

    The learning rate of AdamW rises and falls linearly. The epoch with the lowest validation loss is the best; without
    validation data, that with the lowest training loss. The folder is one that `from_preset` reads, with a log beside
    the model, see `RunDirectory`. With `config.resume`, an interrupted training continues from its last complete epoch
    to the same weights. `textzoo train TASK` is a caller of this class.

    Args:
        model: `Task`. `fit` compiles it, and changes it if the config asks for LoRA or gradient checkpointing.
        config: `TrainingConfig`; `GeneratorTrainingConfig` for generators.
        run: `RunDirectory` of `config.out`; None: a new one.

    Raises:
        ValueError: The folder is in use, or holds a finished training.

    Example:

    >>> from textzoo.models import MaskedLM
    >>> from textzoo.training import ModelConfig, create_model
    >>> texts = ["今天天气很好"] * 8
    >>> size = ModelConfig(num_layers=1, hidden_size=8, num_heads=2)
    >>> model = create_model(MaskedLM, size, texts=texts, max_lengths={"max_length": 8}, seed=0)
    >>> metrics = Trainer(model, TrainingConfig(out="runs/first", epochs=2, batch_size=4)).fit(texts)
    >>> sorted(metrics), MaskedLM.from_preset("runs/first").preprocessor.max_length
    (['best_epoch', 'loss'], 8)
    """

    @check_types
    def __init__(self, model: Task, config: TrainingConfig, *, run: RunDirectory | None = None):
        self.model = model
        self.config = config
        self.run = RunDirectory(config.out, resume=config.resume) if run is None else run

    def fit(
        self, examples: Sequence, validation: Sequence | None = None, *, files: Iterable[str | PathLike] = ()
    ) -> dict[str, float]:
        """Trains on examples and saves the best epoch.

        Args:
            examples: Examples of the task.
            validation: Examples that select the best epoch; None: the training loss does.
            files: Data files, whose hashes are recorded. A resumed training must have the same.

        Returns:
            Metrics of the best epoch, as in metrics.json: `best_epoch`, counted from 1, the loss that selected it, and
            with validation data its metrics, named `val_...`.

        Raises:
            ValueError: An example cannot be used, there are fewer batches than one update takes, a resumed training has
                other settings or data, or the loss is not finite. In the last case the last finite weights are saved.
        """
        config = self.config
        rate = config.token_substitution_rate if isinstance(config, GeneratorTrainingConfig) else 0.0
        first_epoch = self._first_epoch
        batches = self.model.dataset(
            examples,
            batch_size=config.batch_size,
            shuffle=True,
            seed=config.seed,
            epoch=first_epoch,
            num_epochs=self._num_epochs - first_epoch,
            token_substitution_rate=rate,
        )
        validation_batches = None
        if validation is not None:
            validation_batches = self.model.dataset(validation, batch_size=config.batch_size, seed=config.seed)
        return self.fit_batches(batches, validation_batches, files=files, first_epoch=first_epoch)

    def fit_batches(
        self,
        batches: "tf.data.Dataset",
        validation: "tf.data.Dataset | None" = None,
        *,
        files: Iterable[str | PathLike] = (),
        first_epoch: int = 0,
    ) -> dict[str, float]:
        """Trains on batches and saves the best epoch.

        Args:
            batches: Batches of `config.steps` epochs if given, else of `config.epochs`, one epoch after the other, of
                known cardinality. Resuming needs the same batches again.
            validation: Validation batches.
            files: As in `fit`.
            first_epoch: The epoch that the batches begin with. A resumed training skips those before its own.

        Returns:
            As `fit`.

        Raises:
            ValueError: As `fit`.
        """
        config, run = self.config, self.run
        steps_per_epoch = int(batches.cardinality()) // (self._num_epochs - first_epoch)
        batches = batches.skip((self._first_epoch - first_epoch) * steps_per_epoch)
        total_steps = config.steps or config.epochs * steps_per_epoch
        self._compile(total_steps)
        with run, name_os_error(run.path):
            run.begin(dataclasses.asdict(config), files)
            best = BestWeights(self._save, "loss" if validation is None else "val_loss")
            self._fit(batches, validation, best=best, total_steps=total_steps, steps_per_epoch=steps_per_epoch)
            if best.epoch is None:
                raise ValueError(f"{run.path}: {best.monitor} was not finite in any epoch; lower the learning rate")
            metrics = {"best_epoch": best.epoch + 1, best.monitor: best.best}
            if validation is not None:
                validation_metrics = self.model.evaluate(validation, verbose=0, return_dict=True)
                metrics |= {f"val_{name}": value for name, value in validation_metrics.items()}
            self._save(metrics=metrics)
            run.end(metrics)
            TrainingState(run.backup).remove()
        return metrics

    @property
    def _num_epochs(self) -> int:
        """Number of epochs in the batches: an upper bound if steps limit the training."""
        return self.config.steps or self.config.epochs

    @property
    def _first_epoch(self) -> int:
        """Epoch that the training begins with, from 0: the one that was interrupted if it is resumed."""
        if not self.run.is_resumed:
            return 0
        return min(TrainingState(self.run.backup).epoch, self._num_epochs - 1)

    def _compile(self, total_steps: int) -> None:
        config, model = self.config, self.model
        if config.gradient_accumulation_steps > total_steps:
            raise ValueError(
                f"Expected at least {config.gradient_accumulation_steps} batches, the gradient_accumulation_steps of "
                f"one update. Received: {total_steps}"
            )
        if replica_count() > 1 and (config.gradient_accumulation_steps > 1 or config.flooding_level is not None):
            raise ValueError(
                "gradient_accumulation_steps and flooding_level need one device on TensorFlow; set KERAS_BACKEND=jax"
            )
        warmup_steps = int(config.warmup_ratio * total_steps)
        optimizer = adamw(
            WarmupLinearDecay(config.learning_rate, total_steps, warmup_steps=warmup_steps),
            weight_decay=config.weight_decay,
            max_grad_norm=config.max_grad_norm,
            gradient_accumulation_steps=config.gradient_accumulation_steps,
            ema_momentum=config.ema_momentum,
        )
        if config.lora_rank is not None:
            enable_lora(model, config.lora_rank)
        if config.gradient_checkpointing:
            enable_gradient_checkpointing(model)
        loss = model.default_loss()
        if isinstance(config, GeneratorTrainingConfig) and config.label_smoothing:
            loss = SequenceCrossentropy(config.label_smoothing, from_log_probs=model.gives_log_probs)
        if config.flooding_level is not None:
            loss = Flooding(loss, config.flooding_level)
        model.compile(optimizer, loss)
        divide_batches(model)

    def _fit(
        self,
        batches: "tf.data.Dataset",
        validation: "tf.data.Dataset | None",
        *,
        best: BestWeights,
        total_steps: int,
        steps_per_epoch: int,
    ) -> None:
        """Runs the epochs that are left; afterwards the model has the weights of the best epoch."""
        config, run = self.config, self.run
        state, stop = TrainingState(run.backup), StopAfterSteps(total_steps)
        bar = ProgressBar(total_steps)
        first_epoch = self._first_epoch
        if run.is_resumed:
            self._resume(state, best)
            bar.done = stop.seen = first_epoch * steps_per_epoch
        callbacks = [] if config.flooding_level is None else [FloodingMonitor()]
        callbacks += [] if config.ema_momentum is None else [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)]
        callbacks += [RestoreOnNaN(STEPS_BETWEEN_COPIES), best, stop]
        if process_rank() == 0:
            callbacks += [keras.callbacks.CSVLogger(str(run.log), append=True), bar]
            callbacks += [keras.callbacks.TensorBoard(str(run.tensorboard))] if config.tensorboard else []
        callbacks.append(state)
        try:
            self.model.fit(
                batches,
                validation_data=validation,
                initial_epoch=first_epoch,
                epochs=math.ceil(total_steps / steps_per_epoch),
                steps_per_epoch=steps_per_epoch,
                callbacks=callbacks,
                shuffle=False,
                verbose=0,
            )
        except ValueError:
            if best.epoch is None:
                self._save()
            raise
        finally:
            bar.close()

    def _save(self, **card_entries: Any) -> None:
        """Saves the model with a card of the run, low-rank updates merged."""
        with merged_lora(self.model):
            if process_rank() == 0:
                info = self.run.run_info()
                card = {"command": " ".join(info["command"]), "data": info["data"], "versions": info["versions"]}
                self.model.save_to_preset(self.run.path, card=card | card_entries)

    def _resume(self, state: TrainingState, best: BestWeights) -> None:
        """Restores the state before the interrupted epoch, and the best epoch before it."""
        self.run.truncate_log(state.epoch)
        history = self.run.history().get(best.monitor, [])
        losses = [(loss, epoch) for epoch, loss in enumerate(history) if math.isfinite(loss)]
        if losses:
            loss, epoch = min(losses)
            weights = self.model.get_weights()
            if process_rank() == 0:
                weights = stored_weights(self.model, self.run.path)
            best.resume(best=loss, epoch=epoch, weights=arrays_of_rank_0(weights))
        if state.epoch:
            state.restore(self.model)
