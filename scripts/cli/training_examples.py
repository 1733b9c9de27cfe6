"""Examples read from files, and their training batches."""

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textzoo.scripts.cli.training_config import TrainingConfig

if TYPE_CHECKING:
    import tensorflow as tf


def read_examples(read: Callable[..., Any], file: str, config: Any) -> list:
    """Reads the examples of a file and prints the reader's report on standard error.

    Args:
        read: `read(file, encoding, on_error)`, a reader of `textzoo.data` whose result has a `report`.
        file: The file.
        config: Arguments of the command, with `encoding` and `on_error`.

    Raises:
        ValueError: A record is bad, or no record can be used.
    """
    examples = read(file, config.encoding, config.on_error)
    print(f"{file}: {examples.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{file}: found no usable record")
    return list(examples)


def drop_unreadable(examples: list, read: Callable[[Any], Any]) -> list:
    """Returns the examples on which `read` raises no `ValueError`; prints a line on standard error for each other.

    Raises:
        ValueError: No example is left.
    """
    readable = []
    for example in examples:
        try:
            read(example)
            readable.append(example)
        except ValueError as error:
            print(f"skipped record {example.id!r}: {error}", file=sys.stderr)
    if not readable:
        raise ValueError("The model can read none of the records")
    return readable


def training_batches(
    model: Any, examples: list, config: TrainingConfig, token_substitution_rate: float = 0.0
) -> "tf.data.Dataset":
    """Returns shuffled batches of `num_epochs(config)` epochs, which the dataset's cardinality is a multiple of."""
    return _batches(model, examples, config, True, num_epochs(config), token_substitution_rate)


def validation_batches(model: Any, examples: list | None, config: TrainingConfig) -> "tf.data.Dataset | None":
    """Returns batches of the validation examples in their order; None if there are none."""
    return None if examples is None else _batches(model, examples, config, False, 1)


def num_epochs(config: TrainingConfig) -> int:
    """Returns an upper bound of the number of epochs, also for a training limited by steps."""
    return config.steps or config.epochs


def _batches(
    model, examples, config, shuffle: bool, epochs: int, token_substitution_rate: float = 0.0
) -> "tf.data.Dataset":
    """Batches examples; drops those that the model cannot read if `on_error` is "skip"."""
    options = config.batch_size, shuffle, config.seed, epochs, token_substitution_rate
    try:
        return model.dataset(examples, *options)
    except ValueError:
        if config.on_error == "raise":
            raise
    readable = drop_unreadable(examples, lambda example: model.preprocessor.records([example]))
    return model.dataset(readable, *options)


def read_extractive_qa_examples(file: str, config: Any) -> list:
    """Reads questions whose answer is a span of their passage, or that have no answer.

    Prints counts on standard error.

    Args:
        file: Pairs, in any format that `read_qa` reads.
        config: Arguments of the command, with `encoding` and `on_error`.

    Raises:
        ValueError: A record is bad, or no record can be used.
    """
    from textzoo.data import read_qa

    examples = read_examples(partial(read_qa, unanswerable=True), file, config)
    usable = [example for example in examples if example.start is not None or not example.answer]
    spans = sum(example.start is not None for example in usable)
    print(
        f"{file}: {spans} answers are a span of their passage, {len(usable) - spans} questions have none; "
        f"dropped {len(examples) - len(usable)} answers in other words",
        file=sys.stderr,
    )
    if not usable:
        raise ValueError(f"{file}: no answer is a span of its passage")
    return usable
