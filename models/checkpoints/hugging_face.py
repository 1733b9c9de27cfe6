"""Reader and writer of model folders of Hugging Face's transformers."""

import json
import os
import re
import shlex
from pathlib import Path

from ...data.files import write_atomically
from ...data.preset_config import VOCAB_FILE, WEIGHTS_FILE, read_json
from ...data.write_safetensors import write_safetensors
from .checkpoint import Checkpoint
from .config_json import activation_name, read_config, write_config
from .name_table import encoder_tensors, name_table
from .safetensors_file import stored_tensors

SENTENCE_TRANSFORMERS_FILE = "modules.json"  # marks a sentence encoder, whose last layer is tuned
OLD_NAMES = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}
# Names of activations in transformers, by our names.
ACTIVATIONS = {name: name for name in ("gelu", "relu", "relu6", "silu", "tanh", "sigmoid", "mish", "linear")}
ACTIVATIONS |= {"gelu_tanh": "gelu_pytorch_tanh"}
# Buffers, a copy of the tied table, and the head of next-sentence prediction.
IGNORED_TENSORS = re.compile(r"position_ids$|^cls\.predictions\.decoder\.weight$|^cls\.seq_relationship\.")


def read_hugging_face(folder: Path) -> Checkpoint:
    """Reads `config.json`, `model.safetensors` and `vocab.txt` of a folder.

    Args:
        folder: The folder.

    Raises:
        ValueError: The weights are missing, incomplete or only in PyTorch's pickle, or the model is not a BERT.
    """
    weights = folder / WEIGHTS_FILE
    config_path = folder / "config.json"
    if not config_path.is_file() and weights.is_file():
        raise ValueError(f"{folder}: config.json is missing; put it beside {weights.name}.")
    config = read_config(config_path) if config_path.is_file() else {}
    if not weights.is_file():
        raise ValueError(_missing_weights_message(folder))
    if (folder / SENTENCE_TRANSFORMERS_FILE).is_file():
        config["embedding_layers"] = "last"
    table = {name.hugging_face: name for name in name_table(config["num_layers"])}
    tensors, stored_names, unused = {}, {}, []
    for stored, tensor in stored_tensors(weights).items():
        name = table.get(_table_name(stored))
        if name is not None:
            tensors[name.variable] = tensor.transposed() if name.transposed else tensor
            stored_names[name.variable] = stored
        elif not IGNORED_TENSORS.search(stored.removeprefix("bert.")):
            unused.append(stored)
    tokenizer_config = folder / "tokenizer_config.json"
    return Checkpoint(
        weights_path=weights,
        config=config,
        tensors=tensors,
        stored_names={name.variable: name.hugging_face for name in table.values()} | stored_names,
        unused=unused,
        vocab_path=folder / VOCAB_FILE,
        lowercase=read_json(tokenizer_config).get("do_lower_case") if tokenizer_config.is_file() else None,
        next_sentence_head=any(name.startswith("cls.seq_relationship.") for name in stored_tensors(weights)),
    )


def _table_name(stored: str) -> str:
    """Returns a stored name as the name table has it: without the model's prefix, with today's names of norms."""
    name = stored.removeprefix("bert.")
    for old, new in OLD_NAMES.items():
        name = name.replace(old, new)
    return "cls.predictions.bias" if name == "cls.predictions.decoder.bias" else name


def _missing_weights_message(folder: Path) -> str:
    if (folder / "pytorch_model.bin").is_file():
        return (
            f"{folder}: expected {WEIGHTS_FILE}. Received: pytorch_model.bin, a pickle, which is never loaded. "
            f"Convert it where PyTorch is installed: {_conversion_command(folder)}"
        )
    if (folder / "model.safetensors.index.json").is_file():
        return f"{folder}: expected one {WEIGHTS_FILE}. Received: weights in several files; save them as one."
    return f"{folder}: {WEIGHTS_FILE} is missing; put it beside config.json."


def _conversion_command(folder: Path) -> str:
    """Returns a shell command that writes every tensor of pytorch_model.bin to model.safetensors."""
    paths = [json.dumps(str(folder / name), ensure_ascii=False) for name in ("pytorch_model.bin", WEIGHTS_FILE)]
    lines = (
        "import torch, safetensors.torch",
        f'tensors = torch.load({paths[0]}, map_location="cpu", weights_only=True)',
        "tensors = {name: tensor.clone().contiguous() for name, tensor in tensors.items()}",
        f'safetensors.torch.save_file(tensors, {paths[1]}, {{"format": "pt"}})',
    )
    return f"python -c {shlex.quote('; '.join(lines))}"


def write_hugging_face(encoder, folder: str | os.PathLike) -> None:
    """Writes config.json, model.safetensors, vocab.txt and tokenizer_config.json.

    `AutoModel.from_pretrained(folder)` gives the same hidden states, `AutoModelForMaskedLM` the same logits.

    Args:
        encoder: `Encoder` with a tokenizer.
        folder: Output folder; created if missing.

    Raises:
        ValueError: Transformers lacks the encoder's activation, or a weight is not finite.
    """
    hidden_act = activation_name(encoder, ACTIVATIONS)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mlm_head = encoder.mlm_dense is not None
    tensors = {}
    for name, value in encoder_tensors(encoder):
        in_model = mlm_head and not name.hugging_face.startswith("cls.")
        tensors["bert." * in_model + name.hugging_face] = value.T if name.transposed else value
    write_safetensors(folder / WEIGHTS_FILE, tensors)
    tokenizer = encoder.tokenizer
    write_config(
        encoder,
        folder / "config.json",
        hidden_act=hidden_act,
        architectures=["BertForMaskedLM" if mlm_head else "BertModel"],
        model_type="bert",
        pad_token_id=tokenizer.pad_id,
    )
    tokenizer_config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": tokenizer.lowercase,
        "model_max_length": encoder.config["max_length"],
    }
    write_atomically(folder / "tokenizer_config.json", json.dumps(tokenizer_config, indent=2) + "\n")
    tokenizer.save(folder / VOCAB_FILE)
