"""Compiled loops give what eager ones give, and say how often they were traced."""

import numpy as np
import pytest

from textzoo.generation import beam_search, compiled, greedy, sample, span_constraint

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
    function = compiled(run, jit_compile)
    for _ in range(2):
        result = to_numpy(function(*arguments))
        for name, expected in eager.items():
            np.testing.assert_array_equal(result[name].tokens, expected.tokens, err_msg=name)
            np.testing.assert_array_equal(result[name].lengths, expected.lengths, err_msg=name)
        np.testing.assert_allclose(result["beams"].scores, eager["beams"].scores, rtol=1e-5)
    assert function.traces == 1


def test_counts_one_trace_a_shape_and_a_setting():
    scaled = compiled(lambda x, factor: x * factor)
    for shape, factor in [((2,), 1), ((2,), 1), ((3,), 1), ((2,), 2), ((3,), 1), ((2,), 2)]:
        np.testing.assert_array_equal(scaled(np.ones(shape, "float32"), factor), np.full(shape, factor))
    assert scaled.traces == 3


def test_keeps_the_name_of_the_function():
    def spell():
        """What it does."""

    assert (compiled(spell).__name__, compiled(spell).__doc__) == ("spell", "What it does.")
