"""The rules against loops over tokens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data.score_constants import MASKED_LOGIT
from textzoo.generation.logits_processors import LogitsProcessor

VOCAB = 4


def slowly(logits, written, end_id, min_length, n, penalty):
    logits = np.array(logits, "float64")
    for token in set(written):
        logits[token] = logits[token] / penalty if logits[token] > 0 else logits[token] * penalty
    for token in range(VOCAB):
        last = (*written, token)[-n:] if n else ()
        earlier = {tuple(written[i : i + n]) for i in range(len(written) - n + 1)} if n else set()
        if len(last) == n and last in earlier:
            logits[token] = MASKED_LOGIT
    if len(written) < min_length:
        logits[end_id] = MASKED_LOGIT
    return logits


@settings(deadline=None, max_examples=60)
@given(
    written=st.lists(st.lists(st.integers(0, VOCAB - 1), min_size=5, max_size=5), min_size=2, max_size=2),
    index=st.integers(0, 5),
    n=st.integers(0, 4),
    min_length=st.integers(0, 5),
    penalty=st.sampled_from([1.0, 1.3]),
)
def test_equal_a_loop(written, index, n, min_length, penalty):
    """Two sources of one stream each; the slots from `index` on hold rubbish that must not count."""
    logits = np.random.default_rng(index).normal(size=(2, 1, VOCAB)).astype("float32")
    rule = LogitsProcessor(3, min_length, n, penalty)
    result = rule(logits, np.array(written, "int32")[:, None], np.int32(index))
    expected = [slowly(logits[i, 0], written[i][:index], 3, min_length, n, penalty) for i in range(2)]
    np.testing.assert_allclose(np.asarray(result)[:, 0], expected, rtol=1e-6)


def test_off_is_off():
    logits = np.ones((1, 1, VOCAB), "float32")
    np.testing.assert_array_equal(LogitsProcessor(3)(logits, np.ones((1, 1, 5), "int32"), 3), logits)


def test_min_length_must_fit():
    LogitsProcessor(3, min_length=4).check(4)
    with pytest.raises(ValueError, match="at most max_length 3. Received: 4"):
        LogitsProcessor(3, min_length=4).check(3)
