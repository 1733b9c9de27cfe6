"""Export in 8 bits: products in whole numbers, results near those of the float model, read by both engines."""

import types

import numpy as np
import onnx
import pytest

from textzoo.data.find_preset import find_preset
from textzoo.data.quantized_tensors import dequantized, quantized
from textzoo.data.safetensors_index import safetensors_index
from textzoo.data.write_safetensors import write_safetensors
from textzoo.inference.export_graphs import export_graphs
from textzoo.inference.graphs.graph_builder import GraphBuilder
from textzoo.inference.light_models import LightEmbedder, LightQAGenerator
from textzoo.inference.light_session import LightSession

PASSAGE = "青石镇图书馆建于1931年，由商人周伯年捐款修建，2004年改建时增加了一座三层的儿童阅览室。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "int8"
    export_graphs("tiny-zh", folder, quantize="int8")
    return folder


@pytest.mark.parametrize("transposed", [False, True])
def test_products_are_those_of_whole_numbers(tmp_path, transposed):
    rng = np.random.default_rng(0)
    kernel, x = rng.normal(size=(7, 5)).astype("float32"), rng.normal(size=(2, 3, 7)).astype("float32")
    x[0, 1] = 0
    axis = 1 if transposed else 0
    values, scale = quantized(kernel.T if transposed else kernel, axis=axis)
    write_safetensors(tmp_path / "model.safetensors", {"w": values, "w.scale": scale})
    graph = GraphBuilder("product", safetensors_index(tmp_path / "model.safetensors"), location="model.safetensors")
    source = graph.input("x", "float32", ["a", "b", 7])
    graph.output("y", graph.matmul(source, "w", transposed=transposed), "float32", ["a", "b", 5])
    feeds = {"x": x}
    if transposed:
        graph.output("rows", graph.rows("w", graph.input("ids", "int64", ["n"])), "float32", ["n", 7])
        feeds["ids"] = np.array([3, 0])
    session = LightSession(types.SimpleNamespace(folder=tmp_path), graph)
    outputs = [value.numpy() for value in session(feeds, ["y", "rows"] if transposed else ["y"])]

    row_scale = np.abs(x).max(axis=-1, keepdims=True).clip(1e-12) / 127
    rounded = np.floor(x / row_scale + 128.5) - 128
    weight = dequantized(values, scale)
    np.testing.assert_allclose(outputs[0], rounded * row_scale @ (weight.T if transposed else weight), atol=1e-5)
    if transposed:
        np.testing.assert_allclose(outputs[1], weight[[3, 0]], rtol=1e-6)


def test_vectors_are_near_those_of_the_float_model(folder):
    exact, rounded = (LightEmbedder.from_preset(name) for name in ("tiny-zh", folder))
    ids = exact.graphs.model.tokenizer.encode(PASSAGE).ids[None]
    expected, actual = exact.states(ids), rounded.states(ids)
    assert np.linalg.norm(actual - expected) < 0.05 * np.linalg.norm(expected)
    padded = np.pad(np.repeat(ids, 3, axis=0), [(0, 0), (0, 9)])
    np.testing.assert_allclose(rounded.states(padded)[1, : ids.shape[1]], actual[0], atol=0.02)


def test_the_folder_is_a_model(folder):
    half_precision = find_preset("tiny-zh") / "model.safetensors"
    assert (folder / "model.safetensors").stat().st_size < 0.6 * half_precision.stat().st_size
    pairs = {
        name: LightQAGenerator.from_preset(name).generate([PASSAGE], num_pairs=3)[0] for name in ("tiny-zh", folder)
    }
    exact, rounded = pairs.values()
    assert [pair.answer for pair in rounded] == [pair.answer for pair in exact]
    for one, other in zip(rounded, exact, strict=True):
        assert one.question_logprob == pytest.approx(other.question_logprob, abs=0.5)


def test_keras_reads_the_weights_in_8_bits(folder):
    from textzoo.models import Encoder

    exact, rounded = (Encoder.from_preset(name) for name in ("tiny-zh", folder))
    for weight, other in zip(rounded.weights, exact.weights, strict=True):
        largest = np.abs(other).max()
        np.testing.assert_allclose(weight, other, atol=largest / 127 * 0.51)


def test_graphs_are_valid(folder):
    for file in sorted(folder.glob("*.onnx")):
        onnx.checker.check_model(str(file), full_check=True)


def test_a_model_is_not_replaced_by_its_rounded_weights(folder):
    before = (folder / "model.safetensors").read_bytes()
    with pytest.raises(ValueError, match="weights in 8 bits would replace the model's own; choose another folder"):
        export_graphs(folder, folder, quantize="int8")
    assert (folder / "model.safetensors").read_bytes() == before
