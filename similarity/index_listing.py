"""index.json: the settings of a saved index, and the sizes and checksums of its segments."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, get_args

from ..data.files import write_atomically
from .ground_costs import Cost
from .packed_texts import Pooling, Weighting

FORMAT = 2
LISTING = "index.json"
SEGMENT_FILES = ("vectors.npy", "rows.npy", "weights.npy", "offsets.npy", "texts.jsonl")
DIGEST = re.compile("[0-9a-f]{64}")


def write_listing(folder: Path, content: dict[str, Any]) -> None:
    """Writes index.json, with a checksum of its own content.

    Args:
        folder: The folder of the index.
        content: All keys that `read_listing` returns.
    """
    content = json.loads(json.dumps(content))
    text = json.dumps({"format": FORMAT, "sha256": _digest(content)} | content, ensure_ascii=False, indent=1)
    write_atomically(folder / LISTING, text.encode("utf-8", "surrogatepass"))


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
    try:
        content = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
    except (FileNotFoundError, NotADirectoryError):
        raise ValueError(f"{folder}: expected an index, a folder with {LISTING}. Received: no such file.") from None
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON. Received: {error}.") from None
    except RecursionError:
        raise ValueError(f"{path}: expected JSON. Received: lists or objects nested too deeply.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(
            f"{path}: expected an index of format {FORMAT}. Received: another file; build the index again."
        )
    del content["format"]
    digest = content.pop("sha256", None)
    if violated := _violated_requirement(content):
        raise ValueError(f"{path}: the index is damaged, build it again; expected {violated}.")
    if digest != _digest(content):
        raise ValueError(f"{path}: the index is damaged, build it again; expected content of checksum {digest!r}.")
    return content


def segment_folder(folder, number: int) -> Path:
    """Returns the folder of a segment."""
    return Path(folder) / f"segment-{number:05d}"


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _violated_requirement(content: dict[str, Any]) -> str | None:
    """Returns the first requirement that index.json violates, None for a valid one."""
    keys = {"cost", "weighting", "pooling", "model", "width", "details", "segments"}
    if content.keys() != keys:
        return f"the keys {', '.join(sorted(keys))}, not {', '.join(sorted(content.keys() ^ keys))}"
    for name, values in (("cost", get_args(Cost)), ("weighting", get_args(Weighting)), ("pooling", get_args(Pooling))):
        if content[name] not in values:
            return f"{name} {' or '.join(values)}, not {content[name]!r}"
    if not isinstance(content["model"], str | None) or not isinstance(content["details"], dict):
        return "a model's name and an object of details"
    segments = content["segments"]
    if not isinstance(segments, list) or not all(map(_is_segment, segments)):
        return "a list of segments, each with its numbers of texts, words and vectors and its checksums"
    if segments and not _is_count(content["width"], at_least=1):
        return f"a width above 0, not {content['width']!r}"
    return None


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
    return type(value) is int and value >= at_least
