"""Training on labelled texts: what `textzoo train multilabel` does."""

import functools
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import held_out_batches, read_examples, training_batches


@dataclass(kw_only=True)
class TrainMultilabel(TrainingConfig):
    """Fine-tune a checkpoint, or train random weights, on texts with any number of labels.

    Args:
        train: Files of labelled texts: lines of text, tab, labels with commas between (or none); or lines of
            {"text", "labels"}. Their labels are those of the model.
        max_length: Tokens of a text; longer ones lose their end.
    """

    max_length: PositiveInt = 256


def train_multilabel(settings: TrainMultilabel) -> None:
    """Trains and saves; everything is checked before the folder is made."""
    start_tensorflow()
    import keras

    from textzoo.data import read_multilabel
    from textzoo.losses import ZLPR
    from textzoo.models import MultiLabelClassifier
    from textzoo.training import RunDirectory

    run = RunDirectory(settings.out, settings.resume)
    examples = [example for file in settings.train for example in read_examples(read_multilabel, file, settings)]
    labels = sorted({label for example in examples for label in example.labels})
    if not labels:
        raise ValueError(f"{', '.join(settings.train)}: expected labels to learn. Received: texts without any.")
    read_known = functools.partial(read_multilabel, labels=labels)
    validation = None if settings.validation is None else read_examples(read_known, settings.validation, settings)
    keras.utils.set_random_seed(settings.seed)
    model = create_model(
        MultiLabelClassifier,
        settings,
        [example.text for example in examples],
        {"max_length": settings.max_length},
        preprocessor_options={"labels": labels},
    )
    run_training(
        model,
        settings,
        run,
        training_batches(model, examples, settings),
        held_out_batches(model, validation, settings),
        ZLPR(),
    )
