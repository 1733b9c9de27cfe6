"""textzoo's titles: python textzoo_titles.py FOLDER LAYERS WIDTH ARTICLES SOURCE_LENGTH.

The first of the workers to be started: the others read the weights and articles that it writes.
"""

import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from endless_encoder import endless_encoder
from peer import serve

from textzoo.models import TitleGenerator, TitlePreprocessor

folder, (layers, width, articles, source_length) = Path(sys.argv[1]), map(int, sys.argv[2:])
encoder, texts = endless_encoder(layers, width, [source_length - 2] * articles, folder)
models = {
    decoder: TitleGenerator(encoder, TitlePreprocessor(encoder.tokenizer, source_length), decoder)
    for decoder in ("left_to_right", "bidirectional")
}


def titles(decoder, jit_compile, articles, beams, length):
    start = time.perf_counter()
    found = models[decoder].generate(
        texts[:articles], beams, min_length=length, max_length=length, batch_size=32, jit_compile=jit_compile
    )
    seconds = time.perf_counter() - start
    if any(len(title.text) != length for title in found):
        raise ValueError(f"Expected titles of {length} tokens. Received: {found}.")
    return {"seconds": seconds}


def logits(source, target):
    """After the source and the target."""
    inputs = {"source_ids": np.array([source]), "target_ids": np.array([[[*target, 0]]])}
    return {"logits": np.asarray(models["left_to_right"](inputs))[0, 0, -1].tolist()}


serve(
    {"tensorflow": version("tensorflow"), "keras": version("keras")},
    lambda source=None, target=None, **work: titles(**work) if source is None else logits(source, target),
)
