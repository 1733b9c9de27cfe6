"""Strategies that damage bytes and json values."""

import functools
import json
from typing import Any

from hypothesis import strategies as st

NESTED = "[" * 2000 + "]" * 2000
SCALARS = st.sampled_from(
    [None, True, False, 0, -1, 1, 2, 7, 2**31, 2**63, 10**400, 0.5, -0.5, 1e308, float("nan"), float("inf"), "", "4"]
    + ["a\ud800", "\0", "/etc/passwd", "../other", "x" * 5000, "relu", "wmd", "vocab.txt", "__import__('os')", [], {}]
)
JSON_VALUES = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "text", "config", "class_name", "module"]), children, max_size=3)
    ),
    max_leaves=5,
)
PIECES = st.sampled_from(
    [b"\0", b"\xff", b"\n", b"\r", b"\t", b" ", b"{", b"}", b"[", b"]", b'"', b"\\u", b"\\", b"-1", b"1e999"]
    + [b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\0", b"\xef\xbb\xbf", "好".encode(), "好".encode("gbk")]
    + [NESTED.encode(), b"9" * 5000]
) | st.binary(max_size=8)  # fmt: skip


@st.composite
def damaged_bytes(draw, content: bytes) -> bytes:
    """Draws a content in which up to four places are cut, replaced, repeated or extended."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from([0, 0, 1, 2, 8, 64, len(content)]))
        piece = draw(PIECES | st.just(content[start : start + length] * 2))
        content = content[:start] + piece + content[start + length :]
    return content


def _paths(value: Any, path: tuple = ()) -> list[tuple]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, item in items for inner in _paths(item, (*path, key)))]


def _changed(value: Any, path: tuple, change) -> Any:
    if not path:
        return change(value)
    key, *rest = path
    if isinstance(value, dict):
        return {name: _changed(item, tuple(rest), change) if name == key else item for name, item in value.items()}
    return [_changed(item, tuple(rest), change) if i == key else item for i, item in enumerate(value)]


def _without(node: dict, *, key: str) -> dict:
    return {name: item for name, item in node.items() if name != key}


def _with_more(node: Any, *, more: Any) -> Any:
    return node | {"also": more} if isinstance(node, dict) else more


def _replaced(node: Any, *, new: Any) -> Any:
    return new


@st.composite
def damaged_json(draw, value: Any) -> bytes:
    """Draws the json of a value in which up to three nodes are replaced, deleted or joined by another key."""
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(_paths(value)))
        kind = draw(st.sampled_from(["replace", "replace", "delete", "add"]))
        if kind == "delete" and path and isinstance(path[-1], str):
            value = _changed(value, path[:-1], functools.partial(_without, key=path[-1]))
        elif kind == "add":
            value = _changed(value, path, functools.partial(_with_more, more=draw(JSON_VALUES)))
        else:
            value = _changed(value, path, functools.partial(_replaced, new=draw(JSON_VALUES)))
        if not isinstance(value, dict | list):
            break
    text = json.dumps(value)
    return draw(st.just(text) | st.just(text.replace("[]", NESTED, 1))).encode("utf-8", "surrogatepass")
