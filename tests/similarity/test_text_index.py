"""Index search against brute force, saved and damaged indexes."""

import json
import shutil

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
    assert 0 < index.counts["transport"] < index.counts["relaxed"] <= index.counts["pairs"] == 8 * 700


@settings(deadline=None, max_examples=60)
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
    index.add(stored[40:], texts=[{"id": i} for i in range(40, 60)])
    index.save(tmp_path / "index", {"made": "here"})
    assert (tmp_path / "index/segment-00000/vectors.npy").stat().st_mtime_ns == written
    loaded = TextIndex.load(tmp_path / "index")
    assert len(loaded) == 60 and loaded.model == "a" and TextIndex.details(tmp_path / "index") == {"made": "here"}
    assert isinstance(loaded._segments[0].vectors, np.memmap)
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


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "index.json").unlink(), "with index.json"),
        (lambda f: (f / "index.json").write_text("{"), "expected JSON"),
        (lambda f: (f / "index.json").write_text("{}"), "format 1"),
        (lambda f: edit_listing(f, lambda c: c.pop("cost")), "expected the setting 'cost'"),
        (lambda f: edit_listing(f, lambda c: c.update(cost="l1")), "Received: 'l1'"),
        (lambda f: (f / "segment-00000/rows.npy").unlink(), "is missing; the index is damaged"),
        (lambda f: shutil.rmtree(f / "segment-00000"), "is missing; the index is damaged"),
        (lambda f: truncate(f / "segment-00000/vectors.npy"), "not a complete .npy file"),
        (lambda f: (f / "segment-00000/weights.npy").write_bytes(b"nothing"), "not a complete .npy file"),
        (lambda f: np.save(f / "segment-00000/weights.npy", np.array([{}])), "not a complete .npy file"),
        (lambda f: np.save(f / "segment-00000/rows.npy", np.zeros(3)), "expected int32"),
        (lambda f: edit_array(f / "segment-00000/rows.npy", lambda a: a + 99), "rows of the table"),
        (lambda f: edit_array(f / "segment-00000/weights.npy", lambda a: a * np.nan), "a weight above 0"),
        (lambda f: edit_array(f / "segment-00000/weights.npy", lambda a: a[1:]), "a weight above 0"),
        (lambda f: edit_array(f / "segment-00000/offsets.npy", lambda a: a[::-1]), "offsets that rise"),
        (lambda f: edit_array(f / "segment-00000/centroids.npy", lambda a: a[1:]), "as many centroids"),
        (lambda f: edit_array(f / "segment-00000/centroids.npy", lambda a: a[:, 3:]), "as wide"),
        (lambda f: edit_array(f / "segment-00000/vectors.npy", lambda a: a.ravel()), "ranks"),
        (lambda f: (f / "segment-00000/texts.json").write_text("[]"), "as many centroids and texts"),
        (lambda f: (f / "segment-00000/texts.json").unlink(), "list of texts"),
        (lambda f: edit_array(f / "segment-00000/centroids.npy", lambda a: a * np.nan), "finite centroids"),
        (lambda f: edit_array(f / "segment-00000/vectors.npy", lambda a: a * np.nan), "finite vectors"),
    ],
)
def test_damaged_index(rng, tmp_path, damage, message):
    index = TextIndex()
    index.add(some_texts(rng, 5))
    index.save(tmp_path / "index")
    damage(tmp_path / "index")
    with pytest.raises(ValueError, match=message):
        TextIndex.load(tmp_path / "index").top_k(np.ones((1, 8)), 1)


def edit_listing(folder, edit):
    content = json.loads((folder / "index.json").read_text())
    edit(content)
    (folder / "index.json").write_text(json.dumps(content))


def edit_array(file, edit):
    np.save(file, edit(np.load(file)))


def truncate(file):
    file.write_bytes(file.read_bytes()[:-8])


ONE = np.ones((1, 8))


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
        (lambda index: TextIndex(cost="l1"), "Received: 'l1'"),
        (lambda index: TextIndex(weighting="idf"), "Received: 'idf'"),
    ],
)
def test_bad_input_changes_nothing(rng, call, message):
    index = TextIndex(model="a")
    index.add(some_texts(rng, 5))
    with pytest.raises(ValueError, match=message):
        call(index)
    assert len(index) == 5 and len(index.top_k(ONE, 5)) == 5


def test_float32_bounds_hold_with_a_large_offset(rng):
    stored = [one + 1000 for one in some_texts(rng, 300)]
    index = TextIndex()
    index.add(stored)
    for query in stored[:5]:
        own = index.distances(query)
        exact = np.lexsort((np.arange(300), own))[:10]
        assert [match.number for match in index.top_k(query, 10)] == exact.tolist()
