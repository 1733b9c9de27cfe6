"""A folder that Hugging Face's transformers loads."""

import json
import os
from pathlib import Path

from .encoder_tensors import encoder_tensors
from .safetensors_file import write_safetensors
from .write_config import write_config

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
