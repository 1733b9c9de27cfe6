"""The decoding loop: its end and the state of `choose`."""

import numpy as np
import pytest
from keras import ops

from textzoo.generation import decoding_loop

pytestmark = pytest.mark.graph


def test_stops_when_the_last_stream_has_ended():
    calls = []

    def step(tokens, *, index, state):
        calls.append(int(index))
        return ops.one_hot(tokens + 1, 6), state

    choose = lambda logits, tokens, index, choice_state: (ops.argmax(logits, axis=-1), choice_state)  # noqa: E731
    result = decoding_loop(
        step, ops.one_hot([[3, 1]], 6), state=(), choose=choose, choice_state=(), max_length=20, end_id=5
    )
    assert calls == [0, 1, 2, 3]
    assert np.asarray(result.lengths).tolist() == [[2, 4]]


def test_the_state_of_choose_is_kept():
    def count(logits, tokens, *, index, choice_state):
        return ops.where(choice_state == 3, 5, choice_state), choice_state + 1

    step = lambda tokens, index, state: (ops.zeros((1, 1, 6)), state)  # noqa: E731
    result = decoding_loop(
        step, ops.zeros((1, 1, 6)), state=(), choose=count, choice_state=ops.array([[1]]), max_length=9, end_id=5
    )
    assert np.asarray(result.tokens[0, 0, :3]).tolist() == [1, 2, 5]
