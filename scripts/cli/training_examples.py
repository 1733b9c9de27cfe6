"""What every training reads: examples of files, and batches of them."""

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textzoo.scripts.cli.training_config import TrainingConfig

if TYPE_CHECKING:
    import tensorflow as tf


def read_examples(read: Callable[..., Any], file: str, settings: TrainingConfig) -> list:
    """The examples of a file, with a word on standard error about what was read.

    Args:
        read: `read(file, encoding, on_error)`, a reader of `textzoo.data` whose result has a `report`.
        file: The file.
        settings: Those of the training.

    Raises:
        ValueError: A record is bad, or none can be used.
    """
    examples = read(file, settings.encoding, settings.on_error)
    print(f"{file}: {examples.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{file}: expected records to train on. Received: none that can be used.")
    return list(examples)


def readable(examples: list, read: Callable[[Any], Any]) -> list:
    """The examples that `read` raises no ValueError for, with a word on standard error about each of the others.

    Raises:
        ValueError: There is none.
    """
    kept = []
    for example in examples:
        try:
            read(example)
            kept.append(example)
        except ValueError as error:
            print(f"skipped record {example.id!r}: {error}", file=sys.stderr)
    if not kept:
        raise ValueError("Expected records that the model can read. Received: none.")
    return kept


def training_batches(
    model: Any, examples: list, settings: TrainingConfig, token_substitution_rate: float = 0.0
) -> "tf.data.Dataset":
    """Shuffled batches of all epochs that a training may need; its cardinality is a multiple of `num_epochs`."""
    return _batches(model, examples, settings, True, num_epochs(settings), token_substitution_rate)


def held_out_batches(model: Any, examples: list | None, settings: TrainingConfig) -> "tf.data.Dataset | None":
    """Batches of the validation examples in their order; None where there are none."""
    return None if examples is None else _batches(model, examples, settings, False, 1)


def num_epochs(settings: TrainingConfig) -> int:
    """Epochs that hold the training, be it told in epochs or in batches."""
    return settings.steps or settings.epochs


def _batches(
    model, examples, settings, shuffle: bool, epochs: int, token_substitution_rate: float = 0.0
) -> "tf.data.Dataset":
    """What the model cannot read is reported, or skipped."""
    order = settings.batch_size, shuffle, settings.seed, epochs, token_substitution_rate
    try:
        return model.dataset(examples, *order)
    except ValueError:
        if settings.on_error == "raise":
            raise
    kept = readable(examples, lambda example: model.preprocessor.records([example]))
    return model.dataset(kept, *order)


def read_extractive_qa_examples(file: str, settings: Any) -> list:
    """Questions whose answer is a span of their passage, or that have none, with a word on standard error.

    Args:
        file: Pairs, in any format that `read_qa` reads.
        settings: With `encoding` and `on_error`.

    Raises:
        ValueError: A record is bad, or none can be used.
    """
    from textzoo.data import read_qa

    pass

    examples = read_examples(partial(read_qa, unanswerable=True), file, settings)
    kept = [example for example in examples if example.start is not None or not example.answer]
    spans = sum(example.start is not None for example in kept)
    print(
        f"{file}: {spans} answers are a span of their passage, {len(kept) - spans} questions have none; "
        f"{len(examples) - len(kept)} answers in other words are left out",
        file=sys.stderr,
    )
    if not kept:
        raise ValueError(f"{file}: expected answers that stand in their passages. Received: none.")
    return kept
