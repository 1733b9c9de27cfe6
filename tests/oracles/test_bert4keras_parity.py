"""Parity of UniLM logits with bert4keras: recorded, and live if TEXTZOO_BERT4KERAS_PYTHON names a Python."""

import json
import os
import subprocess
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder
from textzoo.models.checkpoints import families, write_google
from textzoo.models.presets.variable_paths import variable_paths

GOLDEN = Path(__file__).parent.parent / "golden"
PROCESS = Path(__file__).parent / "bert4keras_process.py"
PYTHON = os.environ.get("TEXTZOO_BERT4KERAS_PYTHON")
LENGTHS = [(4, 3), (9, 1), (2, 6), (15, 8), (12, 5)]
TOLERANCE = 1e-4

live = pytest.mark.skipif(not PYTHON, reason="TEXTZOO_BERT4KERAS_PYTHON names no Python that has bert4keras")


def random_rows(vocab_size):
    rng = np.random.default_rng(1)
    return [[rng.integers(5, vocab_size, length) for length in lengths] for lengths in LENGTHS]


def unilm_logits(encoder, rows) -> list[np.ndarray]:
    """Returns the logits after the source and after every target token, of `(source, target)` rows in one batch."""
    lengths = np.array([[len(source), len(target)] for source, target in rows]).max(axis=0)
    source_ids, target_ids = (np.zeros((len(rows), length), "int32") for length in lengths)
    for i, (source, target) in enumerate(rows):
        source_ids[i, : len(source)] = source
        target_ids[i, : len(target)] = target
    _, memory = encoder.encode(source_ids)
    states, _ = encoder.extend(target_ids[:, None], memory)
    states = keras.ops.concatenate([memory.last[:, None], states[:, 0]], axis=1)
    logits = keras.ops.convert_to_numpy(encoder.token_logits(states))
    return [logits[i, : len(target) + 1] for i, (_, target) in enumerate(rows)]


def run(*arguments):
    subprocess.run([PYTHON, PROCESS, *map(str, arguments)], check=True, stderr=subprocess.DEVNULL)


def live_logits(folder, rows):
    """Returns bert4keras's logits after the source's end and after every target token."""
    return [logits[len(source) - 1 :] for logits, (source, _) in zip(live_states(folder, rows), rows, strict=True)]


def live_states(folder, rows):
    """Returns bert4keras's outputs at every token: logits, or hidden states of ELECTRA."""
    arrays = {}
    for i, row in enumerate(rows):
        arrays[f"ids_{i}"] = np.concatenate(row)
        arrays[f"segments_{i}"] = np.repeat([0, 1], [len(part) for part in row])
    np.savez(folder / "rows.npz", **arrays)
    out = folder / "out.npz"
    run("logits", folder / "bert_config.json", folder / "bert_model.ckpt", folder / "rows.npz", out)
    logits = np.load(out)
    return [logits[f"logits_{i}"] for i in range(len(rows))]


def assert_same(ours, theirs, *, record_property):
    differences = [np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True)]
    record_property("max_difference", float(max(differences)))
    print(f"max difference of logits: {max(differences):.1e} (of values up to {max(map(np.max, theirs)):.1f})")
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, atol=TOLERANCE, rtol=0)


RECORDED = {
    "bert": (families.BERT, {}),
    "albert": (families.ALBERT, {"embedding_size": 8, "shared_layers": True}),
    "nezha": (families.NEZHA, {"position_type": "relative"}),
    "roformer": (families.ROFORMER, {"position_type": "rotary"}),
}


@pytest.mark.parametrize("name", RECORDED)
def test_recorded(name, record_property):
    family, options = RECORDED[name]
    golden = np.load(GOLDEN / ("bert4keras.npz" if name == "bert" else f"bert4keras_{name}.npz"))
    encoder = random_encoder(pooler=False, **options)
    variables = variable_paths(encoder)
    for entry in family.names(encoder.config, pooler=False):
        variables[entry.variable].assign(golden[entry.google])
    rows, theirs = [], []
    for i in range(sum(name.startswith("ids_") for name in golden.files)):
        ids, segments = golden[f"ids_{i}"], golden[f"segments_{i}"]
        rows.append((ids[segments == 0], ids[segments == 1]))
        theirs.append(golden[f"logits_{i}"][len(rows[-1][0]) - 1 :])
    assert_same(unilm_logits(encoder, rows), theirs, record_property=record_property)


@live
@pytest.mark.parametrize(
    "options",
    [
        {"activation": "gelu"},
        {"activation": "gelu_tanh"},
        {"embedding_size": 8, "shared_layers": True},
        {"position_type": "relative"},
        {"position_type": "rotary"},
        {"position_type": "rotary", "embedding_size": 8},
    ],
    ids=str,
)
def test_bert4keras_loads_a_checkpoint_of_textzoo(tmp_path, record_property, options):
    encoder = random_encoder(vocab_size=500, hidden_size=64, num_layers=4, intermediate_size=256, **options)
    write_google(encoder, tmp_path)
    rows = random_rows(500)
    assert_same(unilm_logits(encoder, rows), live_logits(tmp_path, rows), record_property=record_property)


@live
def test_bert4keras_loads_an_electra_of_textzoo(tmp_path):
    encoder = random_encoder(embedding_size=8, pooler=False, mlm_head=False)
    write_google(encoder, tmp_path)
    rows = random_rows(40)
    for (source, target), theirs in zip(rows, live_states(tmp_path, rows), strict=True):
        ids, segments = np.concatenate([source, target])[None], np.repeat([0, 1], [len(source), len(target)])[None]
        ours, _ = encoder.encode(ids, segment_ids=segments)
        np.testing.assert_allclose(np.asarray(ours)[0], theirs, atol=TOLERANCE, rtol=0)


@pytest.fixture(scope="module", params=["bert", "albert", "nezha", "roformer"])
def bert4keras_folder(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bert4keras")
    sizes = {"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 4}
    config = sizes | {"intermediate_size": 32, "max_position_embeddings": 24, "hidden_act": "gelu"}
    config |= {"model_type": request.param} | ({"embedding_size": 8} if request.param == "albert" else {})
    (folder / "bert_config.json").write_text(json.dumps(config))
    run("make", folder / "bert_config.json", 3, folder)
    return folder


@live
@pytest.mark.parametrize("file", ["best_model.weights", "best_model.weights.h5", "bert_model.ckpt"])
def test_loads_a_checkpoint_of_bert4keras(bert4keras_folder, record_property, file):
    encoder = Encoder.from_preset(bert4keras_folder / file, tokenizer=random_encoder().tokenizer)
    rows = random_rows(40)
    theirs = live_logits(bert4keras_folder, rows)
    assert_same(unilm_logits(encoder, rows), theirs, record_property=record_property)
