"""Compiled loops give what eager ones give, and say how often they were traced."""

import numpy as np
import pytest
from keras import ops

from textzoo.data import span_constraint
from textzoo.generation import beam_search, compile_loop, greedy, sample

END = 3
IDS = np.array([[END, 1, 2, 1, 0], [END, 2, 2, 0, 0]])
CONSTRAINT = span_constraint(IDS, np.isin(IDS, [1, 2]), np.isin(IDS, [1, 2]), END)


@pytest.fixture(name="loops")
def all_loops(Speller):
    """Every way to decode, as functions of tensors."""
    model = Speller(sources=2, seed=3)
    start = model.start(np.zeros((2, 6)))
    uniforms = np.random.default_rng(0).random((2, 6, 4), "float32")

    def run(logits, state, uniforms):
        return {
            "greedy": greedy(model.step, logits, state, 4, END, 1, 2, 1.2),
            "free": sample(model.step, logits, state, uniforms, END, repetition_penalty=1.2),
            "nucleus": sample(model.step, logits, state, uniforms, END, 1.5, 3, 0.9),
            "spans": sample(model.step, logits, state, uniforms, END, top_p=0.9, constraint=CONSTRAINT),
            "beams": beam_search(model.step, logits, state, 3, 4, END, 0.6, 1, 2),
        }

    return run, (*start, uniforms)


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "XLA"])
def test_equals_eager(jit_compile, loops, to_numpy):
    run, arguments = loops
    eager = to_numpy(run(*arguments))
    function = compile_loop(run, jit_compile)
    for _ in range(2):
        result = to_numpy(function(*arguments))
        for name, expected in eager.items():
            np.testing.assert_array_equal(result[name].tokens, expected.tokens, err_msg=name)
            np.testing.assert_array_equal(result[name].lengths, expected.lengths, err_msg=name)
        np.testing.assert_allclose(result["beams"].scores, eager["beams"].scores, rtol=1e-5)
    assert function.traces == 1


@pytest.mark.parametrize(("jit_compile", "traces"), [(False, 2), (True, 4)], ids=["graph", "XLA"])
def test_a_graph_is_traced_for_two_lengths_and_runs_the_others(jit_compile, traces):
    summed = compile_loop(ops.sum, jit_compile)
    for length in (2, 2, 3, 5, 3, 7):
        assert float(summed(np.ones(length, "float32"))) == length
    assert summed.traces == traces


def test_counts_one_trace_a_setting():
    scaled = compile_loop(lambda x, factor: x * factor)
    for factor in (1, 2, 1, 2, 3):
        np.testing.assert_array_equal(scaled(np.ones(2, "float32"), factor), np.full(2, factor))
    assert scaled.traces == 3


def test_open_lengths_give_what_fixed_ones_do(Speller, to_numpy):
    """Streams of several numbers over sources of several lengths, by one function and by one each."""
    model = Speller(sources=2, seed=3)

    def run(logits, state, uniforms, constraint):
        return {
            "spans": sample(model.step, logits, state, uniforms, END, top_p=0.9, constraint=constraint),
            "beams": beam_search(model.step, logits, state, 3, 4, END, 0.6, 1, 2),
        }

    together = compile_loop(run)
    for streams, length in [(1, 3), (2, 3), (2, 5), (4, 4)]:
        ids = np.array([[END, 1, 2, 1, 2], [END, 2, 2, 1, 1]])[:, :length]
        uniforms = np.random.default_rng(length).random((2, streams, 4), "float32")
        constraint = span_constraint(ids, np.isin(ids, [1, 2]), np.isin(ids, [1, 2]), END)
        arguments = *model.start(np.zeros((2, streams))), uniforms, constraint
        expected, found = to_numpy(compile_loop(run)(*arguments)), to_numpy(together(*arguments))
        for name, result in expected.items():
            for part, other in zip(result, found[name], strict=True):
                np.testing.assert_allclose(other, part, 1e-6, err_msg=f"{name}, {streams} of {length}")
    assert together.traces == 3


def test_keeps_the_name_of_the_function():
    def spell():
        """What it does."""

    assert (compile_loop(spell).__name__, compile_loop(spell).__doc__) == ("spell", "What it does.")
