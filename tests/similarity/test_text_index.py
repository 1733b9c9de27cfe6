"""Index search against brute force, saved and damaged indexes."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.similarity.oracles import MEASURES, texts
from textzoo.similarity import TextIndex, paired_distances


def some_texts(rng, count, *, max_words=9):
    vocabulary = rng.normal(size=(40, 8)).astype("float32")
    return [vocabulary[rng.integers(40, size=n)] for n in rng.integers(1, max_words + 1, count)]


def brute_force(query, stored, *, k, **measure):
    distances = paired_distances([query] * len(stored), stored, **measure)
    return np.lexsort((np.arange(len(stored)), distances.round(10)))[:k], np.sort(distances)[:k]


@pytest.mark.parametrize("name", MEASURES)
def test_equals_brute_force(rng, name):
    measure = dict(zip(("cost", "weighting"), MEASURES[name], strict=True))
    stored = some_texts(rng, 700)
    index = TextIndex(**measure)
    index.add(stored[:300])
    index.add(stored[300:])
    for query in some_texts(rng, 5) + stored[:3]:
        matches = index.top_k(query, 10)
        numbers, distances = brute_force(query, stored, k=10, **measure)
        np.testing.assert_allclose([match.distance for match in matches], distances, rtol=1e-9, atol=1e-12)
        assert set(numbers[:3]) <= {match.number for match in matches}
        own = index.distances(query)
        paired = paired_distances([query] * 700, stored, **measure)
        np.testing.assert_allclose(own, paired, rtol=1e-9, atol=1e-12)
        exact = np.lexsort((np.arange(700), own))[:10]
        assert [(match.number, match.distance) for match in matches] == [(i, own[i]) for i in exact]
    assert 0 < index.counts["transport"] < index.counts["bounds"] <= index.counts["pairs"] == 8 * 700


@settings(max_examples=60)
@given(texts(count=9), st.integers(1, 8), st.sampled_from(sorted(MEASURES)))
def test_bounds_miss_no_text(nine, k, name):
    cost, weighting = MEASURES[name]
    index = TextIndex(cost=cost, weighting=weighting)
    index.add(nine[1:5])
    index.add(nine[5:])
    distances = index.distances(nine[0])
    exact = np.lexsort((np.arange(8), distances))[:k]
    assert [match.number for match in index.top_k(nine[0], k)] == exact.tolist()


def test_ties_by_number_and_texts_in_any_order(rng):
    text = rng.normal(size=(6, 4))
    index = TextIndex()
    index.add([text[::-1], rng.normal(size=(3, 4)), text, text[[3, 1, 2, 0, 5, 4]]], texts=["a", "b", "c", "d"])
    matches = index.top_k(text, 4)
    assert [match.text for match in matches] == ["a", "c", "d", "b"]
    assert [match.distance for match in matches[:3]] == [0, 0, 0]


def test_weights_of_texts_and_queries(rng):
    stored = some_texts(rng, 50)
    weights = [rng.random(len(one)) + 0.1 for one in stored]
    index = TextIndex(cost="cosine")
    index.add(stored, weights=weights)
    own_weights = {"x_weights": [weights[0]] * 50, "y_weights": weights}
    expected = paired_distances([stored[0]] * 50, stored, cost="cosine", **own_weights)
    np.testing.assert_allclose(index.distances(stored[0], weights=weights[0]), expected, rtol=1e-9, atol=1e-12)
    assert index.top_k(stored[0], 1, weights=weights[0])[0][:2] == (0, 0.0)


def test_batch_equals_single_queries(rng):
    index = TextIndex()
    index.add(some_texts(rng, 200))
    queries = some_texts(rng, 70, max_words=30)  # some longer than any text
    assert index.top_k(queries, 4) == [index.top_k(query, 4) for query in queries]


def test_saved_index_gives_the_same_matches_from_disk(rng, tmp_path):
    stored, query = some_texts(rng, 60), some_texts(rng, 1)[0]
    index = TextIndex(cost="cosine", weighting="norm", model="a")
    index.add(stored[:40], texts=[f"t{i}" for i in range(40)])
    index.save(tmp_path / "index", {"made": "here"})
    written = (tmp_path / "index/segment-00000/vectors.npy").stat().st_mtime_ns
    earlier = TextIndex.load(tmp_path / "index")
    index.add(stored[40:], texts=[{"id": i} for i in range(40, 60)])
    index.save(tmp_path / "index", {"made": "here"})
    assert (tmp_path / "index/segment-00000/vectors.npy").stat().st_mtime_ns == written
    loaded = TextIndex.load(tmp_path / "index")
    assert len(loaded) == 60 and loaded.model == "a" and TextIndex.details(tmp_path / "index") == {"made": "here"}
    assert isinstance(loaded._segments[0].vectors, np.memmap)
    assert len(loaded._table) == 40  # the second segment adds no vectors
    assert len(earlier) == 40 and [match.text for match in earlier.top_k(query, 40)] == [
        match.text for match in index.top_k(query, 60) if match.number < 40
    ]
    assert loaded.top_k(query, 60) == index.top_k(query, 60)
    fresh = TextIndex(cost="cosine", weighting="norm", model="a")
    fresh.add(stored)
    assert [match[:2] for match in fresh.top_k(query, 60)] == [match[:2] for match in loaded.top_k(query, 60)]
    loaded.save(tmp_path / "copy")
    assert TextIndex.load(tmp_path / "copy").top_k(query, 60) == index.top_k(query, 60)


def test_folders_of_other_files_are_rejected(rng, tmp_path):
    index, other = TextIndex(), TextIndex()
    index.add(some_texts(rng, 3))
    other.add(some_texts(rng, 3))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/diary.txt").write_text("dear")
    with pytest.raises(ValueError, match="other files"):
        index.save(tmp_path / "mine")
    index.save(tmp_path / "index")
    with pytest.raises(ValueError, match="another index"):
        other.save(tmp_path / "index")


ONE = np.ones((1, 8))


def narrow_index():
    index = TextIndex(model="a")
    index.add([ONE[:, :3]])
    return index


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda index: index.top_k(ONE, 0), "from 1 to 5.*Received: 0"),
        (lambda index: index.top_k(ONE, 6), "from 1 to 5.*Received: 6"),
        (lambda index: TextIndex().top_k(ONE, 1), "Received: 1"),
        (lambda index: index.top_k(ONE[:0], 1), r"query\[0\]: expected vectors"),
        (lambda index: index.top_k([ONE, ONE[:, :3]], 1), "width 8. Received: 3"),
        (lambda index: index.top_k(ONE * np.nan, 1), r"query\[0\]"),
        (lambda index: index.top_k(ONE, 1, model="b"), "model, a. Received: those of b"),
        (lambda index: index.add([ONE[:, :3]]), "width 8. Received: 3"),
        (lambda index: index.add([ONE], model="b"), "model, a. Received: those of b"),
        (lambda index: index.add([]), "at least one text"),
        (lambda index: index.add([ONE, ONE[:0]]), r"vectors\[1\]"),
        (lambda index: index.add([ONE * 1e20]), "up to 1e"),
        (lambda index: index.add([ONE], texts=["a", "b"]), "Expected 1 texts. Received: 2"),
        (lambda index: index.extend(TextIndex()), "an index of model a, as this one. Received: None"),
        (lambda index: index.extend(TextIndex(cost="cosine")), "an index of cost euclidean.*Received: cosine"),
        (lambda index: index.extend(narrow_index()), "an index of width 8.*Received: 3"),
        (lambda index: TextIndex(cost="l1"), "Received: 'l1'"),
        (lambda index: index.add([ONE, ONE], weights=[[1]]), "Expected 2 weights. Received: 1"),
        (lambda index: index.top_k(ONE, 1, max_distance=np.nan), "max_distance to be a number"),
        (lambda index: TextIndex(weighting="idf"), "Received: 'idf'"),
        (lambda index: TextIndex(pooling="max"), "'none' or 'mean'. Received: 'max'"),
    ],
)
def test_bad_input_changes_nothing(rng, call, message):
    index = TextIndex(model="a")
    index.add(some_texts(rng, 5))
    with pytest.raises(ValueError, match=message):
        call(index)
    assert len(index) == 5 and len(index.top_k(ONE, 5)) == 5


@pytest.mark.parametrize("scale", [1e-30, 1e-20, 1e-12, 1e12])
@pytest.mark.parametrize("cost", ["euclidean", "cosine"])
def test_bounds_hold_for_tiny_and_huge_vectors(rng, scale, cost):
    stored = [one * scale for one in some_texts(rng, 200)]
    stored[7] = np.zeros((2, 8))
    index = TextIndex(cost=cost)
    index.add(stored)
    for query in stored[5:9]:
        own = index.distances(query)
        assert [match.number for match in index.top_k(query, 10)] == np.lexsort((np.arange(200), own))[:10].tolist()


def test_merged_matches_of_two_indexes_are_those_of_one(rng):
    stored, queries = some_texts(rng, 400), some_texts(rng, 3)
    whole, first, second = TextIndex(), TextIndex(), TextIndex()
    whole.add(stored)
    first.add(stored[:150])
    second.add(stored[150:])
    left = first.top_k(queries, 10)
    right = second.top_k(queries, 10, max_distance=[matches[-1].distance for matches in left])
    assert second.counts["transport"] < whole.counts["transport"] or not whole.counts["transport"]
    for query, one, two in zip(queries, left, right, strict=True):
        shifted = [(match.distance, match.number + 150) for match in two]
        merged = sorted([(match.distance, match.number) for match in one] + shifted)[:10]
        assert [(match.distance, match.number) for match in whole.top_k(query, 10)] == merged
    assert first.top_k(stored[0], 10, max_distance=0.0)[0].number == 0
    assert first.top_k(queries[0], 5, max_distance=-1.0) == []


@pytest.mark.parametrize("pooling", ["none", "mean"])
def test_an_index_extended_by_others_is_one(rng, pooling, tmp_path):
    stored, queries = some_texts(rng, 200), some_texts(rng, 4)
    stored += stored[:40]  # ties
    whole = TextIndex(pooling=pooling)
    whole.add(stored, texts=list(range(240)))
    index = TextIndex(pooling=pooling)
    for number, ends in enumerate([(0, 50, 90), (90, 93), (93,), (93, 240)]):
        part = TextIndex(pooling=pooling)
        for start, end in itertools.pairwise(ends):
            part.add(stored[start:end], texts=list(range(start, end)))
        part.save(tmp_path / str(number))
        index.extend(TextIndex.load(tmp_path / str(number)))
    assert len(index) == 240 and len(index._table) == len(whole._table)
    index.save(tmp_path / "saved")
    for one in (index, TextIndex.load(tmp_path / "saved")):
        for k in (1, 7, 240):
            assert one.top_k(queries, k) == whole.top_k(queries, k)
    index.add(stored[:3])
    assert len(index._table) == len(whole._table) and len(index) == 243


def test_new_vectors_of_another_index_stay_on_disk(rng, tmp_path):
    index, other = TextIndex(), TextIndex()
    index.add([rng.normal(size=(3, 4)), rng.normal(size=(30, 4))], texts=["a", "b"])
    other.add([index._table.blocks[0][:1], rng.normal(size=(30, 4))], texts=["c", "d"])
    other.save(tmp_path / "other")
    index.extend(TextIndex.load(tmp_path / "other"))
    assert isinstance(index._segments[1].vectors, np.memmap)
    query = index._table.blocks[0][:1]
    assert index.top_k(query, 1)[0].distance == 0
    distances = np.concatenate([index.distances(query)[:2], other.distances(query)])
    np.testing.assert_array_equal(index.distances(query), distances)


def test_means_of_texts_by_cosine(rng):
    stored, weights = some_texts(rng, 300), [rng.random(n) + 0.1 for n in range(1, 10)]
    index = TextIndex(cost="cosine", pooling="mean")
    index.add(stored, weights=[weights[len(one) - 1] for one in stored])
    for query in stored[:3]:
        own = weights[len(query) - 1]
        means = np.array([np.average(one, axis=0, weights=weights[len(one) - 1]) for one in stored])
        mean = np.average(query, axis=0, weights=own)
        expected = 1 - means @ mean / np.linalg.norm(means, axis=1) / np.linalg.norm(mean)
        computed = index.distances(query, weights=own)
        np.testing.assert_allclose(computed, expected, atol=1e-7)
        nearest = np.lexsort((np.arange(300), computed))[:10]
        matches = index.top_k(query, 10, weights=own)
        assert [match[:2] for match in matches] == [(i, computed[i]) for i in nearest]


def test_float32_bounds_hold_with_a_large_offset(rng):
    stored = [one + 1000 for one in some_texts(rng, 300)]
    index = TextIndex()
    index.add(stored)
    for query in stored[:5]:
        own = index.distances(query)
        exact = np.lexsort((np.arange(300), own))[:10]
        assert [match.number for match in index.top_k(query, 10)] == exact.tolist()
