"""Real checkpoint of Google's run_pretraining, with heads and optimizer slots."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.models.random_encoder import named_values
from textzoo.models import Encoder
from textzoo.models.presets import conversion_losses

FIXTURE = Path(__file__).parents[4] / "shared" / "data" / "checkpoint_google_fixture"
pytestmark = pytest.mark.skipif(not FIXTURE.is_dir(), reason="needs the data folder beside the project")


def test_loads_every_tensor_and_ignores_optimizer_slots(recwarn):
    encoder = Encoder.from_preset(FIXTURE)
    reader = tf.train.load_checkpoint(str(FIXTURE / "bert_model.ckpt"))
    stored = reader.get_variable_to_shape_map()
    loaded = {name.google: value for name, value in named_values(encoder)}
    for name, value in loaded.items():
        np.testing.assert_array_equal(value, reader.get_tensor(name))
    slots = {name for name in stored if name.rpartition("/")[2] in ("adam_m", "adam_v")}
    others = {"cls/seq_relationship/output_weights", "cls/seq_relationship/output_bias", "global_step"}
    assert slots and set(stored) - slots - others == set(loaded)
    assert not [warning for warning in recwarn if "does not use" in str(warning.message)]
    assert encoder.config["activation"] == "gelu"
    assert conversion_losses(FIXTURE) == ["next-sentence head"]


@pytest.mark.parametrize("name", ["bert_model.ckpt", "bert_model.ckpt.index"])
def test_accepts_the_path_of_the_checkpoint(name):
    assert Encoder.from_preset(FIXTURE / name).vocab_size == 15
