"""Parity of every family with transformers: recorded, and live if it is installed."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.golden.make_families import IN_TRANSFORMERS, outputs, random_ids, random_model
from textzoo.data import Tokenizer
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_hugging_face
from textzoo.models.checkpoints.families import FAMILIES

GOLDEN = Path(__file__).parent.parent / "golden" / "families.npz"
TOLERANCE = 1e-4
live = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("torch", "transformers"))), reason="torch or transformers is not installed"
)
by_family = pytest.mark.parametrize(
    "family",
    [family for family in FAMILIES if family.model_type in IN_TRANSFORMERS],
    ids=lambda family: family.model_type,
)


def tokenizer(vocab_size=24):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return Tokenizer(special + [chr(0x4E00 + i) for i in range(vocab_size - len(special))])


def our_outputs(encoder, ids, segments):
    hidden, _ = encoder.encode(ids, segment_ids=segments if encoder.num_segments > 1 else None)
    return np.asarray(hidden), np.asarray(encoder.token_logits(hidden))


def assert_same(ours, theirs, mask):
    """Prints the largest differences of hidden states and logits with -s."""
    differences = [np.abs(own[mask] - other[mask]).max() for own, other in zip(ours, theirs, strict=True)]
    print(", ".join(f"{difference:.1e}" for difference in differences))
    assert max(differences) < TOLERANCE


@by_family
def test_recorded(tmp_path, family):
    golden, name = np.load(GOLDEN), family.model_type
    (tmp_path / "config.json").write_text(str(golden[f"{name}/config"]))
    prefix = f"{name}/weights/"
    weights = {key.removeprefix(prefix): golden[key] for key in golden.files if key.startswith(prefix)}
    save_file(weights, tmp_path / "model.safetensors")
    encoder = Encoder.from_preset(tmp_path, tokenizer=tokenizer())
    ours = our_outputs(encoder, golden["ids"], golden["segments"])
    assert_same(ours, (golden[f"{name}/hidden"], golden[f"{name}/logits"]), golden["mask"])


@live
@by_family
def test_both_ways(tmp_path, family, recwarn):
    import transformers

    model = random_model(family, num_hidden_layers=3) if family.model_type != "distilbert" else random_model(family)
    model.save_pretrained(tmp_path / "theirs")
    encoder = Encoder.from_preset(tmp_path / "theirs", tokenizer=tokenizer())
    ids, segments, mask = random_ids(24, generator_seed=1)
    theirs = outputs(model, np.where(mask, ids, model.config.pad_token_id), segments, mask)
    ours = our_outputs(encoder, ids, segments)
    assert_same(ours, theirs, mask)
    write_hugging_face(encoder, tmp_path / "ours")
    again = transformers.AutoModelForMaskedLM.from_pretrained(tmp_path / "ours").eval()
    assert_same(ours, outputs(again, ids, segments * (encoder.num_segments > 1), mask), mask)
    assert not [warning for warning in recwarn if "does not use" in str(warning.message)]


@live
def test_a_discriminator_of_electra(tmp_path, recwarn):
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.ElectraConfig(
        vocab_size=24, embedding_size=6, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12
    )
    model = transformers.ElectraForPreTraining(config).eval()
    model.save_pretrained(tmp_path)
    encoder = Encoder.from_preset(tmp_path, tokenizer=tokenizer(), mlm_head=False)
    ids, segments, mask = random_ids(24)
    with torch.no_grad():
        inputs = {"attention_mask": torch.tensor(mask), "token_type_ids": torch.tensor(segments)}
        theirs = model.electra(torch.tensor(ids), **inputs).last_hidden_state.numpy()
    hidden, _ = encoder.encode(ids, segment_ids=segments)
    np.testing.assert_allclose(np.asarray(hidden)[mask], theirs[mask], atol=TOLERANCE, rtol=0)
    assert not [warning for warning in recwarn if "does not use" in str(warning.message)]
