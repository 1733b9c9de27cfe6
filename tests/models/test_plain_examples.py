"""Examples in plain form: every form gives the same examples; bad forms are refused."""

import numpy as np
import pytest
import tensorflow as tf

from textzoo.data import QAExample
from textzoo.models.plain_examples import (
    example_fields,
    holds_text,
    is_string_dataset,
    qa_example,
    read_string_dataset,
)

TEXTS, TITLES = ["小李讲课", "小王唱歌", "a"], ["小李", "小王", "é"]
ROWS = list(zip(TEXTS, TITLES, strict=True))
FIELDS = ("text", "title")


@pytest.mark.parametrize("batch_size", [None, 2])
@pytest.mark.parametrize("names", [None, FIELDS])
def test_a_dataset_gives_its_rows(names, batch_size):
    parts = (TEXTS, TITLES) if names is None else dict(zip(names, (TEXTS, TITLES), strict=True))
    dataset = tf.data.Dataset.from_tensor_slices(parts)
    dataset = dataset if batch_size is None else dataset.batch(batch_size)
    assert is_string_dataset(dataset)
    rows, size = read_string_dataset(dataset, text_field="text")
    assert size == batch_size
    assert [example_fields(row, FIELDS) for row in rows] == [{"text": a, "title": b} for a, b in ROWS]


def test_a_dataset_of_strings():
    for dataset in (tf.data.Dataset.from_tensor_slices(TEXTS), tf.data.Dataset.from_tensor_slices(TEXTS).batch(2)):
        assert read_string_dataset(dataset, text_field="text")[0] == TEXTS


def test_labels_of_any_number():
    ragged = tf.ragged.constant([["a", "b"], [], ["é"]])
    expected = [("小李讲课", ["a", "b"]), ("小王唱歌", []), ("a", ["é"])]
    dataset = tf.data.Dataset.from_tensor_slices((TEXTS, ragged))
    for rows, _ in (read_string_dataset(data, text_field="text") for data in (dataset, dataset.batch(2))):
        assert [(text, list(labels)) for text, labels in rows] == expected


def test_numbers_stay_numbers():
    rows, _ = read_string_dataset(tf.data.Dataset.from_tensor_slices((TEXTS, np.eye(3))).batch(3), text_field="text")
    np.testing.assert_array_equal([row for _, row in rows], np.eye(3))


def test_datasets_of_arrays_are_left_to_keras():
    assert not is_string_dataset(tf.data.Dataset.from_tensor_slices({"ids": [[1]], "positions": [[0]]}))
    assert not is_string_dataset(TEXTS) and not is_string_dataset(None)
    assert not holds_text({"ids": np.zeros(2)}) and not holds_text((np.zeros(2), np.zeros(2)))
    assert holds_text("a") and holds_text({"text": "a"}) and holds_text(("a", 1))


def test_bad_datasets():
    with pytest.raises(ValueError, match="an endless one"):
        read_string_dataset(tf.data.Dataset.from_tensor_slices(TEXTS).repeat(), text_field="text")
    with pytest.raises(ValueError, match=r"dicts with 'text'. Received: \['txt'\]"):
        read_string_dataset(tf.data.Dataset.from_tensor_slices({"txt": TEXTS}), text_field="text")


@pytest.mark.parametrize("row", ["a", ("a",), ("a", "b", "c"), {"text": "a"}])
def test_a_missing_field(row):
    with pytest.raises(ValueError, match="Expected examples with text, title, as dicts or tuples. Received: "):
        example_fields(row, FIELDS)


def test_an_answer_is_found_in_its_passage():
    values = {"passage": "甲和乙，甲", "question": "谁？", "answer": "甲"}
    assert qa_example(values) == QAExample("甲和乙，甲", "谁？", "甲", 0)
    assert qa_example(values | {"start": np.int64(4)}) == QAExample("甲和乙，甲", "谁？", "甲", 4)
    assert qa_example(values | {"answer": ""}).start is None
    assert qa_example(values | {"answer": "丙"}) == QAExample("甲和乙，甲", "谁？", "丙", None)
