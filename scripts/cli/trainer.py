"""From a model and its batches to the folder of a training."""

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from textzoo.scripts.cli.output_files import lock_exclusive
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import num_epochs

COPY_EVERY = 16

if TYPE_CHECKING:
    import tensorflow as tf

    from textzoo.training import BestWeights, RunDirectory, TrainingState


def run_training(
    model: Any,
    settings: TrainingConfig,
    run: "RunDirectory",
    batches: "tf.data.Dataset",
    held_out: "tf.data.Dataset | None",
    loss: Any,
) -> dict[str, float]:
    """Compiles, trains, saves the best epoch and prints its figures.

    Args:
        model: A model of the zoo: `compile(optimizer, loss)` brings its own metrics, `save_to_preset` writes it.
        settings: Those of the task.
        run: The folder, opened before any data was read.
        batches: `training_batches`.
        held_out: `held_out_batches`.
        loss: A Keras loss; `--flooding-level` wraps it.

    Returns:
        The figures of the best epoch, as they stand in metrics.json.

    Raises:
        ValueError: The loss is no number; the last weights that were good stand in the folder.
    """
    import keras

    from textzoo.losses import Flooding
    from textzoo.models import adamw
    from textzoo.reports import training_plot
    from textzoo.training import (
        BestWeights,
        FloodingMonitor,
        ProgressBar,
        RestoreOnNaN,
        StopAfterSteps,
        TrainingState,
        WarmupLinearDecay,
        enable_gradient_checkpointing,
        enable_lora,
        merged_lora,
    )

    in_epoch = int(batches.cardinality()) // num_epochs(settings)
    total = settings.steps or settings.epochs * in_epoch
    if settings.gradient_accumulation_steps > total:
        raise ValueError(
            f"Expected at least {settings.gradient_accumulation_steps} batches, which make up one update. "
            f"Received: {total}"
        )
    optimizer = adamw(
        WarmupLinearDecay(settings.learning_rate, total, int(settings.warmup_ratio * total)),
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_grad_norm,
        gradient_accumulation_steps=settings.gradient_accumulation_steps,
        ema_momentum=settings.ema_momentum,
    )
    if settings.lora_rank is not None:
        enable_lora(model, settings.lora_rank)
    if settings.gradient_checkpointing:
        enable_gradient_checkpointing(model)
    model.compile(optimizer, loss if settings.flooding_level is None else Flooding(loss, settings.flooding_level))
    run.begin(dataclasses.asdict(settings), settings.files)
    held = (run.path / "run.json").open()
    lock_exclusive(held, str(run.path))
    facts = run.facts()
    card = {"command": " ".join(facts["command"]), "data": facts["data"], "versions": facts["versions"]}

    def save(**facts) -> None:
        with merged_lora(model):
            model.save_to_preset(run.path, card=card | facts)

    best = BestWeights(save, "loss" if held_out is None else "val_loss")
    backup, bar, stop = TrainingState(run.backup), ProgressBar(total), StopAfterSteps(total)
    first = backup.epoch if run.resumes else 0
    if run.resumes:
        _go_on(model, run, backup, best)
        bar.done = stop.seen = first * in_epoch
    callbacks = [] if settings.flooding_level is None else [FloodingMonitor()]
    callbacks += [] if settings.ema_momentum is None else [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)]
    callbacks += [
        RestoreOnNaN(COPY_EVERY),
        best,
        keras.callbacks.CSVLogger(str(run.log), append=True),
        bar,
        stop,
        backup,
    ]
    if settings.tensorboard:
        callbacks.append(keras.callbacks.TensorBoard(str(run.tensorboard)))
    try:
        model.fit(
            batches.skip(first * in_epoch),
            validation_data=held_out,
            initial_epoch=first,
            epochs=math.ceil(total / in_epoch),
            steps_per_epoch=in_epoch,
            callbacks=callbacks,
            shuffle=False,
            verbose=0,
        )
    except ValueError:
        if best.epoch is None:
            save()
        raise
    finally:
        bar.close()
        held.close()
    if best.epoch is None:
        raise ValueError(f"{run.path}: expected a loss that is a number. Received: none in any epoch; lower the rate.")
    if settings.plot:
        training_plot(run.history(), run.plot, settings.flooding_level)
    metrics = {"best_epoch": best.epoch + 1, best.monitor: best.best}
    if held_out is not None:
        figures = model.evaluate(held_out, verbose=0, return_dict=True)
        metrics |= {f"val_{name}": value for name, value in figures.items()}
    save(metrics=metrics)
    run.end(metrics)
    backup.remove()
    print(f"{run.path}: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()))
    return metrics


def _go_on(model: Any, run: "RunDirectory", backup: "TrainingState", best: "BestWeights") -> None:
    """The state before the epoch that was broken off, and the best epoch before it."""
    from textzoo.models.checkpoints.safetensors_file import read_safetensors
    from textzoo.models.presets.assign_tensors import assign_tensors
    from textzoo.models.presets.variable_paths import variable_paths

    run.keep_epochs(backup.epoch)
    losses = [(loss, epoch) for epoch, loss in enumerate(run.history().get(best.monitor, [])) if math.isfinite(loss)]
    if losses:
        weights = run.path / "model.safetensors"
        plain = {path: variable for path, variable in variable_paths(model).items() if "lora_kernel" not in path}
        assign_tensors(plain, read_safetensors(weights), weights)
        best.resume(*min(losses), model.get_weights())
    if backup.epoch:
        backup.restore(model)
