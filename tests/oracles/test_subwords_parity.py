"""RoBERTa with byte-level BPE and XLM-RoBERTa with Unigram against transformers, from text to logits, both ways."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.data.text.trained_subwords import TEXTS, trained
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_hugging_face

TOLERANCE = 1e-4
pytestmark = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("torch", "transformers"))), reason="torch or transformers is not installed"
)


def their_folder(kind: str, folder: Path):
    """Writes model and tokenizer as transformers does; returns both."""
    import torch
    import transformers

    special = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>"}
    special |= {"unk_token": "<unk>", "mask_token": "<mask>"}
    library = trained(kind)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=library, **special)
    name = {"BPE": "Roberta", "Unigram": "XLMRoberta"}[kind]
    config = getattr(transformers, f"{name}Config")(
        vocab_size=library.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=130,
        type_vocab_size=1,
        initializer_range=0.3,
    )
    torch.manual_seed(0)
    model = getattr(transformers, f"{name}ForMaskedLM")(config).eval()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model, tokenizer


def their_logits(model, ids):
    import torch

    with torch.no_grad():
        return model(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.int64)).logits[0].numpy()


@pytest.mark.parametrize("kind", ["BPE", "Unigram"])
def test_from_text_to_logits_both_ways(kind, tmp_path):
    """Prints the largest difference of logits with -s."""
    import transformers

    model, tokenizer = their_folder(kind, tmp_path / "theirs")
    differences = []
    encoder = Encoder.from_preset(tmp_path / "theirs")
    rows = encoder.tokenizer.checkpoint_rows
    write_hugging_face(encoder, tmp_path / "ours")
    again = transformers.AutoModelForMaskedLM.from_pretrained(tmp_path / "ours").eval()
    tokenizer_again = transformers.AutoTokenizer.from_pretrained(tmp_path / "ours")
    for text in TEXTS:
        ids = encoder.tokenizer.encode(text).ids
        assert rows[ids[1:-1]].tolist() == tokenizer(text, add_special_tokens=False)["input_ids"]
        logits = np.asarray(encoder.token_logits(encoder(ids[None])))[0]
        theirs = their_logits(model, rows[ids].tolist())
        differences.append(np.abs(logits - theirs[:, rows]).max())
        assert tokenizer_again(text)["input_ids"] == ids.tolist()
        differences.append(np.abs(their_logits(again, ids.tolist()) - logits).max())
    print(f"{kind}: {max(differences):.1e}")
    assert max(differences) < TOLERANCE
    masked = "The <mask> lends books."
    expected = tokenizer(masked, add_special_tokens=False)["input_ids"]
    assert rows[tokenizer_again(masked)["input_ids"][1:-1]].tolist() == expected
    assert (tokenizer_again.pad_token_id, tokenizer_again.mask_token) == (0, "<mask>")


@pytest.mark.slow
def test_the_advice_for_a_file_of_sentencepiece(tmp_path):
    pytest.importorskip("sentencepiece")
    model_pb2 = pytest.importorskip("transformers.utils.sentencepiece_model_pb2_new")

    their_folder("Unigram", tmp_path)
    scores = dict(json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"])
    spm = model_pb2.ModelProto()
    for piece, kind in (("<unk>", 2), ("<s>", 3), ("</s>", 3)):
        spm.pieces.add(piece=piece, score=0.0, type=kind)
    for piece, score in scores.items():
        if piece not in ("<unk>", "<s>", "</s>", "<pad>", "<mask>"):
            spm.pieces.add(piece=piece, score=score, type=1)
    spm.trainer_spec.model_type = 1
    spm.trainer_spec.unk_id = 0
    (tmp_path / "sentencepiece.bpe.model").write_bytes(spm.SerializeToString())
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        (tmp_path / name).unlink(missing_ok=True)
    with pytest.raises(ValueError, match="Received: sentencepiece.bpe.model") as error_info:
        Encoder.from_preset(tmp_path)
    command = str(error_info.value).partition("sentencepiece are installed: ")[2]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", "-c", command], check=True, env=environment)
    tokenizer = Encoder.from_preset(tmp_path).tokenizer
    assert tokenizer.decode(tokenizer.encode("Anna goes to the library.").ids) == "Anna goes to the library."
