"""Records UniLM logits of bert4keras's families on random weights.

python tests/golden/make_bert4keras.py PYTHON_WITH_BERT4KERAS [FAMILY ...]

Recorded with bert4keras 0.11.5, tf-keras 2.21.0 and TensorFlow 2.21.0.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

HERE = Path(__file__).parent
CONFIG = {
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 32,
    "max_position_embeddings": 24,
    "type_vocab_size": 2,
    "hidden_act": "gelu",
}
# Further keys of each family's configuration.
FAMILIES = {
    "bert": {},
    "albert": {"model_type": "albert", "embedding_size": 8, "num_hidden_groups": 1},
    "nezha": {"model_type": "nezha", "use_relative_position": True},
    "roformer": {"model_type": "roformer"},
}
LENGTHS = [(4, 3), (9, 1), (2, 6), (15, 8), (12, 5)]


def main(python, *families):
    for family in families or FAMILIES:
        record(python, family)


def record(python, family):
    """Writes bert4keras.npz, or bert4keras_FAMILY.npz for another family than BERT."""
    options = CONFIG | FAMILIES[family]
    rng = np.random.default_rng(0)
    rows = {}
    for i, (source, target) in enumerate(LENGTHS):
        rows[f"ids_{i}"] = rng.integers(5, 40, source + target).astype("int32")
        rows[f"segments_{i}"] = np.repeat([0, 1], [source, target]).astype("int32")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "bert_config.json").write_text(json.dumps(options))
        np.savez(folder / "rows.npz", **rows)
        process = [python, str(HERE.parent / "oracles" / "bert4keras_process.py")]
        config, checkpoint = str(folder / "bert_config.json"), str(folder / "bert_model.ckpt")
        subprocess.run([*process, "make", config, "0", str(folder)], check=True)
        out = folder / "out.npz"
        subprocess.run([*process, "logits", config, checkpoint, str(folder / "rows.npz"), str(out)], check=True)
        reader = tf.train.load_checkpoint(checkpoint)
        weights = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
        file = HERE / ("bert4keras.npz" if family == "bert" else f"bert4keras_{family}.npz")
        np.savez_compressed(file, config=json.dumps(options), **rows, **dict(np.load(out)), **weights)


if __name__ == "__main__":
    main(*sys.argv[1:])
