"""Figures of a model on masked words: what `textzoo evaluate mlm` does."""

import dataclasses
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import NonNegativeInt, PositiveInt
from textzoo.scripts.cli.output_files import require_new_path
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow


@dataclass
class EvaluateMLM:
    """Measure a model on masked words: accuracy and loss, beside counts of tokens and of their left neighbours.

    Args:
        model: Folder of a trained model, or a preset's name.
        file: Texts, in any form that `textzoo train mlm` reads.
        train: Texts that are counted for the baselines, in such a file or folder; no baselines where left out.
        out: File of json to write too, which must not be there yet.
        batch_size: Sequences at a time.
        seed: Of the masks.
        encoding: Encoding of the files, UTF-8 where left out.
        on_error: What to do at a bad record.
    """

    model: str
    file: str = field(metadata={"bare": True})
    train: str | None = None
    out: str | None = None
    batch_size: PositiveInt = 32
    seed: NonNegativeInt = 0
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        require_new_path(self.out)


def evaluate_mlm(settings: EvaluateMLM) -> None:
    """Prints the figures, and writes them as json where that is asked for."""
    start_tensorflow()
    import numpy as np

    from textzoo.data import read_corpus
    from textzoo.metrics import BigramModel, masked_lm_metrics
    from textzoo.models import MaskedLM

    options = settings.encoding, settings.on_error
    texts = read_corpus(settings.file, *options)
    counted = [] if settings.train is None else read_corpus(settings.train, *options)
    model = MaskedLM.from_preset(settings.model)
    preprocessor = model.preprocessor
    records = model.records(texts, settings.seed)
    guesses, log_probabilities = model.guesses(records, settings.batch_size)
    vocab_size = preprocessor.tokenizer.vocab_size
    bigrams = BigramModel(preprocessor.sequences(counted), vocab_size) if counted else None
    places = [records[index]["positions"] for index in range(len(records))]
    lengths = np.array([len(token.removeprefix("##")) for token in preprocessor.tokenizer.tokens])
    figures = dataclasses.asdict(
        masked_lm_metrics(records.sequences, places, guesses, log_probabilities, lengths, bigrams)
    )
    print_metrics({name: value for name, value in figures.items() if value is not None}, 16, settings.out)
