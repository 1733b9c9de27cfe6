"""Worker for textzoo's titles.

    python textzoo_titles.py FOLDER NUM_LAYERS HIDDEN_SIZE ARTICLES SOURCE_LENGTH

It starts before the other workers, which read the weights and articles that it writes into FOLDER.
"""

import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from no_eos_encoder import no_eos_encoder
from peer import serve

from textzoo.inference import LightTitleGenerator
from textzoo.models import TitleGenerator, TitlePreprocessor

folder, (num_layers, hidden_size, articles, source_length) = Path(sys.argv[1]), map(int, sys.argv[2:])
encoder, texts = no_eos_encoder(num_layers, hidden_size, [source_length - 2] * articles, folder)
models = {
    decoder: TitleGenerator(
        encoder, TitlePreprocessor(encoder.tokenizer, max_source_length=source_length), decoder=decoder
    )
    for decoder in ("left_to_right", "bidirectional")
}
light_models = {}
for decoder, model in models.items():
    model.save_to_preset(folder / decoder)
    light_models[decoder] = LightTitleGenerator.from_preset(folder / decoder)


def titles(decoder, engine, articles, beams, length):
    model, options = light_models[decoder], {}
    if engine != "light":
        model, options = models[decoder], {"jit_compile": engine == "XLA"}
    start = time.perf_counter()
    search = {"num_beams": beams, "length_penalty": 0.6, "no_repeat_ngram_size": 0}  # as the peers search
    generated = model.generate(
        texts[:articles], min_length=length, max_length=length, batch_size=32, **search, **options
    )
    seconds = time.perf_counter() - start
    if any(len(title.text) != length for title in generated):
        raise ValueError(f"Expected titles of {length} tokens. Received: {generated}")
    return {"seconds": seconds}


def logits(source, target):
    """Returns the logits after the source and the target."""
    inputs = {"source_ids": np.array([source]), "target_ids": np.array([[[*target, 0]]])}
    return {"logits": np.asarray(models["left_to_right"](inputs))[0, 0, -1].tolist()}


serve(
    {library: version(library) for library in ("tensorflow", "keras", "onnxruntime")},
    lambda source=None, target=None, **request: titles(**request) if source is None else logits(source, target),
)
