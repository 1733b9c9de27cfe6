"""index.json: the settings of a saved index, and the sizes and checksums of its segments."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, get_args

from ..data.config_fields import OBJECT, TEXT, Field, check_field, choice
from ..data.files import write_atomically
from ..data.readers.record_fields import parse_json
from .ground_costs import Cost
from .packed_texts import Pooling, Weighting

FORMAT = 2
LISTING = "index.json"
SEGMENT_FILES = ("vectors.npy", "rows.npy", "weights.npy", "offsets.npy", "texts.jsonl")
DIGEST = re.compile("[0-9a-f]{64}")
MAX_COUNT = 2**48  # of texts, words, vectors and their width


def write_listing(folder: Path, content: dict[str, Any]) -> None:
    """Writes index.json, with a checksum of its own content.

    Args:
        folder: The folder of the index.
        content: All keys that `read_listing` returns.

    Raises:
        ValueError: The details are no object that JSON can hold.
    """
    content = parse_json(json_line(content, "details"), LISTING, expected="JSON")
    check_field("details", content["details"], OBJECT)
    text = json.dumps({"format": FORMAT, "sha256": _digest(content)} | content, ensure_ascii=False, indent=1)
    write_atomically(folder / LISTING, text.encode("utf-8", "surrogatepass"))


def json_line(value: Any, name: str) -> str:
    """Returns a value as JSON in one line, which can be read again.

    Args:
        value: The value.
        name: Its name in messages.

    Raises:
        ValueError: JSON cannot hold it.

    Example:

    >>> json_line({"id": 1}, "texts[0]")
    '{"id": 1}'
    """
    try:
        line = json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict | list | tuple):
            parse_json(line, name, expected="JSON")
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"Expected {name} that JSON can hold. Received: {error}.") from None
    return line


def read_listing(folder) -> dict[str, Any]:
    """Reads and checks index.json.

    Args:
        folder: The folder of the index.

    Returns:
        The settings `cost`, `weighting`, `pooling`, `model`, `width` and `details`; and `segments`, for each the
        numbers of `texts`, `words` and new `vectors` and the `sha256` of each file.

    Raises:
        ValueError: The folder is not an index, or index.json is damaged.
    """
    path = Path(folder) / LISTING
    if not path.is_file():
        raise ValueError(f"{folder}: expected an index, a folder with {LISTING}. Received: no such file.")
    try:
        text = path.read_bytes().decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected JSON. Received: {error}.") from None
    content = parse_json(text, str(path), expected="JSON")
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(
            f"{path}: expected an index of format {FORMAT}. Received: another file; build the index again."
        )
    del content["format"]
    digest = content.pop("sha256", None)
    damaged = f"{path}: the index is damaged, build it again"
    if missing := _FIELDS.keys() - content.keys():
        raise ValueError(f"{damaged}: {min(missing)} is missing.")
    if more := content.keys() - _FIELDS.keys():
        raise ValueError(f"{damaged}: expected no {min(more)!r:.60}.")
    for name, field in _FIELDS.items():
        check_field(name, content[name], field, source=damaged)
    if (content["width"] is None) != (not content["segments"]):
        raise ValueError(f"{damaged}: expected a width if there are segments. Received: {content['width']}.")
    if digest != _digest(content):
        raise ValueError(f"{damaged}: expected content of the checksum in it. Received: {_digest(content)}.")
    return content


def segment_folder(folder, number: int) -> Path:
    """Returns the folder of a segment."""
    return Path(folder) / f"segment-{number:05d}"


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _is_segment(segment: Any) -> bool:
    return (
        isinstance(segment, dict)
        and segment.keys() == {"texts", "words", "vectors", "sha256"}
        and _is_count(segment["texts"], at_least=1)
        and _is_count(segment["words"], at_least=segment["texts"])
        and _is_count(segment["vectors"], at_least=0)
        and isinstance(segment["sha256"], dict)
        and segment["sha256"].keys() == set(SEGMENT_FILES)
        and all(isinstance(digest, str) and DIGEST.fullmatch(digest) for digest in segment["sha256"].values())
    )


def _is_count(value: Any, *, at_least: int) -> bool:
    return type(value) is int and at_least <= value <= MAX_COUNT


_FIELDS = {
    "cost": choice(*get_args(Cost)),
    "weighting": choice(*get_args(Weighting)),
    "pooling": choice(*get_args(Pooling)),
    "model": TEXT.or_null(),
    "width": Field(f"a width from 1 to {MAX_COUNT}", lambda value: _is_count(value, at_least=1)).or_null(),
    "details": OBJECT,
    "segments": Field(
        "a list of segments, each with its numbers of texts, words and vectors and its checksums",
        lambda value: isinstance(value, list) and all(map(_is_segment, value)),
    ),
}
