"""Training of a model on its batches, from compiling it to the saved best epoch."""

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from textzoo.scripts.cli.output_files import lock_exclusive
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import num_epochs

STEPS_BETWEEN_COPIES = 16  # of the last finite weights

if TYPE_CHECKING:
    import tensorflow as tf

    from textzoo.training import BestWeights, RunDirectory, TrainingState


def run_training(
    model: Any,
    config: TrainingConfig,
    run: "RunDirectory",
    batches: "tf.data.Dataset",
    validation: "tf.data.Dataset | None",
    loss: Any,
) -> dict[str, float]:
    """Compiles and trains a model, saves the best epoch and prints its metrics.

    Args:
        model: Model of the zoo: `compile(optimizer, loss)` adds its own metrics, `save_to_preset` writes it.
        config: Arguments of the training command.
        run: Output folder, checked before any data was read.
        batches: `training_batches`.
        validation: `validation_batches`.
        loss: Keras loss. `--flooding-level` wraps it in `Flooding`.

    Returns:
        Metrics of the best epoch, as in metrics.json.

    Raises:
        ValueError: The loss is not finite. The last finite weights are in the folder.
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

    steps_per_epoch = int(batches.cardinality()) // num_epochs(config)
    total_steps = config.steps or config.epochs * steps_per_epoch
    if config.gradient_accumulation_steps > total_steps:
        raise ValueError(
            f"Expected at least {config.gradient_accumulation_steps} batches, the gradient_accumulation_steps of one "
            f"update. Received: {total_steps}"
        )
    optimizer = adamw(
        WarmupLinearDecay(config.learning_rate, total_steps, int(config.warmup_ratio * total_steps)),
        weight_decay=config.weight_decay,
        max_grad_norm=config.max_grad_norm,
        gradient_accumulation_steps=config.gradient_accumulation_steps,
        ema_momentum=config.ema_momentum,
    )
    if config.lora_rank is not None:
        enable_lora(model, config.lora_rank)
    if config.gradient_checkpointing:
        enable_gradient_checkpointing(model)
    model.compile(optimizer, loss if config.flooding_level is None else Flooding(loss, config.flooding_level))
    run.begin(dataclasses.asdict(config), config.files)
    lock_file = (run.path / "run.json").open()
    lock_exclusive(lock_file, str(run.path))
    run_info = run.run_info()
    card = {"command": " ".join(run_info["command"]), "data": run_info["data"], "versions": run_info["versions"]}

    def save(**card_entries) -> None:
        with merged_lora(model):
            model.save_to_preset(run.path, card=card | card_entries)

    best = BestWeights(save, "loss" if validation is None else "val_loss")
    state, bar, stop = TrainingState(run.backup), ProgressBar(total_steps), StopAfterSteps(total_steps)
    first_epoch = state.epoch if run.is_resumed else 0
    if run.is_resumed:
        _resume(model, run, state, best)
        bar.done = stop.seen = first_epoch * steps_per_epoch
    callbacks = [] if config.flooding_level is None else [FloodingMonitor()]
    callbacks += [] if config.ema_momentum is None else [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)]
    callbacks += [
        RestoreOnNaN(STEPS_BETWEEN_COPIES),
        best,
        keras.callbacks.CSVLogger(str(run.log), append=True),
        bar,
        stop,
        state,
    ]
    if config.tensorboard:
        callbacks.append(keras.callbacks.TensorBoard(str(run.tensorboard)))
    try:
        model.fit(
            batches.skip(first_epoch * steps_per_epoch),
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
            save()
        raise
    finally:
        bar.close()
        lock_file.close()
    if best.epoch is None:
        raise ValueError(f"{run.path}: {best.monitor} was not finite in any epoch; lower the learning rate")
    if config.plot:
        training_plot(run.history(), run.plot, config.flooding_level)
    metrics = {"best_epoch": best.epoch + 1, best.monitor: best.best}
    if validation is not None:
        validation_metrics = model.evaluate(validation, verbose=0, return_dict=True)
        metrics |= {f"val_{name}": value for name, value in validation_metrics.items()}
    save(metrics=metrics)
    run.end(metrics)
    state.remove()
    print(f"{run.path}: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()))
    return metrics


def _resume(model: Any, run: "RunDirectory", state: "TrainingState", best: "BestWeights") -> None:
    """Restores the state before the interrupted epoch, and the best epoch before it."""
    from textzoo.models.checkpoints.safetensors_file import read_safetensors
    from textzoo.models.presets.assign_tensors import assign_tensors
    from textzoo.models.presets.variable_paths import variable_paths

    run.truncate_log(state.epoch)
    losses = [(loss, epoch) for epoch, loss in enumerate(run.history().get(best.monitor, [])) if math.isfinite(loss)]
    if losses:
        weights_file = run.path / "model.safetensors"
        merged = {path: variable for path, variable in variable_paths(model).items() if "lora_kernel" not in path}
        assign_tensors(merged, read_safetensors(weights_file), weights_file)
        best.resume(*min(losses), model.get_weights())
    if state.epoch:
        state.restore(model)
