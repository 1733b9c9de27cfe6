"""Compiled decoding loops against eager ones, and the number of traces."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.generation.fake_models import Speller, to_numpy
from textzoo.data import Tokenizer, span_constraint
from textzoo.data.text.tokenizer import SPECIAL_TOKENS
from textzoo.generation import SearchOptions, beam_search, compile_loop, greedy, sample
from textzoo.generation.compile_loop import XLA_STREAMS, resolve_jit_compile
from textzoo.models import Encoder, QAGenerator, QAPreprocessor, TitleGenerator, TitlePreprocessor

pytestmark = pytest.mark.graph

END = 3
IDS = np.array([[END, 1, 2, 1, 0], [END, 2, 2, 0, 0]])
CONSTRAINT = span_constraint(IDS, starts=np.isin(IDS, [1, 2]), ends=np.isin(IDS, [1, 2]), end_id=END)
TEXT = "小李在图书馆讲课"
OPTIONS = SearchOptions(num_beams=3, length_penalty=0.6, min_length=1, no_repeat_ngram_size=2)


@pytest.fixture(name="loops")
def all_loops():
    """All decoders as one function of tensors, and its arguments."""
    model = Speller(sources=2, seed=3)
    start = model.start(np.zeros((2, 6)))
    uniforms = np.random.default_rng(0).random((2, 6, 4), "float32")

    def run(logits, state, uniforms):
        search = {"state": state, "max_length": 4, "end_id": END}
        draws = {"state": state, "uniforms": uniforms, "end_id": END}
        return {
            "greedy": greedy(model.step, logits, **search, min_length=1, no_repeat_ngram_size=2),
            "free": sample(model.step, logits, **draws),
            "nucleus": sample(model.step, logits, **draws, temperature=1.5, top_p=0.9),
            "spans": sample(model.step, logits, **draws, top_p=0.9, constraint=CONSTRAINT),
            "beams": beam_search(model.step, logits, **search, options=OPTIONS),
        }

    return run, start | {"uniforms": uniforms}


@pytest.mark.parametrize(
    "jit_compile", [pytest.param(False, id="graph"), pytest.param(True, id="XLA", marks=pytest.mark.slow)]
)
def test_equals_eager(jit_compile, loops):
    run, arguments = loops
    eager = to_numpy(run(**arguments))
    function = compile_loop(run, jit_compile)
    for _ in range(2):
        result = to_numpy(function(**arguments))
        for name, expected in eager.items():
            np.testing.assert_array_equal(result[name].tokens, expected.tokens, err_msg=name)
            np.testing.assert_array_equal(result[name].lengths, expected.lengths, err_msg=name)
        np.testing.assert_allclose(result["beams"].scores, eager["beams"].scores, rtol=1e-5)
    assert function.traces == 1


# JAX has no open shapes.
@pytest.mark.parametrize(
    ("jit_compile", "traces"),
    [(False, 2 if keras.backend.backend() == "tensorflow" else 4), (True, 4)],
    ids=["graph", "XLA"],
)
def test_a_graph_is_traced_for_two_lengths_and_runs_the_others(jit_compile, traces):
    summed = compile_loop(ops.sum, jit_compile)
    for length in (2, 2, 3, 5, 3, 7):
        assert float(summed(np.ones(length, "float32"))) == length
    assert summed.traces == traces


def test_each_setting_is_one_trace():
    scaled = compile_loop(lambda x, factor: x * factor)
    for factor in (1, 2, 1, 2, 3):
        np.testing.assert_array_equal(scaled(np.ones(2, "float32"), factor), np.full(2, factor))
    assert scaled.traces == 3


def test_weights_are_read_at_each_call():
    layer = keras.layers.Dense(1, use_bias=False)
    layer.build((None, 2))
    function = compile_loop(layer, layers=[layer])
    for value in (1.0, 2.0):
        layer.kernel.assign(np.full((2, 1), value))
        assert float(function(np.ones((1, 2), "float32"))[0, 0]) == 2 * value
    assert function.traces == 1


@pytest.mark.tensorflow("open shapes")
@pytest.mark.slow
def test_open_shapes_equal_fixed_shapes():
    """One function for several numbers of streams and source lengths equals one function for each."""
    model = Speller(sources=2, seed=3)

    def run(logits, state, uniforms, constraint):
        draws = {"uniforms": uniforms, "top_p": 0.9, "constraint": constraint}
        return {
            "spans": sample(model.step, logits, state=state, end_id=END, **draws),
            "beams": beam_search(model.step, logits, state=state, max_length=4, end_id=END, options=OPTIONS),
        }

    together = compile_loop(run)
    for streams, length in [(1, 3), (2, 3), (2, 5), (4, 4)]:
        ids = np.array([[END, 1, 2, 1, 2], [END, 2, 2, 1, 1]])[:, :length]
        uniforms = np.random.default_rng(length).random((2, streams, 4), "float32")
        constraint = span_constraint(ids, starts=np.isin(ids, [1, 2]), ends=np.isin(ids, [1, 2]), end_id=END)
        arguments = model.start(np.zeros((2, streams))) | {"uniforms": uniforms, "constraint": constraint}
        expected, actual = to_numpy(compile_loop(run)(**arguments)), to_numpy(together(**arguments))
        for name, result in expected.items():
            for part, other in zip(result, actual[name], strict=True):
                np.testing.assert_allclose(other, part, 1e-6, err_msg=f"{name}, {streams} of {length}")
    assert together.traces == 3


def test_keeps_the_name_of_the_function():
    def spell():
        """Spells."""

    assert (compile_loop(spell).__name__, compile_loop(spell).__doc__) == ("spell", "Spells.")


@pytest.mark.parametrize(
    ("jit_compile", "streams", "expected"),
    [("auto", XLA_STREAMS - 1, False), ("auto", XLA_STREAMS, True), (True, 1, True), (False, XLA_STREAMS, False)],
)
def test_xla_for_enough_streams(jit_compile, streams, expected):
    assert resolve_jit_compile(jit_compile, streams) is expected


@pytest.fixture(name="streams")
def recorded_streams(monkeypatch):
    """The numbers of streams that the generators pass to `resolve_jit_compile`."""
    recorded = []
    for module in ("qa.qa_generator", "title.title_generator"):
        monkeypatch.setattr(
            f"textzoo.models.{module}.resolve_jit_compile", lambda jit_compile, n: recorded.append(n) or False
        )
    return recorded


@pytest.fixture(name="encoder", scope="module")
def small_encoder():
    encoder = Encoder(
        len(SPECIAL_TOKENS) + len(TEXT), hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=32
    )
    encoder.tokenizer = Tokenizer([*SPECIAL_TOKENS, *TEXT])
    return encoder


@pytest.mark.slow
def test_streams_are_passages_times_answers_times_beams(encoder, streams):
    model = QAGenerator(
        encoder, QAPreprocessor(encoder.tokenizer, max_source_length=12, max_answer_length=2, max_question_length=3)
    )
    model.generate([TEXT] * 2, 4, num_beams=3, max_answer_length=2, max_question_length=3, seed=0)
    model.generate_questions([TEXT] * 2, [["小李"], ["图书馆", "讲课"]], num_beams=3, max_question_length=3)
    assert streams == [2 * 4 * 3, 3 * 3]


@pytest.mark.slow
def test_streams_are_articles_times_beams(encoder, streams):
    model = TitleGenerator(
        encoder, TitlePreprocessor(encoder.tokenizer, max_source_length=12, max_title_length=3), decoder="bidirectional"
    )
    model.generate([TEXT] * 2, num_beams=4)
    model.drafts([TEXT] * 3)
    assert streams == [2 * 4, 3 * 2]
