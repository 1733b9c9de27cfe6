"""Index of a safetensors file against the library's own reader; files that are damaged."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from textzoo.data.safetensors_index import map_tensor, safetensors_index


def write(path, header, content=b""):
    text = json.dumps(header).encode() if not isinstance(header, bytes) else header
    path.write_bytes(len(text).to_bytes(8, "little") + text + content)
    return path


def test_tensors_are_those_of_the_library(tmp_path):
    rng = np.random.default_rng(0)
    shapes = {"a": (2, 3), "b": (), "c": (0, 4), "d": (5,)}
    tensors = {name: rng.normal(size=shape).astype("float32") for name, shape in shapes.items()}
    tensors["half"] = rng.normal(size=(3, 2)).astype("float16")
    path = tmp_path / "weights.safetensors"
    save_file(tensors, path, {"format": "pt"})
    index, expected = safetensors_index(path), load_file(path)
    assert set(index) == set(expected)
    for name, stored in index.items():
        array = map_tensor(path, stored)
        assert (array.dtype, array.shape) == (expected[name].dtype, expected[name].shape)
        np.testing.assert_array_equal(array, expected[name])


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "entry",
    [
        ENTRY | {"dtype": "I64"},
        ENTRY | {"shape": [3]},
        ENTRY | {"shape": [-2]},
        ENTRY | {"shape": [-2, -1]},
        ENTRY | {"shape": [2.0]},
        ENTRY | {"shape": "2"},
        ENTRY | {"data_offsets": [0, 12]},
        ENTRY | {"data_offsets": [-8, 0]},
        ENTRY | {"data_offsets": [8, 0]},
        ENTRY | {"data_offsets": None},
        {"dtype": "F32"},
        [1],
    ],
)
def test_an_entry_that_does_not_fit(tmp_path, entry):
    path = write(tmp_path / "weights.safetensors", {"a": entry}, bytes(8))
    with pytest.raises(ValueError, match="weights.safetensors: not a complete safetensors file"):
        safetensors_index(path)


@pytest.mark.parametrize("content", [b"", b"\x05", b"\xff" * 8, (9).to_bytes(8, "little") + b"{}", b"no weights here"])
def test_a_file_of_something_else(tmp_path, content):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a complete safetensors file"):
        safetensors_index(path)


def test_a_missing_file(tmp_path):
    with pytest.raises(ValueError, match="not a complete safetensors file"):
        safetensors_index(tmp_path / "none.safetensors")


@given(header=st.binary(max_size=60))
def test_any_header_is_read_or_refused(tmp_path_factory, header):
    path = write(tmp_path_factory.getbasetemp() / "any.safetensors", header, bytes(16))
    try:
        safetensors_index(path)
    except ValueError as error:
        assert "not a complete safetensors file" in str(error)
