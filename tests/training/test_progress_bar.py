"""Progress bar and plain lines."""

import io

import keras
import numpy as np
from rich.console import Console

from textzoo.training import ProgressBar


def fit(console, epochs=2, **options):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((6, 1), "float32")
    data = {"batch_size": 2, "validation_data": (x, x), "verbose": 0}
    model.fit(x, x, epochs=epochs, callbacks=[ProgressBar(3 * epochs, console, **options)], **data)
    return console.file.getvalue()


def test_without_a_terminal_an_epoch_prints_one_line():
    first, *lines = fit(Console(file=io.StringIO(), width=80)).splitlines()
    assert "first batch" in first and len(lines) == 2
    assert lines[0].startswith("epoch 1, 3/6 batches, loss ") and ", val_loss " in lines[0]
    assert lines[1].startswith("epoch 2, 6/6 batches, loss ") and lines[1].endswith(", 0:00:00 left")


def test_lines_between_epochs():
    lines = fit(Console(file=io.StringIO(), width=200), epochs=1, line_interval=0.0).splitlines()[1:]
    assert [line.endswith(" left") for line in lines] == [False, True, True, True]
    assert [line.split(" batches")[0] for line in lines] == [f"epoch 1, {done}/3" for done in (1, 2, 3, 3)]


def test_a_terminal_shows_a_bar_that_ends_full():
    text = fit(Console(file=io.StringIO(), width=120, force_terminal=True))
    assert "6/6" in text and "epoch 2: loss " in text


def test_close_restores_the_terminal():
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    bar = ProgressBar(5, console)
    bar.on_train_begin()
    bar.close()
    assert console.file.getvalue().endswith("\x1b[?25h")


def test_more_than_a_day_is_left():
    console = Console(file=io.StringIO(), width=200)
    bar = ProgressBar(101, console)
    bar.on_train_begin()
    bar.on_epoch_begin(0)
    bar.on_train_batch_end(0)
    bar._start -= 3600.0
    bar.on_train_batch_end(1)
    bar.on_epoch_end(0)
    assert console.file.getvalue().endswith("4 days, 3:00:00 left\n")
