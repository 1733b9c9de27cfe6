"""Examples in plain form: strings, dicts and tuples in lists or in a `tf.data.Dataset`."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from ..data.examples import QAExample
from ..data.qa.locate_answer import locate_answer
from ..data.text.check_texts import check_text

MAX_SHOWN = 80


def is_string_dataset(x: Any) -> bool:
    """Returns whether `x` is a `tf.data.Dataset` whose elements hold strings."""
    if not (hasattr(x, "element_spec") and hasattr(x, "cardinality")):
        return False
    return any(getattr(spec, "dtype", None) == "string" for spec in keras.tree.flatten(x.element_spec))


def holds_text(row: Any) -> bool:
    """Returns whether an example in plain form is a string, or a dict or tuple with one."""
    parts = row.values() if isinstance(row, Mapping) else row if isinstance(row, tuple) else (row,)
    return any(isinstance(part, str) for part in parts)


def read_string_dataset(dataset: Any, *, text_field: str) -> tuple[list, int | None]:
    """Reads all elements of a `tf.data.Dataset`.

    Args:
        dataset: A finite dataset of strings, or of dicts or tuples of them, batched or not.
        text_field: Key of the text in a dict. In a tuple the text comes first.

    Returns:
        The examples, each a string, dict or tuple; and the size of the dataset's batches, None if it is not batched.

    Raises:
        ValueError: The dataset has no end, or a dict lacks `text_field`.
    """
    spec = dataset.element_spec
    if isinstance(spec, Mapping) and text_field not in spec:
        raise ValueError(f"Expected a dataset of dicts with {text_field!r}. Received: {sorted(spec)}.")
    if int(dataset.cardinality()) == -1:
        raise ValueError("Expected a dataset with an end. Received: an endless one; remove repeat() and set epochs.")
    text = spec[text_field] if isinstance(spec, Mapping) else spec[0] if isinstance(spec, tuple) else spec
    if text.shape.rank == 0:
        return [_map(_plain, element) for element in dataset], None
    batch_size, rows = None, []
    for batch in dataset:
        new = _unbatched(batch)
        batch_size = batch_size or len(new)
        rows += new
    return rows, batch_size


def _map(function: Any, element: Any) -> Any:
    """Applies a function to the parts of an element."""
    if isinstance(element, Mapping):
        return {key: function(value) for key, value in element.items()}
    return tuple(map(function, element)) if isinstance(element, tuple) else function(element)


def _unbatched(batch: Any) -> list:
    parts = _map(_plain, batch)
    if isinstance(parts, dict):
        return [dict(zip(parts, row, strict=True)) for row in zip(*parts.values(), strict=True)]
    return list(zip(*parts, strict=True)) if isinstance(parts, tuple) else list(parts)


def _plain(tensor: Any) -> Any:
    """Returns a tensor as a string, a number, or an array or nested list of them."""
    value = tensor.to_list() if hasattr(tensor, "to_list") else tensor.numpy()
    if isinstance(value, np.ndarray):
        value = value.tolist() if value.dtype == object else value
    return keras.tree.map_structure(lambda part: part.decode() if isinstance(part, bytes) else part, value)


def example_fields(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    """Returns the values of an example in plain form by field.

    Args:
        row: A dict with `fields`, a tuple of their values, or, for one field, its value.
        fields: Names of the fields, in the order of tuples.

    Raises:
        ValueError: A field is missing, or a tuple has another number of values.
    """
    if isinstance(row, Mapping):
        values = dict(row)
    else:
        parts = row if isinstance(row, tuple | list) else (row,)
        values = dict(zip(fields, parts, strict=False)) if len(parts) == len(fields) else {}
    if not all(field in values for field in fields):
        raise ValueError(
            f"Expected examples with {', '.join(fields)}, as dicts or tuples. Received: {row!r:.{MAX_SHOWN}}"
        )
    return values


def qa_example(values: Mapping[str, Any]) -> QAExample:
    """Builds an example from its values by field; finds the answer in the passage, at or near `start`."""
    passage, question, answer = (check_text(values[field], field) for field in ("passage", "question", "answer"))
    start = values.get("start")
    span = locate_answer(passage, answer, start=None if start is None else int(start))
    if span is None:
        return QAExample(passage=passage, question=question, answer=answer, start=None)
    first, end = span
    return QAExample(passage=passage, question=question, answer=passage[first:end], start=first)
