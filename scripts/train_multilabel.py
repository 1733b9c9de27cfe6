"""Training on labelled texts: `textzoo train multilabel`.

textzoo train multilabel labels.tsv --checkpoint tiny-zh --out runs/multilabel
"""

import functools
import sys
from collections import Counter
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.train_model import create_seeded_model, start_training, train_model
from textzoo.scripts.cli.training_arguments import TrainingArguments
from textzoo.scripts.cli.training_examples import read_examples, usable_examples

MIN_RARE_LABELS = 20
CHINESE_COMMAS = {"，", "、"}


@dataclass(frozen=True, kw_only=True)
class TrainMultilabel(TrainingArguments):
    """Fine-tune a checkpoint, or train a model with random weights, on texts with any number of labels.

    Args:
        inputs: Files of labelled texts: lines of text, tab and comma-separated labels (or none), or lines of
            {"text", "labels"}. The model gets the labels that occur in them.
        max_length: Maximum number of tokens of a text; longer ones are truncated.
        allow_rare_labels: Train also if most texts have a label that occurs only once, which is a sign of another kind
            of file.
    """

    max_length: PositiveInt = 256
    allow_rare_labels: bool = False


def train_multilabel(args: TrainMultilabel) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_training(args)
    from textzoo.data import read_multilabel
    from textzoo.models import MultiLabelClassifier
    from textzoo.training import RunDirectory

    run = RunDirectory(args.out, resume=args.resume)
    examples = [example for file in args.inputs for example in read_examples(read_multilabel, file, config=args)]
    labels = sorted({label for example in examples for label in example.labels})
    if not labels:
        raise ValueError(f"{', '.join(args.inputs)}: no text has a label")
    if joined := [label for label in labels if not CHINESE_COMMAS.isdisjoint(label)]:
        print(f"{joined[0]!r} is one label; an ASCII comma separates two", file=sys.stderr)
    if not args.allow_rare_labels:
        _check_rare_labels(examples, files=args.inputs)
    validation = None
    if args.validation is not None:
        validation = read_examples(functools.partial(read_multilabel, labels=labels), args.validation, config=args)
    model = create_seeded_model(
        MultiLabelClassifier,
        args,
        texts=[example.text for example in examples],
        max_lengths={"max_length": args.max_length},
        labels=labels,
    )
    examples, validation = (usable_examples(model, group, args=args) for group in (examples, validation))
    train_model(
        model,
        args,
        run=run,
        examples=examples,
        validation=validation,
        next_step="predict multilabel YOUR_TEXTS.txt --model",
    )


def _check_rare_labels(examples: list, *, files: list[str]) -> None:
    """Raises ValueError if more than half of the labelled texts have a label that no other text has.

    Nothing can be learned of such a label, nor measured. Label sets have few of them; titles and sentences that were
    split at their commas consist of them.
    """
    counts = Counter(label for example in examples for label in example.labels)
    once = {label for label, count in counts.items() if count == 1}
    labelled = [example for example in examples if example.labels]
    with_rare = sum(not once.isdisjoint(example.labels) for example in labelled)
    if len(once) >= MIN_RARE_LABELS and with_rare > len(labelled) / 2:
        raise ValueError(
            f"{', '.join(files)}: {len(once)} of {len(counts)} labels occur once, on {with_rare} of {len(labelled)} "
            f"texts, such as {min(once)[:40]!r}; check that the file holds labels, or pass --allow-rare-labels"
        )
