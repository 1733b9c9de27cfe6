"""A preset folder with wrong values, unknown objects or another vocabulary: one line that names the field."""

import copy
import json
import math
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder, QAGenerator, QAPreprocessor
from textzoo.models.presets.preset_schema import check_preset_config


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    encoder = random_encoder()
    folder = tmp_path_factory.mktemp("saved")
    QAGenerator(encoder, QAPreprocessor(encoder.tokenizer, max_source_length=12), copy_head=True).save_to_preset(folder)
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    for file in saved.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def leaves(value, path=()):
    """Yields the path of every value of a configuration."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))


def mutated(config, path, value):
    config = copy.deepcopy(config)
    parent = config
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return config


def rewrite(folder, change):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(change(config)))


def rejection(folder, cls=QAGenerator):
    with pytest.raises(ValueError) as error_info:
        cls.from_preset(folder)
    message = str(error_info.value)
    assert "\n" not in message
    return message


VALUES = [0, -1, 5, 10**12, 0.5, math.nan, "4", "/etc/passwd", "", None, True, [], ["a"], {}, {"class_name": "X"}]


def test_every_field_of_a_saved_model_with_every_kind_of_value(saved):
    path = saved / "config.json"
    config = json.loads(path.read_text())
    tokens = [chr(0x4E00 + i) for i in range(config["config"]["encoder"]["config"]["vocab_size"])]
    refused = 0
    for leaf in leaves(config):
        for value in VALUES:
            try:
                check_preset_config(mutated(config, leaf, value), path, num_tokens=len(tokens))
            except ValueError as error:
                refused += 1
                message = str(error)
                assert message.startswith((str(path), str(saved / "vocab.txt"))) and "\n" not in message
                assert len(message) < 400
    assert refused > 300
    check_preset_config(config, path, num_tokens=len(tokens))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_mutated_config_gives_a_model_or_one_line(saved, tmp_path, data):
    config = json.loads((saved / "config.json").read_text())
    leaf = data.draw(st.sampled_from(list(leaves(config))))
    value = data.draw(st.sampled_from(VALUES))
    for file in ("vocab.txt", "model.safetensors"):
        (tmp_path / file).write_bytes((saved / file).read_bytes())
    (tmp_path / "config.json").write_text(json.dumps(mutated(config, leaf, value)))
    try:
        QAGenerator.from_preset(tmp_path)
    except ValueError as error:
        assert "\n" not in str(error)


ENCODER = ("config", "encoder", "config")


@pytest.mark.parametrize(
    ("path", "value", "match"),
    [
        ((*ENCODER, "num_heads"), 0, "expected config.encoder.config.num_heads to be an integer .*Received: 0."),
        ((*ENCODER, "num_heads"), 3, "num_heads to be a divisor of the hidden size 16. Received: 3."),
        ((*ENCODER, "hidden_size"), 10**12, "hidden_size to be an integer from 1 to 65536. Received: 1000000000000."),
        ((*ENCODER, "hidden_size"), 65536, r"token_embedding.embeddings \(40, 16\) instead of \(40, 65536\)"),
        ((*ENCODER, "num_layers"), 1000, "lacks tensors of the model: encoder_layers.2.*"),
        ((*ENCODER, "also"), 5, "unknown field config.encoder.config.also"),
        (("also",), 5, "unknown field also"),
        (("other_tasks",), 5, "expected other_tasks to be an object. Received: 5."),
        (("config", "encoder"), 5, "expected config.encoder to be a saved object. Received: 5."),
        (("tokenizer", "user_dict"), "/etc/passwd", 'tokenizer.user_dict to be a list .*Received: "/etc/passwd".'),
    ],
)
def test_the_message_names_file_field_and_value(folder, path, value, match):
    rewrite(folder, lambda config: mutated(config, path, value))
    message = rejection(folder)
    assert str(folder) in message
    assert re.search(match, message), message


def test_a_dictionary_is_never_a_path(folder, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("secret 5\n")
    where = ("config", "preprocessor", "config", "tokenizer", "user_dict")
    rewrite(folder, lambda config: mutated(config, where, str(words)))
    assert "user_dict to be a list of strings, or null" in rejection(folder)


def test_900_levels(folder):
    text = (folder / "config.json").read_text()
    for depth in (40, 900, 100_000):
        (folder / "config.json").write_text(text.replace("{", '{"also": ' + "[" * depth + "]" * depth + ",", 1))
        assert "expected JSON of at most 32 levels" in rejection(folder)


@pytest.mark.parametrize("change", ["more", "fewer", "repeated", "empty"])
def test_the_vocabulary_of_another_size(folder, change):
    path = folder / "vocab.txt"
    lines = path.read_text().split("\n")[:-1]
    lines = {"more": [*lines, "x"], "fewer": lines[:-1], "repeated": [*lines[:-1], lines[-2]], "empty": []}[change]
    path.write_text("".join(line + "\n" for line in lines))
    for cls in (QAGenerator, Encoder):
        message = rejection(folder, cls)
        assert str(path) in message
        assert {"repeated": "line 40: expected each token once", "empty": "[PAD]"}.get(change, "40 tokens") in message


def test_weights_that_are_not_finite_are_named(folder):
    tensors = load_file(folder / "model.safetensors")
    tensors["unilm.encoder.mlm_bias"][3] = math.nan
    save_file(tensors, folder / "model.safetensors")
    for cls in (QAGenerator, Encoder):
        assert "expected finite weights. Received: nan in unilm.encoder.mlm_bias" in rejection(folder, cls)


def test_weights_that_are_not_finite_are_not_saved(tmp_path):
    encoder = random_encoder()
    encoder.mlm_bias.assign(encoder.mlm_bias + 1e5)
    with pytest.raises(ValueError, match="as float16: expected finite weights. Received: inf in mlm_bias"):
        encoder.save_to_preset(tmp_path / "out", dtype="float16")
    encoder.mlm_bias.assign(encoder.mlm_bias * math.nan)
    with pytest.raises(ValueError, match="expected finite weights. Received: nan in mlm_bias"):
        encoder.save_to_preset(tmp_path / "out")
    assert not (tmp_path / "out").exists()
