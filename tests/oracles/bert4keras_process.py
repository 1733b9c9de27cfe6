"""UniLM logits and checkpoint files of bert4keras, in a separate process of a Python that has it installed.

python bert4keras_process.py logits CONFIG CHECKPOINT ROWS.npz OUT.npz: writes the logits of each row.
python bert4keras_process.py make CONFIG SEED FOLDER: writes random weights as best_model.weights (Keras 2's h5),
    best_model.weights.h5 (tf-keras's h5) and bert_model.ckpt.
"""

import json
import os
import sys

os.environ.update(TF_KERAS="1", TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from bert4keras.models import build_transformer_model  # noqa: E402


def model_options(config):
    """Returns the model of a configuration's `model_type`; ELECTRA only as an encoder, as bert4keras has it."""
    with open(config) as file:
        model = json.load(file).get("model_type", "bert")
    return {"model": model} if model == "electra" else {"model": model, "application": "unilm", "with_mlm": "linear"}


def logits(config, checkpoint, *, rows, out):
    """Writes `logits_i` for each row `ids_i`, `segments_i` of ROWS.npz, each row alone and unpadded."""
    model = build_transformer_model(config, checkpoint, **model_options(config))
    rows = np.load(rows)
    inputs = [[rows[f"{name}_{i}"][None] for name in ("ids", "segments")] for i in range(len(rows.files) // 2)]
    np.savez(out, **{f"logits_{i}": model.predict(row, verbose=0)[0] for i, row in enumerate(inputs)})


def make(config, seed, *, folder):
    """Saves a random model in every format of bert4keras."""
    transformer = build_transformer_model(config, return_keras_model=False, **model_options(config))
    model, rng = transformer.model, np.random.default_rng(int(seed))
    random = [rng.normal(0, 0.2, weight.shape) + weight.name.endswith("gamma:0") for weight in model.weights]
    for weight, value in zip(model.weights, random, strict=True):
        if "Relative-Position" not in weight.name:  # sines and cosines
            weight.assign(value)
    model.save_weights(f"{folder}/best_model.weights", save_format="h5")
    model.save_weights(f"{folder}/best_model.weights.h5")
    tensors = {}  # those of save_weights_as_checkpoint, which needs TensorFlow 1's sessions
    for layer, names in transformer.variable_mapping().items():
        if layer in transformer.layers:
            tensors.update(zip(names, transformer.layers[layer].get_weights(), strict=True))
    names, values = list(tensors), list(tensors.values())
    tf.raw_ops.SaveV2(
        prefix=f"{folder}/bert_model.ckpt", tensor_names=names, shape_and_slices=[""] * len(names), tensors=values
    )


if __name__ == "__main__":
    task, first, second, *rest = sys.argv[1:]
    if task == "logits":
        logits(first, second, rows=rest[0], out=rest[1])
    else:
        make(first, second, folder=rest[0])
