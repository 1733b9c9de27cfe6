"""Training on articles and their titles: `textzoo train title`."""

import sys
from dataclasses import dataclass
from typing import Literal

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeInt, PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.title_drafts import title_drafts
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import (
    drop_unreadable,
    read_examples,
    training_batches,
    validation_batches,
)

MODEL_OPTIONS = ("decoder", "fusion", "fusion_weight", "leakage_guard", "lookahead", "copy_head", "source_prior")


@dataclass(kw_only=True)
class TrainTitle(TrainingConfig):
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
        token_substitution_rate: In half of the records, maximum fraction of the article's distinct tokens that are
            replaced by other tokens, in the article and in its title. The model so learns to copy unseen tokens. Use
            about 1 for little data, or if texts to generate from differ in subject from the training texts.
        max_source_length: Maximum number of tokens of an article; longer ones are truncated.
        truncation: Part of a longer article that is kept, its lead, or lead_and_tail with three quarters for the lead.
        max_title_length: Maximum number of tokens of a title; longer ones are truncated and train without their end.
        label_smoothing: Probability that is spread over all tokens.
    """

    decoder: Literal["left_to_right", "bidirectional", "from_both_ends"] = "left_to_right"
    fusion: Literal["linear", "nonlinear", "gate"] = "nonlinear"
    fusion_weight: ClosedUnitInterval = 0.1
    leakage_guard: Literal["mask", "two_pass", "noise", "none"] = "mask"
    lookahead: NonNegativeInt = 4
    draft_steps_fraction: ClosedUnitInterval = 0.5
    copy_head: bool = True
    source_prior: bool = False
    token_substitution_rate: ClosedUnitInterval = 0.0
    max_source_length: PositiveInt = 256
    truncation: Literal["lead", "lead_and_tail"] = "lead"
    max_title_length: PositiveInt = 32
    label_smoothing: ClosedUnitInterval = 0.0


def train_title(config: TrainTitle) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_tensorflow()
    import keras

    from textzoo.data import read_titles
    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import TitleGenerator
    from textzoo.training import RunDirectory

    run = RunDirectory(config.out, config.resume)
    examples = [example for file in config.inputs for example in read_examples(read_titles, file, config)]
    validation = None if config.validation is None else read_examples(read_titles, config.validation, config)
    texts = [text for example in examples for text in (example.title, example.text)]

    def make_model(config: TrainTitle) -> TitleGenerator:
        keras.utils.set_random_seed(config.seed)
        max_lengths = {name: getattr(config, name) for name in ("max_source_length", "max_title_length")}
        options = {name: getattr(config, name) for name in MODEL_OPTIONS}
        model = create_model(TitleGenerator, config, texts, max_lengths, extra_positions=2, **options)
        model.preprocessor.truncation = config.truncation
        return model

    model = make_model(config)
    if config.on_error == "skip":
        examples = _drop_unreadable(model, examples)
        validation = validation and _drop_unreadable(model, validation)
    limit = config.max_title_length
    truncated = sum(len(model.preprocessor.title(example.title)) > limit for example in examples)
    if truncated:
        print(
            f"{truncated} of {len(examples)} titles exceed {limit} tokens and train without their end", file=sys.stderr
        )
    if config.decoder == "bidirectional" and config.leakage_guard == "two_pass":
        for example in [*examples, *(validation or ())]:
            model.preprocessor.source(example.text)  # raises for a bad record before the folder is created
        examples, validation = title_drafts(config, run, make_model, examples, validation)
    run_training(
        model,
        config,
        run,
        training_batches(model, examples, config, config.token_substitution_rate),
        validation_batches(model, validation, config),
        SequenceCrossentropy(config.label_smoothing, model.gives_log_probs),
    )


def _drop_unreadable(model, examples: list) -> list:
    return drop_unreadable(examples, lambda e: (model.preprocessor.source(e.text), model.preprocessor.title(e.title)))
