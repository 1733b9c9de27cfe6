"""Training on articles and their titles: `textzoo train title`.

textzoo train title titles.tsv --checkpoint tiny-zh --out runs/title
"""

import sys
from dataclasses import dataclass
from typing import Literal

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeInt, PositiveInt
from textzoo.scripts.cli.title_drafts import title_drafts
from textzoo.scripts.cli.train_model import create_seeded_model, start_training, train_model
from textzoo.scripts.cli.training_arguments import TrainingArguments
from textzoo.scripts.cli.training_examples import drop_unreadable, read_examples, read_training_examples
from textzoo.training import GeneratorTrainingConfig

MODEL_OPTIONS = ("decoder", "fusion", "fusion_weight", "leakage_guard", "lookahead", "copy_head", "source_prior")


@dataclass(frozen=True, kw_only=True)
class TrainTitle(TrainingArguments, GeneratorTrainingConfig):
    """Fine-tune a checkpoint, or train a model with random weights, on articles and their titles.

    Args:
        inputs: Titles and their articles: lines of title, tab and text, lines of {"title", "text"}, or folders of .txt
            files whose first line is the title.
        decoder: left_to_right; bidirectional, both directions in lockstep; or from_both_ends, which meet in the middle.
            The latter two need the tokens [unused1] and [unused2] in the vocabulary.
        fusion: Fusion of a direction with the other direction's past.
        fusion_weight: Weight of the other direction in linear and nonlinear fusion.
        leakage_guard: Keeps a bidirectional model from copying its target from the other direction. mask shows only few
            tokens of the other direction; noise replaces some of them; two_pass shows drafts by two models, each
            trained on one half of the titles and applied to the other; none shows everything.
        lookahead: For the leakage guard mask, number of visible tokens of the other direction.
        draft_steps_fraction: For the leakage guard two_pass, batches for each of the two draft models as a fraction of
            this training's batches.
        copy_head: Add a copy head, which copies tokens of the article. Small models and small data need it.
        source_prior: Add a learned bonus for each token of the article.
        max_source_length: Maximum number of tokens of an article; longer ones are truncated.
        truncation: Part of a longer article that is kept, its lead, or lead_and_tail with three quarters for the lead.
        max_title_length: Maximum number of tokens of a title; longer ones are truncated and train without their end.
    """

    decoder: Literal["left_to_right", "bidirectional", "from_both_ends"] = "left_to_right"
    fusion: Literal["linear", "nonlinear", "gate"] = "nonlinear"
    fusion_weight: ClosedUnitInterval = 0.1
    leakage_guard: Literal["mask", "two_pass", "noise", "none"] = "mask"
    lookahead: NonNegativeInt = 4
    draft_steps_fraction: ClosedUnitInterval = 0.5
    copy_head: bool = True
    source_prior: bool = False
    max_source_length: PositiveInt = 256
    truncation: Literal["lead", "lead_and_tail"] = "lead"
    max_title_length: PositiveInt = 32


def train_title(args: TrainTitle) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_training(args)
    from textzoo.data import read_titles
    from textzoo.models import TitleGenerator
    from textzoo.training import RunDirectory

    run = RunDirectory(args.out, resume=args.resume)
    examples, validation = read_training_examples(lambda file: read_examples(read_titles, file, config=args), args)
    texts = [text for example in examples for text in (example.title, example.text)]

    def make_model(args: TrainTitle) -> TitleGenerator:
        return create_seeded_model(
            TitleGenerator,
            args,
            texts=texts,
            max_lengths={name: getattr(args, name) for name in ("max_source_length", "max_title_length")},
            extra_positions=2,
            preprocessor_options={"truncation": args.truncation},
            **{name: getattr(args, name) for name in MODEL_OPTIONS},
        )

    model = make_model(args)
    if args.on_error == "skip":
        examples = _drop_unreadable(model, examples)
        validation = validation and _drop_unreadable(model, validation)
    limit = args.max_title_length
    truncated = sum(len(model.preprocessor.title(example.title)) > limit for example in examples)
    if truncated:
        print(
            f"{truncated} of {len(examples)} titles exceed {limit} tokens and train without their end", file=sys.stderr
        )
    if args.decoder == "bidirectional" and args.leakage_guard == "two_pass":
        for example in [*examples, *(validation or ())]:
            model.preprocessor.source(example.text)  # raises for a bad record before the folder is created
        examples, validation = title_drafts(args, run, make_model=make_model, examples=examples, validation=validation)
    train_model(
        model,
        args,
        run=run,
        examples=examples,
        validation=validation,
        next_step="generate title YOUR_TEXTS.txt --model",
    )


def _drop_unreadable(model, examples: list) -> list:
    return drop_unreadable(examples, lambda e: (model.preprocessor.source(e.text), model.preprocessor.title(e.title)))
