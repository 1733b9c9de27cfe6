"""Gradient penalty against derivatives by hand and by differences, and against two steps of flooding."""

import keras
import numpy as np
import pytest
from keras import ops

from textzoo.losses import ZLPR, Flooding, apply_flooding_in_training
from textzoo.training import gradient_penalty

pytestmark = pytest.mark.tensorflow("gradient_penalty")


@pytest.fixture
def float64():
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)


def flat(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


def net(optimizer, loss="mse"):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(2)])
    model.compile(optimizer, loss, jit_compile=False)
    return model


def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(6, 3)), (rng.uniform(size=(6, 2)) < 0.5).astype("float64")


def squared_gradient_norm(model, *, x, y):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = model.compute_loss(x, y, model(x), training=False)
    return sum(float(ops.sum(g**2)) for g in tape.gradient(loss, [w.value for w in model.trainable_weights]))


@pytest.mark.parametrize("loss", ["mse", ZLPR()])
def test_penalty_and_its_gradient_by_differences(float64, loss):
    """A loss object computes in the float type of its construction."""
    loss = type(loss)(dtype="float64") if isinstance(loss, ZLPR) else loss
    x, y = data()
    model, start = net(keras.optimizers.SGD(1.0), loss), None
    start = model.get_weights()
    expected = []
    for i, weight in enumerate(start):
        for at in np.ndindex(weight.shape):
            values = []
            for step in (1e-5, -1e-5):
                moved = [w.copy() for w in start]
                moved[i][at] += step
                model.set_weights(moved)
                values.append(squared_gradient_norm(model, x=x, y=y))
            expected.append((values[0] - values[1]) / 2e-5)
    model.set_weights(start)
    before = squared_gradient_norm(model, x=x, y=y)
    plain = model.evaluate(x, y, batch_size=6, verbose=0)
    model.fit(x, y, batch_size=6, verbose=0)
    without = flat(model)
    model.set_weights(start)
    history = gradient_penalty(model, 0.3, on="all").fit(x, y, batch_size=6, verbose=0).history
    np.testing.assert_allclose(history["loss"], [plain + 0.15 * before], rtol=1e-6)
    np.testing.assert_allclose(flat(model) - without, -0.15 * np.array(expected), rtol=1e-4, atol=1e-8)


@pytest.mark.slow
def test_a_pair_of_flooding_steps_equals_a_penalty_step_to_third_order(float64):
    """θ - εg(θ) + εg(θ - εg(θ)) = θ - (ε²/2) ∇‖∇L‖² + O(ε³): half the ε, an eighth of the difference."""
    x, y = data()
    distances, moves = [], []
    for step in (0.04, 0.02):
        plain = net(keras.optimizers.SGD(step))
        start = flat(plain)
        level = plain.evaluate(x, y, batch_size=6, verbose=0) - 1e-9
        flooded = apply_flooding_in_training(net(keras.optimizers.SGD(step), Flooding("mse", level)))
        history = flooded.fit(x, y, batch_size=6, epochs=2, verbose=0).history
        assert history["below_level"] == [0.0, 1.0]
        plain = net(keras.optimizers.SGD(1.0))
        plain.fit(x, y, batch_size=6, verbose=0)
        penalized = gradient_penalty(net(keras.optimizers.SGD(1.0)), step**2, on="all")
        penalized.fit(x, y, batch_size=6, verbose=0)
        move = flat(penalized) - flat(plain)
        distances.append(np.linalg.norm(flat(flooded) - start - move))
        moves.append(np.linalg.norm(move))
    np.testing.assert_allclose(moves[0] / moves[1], 4, rtol=1e-3)
    np.testing.assert_allclose(distances[0] / distances[1], 8, rtol=0.15)
    assert distances[0] < 0.1 * moves[0]


def embedding_model():
    keras.utils.set_random_seed(1)
    inputs = keras.Input((2,), dtype="int32")
    hidden = keras.layers.Embedding(5, 3)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Flatten()(hidden)))
    model.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False)
    return model


def test_embeddings_only():
    """The gradients of repeated tokens in a batch are added before they are squared."""
    import tensorflow as tf

    ids, y = np.array([[1, 1], [1, 2]]), np.array([[1.0], [2.0]], "float32")
    model = embedding_model()
    with tf.GradientTape() as tape:
        loss = ops.mean((model(ids) - y) ** 2)
    table = tf.convert_to_tensor(tape.gradient(loss, model.weights[0].value)).numpy()
    expected = float(loss) + 0.5 * (table**2).sum()
    history = gradient_penalty(model).fit(ids, y, batch_size=2, verbose=0).history
    np.testing.assert_allclose(history["loss"], [expected], rtol=1e-5)


def test_works_with_flooding_and_evaluates_the_plain_loss():
    ids, y = np.array([[1, 1], [1, 2]]), np.array([[1.0], [2.0]], "float32")
    model = embedding_model()
    plain = model.evaluate(ids, y, verbose=0)
    model.compile(keras.optimizers.SGD(0.0), Flooding("mse", 100.0))
    history = gradient_penalty(apply_flooding_in_training(model)).fit(ids, y, verbose=0).history
    np.testing.assert_allclose(history["raw_loss"], [plain], rtol=1e-5)
    assert history["loss"][0] > 200 - plain
    np.testing.assert_allclose(model.evaluate(ids, y, verbose=0, return_dict=True)["loss"], plain, rtol=1e-5)


def test_bad_input():
    with pytest.raises(ValueError, match="Expected on to be one of.*'bias'"):
        gradient_penalty(embedding_model(), on="bias")
    with pytest.raises(ValueError, match="coefficient of 0 or more.*-1"):
        gradient_penalty(embedding_model(), -1)
    with pytest.raises(ValueError, match="Expected weights named 'embeddings'"):
        gradient_penalty(net("sgd"))
