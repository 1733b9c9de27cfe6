"""Pretraining of an encoder on plain text: `textzoo train mlm`."""

import sys
from dataclasses import dataclass
from typing import Any

from textzoo.scripts.cli.arguments import PositiveInt
from textzoo.scripts.cli.model_factory import create_model
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.trainer import run_training
from textzoo.scripts.cli.training_config import TrainingConfig
from textzoo.scripts.cli.training_examples import num_epochs


@dataclass(kw_only=True)
class TrainMLM(TrainingConfig):
    """Pretrain an encoder on plain text by masked language modeling, with random weights or from a checkpoint.

    Args:
        inputs: Text files of one text per line, .jsonl files with lines of {"text"}, or folders of such files.
        max_length: Number of tokens of a sequence. Texts are split at the ends of sentences and packed.
    """

    max_length: PositiveInt = 256


def train_mlm(config: TrainMLM) -> None:
    """Trains and saves a model. Input errors are raised before the folder is created."""
    start_tensorflow()
    import keras

    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import MaskedLM
    from textzoo.training import RunDirectory

    run = RunDirectory(config.out, config.resume)
    texts = [text for path in config.inputs for text in _read_texts(path, config)]
    validation = None if config.validation is None else _read_texts(config.validation, config)
    keras.utils.set_random_seed(config.seed)
    model = create_model(MaskedLM, config, texts, {"max_length": config.max_length})
    batches = model.dataset(texts, config.batch_size, True, config.seed, num_epochs(config))
    held_out = None if validation is None else model.dataset(validation, config.batch_size, seed=config.seed)
    run_training(model, config, run, batches, held_out, SequenceCrossentropy())


def _read_texts(path: str, config: TrainMLM) -> list[Any]:
    from textzoo.data import read_corpus

    texts = read_corpus(path, config.encoding, config.on_error)
    print(f"{path}: {len(texts)} texts, {sum(map(len, texts))} characters", file=sys.stderr)
    return texts
