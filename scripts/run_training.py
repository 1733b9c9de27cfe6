"""From a model and its batches to the folder of a training."""

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from textzoo.scripts.training_data import num_epochs
from textzoo.scripts.training_settings import TrainingSettings

if TYPE_CHECKING:
    import tensorflow as tf

    from textzoo.training import RunFolder


def run_training(
    model: Any,
    settings: TrainingSettings,
    run: "RunFolder",
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
        loss: A Keras loss; `--flood` wraps it.

    Returns:
        The figures of the best epoch, as they stand in metrics.json.

    Raises:
        ValueError: The loss is no number; the last weights that were good stand in the folder.
    """
    import keras

    from textzoo.losses import Flooding
    from textzoo.training import BestWeights, FloodingMonitor, ProgressBar, StopAfter, StopAtNaN, adamw, training_plot

    in_epoch = int(batches.cardinality()) // num_epochs(settings)
    total = settings.steps or settings.epochs * in_epoch
    optimizer = adamw(
        settings.learning_rate,
        total,
        settings.warmup,
        settings.weight_decay,
        settings.clip_norm,
        settings.accumulate,
    )
    model.compile(optimizer, loss if settings.flood is None else Flooding(loss, settings.flood))
    run.begin(dataclasses.asdict(settings), settings.files)
    facts = run.facts()
    card = {"command": " ".join(facts["command"]), "data": facts["data"], "versions": facts["versions"]}
    best = BestWeights(lambda: model.save_to_preset(run.path, card=card), "loss" if held_out is None else "val_loss")
    bar = ProgressBar(total)
    callbacks = [] if settings.flood is None else [FloodingMonitor()]
    callbacks += [StopAtNaN(), best, keras.callbacks.CSVLogger(str(run.log)), bar, StopAfter(total)]
    if settings.tensorboard:
        callbacks.append(keras.callbacks.TensorBoard(str(run.tensorboard)))
    try:
        history = model.fit(
            batches,
            validation_data=held_out,
            epochs=math.ceil(total / in_epoch),
            steps_per_epoch=in_epoch,
            callbacks=callbacks,
            shuffle=False,
            verbose=0,
        ).history
    except ValueError:
        if best.epoch is None:
            model.save_to_preset(run.path, card=card)
        raise
    finally:
        bar.close()
    if best.epoch is None:
        raise ValueError(f"{run.path}: expected a loss that is a number. Received: none in any epoch; lower the rate.")
    if settings.plot:
        training_plot(history, run.plot, settings.flood)
    metrics = {"best_epoch": best.epoch + 1, best.monitor: best.best}
    if held_out is not None:
        figures = model.evaluate(held_out, verbose=0, return_dict=True)
        metrics |= {f"val_{name}": value for name, value in figures.items()}
    run.end(metrics)
    model.save_to_preset(run.path, card=card | {"metrics": metrics})
    print(f"{run.path}: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()))
    return metrics
