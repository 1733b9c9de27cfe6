"""Training on articles and their titles: what `textzoo train title` does."""

import sys
from dataclasses import dataclass
from typing import Literal

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeInt, PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.title_drafts import title_drafts
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import held_out_batches, read_examples, readable, training_batches


@dataclass(kw_only=True)
class TrainTitle(TrainingConfig):
    """Fine-tune a checkpoint, or train random weights, on articles and their titles.

    Args:
        train: Titles and their articles: lines of title, tab, text; lines of {"title", "text"}; or a folder of .txt
            files whose first line is the title.
        decoder: left_to_right; bidirectional, from both sides in step; or from_both_ends to the middle. The latter two
            need [unused1] and [unused2] in the vocabulary.
        fusion: How a direction takes in what the other has written.
        fusion_weight: Of the other direction, in the linear and the nonlinear fusion.
        leakage_guard: What keeps a bidirectional model from copying the title that it learns from the other direction: mask,
            few of its words are seen; two_pass, what it sees are drafts by two other models, which are trained first,
            each on half of the titles, and write them for the other half; noise, some words are replaced; or none.
        lookahead: Words of the other direction that are seen, of the cure mask.
        draft_steps_fraction: Of the cure two_pass: the share of this training's batches that each of the other models gets.
        copy_head: Tokens of the article can be copied, which small models and small data need.
        source_prior: Tokens of the article are favoured, by how much is learned for each.
        token_substitution_rate: In half of the records, the highest share of the article's distinct tokens that other tokens stand in
            for, in it and in what is written of it, so that the model learns to copy what it has never seen. About 1
            for small data and texts of other subjects than those of the training.
        max_source_length: Tokens of an article; longer ones are cut.
        truncation: What is kept of a longer article: its lead; or lead_and_tail, three quarters of the room for the lead.
        max_title_length: Tokens of a title; longer ones train without their end.
        label_smoothing: The probability that is spread over all tokens.
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


MODEL_OPTIONS = ("decoder", "fusion", "fusion_weight", "leakage_guard", "lookahead", "copy_head", "source_prior")


def train_title(settings: TrainTitle) -> None:
    """Trains and saves; everything is checked before the folder is made."""
    start_tensorflow()
    import keras

    from textzoo.data import read_titles
    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import TitleGenerator
    from textzoo.training import RunDirectory

    run = RunDirectory(settings.out, settings.resume)
    examples = [example for file in settings.train for example in read_examples(read_titles, file, settings)]
    validation = None if settings.validation is None else read_examples(read_titles, settings.validation, settings)
    texts = [text for example in examples for text in (example.title, example.text)]

    def make_model(settings: TrainTitle) -> TitleGenerator:
        keras.utils.set_random_seed(settings.seed)
        lengths = {name: getattr(settings, name) for name in ("max_source_length", "max_title_length")}
        options = {name: getattr(settings, name) for name in MODEL_OPTIONS}
        model = create_model(TitleGenerator, settings, texts, lengths, room=2, **options)
        model.preprocessor.truncation = settings.truncation
        return model

    model = make_model(settings)
    if settings.on_error == "skip":
        examples = _readable(model, examples)
        validation = validation and _readable(model, validation)
    limit = settings.max_title_length
    cut = sum(len(model.preprocessor.title(example.title)) > limit for example in examples)
    if cut:
        print(f"{cut} of {len(examples)} titles exceed {limit} tokens and train without their end", file=sys.stderr)
    if settings.decoder == "bidirectional" and settings.leakage_guard == "two_pass":
        for example in [*examples, *(validation or ())]:
            model.preprocessor.source(example.text)
        examples, validation = title_drafts(settings, run, make_model, examples, validation)
    batches = (
        training_batches(model, examples, settings, settings.token_substitution_rate),
        held_out_batches(model, validation, settings),
    )
    run_training(model, settings, run, *batches, SequenceCrossentropy(settings.label_smoothing, model.gives_log_probs))


def _readable(model, examples: list) -> list:
    return readable(examples, lambda e: (model.preprocessor.source(e.text), model.preprocessor.title(e.title)))
