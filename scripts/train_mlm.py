"""Pretraining on plain text: what `textzoo train mlm` does."""

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
    """Pretrain on plain text, from random weights or from a checkpoint: masked words are predicted.

    Args:
        train: Texts, one a line; lines of {"text"} in .jsonl files; or folders of such files.
        max_length: Tokens of a sequence; texts are cut at sentence ends and packed into such.
    """

    max_length: PositiveInt = 256


def train_mlm(settings: TrainMLM) -> None:
    """Trains and saves; everything is checked before the folder is made."""
    start_tensorflow()
    import keras

    from textzoo.losses import SequenceCrossentropy
    from textzoo.models import MaskedLM
    from textzoo.training import RunDirectory

    run = RunDirectory(settings.out, settings.resume)
    texts = [text for path in settings.train for text in _texts(path, settings)]
    validation = None if settings.validation is None else _texts(settings.validation, settings)
    keras.utils.set_random_seed(settings.seed)
    model = create_model(MaskedLM, settings, texts, {"max_length": settings.max_length})
    batches = model.dataset(texts, settings.batch_size, True, settings.seed, num_epochs(settings))
    held_out = None if validation is None else model.dataset(validation, settings.batch_size, seed=settings.seed)
    run_training(model, settings, run, batches, held_out, SequenceCrossentropy())


def _texts(path: str, settings: TrainMLM) -> list[Any]:
    from textzoo.data import read_corpus

    texts = read_corpus(path, settings.encoding, settings.on_error)
    print(f"{path}: {len(texts)} texts, {sum(map(len, texts))} characters", file=sys.stderr)
    return texts
