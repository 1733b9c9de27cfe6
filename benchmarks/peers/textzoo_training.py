"""Worker for textzoo's `fit` on the same examples.

    python textzoo_training.py qa|title FOLDER

FOLDER holds size.json, vocab.txt and texts.json.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from peer import serve

from textzoo.data import QAExample, TitleExample, Tokenizer
from textzoo.models import Encoder, QAGenerator, QAPreprocessor, TitleGenerator, TitlePreprocessor, adamw

task, folder = sys.argv[1], Path(sys.argv[2])
size = json.loads((folder / "size.json").read_text())
tokenizer = Tokenizer.from_vocab(folder / "vocab.txt")
encoder = Encoder(
    tokenizer.vocab_size,
    hidden_size=size["hidden_size"],
    num_layers=size["num_layers"],
    num_heads=12,
    intermediate_size=4 * size["hidden_size"],
)
kind, preprocessor, example = {
    "qa": (
        QAGenerator,
        QAPreprocessor(
            tokenizer, max_source_length=size["source_length"], max_answer_length=16, max_question_length=48
        ),
        QAExample,
    ),
    "title": (
        TitleGenerator,
        TitlePreprocessor(tokenizer, max_source_length=size["source_length"], max_title_length=48),
        TitleExample,
    ),
}[task]
examples = [example(*row) for row in json.loads((folder / "texts.json").read_text())]
model = kind(encoder, preprocessor)
model.compile(adamw(1e-5))


def fit(batch_size, epochs):
    start = time.perf_counter()
    model.fit(examples, batch_size=batch_size, epochs=epochs, verbose=0)
    return {"seconds": time.perf_counter() - start}


serve({"tensorflow": version("tensorflow")}, fit)
