"""Training on questions and the spans that answer them: what `textzoo train reader` does."""

from dataclasses import dataclass

from textzoo.scripts.number_types import PositiveInt
from textzoo.scripts.quiet_import import quiet_import
from textzoo.scripts.read_reader_examples import read_reader_examples
from textzoo.scripts.run_training import run_training
from textzoo.scripts.training_data import held_out_batches, training_batches
from textzoo.scripts.training_model import training_model
from textzoo.scripts.training_settings import TrainingSettings


@dataclass(kw_only=True)
class TrainReader(TrainingSettings):
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


def train_reader(settings: TrainReader) -> None:
    """Trains and saves; everything is checked before the folder is made."""
    quiet_import()
    import keras

    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import Reader
    from textzoo.training import RunFolder

    run = RunFolder(settings.out, settings.resume)
    examples = [example for file in settings.train for example in read_reader_examples(file, settings)]
    validation = None if settings.validation is None else read_reader_examples(settings.validation, settings)
    keras.utils.set_random_seed(settings.seed)
    lengths = {name: getattr(settings, name) for name in ("max_question_length", "max_passage_length")}
    texts = [text for example in examples for text in (example.passage, example.question)]
    model = training_model(Reader, settings, texts, lengths, room=3)
    batches = training_batches(model, examples, settings), held_out_batches(model, validation, settings)
    run_training(model, settings, run, *batches, SequenceCrossentropy())
