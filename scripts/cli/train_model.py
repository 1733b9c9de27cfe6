"""Training as the commands do it: devices, resumed vocabulary, plot and final line."""

import dataclasses
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textzoo import __version__
from textzoo.scripts.cli.command import hold_until_end
from textzoo.scripts.cli.foreign_texts import warn_of_foreign_texts
from textzoo.scripts.cli.path_checks import text_uses
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.training_arguments import TrainingArguments

if TYPE_CHECKING:
    from textzoo.training import RunDirectory


def start_training(args: TrainingArguments) -> None:
    """Starts the devices of a training until the command ends, and meets the processes on other hosts.

    Raises:
        ValueError: As `use_devices`, or arguments or data files differ between hosts.
    """
    start_tensorflow()
    from textzoo.training import check_same_on_hosts, process_count, use_devices

    hold_until_end(use_devices(args))
    if process_count() > 1:
        check_same_on_hosts(_facts(args))


def _facts(args: TrainingArguments) -> dict[str, Any]:
    """Returns everything on which the result of a training depends."""
    from textzoo.data.files import is_pipe, sha256_file
    from textzoo.data.find_preset import find_preset
    from textzoo.training.run_directory import RUN_SETTINGS

    files = [*args.files, *([] if args.vocab is None else [args.vocab])]
    facts = {name: value for name, value in vars(args).items() if name not in {*RUN_SETTINGS, *text_uses(type(args))}}
    facts |= {f"file {number}": is_pipe(file) or sha256_file(file) for number, file in enumerate(files, 1)}
    checkpoint = None if args.checkpoint is None else find_preset(args.checkpoint)
    if checkpoint is not None and os.path.isdir(checkpoint):
        facts["checkpoint"] = sha256_file(checkpoint)
    return facts | {"textzoo": __version__}


def create_seeded_model(model_class: Any, args: TrainingArguments, *, texts: Sequence[str], **options: Any) -> Any:
    """Creates the model of a training; one that is resumed has the vocabulary of the interrupted run.

    Says on standard error what kind of vocabulary was built, if one was, or that the checkpoint is of another language.

    Args:
        model_class: `Task` class.
        args: Arguments of the command.
        texts: Training texts.
        **options: Keyword arguments of `create_model`.
    """
    from textzoo.data.text.tokenizer import SPECIAL_TOKENS
    from textzoo.training import create_model

    vocab = Path(args.out) / "vocab.txt"
    if args.resume and args.checkpoint is None and args.vocab is None and vocab.is_file():
        args = dataclasses.replace(args, vocab=str(vocab))
    model = create_model(model_class, args, seed=args.seed, texts=texts, **options)
    tokenizer = model.preprocessor.tokenizer
    if args.checkpoint is not None:
        warn_of_foreign_texts(texts, checkpoint=args.checkpoint, tokenizer=tokenizer)
    elif args.vocab is None:
        tokens = tokenizer.tokens
        has_pieces = any(len(token.removeprefix("##")) > 1 for token in set(tokens) - set(SPECIAL_TOKENS))
        kind = "word pieces" if has_pieces else "characters"
        print(f"built a vocabulary of {len(tokens)} {kind} from the texts", file=sys.stderr)
    return model


def train_model(
    model: Any,
    args: TrainingArguments,
    *,
    run: "RunDirectory",
    examples: Sequence,
    validation: Sequence | None,
    next_step: str | None,
) -> None:
    """Trains a model, saves the best epoch, prints its metrics and, on standard error, what to do next.

    Args:
        model: `Task`.
        args: Arguments of the command.
        run: Output folder, checked before any data was read.
        examples: Training examples.
        validation: Validation examples.
        next_step: A command that uses the model, without `textzoo` and the folder at the end; None: nothing is printed.

    Raises:
        ValueError: As `Trainer.fit`.
    """
    from textzoo.reports import training_plot
    from textzoo.training import Trainer, process_rank

    metrics = Trainer(model, args, run=run).fit(examples, validation, files=args.files)
    if process_rank():
        return
    if args.plot:
        training_plot(run.history(), run.plot, flooding_level=args.flooding_level)
    print(f"{run.path}: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()))
    if next_step is not None:
        print(f"next: textzoo {next_step} {shlex.quote(str(run.path))}", file=sys.stderr)
