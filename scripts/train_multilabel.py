"""Training on labelled texts: `textzoo train multilabel`."""

import functools
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import read_examples, training_batches, validation_batches


@dataclass(kw_only=True)
class TrainMultilabel(TrainingConfig):
    """Fine-tune a checkpoint, or train a model with random weights, on texts with any number of labels.

    Args:
        inputs: Files of labelled texts: lines of text, tab and comma-separated labels (or none), or lines of
            {"text", "labels"}. The model gets the labels that occur in them.
        max_length: Maximum number of tokens of a text; longer ones are truncated.
    """

    max_length: PositiveInt = 256


def train_multilabel(config: TrainMultilabel) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_tensorflow()
    import keras

    from textzoo.data import read_multilabel
    from textzoo.losses import ZLPR
    from textzoo.models import MultiLabelClassifier
    from textzoo.training import RunDirectory

    run = RunDirectory(config.out, config.resume)
    examples = [example for file in config.inputs for example in read_examples(read_multilabel, file, config)]
    labels = sorted({label for example in examples for label in example.labels})
    if not labels:
        raise ValueError(f"{', '.join(config.inputs)}: no text has a label")
    read_with_labels = functools.partial(read_multilabel, labels=labels)
    validation = None if config.validation is None else read_examples(read_with_labels, config.validation, config)
    keras.utils.set_random_seed(config.seed)
    model = create_model(
        MultiLabelClassifier,
        config,
        [example.text for example in examples],
        {"max_length": config.max_length},
        preprocessor_options={"labels": labels},
    )
    run_training(
        model,
        config,
        run,
        training_batches(model, examples, config),
        validation_batches(model, validation, config),
        ZLPR(),
    )
