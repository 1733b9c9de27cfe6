"""Weight files that point outside, declare more than they hold, or hold other types: refused with one line."""

import json
import struct

import h5py
import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.random_encoder import named_values, random_encoder
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_google, write_hugging_face
from textzoo.models.checkpoints.config_json import read_config, write_config
from textzoo.models.checkpoints.encoder_variables import encoder_shapes
from textzoo.models.checkpoints.families import BERT
from textzoo.models.presets.variable_paths import variable_paths

TABLE = "Embedding-Token"


@pytest.fixture
def h5(tmp_path):
    """A folder as bert4keras users have it, with best.weights in Keras 2's layout."""
    encoder = random_encoder()
    write_config(encoder, tmp_path / "bert_config.json", family=BERT, hidden_act="gelu")
    encoder.tokenizer.save(tmp_path / "vocab.txt")
    layers: dict = {}
    for name, value in named_values(encoder):
        layers.setdefault(name.bert4keras[0], []).append(value)
    with h5py.File(tmp_path / "best.weights", "w") as file:
        file.attrs["layer_names"] = list(layers)
        for layer, values in layers.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = [f"w{i}" for i in range(len(values))]
            for i, value in enumerate(values):
                group[f"w{i}"] = value
    return tmp_path


def replace_table(folder, create):
    with h5py.File(folder / "best.weights", "a") as file:
        del file[TABLE]["w0"]
        create(file[TABLE])


def rejection(path):
    with pytest.raises(ValueError) as error_info:
        Encoder.from_preset(path)
    assert "\n" not in str(error_info.value)
    return str(error_info.value)


def virtual(group):
    layout = h5py.VirtualLayout((40, 16), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (40, 16))
    group.create_virtual_dataset("w0", layout)


OUTSIDE = {
    "external": lambda group: group.create_dataset("w0", (40, 16), "f4", external=[("/etc/passwd", 0, 2560)]),
    "external link": lambda group: group.__setitem__("w0", h5py.ExternalLink("/etc/passwd", "/x")),
    "soft link": lambda group: group.__setitem__("w0", h5py.SoftLink("/Embedding-Segment/w0")),
    "virtual": virtual,
    "compressed": lambda group: group.create_dataset("w0", data=np.zeros((40, 16), "f4"), compression="gzip"),
    "unwritten": lambda group: group.create_dataset("w0", (40, 16), "f4"),
    "group": lambda group: group.create_group("w0"),
    "text": lambda group: group.create_dataset("w0", data=["a"] * 40),
    "complex": lambda group: group.create_dataset("w0", data=np.zeros((40, 16), "c8")),
    "empty": lambda group: group.create_dataset("w0", data=h5py.Empty("f4")),
}


@pytest.mark.parametrize("kind", OUTSIDE)
def test_data_outside_the_file_and_other_kinds_of_data(h5, kind):
    Encoder.from_preset(h5)
    replace_table(h5, OUTSIDE[kind])
    message = rejection(h5)
    assert "best.weights" in message and ("w0" in message or TABLE in message)


def test_declared_sizes_are_checked_before_data_is_read(h5):
    replace_table(h5, lambda group: group.create_dataset("w0", (50_000, 20_480), "f4", chunks=(1, 20_480)))
    assert "with 4096000000 bytes in the file. Received: 0 bytes" in rejection(h5)
    config = json.loads((h5 / "bert_config.json").read_text())
    (h5 / "bert_config.json").write_text(json.dumps(config | {"vocab_size": 50_000, "hidden_size": 20_480}))
    assert "bytes in the file" in rejection(h5)


def test_names_that_are_no_names(h5):
    with h5py.File(h5 / "best.weights", "a") as file:
        file.attrs["layer_names"] = [1, 2]
    assert "expected layer_names of / to list names" in rejection(h5)


def write_header(folder, dtype, shape, num_bytes):
    """Writes a safetensors file with one tensor, `embeddings.word_embeddings.weight`."""
    header = {"embeddings.word_embeddings.weight": {"dtype": dtype, "shape": shape, "data_offsets": [0, num_bytes]}}
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"\0" * min(num_bytes, 10**6))


@pytest.mark.parametrize(("shape", "num_bytes"), [([10**12], 4 * 10**12), ([40, 16], 4), ([-1], 4), ([2**62, 8], 8)])
def test_safetensors_that_declare_more_than_they_hold(tmp_path, shape, num_bytes):
    write_hugging_face(random_encoder(), tmp_path)
    write_header(tmp_path, "F32", shape, num_bytes)
    assert "not a complete safetensors file" in rejection(tmp_path)


@pytest.mark.parametrize(("dtype", "size"), [("F8_E4M3", 1), ("F8_E5M2", 1), ("C64", 8), ("I64", 8), ("BOOL", 1)])
def test_safetensors_of_other_types(tmp_path, dtype, size):
    write_hugging_face(random_encoder(), tmp_path)
    path = tmp_path / "model.safetensors"
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    entry = header["bert.embeddings.word_embeddings.weight"]
    start = len(data)
    header["unused"] = dict(entry)  # a file holds no gaps
    entry |= {"dtype": dtype, "data_offsets": [start, start + 40 * 16 * size]}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data + b"\0" * (40 * 16 * size))
    message = rejection(tmp_path)
    assert "expected tensors in float16 or bfloat16 or float32 or float64" in message
    assert "bert.embeddings.word_embeddings.weight" in message


def test_bfloat16_is_read(tmp_path):
    from safetensors.numpy import load_file, save_file

    encoder = random_encoder()
    write_hugging_face(encoder, tmp_path)
    path = tmp_path / "model.safetensors"
    save_file({name: value.astype(ml_dtypes.bfloat16) for name, value in load_file(path).items()}, path)
    np.testing.assert_allclose(Encoder.from_preset(tmp_path).mlm_bias, encoder.mlm_bias, rtol=0.01)


def test_a_folder_beside_a_tensorflow_checkpoint_is_not_read(tmp_path):
    write_google(random_encoder(), tmp_path / "model")
    fake = tmp_path / "model" / "bert_model.ckpt"
    fake.mkdir()
    (fake / "checkpoint").write_text('model_checkpoint_path: "/etc/passwd"\n')
    Encoder.from_preset(tmp_path / "model")


@pytest.mark.parametrize("options", [{}, {"num_segments": 1, "max_length": 9}, {"mlm_head": False, "pooler": False}])
def test_shapes_are_known_without_an_encoder(options):
    encoder = random_encoder(**options)
    built = {name: tuple(variable.shape) for name, variable in variable_paths(encoder).items()}
    assert encoder_shapes(encoder.config) == built


CONFIG = {
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 32,
    "max_position_embeddings": 24,
    "type_vocab_size": 2,
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
    "layer_norm_eps": 1e-12,
    "initializer_range": 0.02,
    "hidden_act": "gelu",
}
WRONG = [-1, "4", None, [], {}, True, 10**12, float("nan"), [[[]]], "/etc/passwd"]


@pytest.mark.parametrize("key", CONFIG)
def test_wrong_values_in_hugging_faces_config_are_named(tmp_path, key):
    path = tmp_path / "config.json"
    for value in WRONG + [0] * isinstance(CONFIG[key], int):
        path.write_text(json.dumps(CONFIG | {key: value}))
        with pytest.raises(ValueError) as error_info:
            read_config(path)
        message = str(error_info.value)
        assert key in message and str(path) in message and "Received: " in message and "\n" not in message


@settings(max_examples=60)
@given(st.sampled_from(list(CONFIG)), st.recursive(st.none() | st.integers() | st.floats() | st.text(), st.lists))
def test_any_value_in_hugging_faces_config(tmp_path_factory, key, value):
    path = tmp_path_factory.mktemp("config") / "config.json"
    path.write_text(json.dumps(CONFIG | {key: value}))
    try:
        _, arguments = read_config(path)
    except ValueError as error:
        assert "\n" not in str(error) and str(path) in str(error)
    else:
        assert arguments["vocab_size"] > 0
