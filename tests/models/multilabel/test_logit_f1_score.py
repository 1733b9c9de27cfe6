"""F1 of logits against counts, over batches, and in edge cases."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.models import LogitF1Score


def slow_f1(targets, logits, *, threshold):
    """Returns micro and macro F1 by counting."""
    columns = []
    for column in range(targets.shape[1]):
        pairs = [(bool(t), s > threshold) for t, s in zip(targets[:, column], logits[:, column], strict=True)]
        columns.append((sum(t and p for t, p in pairs), sum(t for t, _ in pairs) + sum(p for _, p in pairs)))
    micro = [sum(counts) for counts in zip(*columns, strict=True)]
    f1 = [2 * true_positives / total if total else 0.0 for true_positives, total in (*columns, micro)]
    return {"micro": f1[-1], "macro": sum(f1[:-1]) / len(columns)}


@settings(max_examples=60)
@given(st.integers(1, 12), st.integers(1, 6), st.floats(0, 1), st.floats(-1, 1), st.integers(0, 10**6))
def test_equals_counting_over_any_batches(examples, labels, positive_rate, threshold, seed):
    rng = np.random.default_rng(seed)
    targets = (rng.uniform(size=(examples, labels)) < positive_rate).astype("float32")
    logits = rng.normal(size=(examples, labels)).astype("float32")
    cut = int(rng.integers(0, examples))
    for average, expected in slow_f1(targets, logits, threshold=np.float32(threshold)).items():
        metric = LogitF1Score(labels, average, threshold=threshold)
        for part in (slice(0, cut), slice(cut, None)):
            if len(targets[part]):
                metric.update_state(targets[part], logits[part])
        np.testing.assert_allclose(metric.result(), expected, rtol=1e-6)


def test_zero_over_zero_is_0_and_counts_in_the_mean():
    targets, logits = [[1, 0, 0], [1, 0, 0]], [[1.0, -1.0, 2.0], [3.0, -1.0, -2.0]]
    macro, micro = LogitF1Score(3, "macro"), LogitF1Score(3, "micro")
    assert float(macro.result()) == float(micro.result()) == 0
    for metric in (macro, micro):
        metric.update_state(targets, logits)
    np.testing.assert_allclose(macro.result(), (1 + 0 + 0) / 3, rtol=1e-6)
    np.testing.assert_allclose(micro.result(), 4 / 5, rtol=1e-6)
    macro.reset_state()
    assert float(macro.result()) == 0


def test_a_logit_at_the_threshold_or_masked_is_not_predicted():
    metric = LogitF1Score(3, "micro")
    metric.update_state([[1, 1, 1]], [[0.0, -float("inf"), float("nan")]])
    assert float(metric.result()) == 0


def test_weights_count_as_copies():
    rng = np.random.default_rng(0)
    targets, logits = rng.integers(0, 2, (6, 4)).astype("float32"), rng.normal(size=(6, 4)).astype("float32")
    copies = np.array([0, 1, 2, 3, 1, 0])
    for average in ("micro", "macro"):
        weighted, repeated = LogitF1Score(4, average), LogitF1Score(4, average)
        weighted.update_state(targets, logits, copies)
        repeated.update_state(np.repeat(targets, copies, 0), np.repeat(logits, copies, 0))
        np.testing.assert_allclose(weighted.result(), repeated.result(), rtol=1e-6)


def test_leading_dimensions_are_examples():
    rng = np.random.default_rng(1)
    targets, logits = rng.integers(0, 2, (2, 3, 4)).astype("float32"), rng.normal(size=(2, 3, 4)).astype("float32")
    spans, rows = LogitF1Score(4), LogitF1Score(4)
    spans.update_state(targets, logits)
    rows.update_state(targets.reshape(6, 4), logits.reshape(6, 4))
    np.testing.assert_allclose(spans.result(), rows.result(), rtol=1e-6)


def test_as_a_metric_of_evaluate():
    """The score is that of all batches together, not a mean over batches."""
    rng = np.random.default_rng(2)
    logits, targets = rng.normal(size=(50, 3)).astype("float32"), rng.integers(0, 2, (50, 3)).astype("float32")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Identity()])
    model.compile(loss="mse", metrics=[LogitF1Score(3), LogitF1Score(3, "micro")])
    metrics = model.evaluate(logits, targets, batch_size=7, verbose=0, return_dict=True)
    expected = slow_f1(targets, logits, threshold=0)
    np.testing.assert_allclose(metrics["macro_f1"], expected["macro"], rtol=1e-5)
    np.testing.assert_allclose(metrics["micro_f1"], expected["micro"], rtol=1e-5)


def test_unknown_average():
    with pytest.raises(ValueError, match="average 'micro' or 'macro'. Received: 'weighted'"):
        LogitF1Score(3, "weighted")
