"""Saving and loading of preset folders."""

import json
import os
import re

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.models.random_encoder import random_encoder
from textzoo.data import Tokenizer
from textzoo.models import Encoder, ExtractiveQA, MaskedLM, MultiLabelClassifier, QAGenerator, TitleGenerator


def test_writes_config_vocab_weights_and_card(tmp_path):
    encoder = random_encoder()
    card = {"title": "Tiny", "text": "A test.", "data": "sha256 | 12", "command": "make", "metrics": {"loss": 0.5}}
    encoder.save_to_preset(tmp_path / "new" / "folder", card=card)
    folder = tmp_path / "new" / "folder"
    assert sorted(os.listdir(folder)) == ["README.md", "config.json", "model.safetensors", "vocab.txt"]
    config = json.loads((folder / "config.json").read_text())
    assert config["class"] == "textzoo>Encoder" and config["tokenizer"]["tokens"] == "vocab.txt"
    assert "encoder_layers.0.attention.query.kernel" in load_file(folder / "model.safetensors")
    readme = (folder / "README.md").read_text()
    for part in ("# Tiny", "A test.", "| data | sha256 \\| 12 |", "| loss | 0.5 |", "| parameters |"):
        assert part in readme
    snippet = readme.split("```python\n")[1].split("```")[0]
    names: dict = {}
    exec(snippet, names)
    np.testing.assert_array_equal(names["model"].mlm_bias, encoder.mlm_bias)


def test_float16_halves_the_file(tmp_path):
    encoder = random_encoder()
    encoder.save_to_preset(tmp_path / "full")
    encoder.save_to_preset(tmp_path / "half", dtype="float16")
    sizes = [
        sum(value.nbytes for value in load_file(tmp_path / name / "model.safetensors").values())
        for name in ("half", "full")
    ]
    assert 2 * sizes[0] == sizes[1]
    loaded = Encoder.from_preset(tmp_path / "half")
    assert loaded.mlm_bias.dtype == "float32"
    np.testing.assert_allclose(loaded.mlm_bias, encoder.mlm_bias, atol=1e-3)


def test_tokenizer_round_trip(tmp_path):
    encoder = random_encoder(vocab_size=12)
    encoder.tokenizer = encoder.tokenizer.prune(["一丁七丄"])
    encoder.tokenizer.lowercase = False
    small = random_encoder(vocab_size=encoder.tokenizer.vocab_size)
    small.tokenizer = encoder.tokenizer
    small.save_to_preset(tmp_path)
    loaded = Encoder.from_preset(tmp_path).tokenizer
    assert loaded.tokens == encoder.tokenizer.tokens and not loaded.lowercase
    assert loaded.checkpoint_rows is None  # the saved weights hold exactly its rows


@pytest.mark.parametrize(
    ("options", "match"), [({"dtype": "int8"}, "dtype float32 or float16. Received: int8"), ({}, "with a tokenizer")]
)
def test_bad_arguments_write_nothing(tmp_path, options, match):
    encoder = random_encoder()
    encoder.tokenizer = encoder.tokenizer if options else None
    with pytest.raises(ValueError, match=match):
        encoder.save_to_preset(tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


@pytest.fixture
def folder(tmp_path):
    random_encoder().save_to_preset(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["vocab.txt", "model.safetensors"])
def test_missing_file(folder, name):
    (folder / name).unlink()
    with pytest.raises(ValueError, match=f"{name} is missing; put it beside config.json"):
        Encoder.from_preset(folder)


def test_truncated_weights(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="not a complete safetensors file"):
        Encoder.from_preset(folder)


def test_config_with_missing_keys(folder):
    (folder / "config.json").write_text('{"textzoo": "0.1.0", "class": "textzoo>Encoder"}')
    with pytest.raises(ValueError, match="the key 'config' is missing"):
        Encoder.from_preset(folder)


def test_missing_tensor_is_named(folder):
    tensors = load_file(folder / "model.safetensors")
    del tensors["pooler.bias"]
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ValueError, match="lacks tensors of the model: pooler.bias"):
        Encoder.from_preset(folder)


def test_class_without_an_encoder(folder):
    config = json.loads((folder / "config.json").read_text()) | {"class": "textzoo>Other"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="expected a model with an encoder. Received: textzoo>Other"):
        Encoder.from_preset(folder)


def test_weights_have_the_file_mode_of_the_other_files(tmp_path):
    random_encoder().save_to_preset(tmp_path / "saved")
    modes = {file.stat().st_mode for file in (tmp_path / "saved").iterdir()}
    assert len(modes) == 1


TASKS = (QAGenerator, TitleGenerator, MaskedLM, ExtractiveQA, MultiLabelClassifier)
LETTERS = {"Chinese": "今天下午小李在", "English": "abdehilnorsty."}


def card_of(task, language, folder):
    """Saves a model with a vocabulary of the language, and returns its card."""
    letters = LETTERS[language]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]", *letters]
    tokenizer = Tokenizer(tokens + [f"##{letter}" for letter in letters if letter != "."])
    encoder = random_encoder(vocab_size=tokenizer.vocab_size, max_length=512, pooler=False)
    options = {"labels": ["a", "b"]} if task is MultiLabelClassifier else {}
    task(encoder, task.preprocessor_class(tokenizer, **options)).save_to_preset(folder)
    return (folder / "README.md").read_text()


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("task", TASKS)
def test_the_card_states_the_language_and_fits_it(tmp_path, task, language):
    readme = card_of(task, language, tmp_path)
    assert f"| language | {language} |" in readme and task.card_examples[language] in readme
    assert (re.search("[\u4e00-\u9fff]", readme) is None) == (language == "English")


@pytest.mark.graph
@pytest.mark.slow
@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("task", TASKS)
def test_the_example_of_a_card_runs(tmp_path, task, language):
    exec(card_of(task, language, tmp_path).split("```python\n")[1].split("```")[0], {})
