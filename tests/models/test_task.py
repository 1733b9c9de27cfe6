"""Behaviour that all tasks share: compiled from the start, examples in any form, saving, random heads."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import textzoo.models
from textzoo.data import MultiLabelExample, QAExample, TitleExample, Tokenizer, build_vocabulary
from textzoo.losses import ZLPR
from textzoo.models import (
    ContextualEmbedder,
    Encoder,
    ExtractiveQA,
    ExtractiveQAPreprocessor,
    MaskedLM,
    MaskedLMPreprocessor,
    MultiLabelClassifier,
    MultiLabelPreprocessor,
    QAGenerator,
    QAPreprocessor,
    Task,
    TitleGenerator,
    TitlePreprocessor,
    known_presets,
)

PASSAGE = "小李今天在上海讲课。"
TOKENIZER = Tokenizer(build_vocabulary([PASSAGE, "谁在哪里？"]))
SIZES = {"hidden_size": 8, "num_layers": 1, "num_heads": 2, "intermediate_size": 16, "max_length": 64, "dropout": 0.0}
QA_EXAMPLE = QAExample(PASSAGE, "谁在上海？", "小李", 0)
QA_VALUES = {"passage": PASSAGE, "question": "谁在上海？", "answer": "小李"}
# For each task the model, an example, its values by field and the method that its `predict` names.
TASKS = {
    "qa": (
        lambda e: QAGenerator(e, QAPreprocessor(TOKENIZER, max_source_length=16), copy_head=True),
        QA_EXAMPLE,
        QA_VALUES,
        "generate",
    ),
    "extractive_qa": (
        lambda e: ExtractiveQA(e, ExtractiveQAPreprocessor(TOKENIZER, max_passage_length=16)),
        QA_EXAMPLE,
        QA_VALUES,
        "answer",
    ),
    "title": (
        lambda e: TitleGenerator(e, TitlePreprocessor(TOKENIZER, max_source_length=16, max_title_length=6)),
        TitleExample(PASSAGE, "小李讲课"),
        {"text": PASSAGE, "title": "小李讲课"},
        "generate",
    ),
    "masked_lm": (
        lambda e: MaskedLM(e, MaskedLMPreprocessor(TOKENIZER, max_length=16)),
        PASSAGE,
        {"text": PASSAGE},
        "fill",
    ),
    "multilabel": (
        lambda e: MultiLabelClassifier(e, MultiLabelPreprocessor(TOKENIZER, ["a", "b"], max_length=16)),
        MultiLabelExample(PASSAGE, ("b",)),
        {"text": PASSAGE, "labels": ["b"]},
        None,
    ),
}


def tiny(name):
    keras.utils.set_random_seed(0)
    return TASKS[name][0](Encoder(TOKENIZER.vocab_size, **SIZES))


@pytest.mark.parametrize("name", TASKS)
class TestTask:
    def test_examples_in_any_form_give_the_same_batches(self, name):
        model, (_, example, values, _) = tiny(name), TASKS[name]
        dataset = tf.data.Dataset.from_tensors(values)
        forms = [[example], [values], [tuple(values.values())], dataset, dataset.batch(1)]
        expected = keras.tree.flatten(next(iter(model.dataset([example]))))
        for form in forms:
            (batch,) = model._batches(form)
            for one, other in zip(keras.tree.flatten(batch), expected, strict=True):
                np.testing.assert_array_equal(one, other)

    def test_is_compiled_without_memory_for_an_optimizer_and_saved(self, name, tmp_path):
        model, example = tiny(name), TASKS[name][1]
        assert model.compiled and len(model.optimizer.variables) == 2  # the step and the learning rate
        expected = model.evaluate([example], verbose=0, return_dict=True)
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        assert len(loaded.optimizer.variables) == 2
        assert loaded.evaluate([example], verbose=0, return_dict=True) == pytest.approx(expected, rel=1e-4)
        units, _ = ContextualEmbedder(loaded.encoder)([PASSAGE])
        assert "".join(units[0]) == PASSAGE

    def test_predict_of_texts(self, name):
        model, (_, example, _, method) = tiny(name), TASKS[name]
        if method is None:
            assert model.predict([PASSAGE], verbose=0).shape == (1, 2)
            return
        for x in (PASSAGE, [PASSAGE], np.array([PASSAGE]), [example], tf.data.Dataset.from_tensors(PASSAGE)):
            with pytest.raises(ValueError, match=rf"predict takes arrays; for texts call {method}\(\). Received: "):
                model.predict(x)

    def test_the_preprocessor_gives_what_the_model_is_called_with(self, name):
        model, (_, example, *_) = tiny(name), TASKS[name]
        example = "小李[MASK]天" if name == "masked_lm" else example
        assert np.isfinite(np.asarray(model(model.preprocessor([example])))).all()

    def test_layers_are_the_encoder_and_the_heads(self, name):
        model = tiny(name)
        assert model.layers == [model.encoder, *(layer for _, layer in model.heads())]
        assert sum(layer.count_params() for layer in model.layers) == model.count_params()
        lines = []
        model.summary(print_fn=lines.append)
        assert all(layer.name in "\n".join(lines) for layer in model.layers)


def test_a_trained_optimizer_is_saved(tmp_path):
    model = tiny("multilabel")
    model.fit([PASSAGE], [["a"]], verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert int(loaded.optimizer.iterations) == 1
    for one, other in zip(loaded.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_encoder_keeps_its_tokenizer(tmp_path):
    encoder = Encoder(TOKENIZER.vocab_size, **SIZES, tokenizer=TOKENIZER)
    encoder.save(tmp_path / "encoder.keras")
    loaded = ContextualEmbedder(keras.saving.load_model(tmp_path / "encoder.keras"))
    expected = ContextualEmbedder(encoder)
    assert loaded.name == expected.name
    np.testing.assert_allclose(loaded([PASSAGE])[1][0], expected([PASSAGE])[1][0], atol=1e-6)


def test_multi_hot_labels_equal_names():
    model = tiny("multilabel")
    texts = [PASSAGE, "小李", "谁"]
    expected = model.evaluate(texts, [["b"], [], ["a", "b"]], verbose=0)
    rows = np.array([[0, 1], [0, 0], [1, 1]])
    padded = tf.constant([["b", ""], ["", ""], ["a", "b"]])
    for x, y in (
        (texts, rows),
        (np.array(texts), rows),
        (tf.data.Dataset.from_tensor_slices((texts, rows)), None),
        (tf.data.Dataset.from_tensor_slices((texts, padded)).batch(2), None),
    ):
        assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-5)
    with pytest.raises(ValueError, match="Expected 2 zeros and ones for each text. Received: 3"):
        model.evaluate(texts, np.eye(3))


def test_titles_beside_their_texts():
    model = tiny("title")
    expected = model.evaluate([TitleExample(PASSAGE, "小李")], verbose=0)
    assert model.evaluate([PASSAGE], ["小李"], verbose=0) == pytest.approx(expected)
    with pytest.raises(ValueError, match="Expected title for each of 1 texts. Received: 2"):
        model.fit([PASSAGE], ["小李", "小王"])


def test_a_loss_by_name():
    model = tiny("multilabel")
    for name, loss in (("zlpr", ZLPR), ("binary_crossentropy", keras.losses.BinaryCrossentropy)):
        model.compile(loss=name)
        assert isinstance(model.loss, loss)
    with pytest.raises(ValueError, match="Received: 'zlp'"):
        model.compile(loss="zlp")


def test_heads_of_random_weights_are_named(tmp_path, caplog):
    Encoder(TOKENIZER.vocab_size, **SIZES, tokenizer=TOKENIZER).save_to_preset(tmp_path / "encoder")
    model = ExtractiveQA.from_preset(tmp_path / "encoder")
    QAGenerator.from_preset(tmp_path / "encoder", copy_head=True)
    QAGenerator.from_preset(tmp_path / "encoder")
    first, second = (record.getMessage() for record in caplog.records)
    assert first == f"extractive QA head of {tmp_path / 'encoder'} starts from random weights; fine-tune before use"
    assert second.startswith("copy head and span bias of ") and "start from" in second
    model.save_to_preset(tmp_path / "trained")
    caplog.clear()
    ExtractiveQA.from_preset(tmp_path / "trained")
    assert not caplog.records


def test_presets_are_listed():
    assert known_presets() == QAGenerator.presets() == TitleGenerator.presets() == ["tiny-zh"]
    assert ExtractiveQA.presets() == []


def test_every_registered_class_is_exported():
    registered = keras.saving.get_custom_objects()
    ours = [
        c
        for name, c in registered.items()
        if name.startswith("textzoo>") and c.__module__.split(".")[1] in ("models", "data")
    ]
    assert len(ours) > 10 and all(getattr(textzoo.models, c.__name__) is c for c in [*ours, Task])


@pytest.mark.tensorflow("a step with one argument")
@pytest.mark.graph
def test_the_training_step_is_traced_once_per_shape(monkeypatch):
    model = MaskedLM(Encoder(20, **SIZES))
    traces = []
    train_step = model.train_step
    monkeypatch.setattr(model, "train_step", lambda data: traces.append(data) or train_step(data))
    model.compile(keras.optimizers.Adam(0.01))
    ids = np.array([[2, 5, 6, 3], [2, 7, 8, 3]], "int32")
    inputs = {"ids": ids, "positions": np.ones((2, 1), "int32")}
    model.fit(inputs, ids[:, 1:2], sample_weight=np.ones((2, 1), "float32"), batch_size=2, epochs=3, verbose=0)
    assert len(traces) == 1
