"""The decoding loop: its end and the state of `choose`."""

from keras import ops

from textzoo.generation import decoding_loop


def test_stops_when_the_last_stream_has_ended():
    calls = []

    def step(tokens, index, state):
        calls.append(int(index))
        return ops.one_hot(tokens + 1, 6), state

    choose = lambda logits, index, tokens, state: (ops.argmax(logits, axis=-1), state)  # noqa: E731
    result = decoding_loop(step, ops.one_hot([[3, 1]], 6), (), choose, (), max_length=20, end_id=5)
    assert calls == [0, 1, 2, 3]
    assert result.lengths.numpy().tolist() == [[2, 4]]


def test_the_state_of_choose_is_kept():
    count = lambda logits, index, tokens, n: (ops.where(n == 3, 5, n), n + 1)  # noqa: E731
    step = lambda tokens, index, state: (ops.zeros((1, 1, 6)), state)  # noqa: E731
    result = decoding_loop(step, ops.zeros((1, 1, 6)), (), count, ops.array([[1]]), max_length=9, end_id=5)
    assert result.tokens[0, 0, :3].numpy().tolist() == [1, 2, 5]
