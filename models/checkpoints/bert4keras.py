"""Weights that bert4keras users saved with `save_weights`."""

from pathlib import Path

import h5py
import numpy as np

from .checkpoint import Checkpoint
from .config_json import read_config
from .name_table import name_table

NOT_ENCODER = "NSP-Proba"


def read_bert4keras(weights: Path) -> Checkpoint:
    """Reads an h5 file with the `bert_config.json` and `vocab.txt` beside it.

    Args:
        weights: The file, whatever its suffix (`best_model.weights`, `model.h5`).

    Raises:
        ValueError: The file is broken, or it is no checkpoint of a BERT.
    """
    config_path = weights.parent / "bert_config.json"
    if not config_path.is_file():
        raise ValueError(f"{weights}: expected bert_config.json beside it. Received: none.")
    config = read_config(config_path)
    try:
        with h5py.File(weights, "r") as file:
            layers = _layers_by_class(file, config["num_layers"]) if "layers" in file else _layers_by_name(file)
    except (OSError, KeyError, RuntimeError) as error:
        raise ValueError(f"{weights}: expected a whole h5 file of weights. Received: {error}.") from None
    by_place = {name.bert4keras: name.variable for name in name_table(config["num_layers"])}
    stored = {(layer, place): tensor for layer, tensors in layers.items() for place, tensor in enumerate(tensors)}
    return Checkpoint(
        weights_path=weights,
        config=config,
        tensors={by_place[place]: tensor for place, tensor in stored.items() if place in by_place},
        names={variable: f"{layer}[{place}]" for (layer, place), variable in by_place.items()},
        unused=[f"{layer}[{n}]" for layer, n in stored if (layer, n) not in by_place and layer != NOT_ENCODER],
        vocab_path=weights.parent / "vocab.txt",
    )


def _layers_by_name(file: h5py.File) -> dict[str, list[np.ndarray]]:
    """The form of Keras 2: groups named after the layers, weights in their order."""
    root = file["model_weights"] if "model_weights" in file else file
    names = [name.decode() if isinstance(name, bytes) else name for name in root.attrs["layer_names"]]
    return {name: [np.asarray(root[name][weight]) for weight in root[name].attrs["weight_names"]] for name in names}


def _layers_by_class(file: h5py.File, num_layers: int) -> dict[str, list[np.ndarray]]:
    """The form of tf-keras's `.weights.h5`: groups named after the layers' classes, counted in the model's order."""
    dense = ["Pooler-Dense", "NSP-Proba", "MLM-Dense"]
    count = sum(name == "dense" or name.startswith("dense_") for name in file["layers"])
    has_mlm = "scale_offset" in file["layers"]
    dense = dense[: count - has_mlm] + dense[-1:] * has_mlm
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
    names = {f"{kind}_{n}" if n else kind: name for kind, layers in by_class.items() for n, name in enumerate(layers)}
    parts = ("", "q_dense/", "k_dense/", "v_dense/", "i0_dense/", "o_dense/")
    layers = {}
    for group in file["layers"]:
        root = file["layers"][group]
        tensors = []
        for part in parts:
            if f"{part}vars" in root:
                variables = root[f"{part}vars"]
                tensors += [np.asarray(variables[str(place)]) for place in range(len(variables))]
        layers[names.get(group, group)] = tensors
    return layers
