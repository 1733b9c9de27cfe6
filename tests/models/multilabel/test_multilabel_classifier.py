"""Multi-label classification: training, independence of padding and batch, saving, and loading from any folder."""

import keras
import numpy as np
import pytest
from keras import ops

from textzoo.data import MultiLabelExample, Tokenizer, build_vocabulary
from textzoo.losses import ZLPR, Flooding
from textzoo.models import Encoder, LogitF1Score, MultiLabelClassifier, MultiLabelPreprocessor
from textzoo.models.checkpoints import write_google, write_hugging_face

LABELS = ["天气", "人", "never"]
TEXTS = ["今天下雨", "小李来了", "小李说今天下雨", "好的", "张华走了", "明天晴", "张华说明天晴", "It is so."]
SETS = [{"天气"}, {"人"}, ["天气", "人"], (), ("人",), ["天气"], {"人", "天气"}, []]


def new_model(dropout=0.0, **options):
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer(build_vocabulary(TEXTS))
    options = {"max_length": 32, "mlm_head": False, "initializer_range": 0.2} | options
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=16,
        num_layers=1,
        num_heads=2,
        intermediate_size=32,
        dropout=dropout,
        attention_dropout=dropout,
        **options,
    )
    return MultiLabelClassifier(encoder, MultiLabelPreprocessor(tokenizer, LABELS, max_length=16))


@pytest.fixture(scope="module")
def trained():
    model = new_model()
    model.fit(TEXTS, SETS, batch_size=4, verbose=0)
    return model


@pytest.mark.slow
@pytest.mark.graph
def test_learns_and_never_predicts_a_label_without_texts():
    model = new_model()
    model.compile(keras.optimizers.Adam(0.02))
    history = model.fit(TEXTS, SETS, batch_size=4, epochs=20, validation_data=(TEXTS, SETS), verbose=0).history
    assert history["val_loss"][-1] < 0.3 < history["loss"][0] and np.isfinite(history["loss"]).all()
    assert [set(labels) for labels in model.predict_labels(TEXTS)] == [set(labels) for labels in SETS]
    assert history["val_micro_f1"][-1] == pytest.approx(1)
    assert history["val_macro_f1"][-1] == pytest.approx(2 / 3)  # the third label is 0 over 0


def test_loss_and_metrics_of_evaluate(trained):
    """Against the logits of single texts."""
    logits = np.stack([trained.predict(text, verbose=0) for text in TEXTS])
    targets = np.stack([trained.preprocessor.columns(labels) for labels in SETS])
    metrics = trained.evaluate(TEXTS, SETS, batch_size=3, verbose=0, return_dict=True)
    np.testing.assert_allclose(metrics["loss"], ZLPR()(targets, logits), rtol=1e-4)
    for average in ("micro", "macro"):
        metric = LogitF1Score(3, average)
        metric.update_state(targets, logits)
        np.testing.assert_allclose(metrics[f"{average}_f1"], metric.result(), rtol=1e-6)
    examples = [MultiLabelExample(text, tuple(labels)) for text, labels in zip(TEXTS, SETS, strict=True)]
    assert trained.evaluate(examples, verbose=0, return_dict=True) == pytest.approx(metrics, rel=1e-5)
    np.testing.assert_allclose(trained.predict(examples, verbose=0), logits, atol=1e-5)


def test_results_do_not_depend_on_padding_or_batch(trained):
    rows = trained.preprocessor.ids(TEXTS)
    alone = np.concatenate([trained(row[None]) for row in rows])
    np.testing.assert_allclose(trained.predict(TEXTS, batch_size=5, verbose=0), alone, atol=1e-5)
    padded = np.zeros((len(rows), 24), "int32")
    for i, row in enumerate(rows):
        padded[i, : len(row)] = row
    np.testing.assert_allclose(trained(padded), alone, atol=1e-5)


def test_logits_are_the_head_over_the_mean_state(trained):
    (row,) = trained.preprocessor.ids([TEXTS[0]])
    hidden = np.asarray(trained.encoder(row[None]))[0]
    expected = hidden.mean(axis=0) @ np.asarray(trained.head.kernel) + np.asarray(trained.head.bias)
    np.testing.assert_allclose(trained(row[None])[0], expected, atol=1e-5)


def test_a_string_gives_one_result(trained):
    assert trained.predict_labels(TEXTS[2], threshold=-100.0) == trained.predict_labels(TEXTS[2:3], threshold=-100.0)[0]
    scores = list(trained.predict_labels(TEXTS[2], threshold=-100.0).values())
    assert len(scores) == 3 and scores == sorted(scores, reverse=True)
    assert trained.predict_labels(TEXTS[3], threshold=100.0) == {} and trained.predict_labels([]) == []


def test_saved_and_loaded(trained, tmp_path):
    trained.save(tmp_path / "model.keras")
    trained.save_to_preset(tmp_path / "folder")
    expected = trained.predict(TEXTS, verbose=0)
    for loaded in (
        keras.models.load_model(tmp_path / "model.keras"),
        MultiLabelClassifier.from_preset(tmp_path / "folder"),
        MultiLabelClassifier.from_preset(tmp_path / "folder", labels=["人"]),
    ):
        assert loaded.preprocessor.labels == LABELS
        np.testing.assert_allclose(loaded.predict(TEXTS, verbose=0), expected, atol=1e-6)
    with pytest.raises(ValueError, match="Expected one of the 3 labels. Received: 'new'"):
        MultiLabelClassifier.from_preset(tmp_path / "folder", labels=["new"])


@pytest.mark.parametrize("write", [write_google, write_hugging_face, Encoder.save_to_preset])
def test_starts_from_an_encoder_of_any_format(write, tmp_path):
    encoder = new_model(mlm_head=True, pooler=True).encoder
    encoder.tokenizer = Tokenizer(build_vocabulary(TEXTS))
    write(encoder, tmp_path / "checkpoint")
    model = MultiLabelClassifier.from_preset(tmp_path / "checkpoint", labels=LABELS)
    ids = model.preprocessor.ids(TEXTS[:1])[0][None]
    np.testing.assert_allclose(model.encoder(ids), encoder(ids), atol=1e-5)
    assert model.predict(TEXTS, verbose=0).shape == (8, 3)
    with pytest.raises(ValueError, match="Expected the names of the labels"):
        MultiLabelClassifier.from_preset(tmp_path / "checkpoint")


@pytest.mark.slow
def test_without_any_label_at_all_the_loss_falls():
    model = new_model()
    model.compile(keras.optimizers.Adam(0.02))
    history = model.fit(TEXTS, [()] * len(TEXTS), batch_size=8, epochs=10, verbose=0).history
    assert history["loss"][-1] < 0.2 < history["loss"][0]
    assert model.predict_labels(TEXTS) == [{}] * len(TEXTS)


def test_default_compile_and_flooding():
    model = new_model(dropout=0.1)
    model.compile()
    assert isinstance(model.loss, ZLPR) and isinstance(model.optimizer, keras.optimizers.AdamW)
    model.compile(loss=Flooding("zlpr", 5.0))
    assert model.fit(TEXTS, SETS, verbose=0).history["raw_loss"][0] < 5 <= model.history.history["loss"][0]


def test_a_model_of_arrays():
    model = MultiLabelClassifier(
        Encoder(9, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=8, mlm_head=False),
        num_labels=2,
    )
    model.compile()
    ids, labels = np.array([[2, 5, 3, 0], [2, 6, 7, 3]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    assert np.isfinite(model.fit(ids, labels, verbose=0).history["loss"]).all()
    assert model.predict(ids, verbose=0).shape == (2, 2)
    assert np.isfinite(ops.convert_to_numpy(model(np.zeros((1, 4), "int32")))).all()


def test_bad_arguments():
    encoder = Encoder(9, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=8, mlm_head=False)
    with pytest.raises(ValueError, match="num_labels is required without a preprocessor"):
        MultiLabelClassifier(encoder)
    tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"天气好。"])
    with pytest.raises(ValueError, match="Expected num_labels of 1, as the preprocessor's. Received: 4"):
        MultiLabelClassifier(encoder, MultiLabelPreprocessor(tokenizer, ["a"]), num_labels=4)
    model = MultiLabelClassifier(encoder, MultiLabelPreprocessor(tokenizer, ["a"]))
    with pytest.raises(ValueError, match="12 tokens exceeds the encoder's 8 positions; lower preprocessor.max_length"):
        model.predict("天气好。天气好。天气")


def test_bad_texts_and_labels(trained):
    with pytest.raises(ValueError, match="Expected texts that are not empty. Received: ''"):
        trained.predict_labels("")
    with pytest.raises(ValueError, match="Received: '' as text 2"):
        trained.fit(["好", ""], [[], []], verbose=0)
    with pytest.raises(ValueError, match="Expected one of the 3 labels. Received: 'nerve'. Did you mean 'never'?"):
        trained.fit(TEXTS[:1], [{"nerve"}], verbose=0)
    with pytest.raises(ValueError, match="a set of label names for each text. Received: the string '人'"):
        trained.fit(TEXTS[:1], ["人"], verbose=0)
    with pytest.raises(ValueError, match="Expected labels for each of 8 texts. Received: 2"):
        trained.fit(TEXTS, SETS[:2], verbose=0)
    with pytest.raises(
        ValueError, match="Expected examples with text, labels, as dicts or tuples. Received: '今天下雨'"
    ):
        trained.evaluate(TEXTS)
