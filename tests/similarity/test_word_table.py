"""Table of distinct vectors: equal vectors share a row, whatever their keys."""

import numpy as np
import pytest

from textzoo.similarity import TextIndex, word_table
from textzoo.similarity.word_table import WordTable


@pytest.fixture(params=["keys", "one key for all vectors"])
def keys(request, monkeypatch):
    if request.param != "keys":
        monkeypatch.setattr(word_table, "vector_keys", lambda vectors: np.zeros(len(vectors), "uint64"))
    return request.param


def test_rows_give_the_vectors_back(rng, keys):
    words = rng.normal(size=(30, 4)).astype("float32")
    table, rows, added = WordTable(), [], []
    for _ in range(5):
        added.append(words[rng.integers(30, size=20)])
        rows.append(table.add(added[-1])[0])
    for own_rows, vectors in zip(rows, added, strict=True):
        np.testing.assert_array_equal(table[own_rows], vectors)
    if keys == "keys":
        assert len(table) == len(np.unique(np.concatenate(added), axis=0))
    joined = table.copy()
    joined.join_blocks(1)
    np.testing.assert_array_equal(joined[np.concatenate(rows)], np.concatenate(added))
    assert len(joined.blocks) == 2 and len(table.blocks) > 2


def test_rows_of_a_merged_block_give_its_vectors_back(rng, keys):
    words = rng.normal(size=(60, 4)).astype("float32")
    table = WordTable()
    for block in (words[:20], words[10:40], words[39:], words[:0], words[5:8]):
        np.testing.assert_array_equal(table[table.merge(block)], block)
    assert [len(block) for block in table.blocks] == [20, 20, 21, 0, 0] or keys != "keys"


def test_an_index_is_exact_whatever_the_keys(rng, keys):
    words = rng.normal(size=(20, 4))
    stored = [words[rng.integers(20, size=5)] for _ in range(60)]
    index = TextIndex()
    index.add(stored[:30])
    index.add(stored[30:])
    own = index.distances(stored[3])
    exact = np.lexsort((np.arange(60), own))[:5]
    assert [match[:2] for match in index.top_k(stored[3], 5)] == [(i, own[i]) for i in exact]
