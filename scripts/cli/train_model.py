"""Model creation and training as the commands do them: resumed vocabulary, plot and final line."""

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textzoo.scripts.cli.training_arguments import TrainingArguments

if TYPE_CHECKING:
    from textzoo.training import RunDirectory


def create_seeded_model(model_class: Any, args: TrainingArguments, **options: Any) -> Any:
    """Creates the model of a training; one that is resumed has the vocabulary of the interrupted run.

    Says on standard error what kind of vocabulary was built, if one was.

    Args:
        model_class: `Task` class.
        args: Arguments of the command.
        **options: Keyword arguments of `create_model`.
    """
    from textzoo.data.text.tokenizer import SPECIAL_TOKENS
    from textzoo.training import create_model

    vocab = Path(args.out) / "vocab.txt"
    if args.resume and args.checkpoint is None and args.vocab is None and vocab.is_file():
        args = dataclasses.replace(args, vocab=str(vocab))
    model = create_model(model_class, args, seed=args.seed, **options)
    if args.vocab is None and args.checkpoint is None:
        tokens = model.preprocessor.tokenizer.tokens
        has_pieces = any(len(token.removeprefix("##")) > 1 for token in set(tokens) - set(SPECIAL_TOKENS))
        kind = "word pieces" if has_pieces else "characters"
        print(f"built a vocabulary of {len(tokens)} {kind} from the texts", file=sys.stderr)
    return model


def train_model(
    model: Any, args: TrainingArguments, *, run: "RunDirectory", examples: Sequence, validation: Sequence | None
) -> None:
    """Trains a model, saves the best epoch and prints its metrics.

    Args:
        model: `Task`.
        args: Arguments of the command.
        run: Output folder, checked before any data was read.
        examples: Training examples.
        validation: Validation examples.

    Raises:
        ValueError: As `Trainer.fit`.
    """
    from textzoo.reports import training_plot
    from textzoo.training import Trainer

    metrics = Trainer(model, args, run=run).fit(examples, validation, files=args.files)
    if args.plot:
        training_plot(run.history(), run.plot, flooding_level=args.flooding_level)
    print(f"{run.path}: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()))
