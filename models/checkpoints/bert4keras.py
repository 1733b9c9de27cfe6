"""Reader of the h5 files that bert4keras users write with `save_weights`."""

from pathlib import Path

import h5py
import numpy as np

from ...data.preset_config import VOCAB_FILE
from .checkpoint import Checkpoint
from .config_json import read_bert_config
from .name_table import name_table

# The head of next-sentence prediction, which no encoder has.
IGNORED_LAYER = "NSP-Proba"


def read_bert4keras(weights: Path) -> Checkpoint:
    """Reads an h5 file with the `bert_config.json` and `vocab.txt` beside it.

    Args:
        weights: The file, with any suffix (`best_model.weights`, `model.h5`).

    Raises:
        ValueError: The file is incomplete, its bert_config.json is missing, or it is not a checkpoint of a BERT.
    """
    config = read_bert_config(weights)
    try:
        with h5py.File(weights, "r") as file:
            layers = _layers_by_class(file, config["num_layers"]) if "layers" in file else _layers_by_name(file)
    except (OSError, KeyError, RuntimeError) as error:
        raise ValueError(f"{weights}: not a complete h5 file of weights ({error}); copy or save it again.") from None
    variables = {name.bert4keras: name.variable for name in name_table(config["num_layers"])}
    stored = {(layer, index): tensor for layer, tensors in layers.items() for index, tensor in enumerate(tensors)}
    return Checkpoint(
        weights_path=weights,
        config=config,
        tensors={variables[key]: tensor for key, tensor in stored.items() if key in variables},
        stored_names={variable: f"{layer}[{index}]" for (layer, index), variable in variables.items()},
        unused=[
            f"{layer}[{index}]" for layer, index in stored if (layer, index) not in variables and layer != IGNORED_LAYER
        ],
        vocab_path=weights.parent / VOCAB_FILE,
    )


def _layers_by_name(file: h5py.File) -> dict[str, list[np.ndarray]]:
    """Returns the weights of each layer from a file of Keras 2, whose groups are named after the layers."""
    root = file["model_weights"] if "model_weights" in file else file
    names = [name.decode() if isinstance(name, bytes) else name for name in root.attrs["layer_names"]]
    return {name: [np.asarray(root[name][weight]) for weight in root[name].attrs["weight_names"]] for name in names}


def _layers_by_class(file: h5py.File, num_layers: int) -> dict[str, list[np.ndarray]]:
    """Returns the weights of each layer from a `.weights.h5` of tf-keras.

    Its groups are named after the classes of the layers, numbered in the order of the model.
    """
    dense = ["Pooler-Dense", "NSP-Proba", "MLM-Dense"]
    num_dense = sum(name == "dense" or name.startswith("dense_") for name in file["layers"])
    has_mlm = "scale_offset" in file["layers"]
    dense = dense[: num_dense - has_mlm] + dense[-1:] * has_mlm
    norms = ["Embedding-Norm"]
    for i in range(num_layers):
        norms += [f"Transformer-{i}-MultiHeadSelfAttention-Norm", f"Transformer-{i}-FeedForward-Norm"]
    by_class = {
        "embedding": ["Embedding-Token", "Embedding-Segment"],
        "position_embedding": ["Embedding-Position"],
        "layer_normalization": norms + ["MLM-Norm"],
        "multi_head_attention": [f"Transformer-{i}-MultiHeadSelfAttention" for i in range(num_layers)],
        "feed_forward": [f"Transformer-{i}-FeedForward" for i in range(num_layers)],
        "dense": dense,
        "scale_offset": ["MLM-Bias"],
    }
    names = {f"{kind}_{i}" if i else kind: name for kind, layers in by_class.items() for i, name in enumerate(layers)}
    parts = ("", "q_dense/", "k_dense/", "v_dense/", "i0_dense/", "o_dense/")
    layers = {}
    for group in file["layers"]:
        root = file["layers"][group]
        tensors = []
        for part in parts:
            if f"{part}vars" in root:
                variables = root[f"{part}vars"]
                tensors += [np.asarray(variables[str(i)]) for i in range(len(variables))]
        layers[names.get(group, group)] = tensors
    return layers
