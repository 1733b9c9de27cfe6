"""Reader and writer of model folders of Hugging Face's transformers."""

import json
import os
import re
import shlex
from pathlib import Path

import numpy as np

from ...data.check_finite import check_finite
from ...data.files import write_atomically
from ...data.preset_config import VOCAB_FILE, WEIGHTS_FILE
from ...data.read_json import read_json
from ...data.text.subwords import SPECIAL_NAMES
from ...data.write_safetensors import write_safetensors
from .checkpoint import Checkpoint
from .config_json import activation_name, find_writable_family, pad_offset, read_config, write_config
from .encoder_variables import encoder_values
from .families import BERT
from .family import Family
from .safetensors_file import INDEX_FILE, read_shards, stored_tensors

POSITIONS = "position_embedding.embeddings"
SENTENCE_TRANSFORMERS_FILE = "modules.json"  # marks a sentence encoder, whose last layer is tuned
OLD_NAMES = {"LayerNorm.gamma": "LayerNorm.weight", "LayerNorm.beta": "LayerNorm.bias"}
# Names of activations in transformers, by our names.
ACTIVATIONS = {name: name for name in ("gelu", "relu", "relu6", "silu", "tanh", "sigmoid", "mish", "linear")}
ACTIVATIONS |= {"gelu_tanh": "gelu_pytorch_tanh"}
# Buffers, copies of the tied table, and the heads of next sentences, of sentence order and of replaced tokens.
IGNORED_TENSORS = re.compile(
    r"position_ids$|token_type_ids$|positions_encoding$|embed_positions\.weight$"
    r"|^(cls\.predictions\.decoder|predictions\.decoder|lm_head\.decoder|vocab_projector|generator_lm_head)\.weight$"
    r"|^cls\.seq_relationship\.|^sop_classifier\.|^discriminator_predictions\."
)


def read_hugging_face(folder: Path) -> Checkpoint:
    """Reads `config.json`, `model.safetensors`, in one file or several, and the vocabulary of a folder.

    Args:
        folder: The folder.

    Raises:
        ValueError: The weights are missing, incomplete or only in PyTorch's pickle, or the model is of another
            family.
    """
    weights = folder / WEIGHTS_FILE
    config_path = folder / "config.json"
    if not config_path.is_file() and weights.is_file():
        raise ValueError(f"{folder}: config.json is missing; put it beside {weights.name}.")
    family, config = read_config(config_path) if config_path.is_file() else (BERT, {})
    if not weights.is_file() and not (folder / INDEX_FILE).is_file():
        raise ValueError(_missing_weights_message(folder))
    if (folder / SENTENCE_TRANSFORMERS_FILE).is_file():
        config["embedding_layers"] = "last"
    table = {name.hugging_face: name for name in family.names(config) if name.hugging_face is not None}
    tensors, stored_names, unused = {}, {}, []
    in_files = stored_tensors(weights) if weights.is_file() else read_shards(folder)
    for stored, tensor in in_files.items():
        table_name = _table_name(stored, family)
        name = table.get(table_name)
        if name is not None:
            tensors[name.variable] = tensor.transposed() if name.transposed else tensor
            stored_names[name.variable] = stored
        elif not IGNORED_TENSORS.search(table_name):
            unused.append(stored)
    if family.padded_positions and POSITIONS in tensors:
        offset = pad_offset(read_json(config_path))
        tensors[POSITIONS] = tensors[POSITIONS].rows(np.arange(offset, *tensors[POSITIONS].shape[:1]))
    if "task_type_embedding.embeddings" not in tensors:
        config.pop("num_task_types", None)  # ERNIE without use_task_id
    tokenizer_config = folder / "tokenizer_config.json"
    return Checkpoint(
        weights_path=weights,
        config=config,
        tensors=tensors,
        stored_names={name.variable: key for key, name in table.items()} | stored_names,
        unused=unused,
        vocab_path=folder / VOCAB_FILE,
        lowercase=read_json(tokenizer_config).get("do_lower_case") if tokenizer_config.is_file() else None,
        next_sentence_head=any(name.startswith("cls.seq_relationship.") for name in in_files),
    )


def _table_name(stored: str, family: Family) -> str:
    """Returns a stored name as the name table has it: without the model's prefix, with today's names of norms."""
    name = stored.removeprefix(family.base_prefix).removeprefix("bert.")
    for old, new in OLD_NAMES.items():
        name = name.replace(old, new)
    return name.removesuffix(".decoder.bias") + ".bias" if name.endswith(".decoder.bias") else name


def _missing_weights_message(folder: Path) -> str:
    if (folder / "pytorch_model.bin").is_file():
        return (
            f"{folder}: expected {WEIGHTS_FILE}. Received: pytorch_model.bin, a pickle, which is never loaded. "
            f"Convert it where PyTorch is installed: {_conversion_command(folder)}"
        )
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
    """Writes config.json, model.safetensors, vocab.txt or tokenizer.json, and tokenizer_config.json.

    `AutoModel.from_pretrained(folder)` gives the same hidden states, `AutoModelForMaskedLM` the same logits.

    Args:
        encoder: `Encoder` with a tokenizer.
        folder: Output folder; created if missing.

    Raises:
        ValueError: Transformers lacks the encoder's activation or architecture, or a weight is not finite.
    """
    family = find_writable_family(encoder)
    hidden_act = activation_name(encoder, ACTIVATIONS)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mlm_head, tokenizer = encoder.mlm_dense is not None, encoder.tokenizer
    values = encoder_values(encoder)
    check_finite(values, source="encoder")
    tensors = {}
    for name in family.names(encoder.config, pooler=encoder.pooler is not None, mlm_head=mlm_head):
        value = values[name.variable]
        in_model = mlm_head and not name.variable.startswith("mlm_")
        if family.padded_positions and name.variable == POSITIONS:
            value = np.pad(value, ((tokenizer.pad_id + 1, 0), (0, 0)))
        tensors[f"{family.base_prefix * in_model}{name.hugging_face}"] = value.T if name.transposed else value
    write_safetensors(folder / WEIGHTS_FILE, tensors)
    write_config(
        encoder,
        folder / "config.json",
        family=family,
        hidden_act=hidden_act,
        architectures=[f"{family.class_name}ForMaskedLM" if mlm_head else f"{family.class_name}Model"],
        model_type=family.model_type,
        pad_token_id=tokenizer.pad_id,
        **({"bos_token_id": tokenizer.cls_id, "eos_token_id": tokenizer.sep_id} if family.padded_positions else {}),
    )
    tokenizer_config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": tokenizer.lowercase,
        "model_max_length": encoder.config["max_length"],
    }
    if tokenizer.subwords is not None:
        names = ("pad", "unk", "cls", "sep", "mask")
        tokenizer_config = dict(zip((f"{name}_token" for name in names), SPECIAL_NAMES.values(), strict=True))
        tokenizer_config |= {"bos_token": "<s>", "eos_token": "</s>", "tokenizer_class": "PreTrainedTokenizerFast"}
        tokenizer_config["model_max_length"] = encoder.config["max_length"]
    write_atomically(folder / "tokenizer_config.json", json.dumps(tokenizer_config, indent=2) + "\n")
    tokenizer.save(folder / tokenizer.file_name)
