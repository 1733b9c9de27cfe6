"""Training on questions and the spans that answer them: `textzoo train extractive-qa`."""

from dataclasses import dataclass

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import read_extractive_qa_examples, training_batches, validation_batches


@dataclass(kw_only=True)
class TrainExtractiveQA(TrainingConfig):
    """Fine-tune a checkpoint, or train a model with random weights, to answer questions by spans of passages.

    Args:
        inputs: Files of pairs, as for `textzoo train qa`. Questions without an answer (SQuAD version 2) are learned
            too; answers that are no span of their passage are dropped.
        max_question_length: Maximum number of tokens of a question; longer ones are truncated.
        max_passage_length: Maximum number of tokens of a window. Longer passages are read in windows that overlap by
            half.
    """

    max_question_length: PositiveInt = 64
    max_passage_length: PositiveInt = 256


def train_extractive_qa(config: TrainExtractiveQA) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_tensorflow()
    import keras

    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import ExtractiveQA
    from textzoo.training import RunDirectory

    run = RunDirectory(config.out, config.resume)
    examples = [example for file in config.inputs for example in read_extractive_qa_examples(file, config)]
    validation = None if config.validation is None else read_extractive_qa_examples(config.validation, config)
    keras.utils.set_random_seed(config.seed)
    max_lengths = {name: getattr(config, name) for name in ("max_question_length", "max_passage_length")}
    texts = [text for example in examples for text in (example.passage, example.question)]
    model = create_model(ExtractiveQA, config, texts, max_lengths, extra_positions=3)
    run_training(
        model,
        config,
        run,
        training_batches(model, examples, config),
        validation_batches(model, validation, config),
        SequenceCrossentropy(),
    )
