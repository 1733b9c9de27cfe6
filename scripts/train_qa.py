"""Training on question-answer pairs: what `textzoo train qa` does."""

from dataclasses import dataclass
from typing import Any

from textzoo.scripts.number_types import ClosedUnitInterval, NonNegativeFloat, PositiveInt
from textzoo.scripts.quiet_import import quiet_import
from textzoo.scripts.run_training import run_training
from textzoo.scripts.training_data import held_out_batches, read_examples, training_batches
from textzoo.scripts.training_model import training_model
from textzoo.scripts.training_settings import TrainingSettings


@dataclass(kw_only=True)
class TrainQA(TrainingSettings):
    """Fine-tune a checkpoint, or train random weights, on question-answer pairs.

    Args:
        train: Files of pairs: SQuAD json (CMRC, DRCD), WebQA json, FairytaleQA rows, or lines of
            {"passage", "question", "answer"}.
        copy_head: Tokens of the passage can be copied, which small models and small data need.
        renaming: In half of the records, the highest share of the passage's distinct tokens that other tokens stand in
            for, in it and in what is written of it, so that the model learns to copy what it has never seen. About 1
            for small data and texts of other subjects than those of the training.
        hierarchical_positions: Serve passages past the trained length by Su's decomposition of positions.
        max_source_length: Tokens of a passage; longer ones are cut at sentence ends.
        max_answer_length: Tokens of an answer; longer ones are cut.
        max_question_length: Tokens of a question; longer ones are cut.
        answer_weight: What a token of an answer weighs in the loss; one of a question weighs 1.
        replacement: In half of the targets, the rate at which what the decoder reads is replaced by other words of the
            target, so that it learns to go on after a mistake.
        label_smoothing: The probability that is spread over all tokens.
    """

    copy_head: bool = True
    renaming: ClosedUnitInterval = 0.0
    hierarchical_positions: bool = False
    max_source_length: PositiveInt = 256
    max_answer_length: PositiveInt = 16
    max_question_length: PositiveInt = 64
    answer_weight: NonNegativeFloat = 1.0
    replacement: ClosedUnitInterval = 0.0
    label_smoothing: ClosedUnitInterval = 0.0


def train_qa(settings: TrainQA) -> None:
    """Trains and saves; everything is checked before the folder is made."""
    quiet_import()
    import keras

    from textzoo.data import read_qa
    from textzoo.losses import SequenceCrossentropy
    from textzoo.training import RunFolder

    run = RunFolder(settings.out, settings.resume)
    examples = [example for file in settings.train for example in read_examples(read_qa, file, settings)]
    validation = None if settings.validation is None else read_examples(read_qa, settings.validation, settings)
    keras.utils.set_random_seed(settings.seed)
    model = qa_model(settings, examples)
    run_training(
        model,
        settings,
        run,
        training_batches(model, examples, settings, settings.renaming),
        held_out_batches(model, validation, settings),
        SequenceCrossentropy(settings.label_smoothing, model.gives_log_probs),
    )


def qa_model(settings: TrainQA, examples: list) -> Any:
    """The generator that a training on these examples starts from."""
    from textzoo.models import QAGenerator

    model = training_model(
        QAGenerator,
        settings,
        [text for example in examples for text in (example.passage, example.question, example.answer)],
        {name: getattr(settings, name) for name in ("max_source_length", "max_answer_length", "max_question_length")},
        room=2,
        encoder_options={"hierarchical_positions": settings.hierarchical_positions},
        copy_head=settings.copy_head,
        replacement=settings.replacement,
    )
    model.preprocessor.answer_weight = settings.answer_weight
    return model
