"""Training on questions and the spans that answer them: what `textzoo train extractive-qa` does."""

from dataclasses import dataclass

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import held_out_batches, read_extractive_qa_examples, training_batches


@dataclass(kw_only=True)
class TrainExtractiveQA(TrainingConfig):
    """Fine-tune a checkpoint, or train random weights, to find the answer to a question in a passage.

    Args:
        train: Files of pairs, as `textzoo train qa` takes them; questions of SQuAD version 2 without an answer are
            learned too, answers in other words than the passage's are left out.
        max_question_length: Tokens of a question; longer ones lose their end.
        max_passage_length: Tokens of a passage; longer ones are read in windows, of which each repeats the second half
            of the one before.
    """

    max_question_length: PositiveInt = 64
    max_passage_length: PositiveInt = 256


def train_extractive_qa(settings: TrainExtractiveQA) -> None:
    """Trains and saves; everything is checked before the folder is made."""
    start_tensorflow()
    import keras

    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import ExtractiveQA
    from textzoo.training import RunDirectory

    run = RunDirectory(settings.out, settings.resume)
    examples = [example for file in settings.train for example in read_extractive_qa_examples(file, settings)]
    validation = None if settings.validation is None else read_extractive_qa_examples(settings.validation, settings)
    keras.utils.set_random_seed(settings.seed)
    lengths = {name: getattr(settings, name) for name in ("max_question_length", "max_passage_length")}
    texts = [text for example in examples for text in (example.passage, example.question)]
    model = create_model(ExtractiveQA, settings, texts, lengths, room=3)
    batches = training_batches(model, examples, settings), held_out_batches(model, validation, settings)
    run_training(model, settings, run, *batches, SequenceCrossentropy())
