"""Callback that shows the progress of a training."""

import datetime
import time

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class ProgressBar(keras.callbacks.Callback):
    """Progress bar over all batches of a training with the loss and the time left; plain lines without a terminal.

    Args:
        total: int. Number of batches of the whole training.
        console: `rich.console.Console`; None: standard error.
        line_interval: float. Seconds between plain lines. The end of an epoch always prints one.

    Example:

    >>> import io
    >>> model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile("sgd", "mse")
    >>> console = Console(file=io.StringIO())
    >>> x = keras.ops.ones((4, 1))
    >>> history = model.fit(x, x, batch_size=2, callbacks=[ProgressBar(2, console)], verbose=0)
    >>> print(console.file.getvalue().split(" left")[0])
    the first batch compiles the model, which takes a while
    epoch 1, 2/2 batches, loss 0.9608, 0:00:00
    """

    def __init__(self, total: int, console: Console | None = None, *, line_interval: float = 10.0):
        super().__init__()
        self.total = total
        self.console = Console(stderr=True) if console is None else console
        self.line_interval = line_interval
        self.done = 0
        self._progress: Progress | None = None

    def on_train_begin(self, logs=None):
        self._last_line = time.monotonic()
        self._first = self.done
        if not self.console.is_terminal:
            self.console.print("the first batch compiles the model, which takes a while", highlight=False)
        else:
            progress = self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=self.console,
            )
            self._task = progress.add_task("training", total=self.total, completed=self.done)
            progress.start()

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        if self.done == self._first + 1:
            self._start = time.monotonic()  # compiling, in the first batch, says nothing about the others
        if self._progress is not None:
            text = f"epoch {self._epoch}, {_format_metrics(logs, ('loss',))}"
            self._progress.update(self._task, completed=self.done, description=text)
        elif time.monotonic() - self._last_line >= self.line_interval:
            self._print_line(_format_metrics(logs, ("loss",)))

    def on_epoch_end(self, epoch, logs=None):
        names = sorted(logs or {}, key=lambda name: (name.startswith("val_"), name != "loss"))
        metrics = _format_metrics(logs, names)
        if self._progress is not None:
            self._progress.console.print(f"epoch {self._epoch}: {metrics}", highlight=False)
        else:
            self._print_line(metrics)

    def on_train_end(self, logs=None):
        self.close()

    def close(self) -> None:
        """Restores the terminal. Call it if the training was interrupted."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _print_line(self, metrics: str) -> None:
        self._last_line = time.monotonic()
        line, timed = f"epoch {self._epoch}, {self.done}/{self.total} batches, {metrics}", self.done - self._first - 1
        if timed > 0 or self.done >= self.total:
            left = (self._last_line - self._start) / max(timed, 1) * (self.total - self.done)
            line += f", {datetime.timedelta(seconds=round(max(left, 0)))} left"
        self.console.print(line, highlight=False, soft_wrap=True)


def _format_metrics(logs, names) -> str:
    return ", ".join(f"{name} {float(logs[name]):.4f}" for name in names if logs and name in logs)
