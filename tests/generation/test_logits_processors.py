"""Logits processors against loops over tokens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from textzoo.data.decoding_constants import MASKED_LOGIT
from textzoo.generation.logits_processors import LogitsProcessor, force_eos

pytestmark = pytest.mark.graph

VOCAB = 4


def slow_processor(logits, written, end_id, min_length, n):
    logits = np.array(logits, "float64")
    for token in range(VOCAB):
        last = (*written, token)[-n:] if n else ()
        earlier = {tuple(written[i : i + n]) for i in range(len(written) - n + 1)} if n else set()
        if len(last) == n and last in earlier:
            logits[token] = MASKED_LOGIT
    if len(written) < min_length:
        logits[end_id] = MASKED_LOGIT
    return logits


@settings(max_examples=60)
@given(
    written=st.lists(st.lists(st.integers(0, VOCAB - 1), min_size=5, max_size=5), min_size=2, max_size=2),
    index=st.integers(0, 5),
    n=st.integers(0, 4),
    min_length=st.integers(0, 5),
)
def test_equals_a_loop(written, index, n, min_length):
    """Two sources of one stream each; the slots from `index` on hold tokens that must not count."""
    logits = np.random.default_rng(index).normal(size=(2, 1, VOCAB)).astype("float32")
    processor = LogitsProcessor(end_id=3, min_length=min_length, no_repeat_ngram_size=n)
    result = processor(logits, np.array(written, "int32")[:, None], index=np.int32(index))
    expected = [slow_processor(logits[i, 0], written[i][:index], 3, min_length, n) for i in range(2)]
    np.testing.assert_allclose(np.asarray(result)[:, 0], expected, rtol=1e-6)


def test_defaults_change_nothing():
    logits = np.ones((1, 1, VOCAB), "float32")
    processor = LogitsProcessor(end_id=3)
    np.testing.assert_array_equal(processor(logits, np.ones((1, 1, 5), "int32"), index=3), logits)


def test_force_eos_leaves_only_the_end():
    logits = ops.array([[[1.0, 2.0, 3.0]]])
    assert int(ops.argmax(force_eos(logits, 0, forced=True))) == 0
    np.testing.assert_array_equal(force_eos(logits, 0, forced=False), logits)
