"""Training on question-answer pairs: `textzoo train qa`."""

from dataclasses import dataclass
from typing import Any

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeFloat, PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import read_examples, training_batches, validation_batches


@dataclass(kw_only=True)
class TrainQA(TrainingConfig):
    """Fine-tune a checkpoint, or train a model with random weights, on question-answer pairs.

    Args:
        inputs: Files of pairs: SQuAD JSON (CMRC, DRCD), WebQA JSON, FairytaleQA rows, or lines of
            {"passage", "question", "answer"}.
        copy_head: Add a copy head, which copies tokens of the passage. Small models and small data need it.
        token_substitution_rate: In half of the records, maximum fraction of the passage's distinct tokens that are
            replaced by other tokens, in the passage and in its pairs. The model so learns to copy unseen tokens. Use
            about 1 for little data, or if texts to generate from differ in subject from the training texts.
        hierarchical_positions: Extend the position embeddings beyond the trained length by Su's hierarchical
            decomposition.
        max_source_length: Maximum number of tokens of a passage; longer ones are split at the ends of sentences.
        max_answer_length: Maximum number of tokens of an answer; longer ones are truncated.
        max_question_length: Maximum number of tokens of a question; longer ones are truncated.
        answer_weight: Weight of an answer's token in the loss; that of a question's token is 1.
        decoder_noise_rate: In half of the targets, rate at which the decoder's input tokens are replaced by other
            tokens of the target. The model so learns to continue after a mistake.
        label_smoothing: Probability that is spread over all tokens.
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


def train_qa(config: TrainQA) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_tensorflow()
    import keras

    from textzoo.data import read_qa
    from textzoo.losses import SequenceCrossentropy
    from textzoo.training import RunDirectory

    run = RunDirectory(config.out, config.resume)
    examples = [example for file in config.inputs for example in read_examples(read_qa, file, config)]
    validation = None if config.validation is None else read_examples(read_qa, config.validation, config)
    keras.utils.set_random_seed(config.seed)
    model = qa_model(config, examples)
    run_training(
        model,
        config,
        run,
        training_batches(model, examples, config, config.token_substitution_rate),
        validation_batches(model, validation, config),
        SequenceCrossentropy(config.label_smoothing, model.gives_log_probs),
    )


def qa_model(config: TrainQA, examples: list) -> Any:
    """Creates the `QAGenerator` from which a training on these examples starts."""
    from textzoo.models import QAGenerator

    model = create_model(
        QAGenerator,
        config,
        [text for example in examples for text in (example.passage, example.question, example.answer)],
        {name: getattr(config, name) for name in ("max_source_length", "max_answer_length", "max_question_length")},
        extra_positions=2,
        encoder_options={"hierarchical_positions": config.hierarchical_positions},
        copy_head=config.copy_head,
        decoder_noise_rate=config.decoder_noise_rate,
    )
    model.preprocessor.answer_weight = config.answer_weight
    return model
