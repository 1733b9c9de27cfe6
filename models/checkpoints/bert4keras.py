"""Reader of the h5 files that bert4keras users write with `save_weights`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py

from ...data.preset_config import VOCAB_FILE
from .checkpoint import Checkpoint
from .config_json import read_bert_config
from .family import Family
from .h5_file import H5_ERRORS, get_member, has_member, member_names, stored_tensor

# Heads of next sentences and of replaced tokens, and the constants of relative positions.
NSP = "NSP-Proba"
IGNORED_LAYERS = (NSP, "Discriminator-Dense", "Discriminator-Prediction", "Embedding-Relative-Position")
# Layers of positions by the class that tf-keras names them after.
POSITION_LAYERS = {
    "relative_position_embedding": "Embedding-Relative-Position",
    "sinusoidal_position_embedding": "Embedding-Rotary-Position",
}


def read_bert4keras(weights: Path) -> Checkpoint:
    """Reads an h5 file with the `bert_config.json` and `vocab.txt` beside it.

    Args:
        weights: The file, with any suffix (`best_model.weights`, `model.h5`).

    Raises:
        ValueError: The file is incomplete, its bert_config.json is missing, or it is not a checkpoint of a BERT.
    """
    try:
        with h5py.File(weights, "r") as file:
            by_class = has_member(file, "layers")
            layers = {} if by_class else _layers_by_name(file)
            kinds = [name for kind, name in POSITION_LAYERS.items() if by_class and has_member(file["layers"], kind)]
            family, config = read_bert_config(weights, tensors=[*layers, *kinds])
            if by_class:
                layers = _layers_by_class(file, family, config)
            table = {name.bert4keras: name.variable for name in family.names(config) if name.bert4keras is not None}
            datasets = {(layer, index): data for layer, group in layers.items() for index, data in enumerate(group)}
            used = {key: dataset for key, dataset in datasets.items() if key in table}
            tensors = {table[key]: stored_tensor(dataset) for key, dataset in used.items()}
            total = sum(dataset.nbytes for dataset in used.values())
    except H5_ERRORS as error:
        raise ValueError(_incomplete(weights, str(error))) from None
    available = weights.stat().st_size
    if total > available:
        raise ValueError(_incomplete(weights, f"{available} of the {total} bytes of its tensors"))
    return Checkpoint(
        weights_path=weights,
        config=config,
        tensors=tensors,
        stored_names={variable: f"{layer}[{index}]" for (layer, index), variable in table.items()},
        unused=[f"{layer}[{i}]" for layer, i in datasets if (layer, i) not in table and layer not in IGNORED_LAYERS],
        vocab_path=weights.parent / VOCAB_FILE,
        next_sentence_head=any(layer == NSP for layer, _ in datasets),
    )


def _incomplete(weights: Path, reason: str) -> str:
    return f"{weights}: not a complete h5 file of weights ({reason}); copy or save it again."


def _layers_by_name(file: h5py.File) -> dict[str, list[h5py.Dataset]]:
    """Returns the weights of each layer from a file of Keras 2, whose groups are named after the layers."""
    root = get_member(file, "model_weights") if has_member(file, "model_weights") else file
    layers = {}
    for name in member_names(root, "layer_names"):
        group = get_member(root, name)
        layers[name] = [get_member(group, weight) for weight in member_names(group, "weight_names")]
    return layers


def _layers_by_class(file: h5py.File, family: Family, config: Mapping[str, Any]) -> dict[str, list[h5py.Dataset]]:
    """Returns the weights of each layer from a `.weights.h5` of tf-keras.

    Its groups are named after the classes of the layers, numbered in the order of the model.
    """
    groups = get_member(file, "layers")
    order = [name.bert4keras[0] for name in family.names(config) if name.bert4keras is not None]
    attentions = list(dict.fromkeys(layer for layer in order if layer.endswith("Attention")))
    feed_forwards = list(dict.fromkeys(layer for layer in order if layer.endswith("FeedForward")))
    norms = ["Embedding-Norm"]
    for pair in zip(attentions, feed_forwards, strict=True):
        norms += [f"{layer}-Norm" for layer in pair]
    mapping = ["Embedding-Mapping"] if "Embedding-Mapping" in order else []
    heads = ["Pooler-Dense", "NSP-Proba", "MLM-Dense"] if "Pooler-Dense" in order else ["MLM-Dense"]
    num_dense = sum(name == "dense" or name.startswith("dense_") for name in groups)
    has_mlm = has_member(groups, "scale_offset")
    dense = mapping + heads[: max(num_dense - len(mapping) - has_mlm, 0)] + heads[-1:] * has_mlm
    by_class = {
        "embedding": ["Embedding-Token", "Embedding-Segment"],
        "position_embedding": ["Embedding-Position"],
        "layer_normalization": norms + ["MLM-Norm"],
        "relative_position_embedding": ["Embedding-Relative-Position"],
        "multi_head_attention": attentions,
        "feed_forward": feed_forwards,
        "dense": dense,
        "scale_offset": ["MLM-Bias"],
    }
    names = {f"{kind}_{i}" if i else kind: name for kind, layers in by_class.items() for i, name in enumerate(layers)}
    parts = ("", "q_dense", "k_dense", "v_dense", "i0_dense", "o_dense")
    layers = {}
    for group in groups:
        root = get_member(groups, group)
        tensors = []
        for part in parts:
            owner = get_member(root, part) if part and has_member(root, part) else root
            if (part and owner is root) or not has_member(owner, "vars"):
                continue
            variables = get_member(owner, "vars")
            tensors += [get_member(variables, str(i)) for i in range(len(variables))]
        layers[names.get(group, group)] = tensors
    return layers
