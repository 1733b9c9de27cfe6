"""ZLPR against its formula in float64: gradients, edge cases and symmetries."""

import warnings

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from keras import ops

from textzoo.losses import ZLPR, SparseZLPR, sparse_zlpr, validation, zlpr, zlpr_decision, zlpr_probabilities

pytestmark = pytest.mark.graph

INFINITY = float("inf")


def slow_zlpr(t, s, threshold=0.0):
    """Computes the loss of one row class by class in float64, with sums as logarithms for logits of ±1e4."""
    negative, positive = threshold, -threshold
    for label, logit in zip(np.asarray(t, "float64"), np.asarray(s, "float64"), strict=True):
        if logit == -INFINITY:
            continue
        if label < 1:
            negative = np.logaddexp(negative, np.log1p(-label) + logit)
        if label > 0:
            positive = np.logaddexp(positive, np.log(label) - logit)
    # log(1 + small) loses its digits as a difference of logarithms; add the terms themselves where they are small
    if threshold == 0 and max(negative, positive) < 1:
        total_negative = sum(
            (1 - a) * np.exp(b)
            for a, b in zip(np.asarray(t, "float64"), np.asarray(s, "float64"), strict=True)
            if a < 1
        )
        total_positive = sum(
            a * np.exp(-b)
            for a, b in zip(np.asarray(t, "float64"), np.asarray(s, "float64"), strict=True)
            if a > 0 and b > -INFINITY
        )
        return np.log1p(total_negative) + np.log1p(total_positive)
    return negative + positive


def slow_gradient(t, s):
    negative, positive = 0.0, 0.0
    live = [
        (i, a, b)
        for i, (a, b) in enumerate(zip(np.asarray(t, "float64"), np.asarray(s, "float64"), strict=True))
        if b > -INFINITY
    ]
    for _, label, logit in live:
        negative = np.logaddexp(negative, np.log1p(-label) + logit) if label < 1 else negative
        positive = np.logaddexp(positive, np.log(label) - logit) if label > 0 else positive
    result = np.zeros(len(t))
    for i, label, logit in live:
        result[i] += np.exp(np.log1p(-label) + logit - negative) if label < 1 else 0
        result[i] -= np.exp(np.log(label) - logit - positive) if label > 0 else 0
    return result


def gradient(loss, logits):
    """Computes d Σ loss(logits) / d logits on any backend."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        x = tf.convert_to_tensor(logits)
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = ops.sum(loss(x))
        return tape.gradient(total, x)
    if backend == "jax":
        import jax

        return jax.grad(lambda x: ops.sum(loss(x)))(ops.convert_to_tensor(logits))
    import torch

    x = logits if torch.is_tensor(logits) else ops.convert_to_tensor(logits)
    x = x if x.requires_grad else x.clone().requires_grad_(True)
    return torch.autograd.grad(ops.sum(loss(x)), x, create_graph=True)[0]


def numpy(tensor):
    return ops.convert_to_numpy(ops.stop_gradient(tensor))


CLASS_COUNTS = (1, 2, 3, 5, 8, 13, 21, 28, 34, 55)


def random_cases(classes, rows=100):
    """Returns hard and soft labels and small and large logits `[rows, classes]`, some classes masked."""
    rng = np.random.default_rng(classes)
    s = rng.normal(size=(rows, classes)) * rng.choice([0.1, 1, 5, 30, 3000], (rows, 1))
    s[rng.uniform(size=s.shape) < rng.choice([0, 0.2], (rows, 1))] = -INFINITY
    t = rng.uniform(size=s.shape)
    hard = np.arange(rows) % 2 == 0
    t[hard] = t[hard] < rng.choice([0, 0.1, 0.5, 1], (hard.sum(), 1))
    return t.astype("float32"), s.astype("float32")


def slow_rows(function, t, s):
    return np.array([function(label, logit) for label, logit in zip(t, s, strict=True)])


@pytest.mark.parametrize("classes", CLASS_COUNTS)
def test_1000_random_cases_equal_the_formula(classes):
    t, s = random_cases(classes)
    np.testing.assert_allclose(numpy(zlpr(t, s)), slow_rows(slow_zlpr, t, s), rtol=1e-6, atol=1e-38)


@pytest.mark.parametrize("classes", CLASS_COUNTS)
def test_1000_sparse_cases_equal_the_formula(classes):
    t, s = random_cases(classes, rows=200)
    t, s = t[::2], s[::2]
    ids = np.where(t > 0, np.arange(classes), -1)
    np.testing.assert_allclose(numpy(sparse_zlpr(ids, s)), slow_rows(slow_zlpr, t, s), rtol=1e-6, atol=1e-38)


@pytest.mark.parametrize("classes", CLASS_COUNTS)
def test_gradients_equal_the_formula(classes):
    t, s = random_cases(classes)
    actual = numpy(gradient(lambda x: zlpr(t, x), s))
    np.testing.assert_allclose(actual, slow_rows(slow_gradient, t, s), rtol=1e-4, atol=1e-6)


def test_small_losses_are_precise():
    t, s = np.array([1, 0, 0], "float32"), np.array([14, -13, -15], "float32")
    expected = np.log1p(np.exp(-14.0)) + np.log1p(np.exp(-13.0) + np.exp(-15.0))
    np.testing.assert_allclose(float(zlpr(t, s)), expected, rtol=1e-6)


EDGES = {
    "all on, right": ([1, 1, 1], [1e4, 1e4, 1e4]),
    "all on, wrong": ([1, 1, 1], [-1e4, -1e4, -1e4]),
    "all off, right": ([0, 0, 0], [-1e4, -1e4, -1e4]),
    "all off, wrong": ([0, 0, 0], [1e4, 1e4, 1e4]),
    "mixed signs": ([1, 0, 1, 0], [1e4, 1e4, -1e4, -1e4]),
    "soft": ([0.5, 0.25, 0.875], [1e4, -1e4, 0]),
    "soft near the ends": ([1e-7, 1 - 6e-8, 1e-20], [-1e4, 1e4, -100]),
    "all masked": ([1, 0, 0.5], [-INFINITY, -INFINITY, -INFINITY]),
    "a positive class masked": ([1, 0, 1], [-INFINITY, -3, 2]),
    "one class": ([1], [0.5]),
}


@pytest.mark.parametrize("case", EDGES)
def test_edge_cases_are_finite_and_correct(case):
    t, s = (np.array(values, "float32") for values in EDGES[case])
    np.testing.assert_allclose(float(zlpr(t, s)), slow_zlpr(t, s), rtol=1e-6)
    np.testing.assert_allclose(numpy(gradient(lambda x: zlpr(t, x), s)), slow_gradient(t, s), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("case", EDGES)
def test_half_precision_is_finite_and_correct(case, dtype):
    t, s = (ops.cast(ops.convert_to_tensor(values, "float32"), dtype) for values in EDGES[case])
    labels, logits = (numpy(ops.cast(x, "float32")) for x in (t, s))
    loss = zlpr(t, s)
    assert keras.backend.standardize_dtype(loss.dtype) == dtype
    rounding = {"float16": 1e-3, "bfloat16": 8e-3}[dtype]
    np.testing.assert_allclose(float(ops.cast(loss, "float32")), slow_zlpr(labels, logits), rtol=rounding)
    actual = gradient(lambda x: zlpr(t, x), s)
    assert keras.backend.standardize_dtype(actual.dtype) == dtype
    np.testing.assert_allclose(
        numpy(ops.cast(actual, "float32")), slow_gradient(labels, logits), rtol=rounding, atol=1e-6
    )


def test_many_classes_in_half_precision_do_not_overflow():
    s = ops.zeros((100_000,), "float16")
    np.testing.assert_allclose(float(zlpr(ops.zeros((100_000,), "float16"), s)), np.log(100_001), rtol=1e-3)


def test_second_derivative():
    """The gradient of the gradient through both normalizers, as a gradient penalty needs it."""
    rng = np.random.default_rng(0)
    t, s, direction = rng.uniform(size=6), rng.normal(0, 2, 6), rng.normal(size=6)
    step = 1e-5
    expected = (slow_gradient(t, s + step * direction) - slow_gradient(t, s - step * direction)) / (2 * step)
    product = gradient(lambda x: ops.sum(gradient(lambda y: zlpr(t, y), x) * ops.convert_to_tensor(direction)), s)
    np.testing.assert_allclose(numpy(product), expected, rtol=1e-4, atol=1e-7)


labels = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        hnp.arrays("float32", n, elements=st.sampled_from([0.0, 1.0])),
        hnp.arrays("float32", n, elements=st.floats(-50, 50, width=32)),
    )
)
EXAMPLES = 10 if keras.backend.backend() == "jax" else 40  # JAX compiles each shape
relaxed = settings(max_examples=EXAMPLES)


@relaxed
@given(labels, st.sampled_from([0.0, 0.5, 1.0]))
def test_an_additional_masked_class_changes_nothing(case, label):
    t, s = case
    more = zlpr(np.append(t, np.float32(label)), np.append(s, np.float32(-INFINITY)))
    np.testing.assert_allclose(float(more), float(zlpr(t, s)), rtol=1e-6)
    slope = numpy(gradient(lambda x: zlpr(np.append(t, np.float32(label)), x), np.append(s, np.float32(-INFINITY))))
    assert slope[-1] == 0
    np.testing.assert_allclose(slope[:-1], numpy(gradient(lambda x: zlpr(t, x), s)), rtol=1e-5, atol=1e-7)


@relaxed
@given(labels, st.randoms(use_true_random=False))
def test_permuting_classes_permutes_gradients(case, random):
    t, s = case
    order = list(range(len(t)))
    random.shuffle(order)
    np.testing.assert_allclose(
        numpy(gradient(lambda x: zlpr(t[order], x), s[order])),
        numpy(gradient(lambda x: zlpr(t, x), s))[order],
        rtol=1e-5,
        atol=1e-7,
    )


@relaxed
@given(labels, st.integers(0, 3))
def test_sparse_equals_dense(case, padding):
    t, s = case
    ids = np.append(np.flatnonzero(t), [-1] * padding).astype("int32")
    np.testing.assert_allclose(float(sparse_zlpr(ids, s)), float(zlpr(t, s)), rtol=1e-6)
    np.testing.assert_allclose(
        numpy(gradient(lambda x: sparse_zlpr(ids, x), s)), numpy(gradient(lambda x: zlpr(t, x), s)), rtol=1e-6
    )


@relaxed
@given(labels, st.floats(-5, 5, width=32))
def test_threshold_shift_equals_logit_shift(case, threshold):
    t, s = case
    np.testing.assert_allclose(float(zlpr(t, s, threshold=threshold)), slow_zlpr(t, s, threshold), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        float(zlpr(t, s, threshold=threshold)), float(zlpr(t, s - np.float32(threshold))), rtol=1e-6, atol=1e-7
    )


def test_threshold_may_be_a_tensor_per_row():
    t, s = np.eye(3, dtype="float32"), np.ones((3, 3), "float32")
    threshold = np.array([[-1], [0], [1]], "float32")
    expected = [slow_zlpr(t[i], s[i], float(threshold[i, 0])) for i in range(3)]
    np.testing.assert_allclose(numpy(zlpr(t, s, threshold=ops.convert_to_tensor(threshold))), expected, rtol=1e-6)


def test_token_and_span_level():
    rng = np.random.default_rng(0)
    t = (rng.uniform(size=(2, 3, 4, 5)) < 0.3).astype("float32")
    s = rng.normal(size=(2, 3, 4, 5)).astype("float32")
    values = numpy(zlpr(t, s))
    assert values.shape == (2, 3, 4)
    np.testing.assert_allclose(values[1, 2, 3], slow_zlpr(t[1, 2, 3], s[1, 2, 3]), rtol=1e-6)
    ids = np.where(t > 0, np.arange(5), -1)
    np.testing.assert_allclose(numpy(sparse_zlpr(ids, s)), values, rtol=1e-6)


@pytest.mark.parametrize("shape", [(4,), (2, 3)])
def test_loss_object_weighs_and_reduces(shape):
    rng = np.random.default_rng(1)
    t = (rng.uniform(size=(*shape, 5)) < 0.3).astype("float32")
    s = rng.normal(size=(*shape, 5)).astype("float32")
    weight = rng.uniform(size=shape).astype("float32")
    values = np.array([slow_zlpr(t[i], s[i]) for i in np.ndindex(shape)]).reshape(shape)
    np.testing.assert_allclose(float(ZLPR()(t, s)), values.mean(), rtol=1e-6)
    np.testing.assert_allclose(float(ZLPR()(t, s, weight)), (values * weight).mean(), rtol=1e-6)
    np.testing.assert_allclose(numpy(ZLPR(reduction=None)(t, s)), values, rtol=1e-6)
    ids = np.where(t > 0, np.arange(5), -1)
    np.testing.assert_allclose(float(SparseZLPR()(ids, s, weight)), (values * weight).mean(), rtol=1e-6)
    masked = ops.convert_to_tensor(s)
    mask = rng.uniform(size=shape) < 0.7
    masked._keras_mask = ops.convert_to_tensor(mask)
    np.testing.assert_allclose(float(ZLPR()(t, masked)), values[mask].mean(), rtol=1e-6)


def test_probability_is_where_soft_labels_have_their_minimum():
    s = np.array([1.5, -0.25, 0.0], "float32")
    t = numpy(zlpr_probabilities(s))
    np.testing.assert_allclose(t, 1 / (1 + np.exp(-2 * s)), rtol=1e-6)
    np.testing.assert_allclose(slow_gradient(t, s), 0, atol=1e-7)
    np.testing.assert_array_equal(numpy(zlpr_decision(s, 0.0)), [True, False, False])
    np.testing.assert_array_equal(numpy(zlpr_decision(s, 2.0)), [False, False, False])
    np.testing.assert_allclose(numpy(zlpr_probabilities(s, 1.5))[0], 0.5)


@pytest.mark.parametrize("loss", [ZLPR(threshold=0.5), SparseZLPR()])
def test_trains_in_a_model_and_survives_saving(loss, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 6)).astype("float32")
    y = (x[:, :4] > 0.5).astype("float32")
    if isinstance(loss, SparseZLPR):
        y = np.where(y > 0, np.arange(4), -1)
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4)])
    model.compile(keras.optimizers.Adam(0.05), loss)
    before = model.evaluate(x, y, verbose=0)
    model.fit(x, y, epochs=10, verbose=0)
    after = model.evaluate(x, y, verbose=0)
    assert after < 0.7 * before
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.loss.get_config() == loss.get_config()
    np.testing.assert_allclose(loaded.evaluate(x, y, verbose=0), after, rtol=1e-5)


def test_compiled_equals_eager():
    t, s = (np.stack(x) for x in zip(*[(np.eye(5, dtype="float32")[i], random_row(i)) for i in range(4)], strict=True))
    model = keras.Sequential([keras.Input((5,)), keras.layers.Identity()])
    results = []
    for eager in (True, False):
        model.compile(loss=ZLPR(), run_eagerly=eager, jit_compile=False)
        results.append(model.evaluate(s, t, verbose=0))
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)


def random_row(seed):
    return np.random.default_rng(seed).normal(0, 5, 5).astype("float32")


@pytest.mark.parametrize("loss", [zlpr, ZLPR()])
def test_invalid_input_raises(loss):
    s = np.array([[0.5, -1.0, 2.0]], "float32")
    with pytest.raises(ValueError, match=r"labels y_true in \[0, 1\].*swapped.*from 0.0 to 2.0"):
        loss(np.array([[0, 1, 2]], "float32"), s)
    with pytest.raises(ValueError, match="floating point logits.*int"):
        loss(s, np.array([[0, 1, 1]], "int32"))
    with pytest.raises(ValueError, match="the same shape"):
        loss(np.zeros((1, 4), "float32"), s)
    with pytest.raises(ValueError, match="the same shape"):
        loss(np.zeros(3, "float32"), s)


@pytest.mark.parametrize("loss", [sparse_zlpr, SparseZLPR()])
@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([[0, 3]], "from 0 to 2.*Received: ids from 0 to 3"),
        ([[-2, 1]], "-1 as padding.*Received: ids from -2 to 1"),
        ([[1, -1, 1]], "Received: id 1 more than once"),
        ([0, 1], "same leading dimensions"),
        ([[0], [1]], "same leading dimensions"),
    ],
)
def test_invalid_label_ids_raise(loss, ids, message):
    with pytest.raises(ValueError, match=message):
        loss(np.array(ids), np.array([[0.5, -1.0, 2.0]], "float32"))


def test_a_sigmoid_before_the_loss_warns_once():
    t, probabilities = np.eye(3, dtype="float32"), np.full((3, 3), 0.3, "float32")
    validation._warn_of_probabilities.cache_clear()
    with pytest.warns(UserWarning, match="sigmoid"):
        zlpr(t, probabilities)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        zlpr(t, probabilities)
        validation._warn_of_probabilities.cache_clear()
        zlpr(t, probabilities - 1)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a graph names its operations on TensorFlow only")
def test_a_sigmoid_layer_warns_while_tracing():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, activation="sigmoid")])
    model.compile(loss=ZLPR())
    validation._warn_of_probabilities.cache_clear()
    with pytest.warns(UserWarning, match="sigmoid"):
        model.fit(np.ones((2, 3)), np.ones((2, 3)), verbose=0)


EMPTY = np.zeros((0, 3), "float32")


@pytest.mark.parametrize("labels", [EMPTY, np.zeros((0, 2), "int32")], ids=["zlpr", "sparse_zlpr"])
def test_an_empty_batch_has_the_loss_0(labels):
    loss, function = (ZLPR, zlpr) if labels.dtype == "float32" else (SparseZLPR, sparse_zlpr)
    assert numpy(function(labels, EMPTY)).shape == numpy(loss(reduction=None)(labels, EMPTY)).shape == (0,)
    for reduction in ("sum", "sum_over_batch_size"):
        value = numpy(loss(reduction=reduction)(labels, EMPTY))
        assert value.shape == () and value == 0
    assert numpy(gradient(lambda x: loss()(labels, x), EMPTY)).shape == (0, 3)


@pytest.mark.parametrize("loss", [sparse_zlpr, SparseZLPR()])
@pytest.mark.parametrize("label", [2**31 - 1, -(2**31), 2**32, 2**32 + 1, 3, -2, 0.5, float("nan")])
def test_ids_are_checked_before_a_cast_can_change_them(loss, label):
    with pytest.raises(ValueError, match=f"from 0 to 2, or -1 as padding. Received: ids from {label:.15g} to"):
        loss(np.array([[label]]), np.zeros((1, 3), "float32"))


@pytest.mark.graph
@pytest.mark.parametrize("label", [2**31 - 1, -2, 3])
def test_an_unknown_id_in_a_compiled_function_gives_nan(label):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Identity()])
    model.compile(loss=SparseZLPR(), jit_compile=keras.backend.backend() == "jax")
    logits = np.zeros((2, 3), "float32")
    if keras.backend.backend() == "torch":  # runs eagerly
        with pytest.raises(ValueError, match="Expected label_ids of whole numbers from 0 to 2"):
            model.evaluate(logits, np.array([[label], [1]]), verbose=0)
        return
    assert np.isnan(model.evaluate(logits, np.array([[label], [1]]), verbose=0))
    np.testing.assert_allclose(model.evaluate(logits, np.array([[-1], [1]]), verbose=0), np.log(24) / 2, rtol=1e-5)


@pytest.mark.parametrize("loss", [ZLPR(), SparseZLPR()])
def test_weights_of_another_shape_do_not_broadcast_the_losses(loss):
    labels, logits = np.zeros((2, 3)), np.zeros((2, 3), "float32")
    labels = labels if isinstance(loss, ZLPR) else np.full((2, 1), -1)
    for weight in (np.ones(2), np.ones((2, 1)), 1.0):
        assert np.isfinite(float(loss(labels, logits, weight)))
    for weight in (np.ones(3), np.ones((2, 3)), np.ones((1, 2, 1))):
        with pytest.raises(ValueError, match=r"sample_weight of the shape \(2,\), one weight for each loss. Received"):
            loss(labels, logits, weight)
