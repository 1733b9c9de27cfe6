"""Flooding after the reduction and in training only, with weights, masks, accumulation and replicas."""

import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

from textzoo.losses import ZLPR, Flooding, SequenceCrossentropy, apply_flooding_in_training

pytestmark = pytest.mark.graph

ROOT = Path(__file__).parents[2]
T = np.array([[0.0], [0.0], [0.0], [0.0]], "float32")
P = np.array([[0.1], [0.2], [1.0], [2.0]], "float32")  # squared errors 0.01 0.04 1 4, mean 1.2625


def flooded(value, level):
    return abs(value - level) + level


@pytest.mark.parametrize("level", [0.0, 0.5, 1.2625, 3.0])
def test_batch_floods_the_mean_and_example_each_value(level):
    errors = (P[:, 0] ** 2).astype("float64")
    np.testing.assert_allclose(
        float(Flooding("mse", level)(T, P)), flooded(errors.mean(), level), rtol=1e-6, err_msg="batch"
    )
    np.testing.assert_allclose(
        float(Flooding("mse", level, scope="example")(T, P)), flooded(errors, level).mean(), rtol=1e-6
    )


def test_sample_weight_acts_inside_the_level_for_batch_and_outside_for_example():
    weight, errors = np.array([4, 0, 0, 0.5], "float32"), P[:, 0].astype("float64") ** 2
    batch = Flooding("mse", 1.0)(T, P, weight)
    np.testing.assert_allclose(float(batch), flooded((errors * weight).mean(), 1.0), rtol=1e-6)
    example = Flooding("mse", 1.0, scope="example")(T, P, weight)
    np.testing.assert_allclose(float(example), (flooded(errors, 1.0) * weight).mean(), rtol=1e-6)


def test_level_is_per_token_around_the_token_loss():
    rng = np.random.default_rng(0)
    ids, logits = rng.integers(0, 5, (2, 3)), rng.normal(size=(2, 3, 5)).astype("float32")
    weight = np.array([[1, 1, 1], [1, 0, 0]], "float32")
    tokens = ops.convert_to_numpy(SequenceCrossentropy(reduction=None)(ids, logits)).astype("float64")
    mean = (tokens * weight).sum() / 4
    np.testing.assert_allclose(
        float(Flooding("sequence_crossentropy", 5.0)(ids, logits, weight)), flooded(mean, 5.0), rtol=1e-6
    )
    np.testing.assert_allclose(
        float(Flooding("sequence_crossentropy", 1.5, scope="example")(ids, logits, weight)),
        (flooded(tokens, 1.5) * weight).sum() / 4,
        rtol=1e-6,
    )
    example_weight = np.array([1, 0], "float32")
    np.testing.assert_allclose(
        float(Flooding("sequence_crossentropy", 1.5, scope="example")(ids, logits, example_weight)),
        flooded(tokens[0], 1.5).mean(),
        rtol=1e-6,
    )


def linear_model(start=1.0, **compile_options):
    model = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(start)),
        ]
    )
    model.compile(**{"optimizer": keras.optimizers.SGD(0.1), "loss": Flooding("mse", 0.5), **compile_options})
    return model


def weight_of(model):
    return ops.convert_to_numpy(model.weights[0]).item()


X = np.array([[1.0], [0.5]], "float32")
Y = np.zeros((2, 1), "float32")  # loss 0.625 w², slope 1.25 w


@pytest.mark.parametrize(("start", "direction"), [(2.0, -1), (0.5, 1)])
def test_a_step_descends_above_the_level_and_ascends_below(start, direction):
    model = linear_model(start)
    model.fit(X, Y, batch_size=2, verbose=0)
    np.testing.assert_allclose(weight_of(model), start + direction * 0.1 * 1.25 * start, rtol=1e-5)


def test_evaluation_is_plain_only_after_apply_flooding_in_training():
    model = linear_model(0.5)
    plain = 0.625 * 0.25
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0), flooded(plain, 0.5), rtol=1e-6)
    model = apply_flooding_in_training(model)
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0, return_dict=True)["loss"], plain, rtol=1e-6)
    history = model.fit(X, Y, validation_data=(X, Y), batch_size=2, epochs=3, verbose=0).history
    np.testing.assert_allclose(history["loss"][0], flooded(plain, 0.5), rtol=1e-6)
    np.testing.assert_allclose(history["raw_loss"][0], plain, rtol=1e-6)
    np.testing.assert_allclose(history["val_loss"], history["val_raw_loss"], rtol=1e-6)
    np.testing.assert_allclose(history["raw_loss"][1:], history["val_loss"][:-1], rtol=1e-6)
    np.testing.assert_allclose(history["loss"], flooded(np.array(history["raw_loss"]), 0.5), rtol=1e-6)


def test_below_level_is_the_fraction_of_steps():
    model = apply_flooding_in_training(
        linear_model(2.0, optimizer=keras.optimizers.SGD(0.0), loss=Flooding("mse", 1.5))
    )
    x = np.array([[1.0], [0.1], [0.2], [0.5]], "float32")  # 4 x²: 4, 0.04, 0.16, 1
    history = model.fit(x, np.zeros((4, 1)), batch_size=1, verbose=0).history
    np.testing.assert_allclose(history["below_level"], [0.75])


def test_apply_flooding_in_training_is_idempotent_and_rejects_old_models():
    model = apply_flooding_in_training(apply_flooding_in_training(linear_model()))
    assert [m.name for m in model.metrics].count("raw_loss") == 1

    class Old(keras.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            return ops.mean(y_pred)

    with pytest.raises(ValueError, match="compute_loss takes `training`.*Old"):
        apply_flooding_in_training(Old())


def test_example_scope_is_plain_at_evaluation_too():
    model = apply_flooding_in_training(linear_model(0.5, loss=Flooding("mse", 0.5, scope="example")))
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0, return_dict=True)["loss"], 0.625 * 0.25, rtol=1e-6)
    history = model.fit(X, Y, batch_size=2, verbose=0).history
    each = 0.25 * X[:, 0] ** 2
    np.testing.assert_allclose(history["loss"][0], flooded(each, 0.5).mean(), rtol=1e-6)
    np.testing.assert_allclose(history["raw_loss"][0], each.mean(), rtol=1e-6)


def test_regularisation_is_not_flooded():
    inputs = keras.Input((1,))
    layer = keras.layers.Dense(
        1, use_bias=False, kernel_initializer="ones", kernel_regularizer=keras.regularizers.L2(3)
    )
    model = keras.Model(inputs, layer(inputs))
    model.compile(keras.optimizers.SGD(0.0), Flooding("mse", 2.0))
    history = apply_flooding_in_training(model).fit(X, Y, batch_size=2, verbose=0).history
    np.testing.assert_allclose(history["loss"], [flooded(0.625, 2.0) + 3], rtol=1e-6)
    np.testing.assert_allclose(history["raw_loss"], [0.625], rtol=1e-6)
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0, return_dict=True)["loss"], 0.625 + 3, rtol=1e-6)


def test_gradient_accumulation_floods_each_micro_batch():
    model = linear_model(1.0, optimizer=keras.optimizers.SGD(0.1, gradient_accumulation_steps=2))
    model.fit(X, Y, batch_size=1, shuffle=False, verbose=0)
    # micro-batch losses 1 and 0.25 around the level 0.5: slopes 2 down and 0.5 up; the step uses their mean
    np.testing.assert_allclose(weight_of(model), 1 - 0.1 * (2 - 0.5) / 2, rtol=1e-5)


def test_survives_saving(tmp_path):
    model = apply_flooding_in_training(linear_model(loss=Flooding(ZLPR(threshold=0.5), 0.25, scope="example")))
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.loss.get_config() == model.loss.get_config()
    assert loaded.loss.loss.threshold == 0.5
    np.testing.assert_allclose(weight_of(loaded), weight_of(model))
    apply_flooding_in_training(loaded)
    np.testing.assert_allclose(
        loaded.evaluate(X, Y, verbose=0, return_dict=True)["loss"],
        model.evaluate(X, Y, verbose=0, return_dict=True)["loss"],
        rtol=1e-6,
    )


MIRRORED = """
import json, keras, numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from textzoo.losses import Flooding, apply_flooding_in_training
result = {}
for scope in ("batch", "example"):
    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
        model.compile(keras.optimizers.SGD(0.1), Flooding("mse", 0.5, scope=scope))
        apply_flooding_in_training(model)
    x, y = np.array([[1.0], [0.5]], "float32"), np.zeros((2, 1), "float32")
    history = model.fit(x, y, batch_size=2, shuffle=False, verbose=0).history
    result[scope] = [history["loss"][0], history["raw_loss"][0], history["below_level"][0],
                     float(model.weights[0].numpy().item()), model.evaluate(x, y, verbose=0, return_dict=True)["loss"]]
print(json.dumps(result))
"""


@pytest.mark.slow
@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="MirroredStrategy is TensorFlow's")
def test_mirrored_strategy_floods_each_replicas_mean():
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    output = subprocess.run(
        [sys.executable, "-c", MIRRORED], env=environment, capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    assert output.returncode == 0, output.stderr[-2000:]
    result = json.loads(output.stdout.splitlines()[-1])
    # one example a replica: losses 1 and 0.25, flooded 1 and 0.75, slopes 2 down and 0.5 up; both means over replicas
    weight = 1 - 0.1 * (2 - 0.5) / 2
    for scope in ("batch", "example"):
        np.testing.assert_allclose(result[scope], [0.875, 0.625, 0.5, weight, 0.625 * weight**2], rtol=1e-5)


@pytest.mark.parametrize("level", [-0.1, float("nan"), float("inf"), "low", None])
def test_an_invalid_level_raises(level):
    with pytest.raises(ValueError, match="Expected level .*Received"):
        Flooding("mse", level)


def test_invalid_scope_loss_or_reduction_raises():
    with pytest.raises(ValueError, match="Expected scope.*Received: scope='token'"):
        Flooding("mse", 0.1, scope="token")
    with pytest.raises(ValueError, match="ZLPR.*Received: 'zlrp'"):
        Flooding("zlrp", 0.1)
    with pytest.raises(ValueError, match="Expected a loss with a reduction"):
        Flooding(ZLPR(reduction=None), 0.1)
