"""Arguments of the wrong type: one plain error that names the argument and says what was expected."""

import numpy as np
import pytest

from textzoo.similarity import (
    Idf,
    TextIndex,
    WordEmbedder,
    WordVectors,
    align,
    bm25_ranker,
    embedding_ranker,
    ground_costs,
    paired_distances,
    pairwise_distances,
    transport,
    wmd,
    wmd_centroid_bound,
    wmd_relaxed_bound,
    wrd,
    wrd_centroid_bound,
    wrd_relaxed_bound,
    wrd_similarity,
)

ONE = np.ones((1, 2))
VECTORS = WordVectors(["a", "b"], np.eye(2))
RAGGED = [[1.0, 2.0], [3.0]]
NO_LIST = [None, 5, "ab", b"ab", {"a": 1}, {1}, np.array(1.0), list, object()]
NO_NUMBERS = [None, 5, "ab", {"a": 1}, RAGGED, [["a", "b"]], [[None, 1]], ONE * 1j, ONE.astype(object), [[]], ONE[:0]]
NO_NUMBERS += [ONE.astype("datetime64[s]"), np.array(1.0), object()]
NO_VECTORS = [*NO_NUMBERS, ONE[0], ONE * np.nan, ONE * np.inf, np.ones((1, 2, 2))]
NO_WEIGHTS = [5, "a", [None], ["a"], [1j], [np.nan], [-1], [0], [], [1, 1], [[1]], [[1], [1, 2]], object()]
NO_CHOICE = [None, 5, ["l1"], "l1", np.array(["euclidean", "cosine"])]
NO_WORDS = [None, 5, "ab", b"ab", [5], ["a", None], {"a": 1}, list]
NO_TEXTS = [None, 5, b"ab", [5], ["a", None], {"a": 1}, list]
NO_COUNT = [None, 0, -1, 1.5, True, "3", [1], np.array([1, 1]), 10**30]


def index():
    texts = TextIndex(model="m")
    texts.add([ONE])
    return texts


def embed(texts):
    return texts, [ONE for _ in texts]


PAIRS = [wmd, wrd, wrd_similarity, wmd_centroid_bound, wmd_relaxed_bound, wrd_centroid_bound, wrd_relaxed_bound]
CALLS = [
    *((f"{f.__name__} x", lambda value, f=f: f(value, ONE), "x", NO_VECTORS) for f in [*PAIRS, ground_costs]),
    *((f"{f.__name__} y", lambda value, f=f: f(ONE, value), "y", NO_VECTORS) for f in [*PAIRS, ground_costs]),
    *((f"{f.__name__} weights", lambda value, f=f: f(ONE, ONE, x_weights=value), "x", NO_WEIGHTS) for f in PAIRS),
    ("wmd cost", lambda value: wmd(ONE, ONE, cost=value), "cost", NO_CHOICE),
    ("ground_costs cost", lambda value: ground_costs(ONE, ONE, cost=value), "cost", NO_CHOICE),
    ("align x", lambda value: align(value, ONE, x_units=["a"], y_units=["a"]), "x", NO_VECTORS),
    ("align x_units", lambda value: align(ONE, ONE, x_units=value, y_units=["a"]), "x_units", NO_WORDS),
    ("align weighting", lambda v: align(ONE, ONE, x_units=["a"], y_units=["a"], weighting=v), "weighting", NO_CHOICE),
    ("paired xs", lambda value: paired_distances(value, [ONE]), "xs", [*NO_LIST, []]),
    ("paired ys", lambda value: paired_distances([ONE], value), "ys", [*NO_LIST, []]),
    ("paired xs[0]", lambda value: paired_distances([value], [ONE]), r"xs\[0\]", NO_VECTORS),
    ("paired y_weights", lambda v: paired_distances([ONE], [ONE], y_weights=v), "y_weights", NO_LIST[1:]),
    ("paired y_weights[0]", lambda v: paired_distances([ONE], [ONE], y_weights=[v]), r"ys\[0\]", [None, *NO_WEIGHTS]),
    ("paired pooling", lambda value: paired_distances([ONE], [ONE], pooling=value), "pooling", NO_CHOICE),
    ("pairwise xs", lambda value: pairwise_distances(value), "xs", [*NO_LIST, []]),
    ("pairwise ys[1]", lambda value: pairwise_distances([ONE], [ONE, value]), r"ys\[1\]", NO_VECTORS),
    ("transport costs", lambda value: transport(value), "costs", [*NO_NUMBERS, ONE * np.nan]),
    ("transport weights", lambda v: transport([[1.0]], target_weights=v), "target_weights", NO_WEIGHTS),
    ("TextIndex cost", lambda value: TextIndex(cost=value), "cost", NO_CHOICE),
    ("TextIndex model", lambda value: TextIndex(model=value), "model", [5, ["m"], b"m"]),
    ("add vectors", lambda value: index().add(value), "vectors", [*NO_LIST, []]),
    ("add vectors[1]", lambda value: index().add([ONE, value]), r"vectors\[1\]", NO_VECTORS),
    ("add weights", lambda value: index().add([ONE], weights=value), "weights", [*NO_LIST[1:], []]),
    ("add weights[0]", lambda v: index().add([ONE], weights=[v]), r"vectors\[0\]", [None, *NO_WEIGHTS]),
    ("add texts", lambda value: index().add([ONE], texts=value), "texts", [*NO_LIST[1:], []]),
    ("add model", lambda value: index().add([ONE], model=value), "model", [5, ["m"], "n"]),
    ("extend", lambda value: index().extend(value), "other", [None, "index", ONE]),
    ("top_k query", lambda value: index().top_k(value, 1), "query", [*NO_LIST, [None], ["a"], [RAGGED], ONE[:0]]),
    ("top_k query[0]", lambda value: index().top_k([value], 1), r"query\[0\]", NO_VECTORS),
    ("top_k k", lambda value: index().top_k(ONE, value), "k", [*NO_COUNT, 2]),
    ("top_k weights", lambda value: index().top_k(ONE, 1, weights=value), "weights of query", NO_WEIGHTS),
    ("top_k list weights", lambda value: index().top_k([ONE], 1, weights=value), "weights", [*NO_LIST[1:], []]),
    (
        "top_k max_distance",
        lambda value: index().top_k([ONE], 1, max_distance=value),
        "max_distance",
        [None, "1", np.nan, [1, 2], 1j, [[1], [2, 3]]],
    ),
    ("distances", lambda value: index().distances(value), r"query\[0\]", NO_VECTORS),
    ("save details", lambda value: index().save("unused", value), "details", [5, "a", [], {"a": {1}}]),
    ("Idf frequencies", lambda value: Idf(value, 1), "frequencies", [None, 5, ["a"], {"a": None}, {"a": 1.5}]),
    ("Idf texts", lambda value: Idf({}, value), "texts", NO_COUNT),
    ("Idf.fit", lambda value: Idf.fit(value), "texts", [None, 5, list, ["ab"], [5], [[5]], [[["a"]]]]),
    ("Idf units", lambda value: Idf({}, 1)(value), "units", NO_WORDS),
    ("WordVectors words", lambda value: WordVectors(value, np.eye(2)), "words", NO_WORDS),
    ("WordVectors vectors", lambda value: WordVectors(["a"], value), "vectors", [*NO_NUMBERS, ONE * np.nan, ONE[0]]),
    ("WordEmbedder vectors", lambda value: WordEmbedder(value), "vectors", [None, {"a": ONE}, ONE]),
    ("WordEmbedder units", lambda value: WordEmbedder(VECTORS, value), "units", NO_CHOICE),
    ("WordEmbedder unknown", lambda value: WordEmbedder(VECTORS, unknown=value), "unknown", NO_CHOICE),
    ("WordEmbedder stop_words", lambda value: WordEmbedder(VECTORS, stop_words=value), "stop_words", NO_WORDS),
    (
        "WordEmbedder user_dict",
        lambda v: WordEmbedder(VECTORS, "jieba", user_dict=v),
        "user_dict",
        [*NO_WORDS, ["a\nb"]],
    ),
    ("WordEmbedder texts", lambda value: WordEmbedder(VECTORS)(value), "text", NO_TEXTS),
    ("bm25_ranker", bm25_ranker, "passage", [*NO_TEXTS, []]),
    ("embedding_ranker", lambda value: embedding_ranker(value, embed), "passage", [*NO_TEXTS, []]),
    ("embedding_ranker queries", lambda value: embedding_ranker(["a"], embed)(value, 1), "query", NO_TEXTS),
    ("embedding_ranker k", lambda value: embedding_ranker(["a"], embed)(["a"], value), "k", NO_COUNT[:-1]),
]
CASES = [pytest.param(*case, id=name) for name, *case in CALLS]


@pytest.mark.parametrize(("call", "name", "values"), CASES)
def test_an_argument_of_the_wrong_type_is_named(call, name, values, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for value in values:
        with pytest.raises(ValueError, match=rf"(?s)^(?=.*\b{name}\W)(?=.*[Ee]xpected .*Received: )[^\n]*$") as error:
            call(value)
        assert len(str(error.value)) < 250


def test_numbers_of_every_real_type_are_vectors():
    for dtype in ("bool", "int8", "uint64", "float16", "float32", "longdouble"):
        assert wmd(ONE.astype(dtype), ONE[:, ::-1].tolist()) == 0
    assert index().top_k(ONE, np.int64(1), max_distance=np.float32(1))[0].distance == 0
    assert np.array_equal(Idf.fit(iter([("a", "b"), np.array(["a"])]))(["a"]), Idf({"a": 2, "b": 1}, 2)(("a",)))


def test_entries_may_be_an_array():
    texts = index()
    texts.add([ONE, ONE], texts=np.array(["a", "b"]))
    assert texts.top_k(ONE, 3)[2].text == "b"
