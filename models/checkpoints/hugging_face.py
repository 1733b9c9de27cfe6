"""Folders of Hugging Face's transformers."""

import json
import os
import re
from pathlib import Path

from .checkpoint import Checkpoint
from .config_json import read_config, read_json, write_config
from .name_table import encoder_tensors, name_table
from .safetensors_file import read_safetensors, write_safetensors

OLD_NAMES = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}
# Buffers, a copy of the tied table, and the head of next-sentence prediction.
IGNORED = re.compile(r"position_ids$|^cls\.predictions\.decoder\.weight$|^cls\.seq_relationship\.")


def _plain_name(name: str) -> str:
    """The name in the table: no model prefix, gamma and beta as they are called now."""
    name = name.removeprefix("bert.")
    for old, new in OLD_NAMES.items():
        name = name.replace(old, new)
    return "cls.predictions.bias" if name == "cls.predictions.decoder.bias" else name


def read_hugging_face(folder: Path) -> Checkpoint:
    """Reads `config.json` and `model.safetensors`, with `vocab.txt` beside them.

    Args:
        folder: The folder.

    Raises:
        ValueError: The weights are missing, broken, or in PyTorch's pickle only; or it is no BERT.
    """
    weights = folder / "model.safetensors"
    config_path = folder / "config.json"
    if not config_path.is_file() and weights.is_file():
        raise ValueError(f"{folder}: expected config.json beside {weights.name}. Received: none.")
    config = read_config(config_path) if config_path.is_file() else {}
    if not weights.is_file():
        raise ValueError(_why_no_weights(folder))
    by_name = {name.hugging_face: name for name in name_table(config["num_layers"])}
    tensors, names, unused = {}, {}, []
    for stored, tensor in read_safetensors(weights).items():
        name = by_name.get(_plain_name(stored))
        if name is not None:
            tensors[name.variable] = tensor.T if name.transposed else tensor
            names[name.variable] = stored
        elif not IGNORED.search(stored.removeprefix("bert.")):
            unused.append(stored)
    tokenizer_config = folder / "tokenizer_config.json"
    return Checkpoint(
        weights_path=weights,
        config=config,
        tensors=tensors,
        names={name.variable: name.hugging_face for name in by_name.values()} | names,
        unused=unused,
        vocab_path=folder / "vocab.txt",
        lowercase=read_json(tokenizer_config).get("do_lower_case") if tokenizer_config.is_file() else None,
    )


def _why_no_weights(folder: Path) -> str:
    if (folder / "pytorch_model.bin").is_file():
        return (
            f"{folder}: expected model.safetensors. Received: pytorch_model.bin, a pickle, which is never loaded. "
            'Convert it where PyTorch is installed: python -c "from transformers import AutoModel; '
            f"AutoModel.from_pretrained('{folder}').save_pretrained('{folder}', safe_serialization=True)\""
        )
    if (folder / "model.safetensors.index.json").is_file():
        return f"{folder}: expected one model.safetensors. Received: weights in several files; save them as one."
    return f"{folder}: expected model.safetensors beside config.json. Received: none."


ACTIVATIONS = {"gelu_tanh": "gelu_pytorch_tanh"}


def write_hugging_face(encoder, folder: str | os.PathLike) -> None:
    """Writes config.json, model.safetensors, vocab.txt and tokenizer_config.json.

    `AutoModel.from_pretrained(folder)` gives the same hidden states, `AutoModelForMaskedLM` the same logits.

    Args:
        encoder: `Encoder` with a tokenizer.
        folder: Where to; made if it is not there.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mlm_head = encoder.mlm_dense is not None
    tensors = {}
    for name, value in encoder_tensors(encoder):
        in_model = mlm_head and not name.hugging_face.startswith("cls.")
        tensors["bert." * in_model + name.hugging_face] = value.T if name.transposed else value
    write_safetensors(folder / "model.safetensors", tensors)
    architecture = "BertForMaskedLM" if mlm_head else "BertModel"
    tokenizer = encoder.tokenizer
    write_config(
        encoder,
        folder / "config.json",
        ACTIVATIONS,
        architectures=[architecture],
        model_type="bert",
        pad_token_id=tokenizer.pad_id,
    )
    tokenizer_config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": tokenizer.lowercase,
        "model_max_length": encoder.config["max_length"],
    }
    text = json.dumps(tokenizer_config, indent=2) + "\n"
    (folder / "tokenizer_config.json").write_text(text, encoding="utf-8")
    tokenizer.save(folder / "vocab.txt")
