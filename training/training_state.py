"""The state of a training, from which it goes on after whatever ended it."""

import os
import shutil
from pathlib import Path

import keras
import numpy as np


class TrainingState(keras.callbacks.Callback):
    """Writes the whole state of a training before each epoch but the first, and reads it back.

    The state is every variable of model and optimizer: weights, moments, running means of weights, the seeds of
    dropout. It goes into one file, which says its epoch in its name and takes the place of the one before it at once,
    so that a training may be killed at any moment. Data whose order depends on the epoch alone make the training that
    goes on the same as one that was never broken off. (`keras.callbacks.BackupAndRestore` writes weights and epoch
    apart, and leaves seeds out.)

    Args:
        folder: Where the file stands; made when the first is written.

    Example:

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile("adam", "mse")
    >>> x = keras.ops.ones((2, 1))
    >>> history = model.fit(x, x, epochs=3, callbacks=[TrainingState("backup")], verbose=0)
    >>> backup = TrainingState("backup")
    >>> backup.epoch, int(model.optimizer.iterations)
    (2, 3)
    >>> backup.restore(model)
    >>> int(model.optimizer.iterations)
    2
    """

    def __init__(self, folder: str | os.PathLike):
        super().__init__()
        self.folder = Path(folder)

    @property
    def epoch(self) -> int:
        """The epoch to go on with, from 0; 0 where there is no state."""
        return max((int(file.name.split("-")[1].split(".")[0]) for file in self._files()), default=0)

    def restore(self, model: keras.Model) -> None:
        """Gives a compiled model and its optimizer the state of the file.

        Raises:
            ValueError: The file is broken, or from another model or optimizer.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        path = self._file(self.epoch)
        try:
            tensors = load_file(path)
        except (SafetensorError, OSError) as error:
            raise ValueError(f"{path}: expected a whole safetensors file. Received: {error}.") from None
        variables = _variables(model)
        shapes = [list(variable.shape) for variable in variables]
        found = [list(tensors[str(i)].shape) for i in range(len(tensors))]
        if shapes != found:
            raise ValueError(f"{path}: expected the variables of this model. Received: those of another.")
        for i, variable in enumerate(variables):
            variable.assign(tensors[str(i)])

    def remove(self) -> None:
        """Takes the file away, for a training that reached its end."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def on_epoch_begin(self, epoch, logs=None):
        if epoch and epoch != self.epoch:
            self._write(epoch)

    def _write(self, epoch: int) -> None:
        from safetensors.numpy import save_file

        self.folder.mkdir(parents=True, exist_ok=True)
        before, part = self._files(), self.folder / "part"
        values = [np.asarray(keras.ops.convert_to_numpy(v.value), order="C") for v in _variables(self.model)]
        save_file({str(i): value for i, value in enumerate(values)}, part)
        os.replace(part, self._file(epoch))
        for file in before:
            file.unlink()

    def _file(self, epoch: int) -> Path:
        return self.folder / f"epoch-{epoch}.safetensors"

    def _files(self) -> list[Path]:
        return list(self.folder.glob("epoch-*.safetensors"))


def _variables(model: keras.Model) -> list:
    """Every variable that a step of training reads, in an order that the same program repeats."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    found = {id(variable): variable for variable in [*model.variables, *model.optimizer.variables]}
    metrics = {id(variable) for variable in model.metrics_variables}
    return [variable for key, variable in found.items() if key not in metrics]
