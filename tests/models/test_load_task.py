"""Loading of task models from saved and foreign folders."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.models.random_encoder import random_encoder
from textzoo.data import Tokenizer
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_google
from textzoo.models.load_task import load_task
from textzoo.models.presets import save_to_preset


@keras.saving.register_keras_serializable(package="tests")
class ScorerPreprocessor:
    """A preprocessor."""

    def __init__(self, tokenizer, length=8):
        self.tokenizer, self.length = tokenizer, length

    def get_config(self):
        return {"tokenizer": self.tokenizer.get_config(), "length": self.length}

    @classmethod
    def from_config(cls, config):
        return cls(Tokenizer.from_config(config["tokenizer"]), config["length"])


@keras.saving.register_keras_serializable(package="tests")
class Scorer(keras.Model):
    """A task with one number per text."""

    preprocessor_class = ScorerPreprocessor
    encoder_options = {"pooler": False, "mlm_head": False}
    card_examples = {"Chinese": "print(model.preprocessor.tokenizer.decode([7, 8]))"}

    def __init__(self, encoder, preprocessor=None, units=1, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.preprocessor, self.units = encoder, preprocessor, units
        self.head = keras.layers.Dense(units)
        self.head.build((None, encoder.hidden_size))
        self.built = True

    def call(self, ids):
        return self.head(self.encoder(ids)[:, 0])

    def get_config(self):
        parts = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in ("encoder", "preprocessor")}
        return super().get_config() | parts | {"units": self.units}

    @classmethod
    def from_config(cls, config):
        parts = {name: keras.saving.deserialize_keras_object(config[name]) for name in ("encoder", "preprocessor")}
        return cls(**config | parts)


@keras.saving.register_keras_serializable(package="tests")
class OtherScorer(Scorer):
    """Another task with the same parts."""


IDS = np.array([[2, 9, 10, 3]])


@pytest.fixture
def google(tmp_path):
    write_google(random_encoder(), tmp_path / "google")
    return tmp_path / "google"


@pytest.fixture
def saved(tmp_path, google):
    model = load_task(Scorer, google, units=2)
    model.preprocessor.length = 5
    save_to_preset(model, tmp_path / "saved", dtype="float32")
    return model, tmp_path / "saved"


def test_foreign_folder_gives_the_encoder(google, recwarn):
    model = load_task(Scorer, google, encoder_options={"dropout": 0.3}, units=3)
    assert model(IDS).shape == (1, 3)
    assert model.encoder.config["dropout"] == 0.3 and model.encoder.mlm_dense is None
    assert model.preprocessor.tokenizer is model.encoder.tokenizer
    np.testing.assert_array_equal(model.encoder(IDS), Encoder.from_preset(google)(IDS))


def test_preprocessor_with_a_pruned_tokenizer(google):
    preprocessor = ScorerPreprocessor(Encoder.from_preset(google).tokenizer.prune(["丁且世"]))
    model = load_task(Scorer, google, preprocessor=preprocessor)
    assert model.preprocessor is preprocessor
    assert model.encoder.vocab_size == preprocessor.tokenizer.vocab_size == 10


def test_the_precision_of_the_training_is_not_restored(tmp_path, google):
    trained = load_task(Scorer, google, dtype="mixed_bfloat16")
    assert trained.encoder.compute_dtype == "bfloat16"
    save_to_preset(trained, tmp_path / "trained")
    loaded = load_task(Scorer, tmp_path / "trained")
    assert loaded.compute_dtype == loaded.encoder.compute_dtype == "float32"
    assert Encoder.from_preset(tmp_path / "trained").compute_dtype == "float32"
    halved = load_task(Scorer, tmp_path / "trained", dtype="bfloat16")
    assert {variable.dtype for variable in halved.encoder.weights} == {"bfloat16"}
    np.testing.assert_allclose(ops.cast(halved(IDS), "float32"), loaded(IDS), atol=0.02)


def test_own_folder_gives_the_model(saved):
    model, folder = saved
    loaded = load_task(Scorer, folder, encoder_options={"dropout": 0.4})
    np.testing.assert_array_equal(loaded(IDS), model(IDS))
    assert (loaded.units, loaded.preprocessor.length, loaded.encoder.config["dropout"]) == (2, 5, 0.4)
    assert loaded.preprocessor.tokenizer.tokens == model.preprocessor.tokenizer.tokens
    assert "丄" not in (folder / "config.json").read_text()  # the vocabulary is in vocab.txt only
    assert Scorer.card_examples["Chinese"] in (folder / "README.md").read_text()


def test_folder_of_another_task_gives_its_encoder(saved):
    model, folder = saved
    other = load_task(OtherScorer, folder)
    np.testing.assert_array_equal(other.encoder(IDS), model.encoder(IDS))
    assert other.units == 1
    np.testing.assert_array_equal(Encoder.from_preset(folder)(IDS), model.encoder(IDS))


def test_own_encoder_folder_gives_the_encoder(tmp_path):
    encoder = random_encoder()
    encoder.save_to_preset(tmp_path)
    np.testing.assert_array_equal(load_task(Scorer, tmp_path).encoder(IDS), encoder(IDS))


def test_a_saved_model_keeps_its_preprocessor(saved):
    model, folder = saved
    with pytest.raises(ValueError, match="holds a saved Scorer with its own preprocessor"):
        load_task(Scorer, folder, preprocessor=model.preprocessor)


def test_options_replace_those_of_a_saved_preprocessor(saved, google):
    options = {"preprocessor_options": {"length": 6}, "new_preprocessor_options": {"length": 7}}
    assert load_task(Scorer, saved[1], **options).preprocessor.length == 6
    assert load_task(Scorer, google, **options).preprocessor.length == 6
    del options["preprocessor_options"]
    assert load_task(Scorer, saved[1], **options).preprocessor.length == 5
    assert load_task(Scorer, google, **options).preprocessor.length == 7


def test_a_head_of_another_shape_is_reported(saved):
    with pytest.raises(ValueError, match=r"head.kernel \(16, 2\) instead of \(16, 4\)"):
        load_task(Scorer, saved[1], units=4)
