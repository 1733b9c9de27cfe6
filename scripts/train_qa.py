"""Training on question-answer pairs: what `textzoo train qa` does."""

from dataclasses import dataclass
from typing import Any

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeFloat, PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import held_out_batches, read_examples, training_batches


@dataclass(kw_only=True)
class TrainQA(TrainingConfig):
    """Fine-tune a checkpoint, or train random weights, on question-answer pairs.

    Args:
        train: Files of pairs: SQuAD json (CMRC, DRCD), WebQA json, FairytaleQA rows, or lines of
            {"passage", "question", "answer"}.
        copy_head: Tokens of the passage can be copied, which small models and small data need.
        token_substitution_rate: In half of the records, the highest share of the passage's distinct tokens that other tokens stand in
            for, in it and in what is written of it, so that the model learns to copy what it has never seen. About 1
            for small data and texts of other subjects than those of the training.
        hierarchical_positions: Serve passages past the trained length by Su's decomposition of positions.
        max_source_length: Tokens of a passage; longer ones are cut at sentence ends.
        max_answer_length: Tokens of an answer; longer ones are cut.
        max_question_length: Tokens of a question; longer ones are cut.
        answer_weight: What a token of an answer weighs in the loss; one of a question weighs 1.
        decoder_noise_rate: In half of the targets, the rate at which what the decoder reads is replaced by other words of the
            target, so that it learns to go on after a mistake.
        label_smoothing: The probability that is spread over all tokens.
    """

    copy_head: bool = True
    token_substitution_rate: ClosedUnitInterval = 0.0
    hierarchical_positions: bool = False
    max_source_length: PositiveInt = 256
    max_answer_length: PositiveInt = 16
    max_question_length: PositiveInt = 64
    answer_weight: NonNegativeFloat = 1.0
    decoder_noise_rate: ClosedUnitInterval = 0.0
    label_smoothing: ClosedUnitInterval = 0.0


def train_qa(settings: TrainQA) -> None:
    """Trains and saves; everything is checked before the folder is made."""
    start_tensorflow()
    import keras

    from textzoo.data import read_qa
    from textzoo.losses import SequenceCrossentropy
    from textzoo.training import RunDirectory

    run = RunDirectory(settings.out, settings.resume)
    examples = [example for file in settings.train for example in read_examples(read_qa, file, settings)]
    validation = None if settings.validation is None else read_examples(read_qa, settings.validation, settings)
    keras.utils.set_random_seed(settings.seed)
    model = qa_model(settings, examples)
    run_training(
        model,
        settings,
        run,
        training_batches(model, examples, settings, settings.token_substitution_rate),
        held_out_batches(model, validation, settings),
        SequenceCrossentropy(settings.label_smoothing, model.gives_log_probs),
    )


def qa_model(settings: TrainQA, examples: list) -> Any:
    """The generator that a training on these examples starts from."""
    from textzoo.models import QAGenerator

    model = create_model(
        QAGenerator,
        settings,
        [text for example in examples for text in (example.passage, example.question, example.answer)],
        {name: getattr(settings, name) for name in ("max_source_length", "max_answer_length", "max_question_length")},
        room=2,
        encoder_options={"hierarchical_positions": settings.hierarchical_positions},
        copy_head=settings.copy_head,
        decoder_noise_rate=settings.decoder_noise_rate,
    )
    model.preprocessor.answer_weight = settings.answer_weight
    return model
