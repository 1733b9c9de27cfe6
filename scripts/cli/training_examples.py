"""Examples read from the files of a command."""

import functools
import sys
from collections.abc import Callable
from typing import Any, Literal

from textzoo.scripts.cli.print_rejected import print_rejected
from textzoo.scripts.cli.training_arguments import DataArguments


def read_examples(read: Callable[..., Any], file: str, *, config: Any) -> list:
    """Reads the examples of a file and prints the reader's report on standard error.

    Args:
        read: `read(file, encoding=..., on_error=...)`, a reader of `textzoo.data` whose result has a `report`.
        file: The file.
        config: Arguments of the command, with `encoding` and `on_error`.

    Raises:
        ValueError: A record is bad, or no record can be used.
    """
    examples = read(file, encoding=config.encoding, on_error=config.on_error)
    print(f"{file}: {examples.report}", file=sys.stderr)
    if not examples:
        raise ValueError(f"{file}: found no usable record")
    return list(examples)


def read_corpus_texts(path: str, config: Any) -> list[str]:
    """Reads the texts of a file or folder and lists the skipped lines on standard error.

    Args:
        path: Texts, in any form that `read_corpus` reads.
        config: Arguments of the command, with `encoding` and `on_error`.
    """
    from textzoo.data import read_corpus

    texts = read_corpus(path, encoding=config.encoding, on_error=config.on_error)
    print_rejected(texts.rejected)
    return texts


def read_training_examples(read_file: Callable[[str], list], args: DataArguments) -> tuple[list, list | None]:
    """Reads the training files and the validation file of a command.

    Args:
        read_file: Reads the examples of a file.
        args: Arguments of the command.

    Returns:
        The training examples, and the validation examples or None.
    """
    examples = [example for file in args.inputs for example in read_file(file)]
    return examples, None if args.validation is None else read_file(args.validation)


def drop_unreadable(examples: list, read: Callable[[Any], Any], *, on_error: Literal["raise", "skip"] = "skip") -> list:
    """Returns the examples on which `read` raises no `ValueError`; prints a line on standard error for each other.

    Raises:
        ValueError: No example is left; or `read` raises it and `on_error` is "raise". The message names the record.
    """
    readable = []
    for example in examples:
        try:
            read(example)
            readable.append(example)
        except ValueError as error:
            if on_error == "raise":
                raise ValueError(f"record {example.id!r}: {error}") from None
            print(f"skipped record {example.id!r}: {error}", file=sys.stderr)
    if not readable:
        raise ValueError("The model can read none of the records")
    return readable


def usable_examples(model: Any, examples: list | None, *, args: DataArguments) -> Any:
    """Returns the examples that the model's preprocessor can read, all of them unless `on_error` is "skip".

    Prints a line on standard error for each dropped one.
    """
    if examples is None or args.on_error == "raise":
        return examples
    try:
        model.preprocessor.records(examples)
        return examples
    except ValueError:
        return drop_unreadable(examples, lambda example: model.preprocessor.records([example]))


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

    examples = read_examples(functools.partial(read_qa, unanswerable=True), file, config=config)
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
