"""Callback that saves the state of a training, so that an interrupted training can be resumed."""

import os
import shutil
from pathlib import Path

import keras
import numpy as np

from ..data.write_safetensors import write_safetensors
from ..models.checkpoints.safetensors_file import read_safetensors
from .processes import arrays_of_rank_0, on_rank_0, process_rank


class TrainingState(keras.callbacks.Callback):
    """Saves the whole state of a training before each epoch but the first, and restores it.

    The state is every variable of model and optimizer: weights, moments, moving averages of weights, seeds of dropout.
    It is saved to one file with the epoch in its name, which replaces the previous file in one step. The training may
    therefore be killed at any moment. If the order of the data depends on the epoch only, the resumed training equals
    an uninterrupted one. (`keras.callbacks.BackupAndRestore` saves weights and epoch separately, without the seeds.)

    Of several processes, that of rank 0 reads and writes the file.

    Args:
        folder: Folder of the file; created with the first file.

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
        """Epoch to resume with, from 0; 0 without a saved state."""
        epochs = (int(file.name.split("-")[1].split(".")[0]) for file in self._files())
        return on_rank_0(lambda: max(epochs, default=0))

    def restore(self, model: keras.Model) -> None:
        """Assigns the saved state to a compiled model and its optimizer.

        Args:
            model: A compiled model.

        Raises:
            ValueError: The file is incomplete, or belongs to another model or optimizer.
        """
        path = self._file(self.epoch)
        variables = _variables(model)
        values = [np.zeros(variable.shape, variable.dtype) for variable in variables]
        if process_rank() == 0:
            tensors = read_safetensors(path)
            if {str(i): value.shape for i, value in enumerate(values)} != {n: t.shape for n, t in tensors.items()}:
                raise ValueError(f"{path}: expected the variables of this model. Received: those of another model.")
            values = [tensors[str(i)] for i in range(len(values))]
        for variable, value in zip(variables, arrays_of_rank_0(values), strict=True):
            variable.assign(value)

    def remove(self) -> None:
        """Deletes the folder, after the end of the training."""
        if process_rank() == 0:
            shutil.rmtree(self.folder, ignore_errors=True)

    def on_epoch_begin(self, epoch, logs=None):
        if epoch and epoch != self.epoch and process_rank() == 0:
            self._write(epoch)

    def _write(self, epoch: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        previous = self._files()
        values = [variable.numpy() for variable in _variables(self.model)]
        write_safetensors(self._file(epoch), {str(i): value for i, value in enumerate(values)})
        for file in previous:
            file.unlink()

    def _file(self, epoch: int) -> Path:
        return self.folder / f"epoch-{epoch}.safetensors"

    def _files(self) -> list[Path]:
        return list(self.folder.glob("epoch-*.safetensors"))


def _variables(model: keras.Model) -> list:
    """Returns every variable that a training step reads, in an order that is the same in every run of a program."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    unique = {id(variable): variable for variable in [*model.variables, *model.optimizer.variables]}
    metrics = {id(variable) for variable in model.metrics_variables}
    return [variable for key, variable in unique.items() if key not in metrics]
