"""The graphs of generators give the logits of Keras, all targets at once and token by token."""

import keras
import numpy as np
import onnx
import pytest
from safetensors.numpy import load_file, save_file

from tests.inference import saved_models
from tests.inference.saved_models import QA_CONFIGURATIONS, TITLE_CONFIGURATIONS
from textzoo.data.engines import EngineError
from textzoo.inference.export_graphs import export_graphs
from textzoo.inference.graphs.model_description import ModelDescription
from textzoo.inference.graphs.model_graphs import model_graphs
from textzoo.inference.light_graphs import LightGraphs
from textzoo.inference.light_unilm import LightUniLM, Rows, Spans

SOURCE_IDS = np.array([[2, 7, 8, 9, 10, 8, 3, 0, 0], [2, 11, 12, 7, 7, 13, 14, 15, 3]])


def described(model, folder, **options):
    model.save_to_preset(folder, **options)
    return ModelDescription.read(folder, type(model).__name__)


def logits(unilm, states, read_ids, source, spans):
    """Returns the logits `[b, p, t, vocab]` of states `[b, p, t, hidden]`."""
    b, p, t = read_ids.shape
    after = np.broadcast_to(spans.after, read_ids.shape)
    rows = {"states": states, "read_ids": read_ids, "spans": spans.spans, "after_span": after}
    rows |= {"ids": np.zeros((*read_ids.shape, 0), "int64")}
    feeds = source.encoded | Rows.of(np.ones((b, p), bool)).feeds() | {"source_ids": source.ids}
    feeds |= {name: np.ascontiguousarray(value.reshape(b * p, *value.shape[2:])) for name, value in rows.items()}
    feeds |= {"allowed": np.ones(unilm.vocab_size, bool), "k": np.array([1])}
    return unilm.graphs.run_arrays("head", feeds, ["logits"])[0].reshape(b, p, t, -1)


def by_source(rows, b):
    """Returns the values of rows `[b * p, ...]` as `[b, p, ...]`."""
    return rows.reshape(b, -1, *rows.shape[1:])


def test_weights_that_are_not_finite(tmp_path):
    saved_models.qa_generator(copy_head=True).save_to_preset(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["unilm.copy_head.gate.bias"] = np.full(1, np.nan, "float32")
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="expected finite weights. Received: nan in unilm.copy_head.gate.bias"):
        LightGraphs(ModelDescription.read(tmp_path, "QAGenerator")).run_arrays("head", {}, ["logits"])
    for quantize in (None, "int8"):
        with pytest.raises(ValueError, match="expected finite weights. Received: nan in unilm.copy_head.gate.bias"):
            export_graphs(tmp_path, tmp_path / "exported", quantize=quantize)
    assert not (tmp_path / "exported").exists()


def test_a_span_bias_of_another_model(tmp_path):
    saved_models.qa_generator(span_bias=True).save_to_preset(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["unilm.span_bias.bias"] = weights["unilm.span_bias.bias"][1:]
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match=r"expected unilm.span_bias.bias of shape \(9, 65\). Received: \(8, 65\)"):
        ModelDescription.read(tmp_path, "QAGenerator")


@pytest.mark.parametrize(
    ("name", "dtype"), [*((name, "float32") for name in QA_CONFIGURATIONS), ("copy head and span bias", "float16")]
)
def test_logits_of_pairs(tmp_path, name, dtype):
    keras_model = saved_models.qa_generator(**QA_CONFIGURATIONS[name])
    description = described(keras_model, tmp_path, dtype=dtype)
    if dtype == "float16":
        keras_model = type(keras_model).from_preset(tmp_path)
    targets = np.array([[[8, 9, 3, 20, 3, 0], [9, 3, 21, 22, 23, 3]], [[12, 3, 20, 21, 3, 0], [30, 31, 32, 3, 21, 3]]])
    spans = np.array([[[2, 4], [3, 4]], [[2, 3], [0, 0]]])
    inputs = {"source_ids": SOURCE_IDS, "target_ids": targets, "target_spans": spans}
    expected = keras.ops.convert_to_numpy(keras_model(inputs))

    unilm = LightUniLM(LightGraphs(description))
    source = unilm.encode(SOURCE_IDS)
    first = np.repeat(source.encoded["last"].numpy()[:, None, None], 2, axis=1)
    after = np.arange(6) > (spans[..., 1] - spans[..., 0])[..., None]
    parents = np.broadcast_to(np.arange(2), (2, 2))
    read_ids = targets[..., :-1]
    states, _ = unilm.extend(
        read_ids, source, unilm.empty_cache(2, 2), parents=parents, spans=Spans(spans, after[..., 1:])
    )
    states = np.concatenate([first, by_source(states.numpy(), 2)], axis=2)
    read_ids = np.pad(read_ids, [(0, 0), (0, 0), (1, 0)])
    actual = logits(unilm, states, read_ids, source, Spans(spans, after))
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=2e-5)

    cache = unilm.empty_cache(2, 1)
    ends = np.array([[5, 4], [3, 5]])  # steps after which the streams leave
    for step in range(5):  # streams swap places at every step
        order = parents[:, ::-1] if step % 2 == 0 else parents
        new, step_after = (
            np.take_along_axis(values, order[..., None], axis=1)
            for values in (targets[..., step, None], after[..., step + 1, None])
        )
        before = np.zeros((2, 2), int) if step == 0 else parents[:, ::-1]
        alive = step < np.take_along_axis(ends, order, axis=1)
        step_spans = Spans(np.take_along_axis(spans, order[..., None], axis=1), step_after)
        step_states, cache = unilm.extend(new, source, cache, parents=before, alive=alive, spans=step_spans)
        assert len(step_states.numpy()) == alive.sum()
        expected_states = np.take_along_axis(states, order[..., None, None], axis=1)[:, :, step + 1]
        visible = (alive & (new[..., 0] != 0))[..., None]
        actual_states = step_states.numpy()[cache.rows.numbers, 0]
        np.testing.assert_allclose(
            np.where(visible, actual_states, 0), np.where(visible, expected_states, 0), atol=2e-5
        )
        next_tokens = unilm.next_tokens(step_states, new, source, rows=cache.rows, spans=step_spans)
        log_probs = next_tokens.at(np.arange(unilm.vocab_size)[None, None])
        ordered = np.take_along_axis(expected, order[..., None, None], axis=1)[:, :, step + 1]
        ordered = ordered - ordered.max(axis=-1, keepdims=True)
        ordered -= np.log(np.exp(ordered).sum(axis=-1, keepdims=True))
        np.testing.assert_allclose(np.where(visible, log_probs, 0), np.where(visible, ordered, 0), atol=3e-5)


@pytest.mark.parametrize("name", TITLE_CONFIGURATIONS)
def test_logits_of_titles(tmp_path, name):
    keras_model = saved_models.title_generator(**TITLE_CONFIGURATIONS[name])
    unilm = LightUniLM(LightGraphs(described(keras_model, tmp_path)))
    source = unilm.encode(SOURCE_IDS)
    spans = Spans(np.zeros((2, 2, 2), "int64"), np.zeros((1, 1, 1), bool))
    parents = np.broadcast_to(np.arange(2), (2, 2))
    if keras_model.decoder == "left_to_right":
        targets = np.array([[[20, 21, 3]], [[22, 3, 0]]])
        expected = keras_model({"source_ids": SOURCE_IDS, "target_ids": targets})
        read_ids, parents = targets[..., :-1], parents[:, :1]
        states, _ = unilm.extend(read_ids, source, unilm.empty_cache(2, 1), parents=parents)
        first = source.encoded["last"].numpy()[:, None, None]
        states = np.concatenate([first, by_source(states.numpy(), 2)], axis=2)
        read_ids = np.pad(read_ids, [(0, 0), (0, 0), (1, 0)])
        spans = spans._replace(spans=spans.spans[:, :1])
    else:
        read_ids = np.array([[[5, 20, 21, 22], [6, 22, 21, 20]], [[5, 22, 23, 0], [6, 23, 22, 0]]])
        inputs = {"source_ids": SOURCE_IDS, "target_ids": read_ids, "lookaheads": np.array([2, 2], "int32")}
        expected = keras_model(inputs)
        states, _ = unilm.extend(
            read_ids,
            source,
            unilm.empty_cache(2, 2),
            parents=parents,
            start_ids=np.array([5, 6]),
            lookahead=2,
        )
        states = by_source(states.numpy(), 2)
    actual = logits(unilm, states, np.ascontiguousarray(read_ids), source, spans)
    np.testing.assert_allclose(actual, keras.ops.convert_to_numpy(expected), rtol=1e-5, atol=2e-5)


def test_graphs_are_valid_onnx(tmp_path):
    models = [saved_models.qa_generator(copy_head=True), saved_models.title_generator(decoder="bidirectional")]
    for number, model in enumerate([*models, saved_models.extractive_qa(), saved_models.masked_lm()]):
        folder = tmp_path / str(number)
        for name, graph in model_graphs(described(model, folder)).items():
            (folder / f"{name}.onnx").write_bytes(graph.to_bytes({"key": "value"}))
            onnx.checker.check_model(folder / f"{name}.onnx", full_check=True)
            saved = onnx.load(folder / f"{name}.onnx", load_external_data=False)
            assert [(entry.key, entry.value) for entry in saved.metadata_props] == [("key", "value")]


def test_an_activation_without_a_graph_is_refused(tmp_path):
    model = saved_models.qa_generator(encoder_options={"activation": "mish"})
    with pytest.raises(EngineError, match="The light engine has no activation 'mish'; use Keras"):
        LightGraphs(described(model, tmp_path))
