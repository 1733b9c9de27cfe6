"""Reading and writing of an index: index.json, and a folder of .npy files for each segment."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from ..data.files import write_atomically
from ..data.writer_lock import is_free_folder
from .index_segment import Segment

FORMAT = 1
DTYPES = {"vectors": "float32", "rows": "int32", "weights": "float64", "offsets": "int64", "centroids": "float32"}
SETTINGS = {"cost": str, "weighting": str, "model": str | None, "details": dict, "segments": list}


def save_index(index, folder, *, segments: list[Segment], details: dict) -> list[Segment]:
    """Writes the segments that the folder does not hold yet, then index.json.

    Args:
        index: `TextIndex`.
        folder: A new or empty folder, or the folder that the index was saved to or loaded from.
        segments: The index's segments.
        details: Anything JSON can hold, saved with the index.

    Returns:
        The segments, memory-mapped from the folder.

    Raises:
        ValueError: The folder holds other files or another index.
    """
    folder = Path(folder)
    listing = folder / "index.json"
    if not listing.exists() and not is_free_folder(folder):
        raise ValueError(f"{folder}: expected an empty folder or an index. Received: a folder with other files.")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"segment-{number:05d}" for number in range(len(segments))]
    saved = [path for path, segment in zip(paths, segments, strict=True) if _is_mapped_from(segment, path)]
    if listing.exists() and set(read_listing(folder)["segments"]) - {path.name for path in saved}:
        raise ValueError(f"{folder}: expected an empty folder or the folder of this index. Received: another index.")
    mapped = []
    for path, segment in zip(paths, segments, strict=True):
        if path not in saved:
            _write_segment(path, segment)
            segment = _read_segment(path)
        mapped.append(segment)
    content = {
        "format": FORMAT,
        "cost": index.cost,
        "weighting": index.weighting,
        "model": index.model,
        "details": details,
        "segments": [path.name for path in paths],
    }
    write_atomically(listing, json.dumps(content, ensure_ascii=False, indent=1))
    return mapped


def load_index(folder) -> tuple[dict[str, Any], list[Segment]]:
    """Reads and checks an index.

    Args:
        folder: The folder of the index.

    Returns:
        The settings in index.json, and the segments, memory-mapped.

    Raises:
        ValueError: The folder is not an index, or the index is damaged.
    """
    settings = read_listing(folder)
    segments = [_read_segment(Path(folder) / name) for name in settings["segments"]]
    if len({(segment.vectors.shape[1], segment.centroids.shape[1]) for segment in segments}) > 1:
        raise ValueError(f"{folder}: the index is damaged; its segments differ in the width of their vectors.")
    return settings, segments


def read_listing(folder) -> dict[str, Any]:
    """Reads and checks index.json.

    Args:
        folder: The folder of the index.

    Returns:
        The settings: cost, weighting, model, details, segments.

    Raises:
        ValueError: The folder is not an index, or index.json is damaged.
    """
    listing = Path(folder) / "index.json"
    try:
        settings = json.loads(listing.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{folder}: expected an index, a folder with index.json. Received: no such file.") from None
    except ValueError as error:
        raise ValueError(f"{listing}: expected JSON. Received: {error}.") from None
    if not isinstance(settings, dict) or settings.get("format") != FORMAT:
        raise ValueError(f"{listing}: expected an index of format {FORMAT}. Received: another file.")
    for name, kind in SETTINGS.items():
        if not isinstance(settings.get(name), kind):
            raise ValueError(f"{listing}: expected the setting {name!r}. Received: {settings.get(name)!r}.")
    return settings


def _is_mapped_from(segment: Segment, path: Path) -> bool:
    filename = getattr(segment.vectors, "filename", None)
    return filename is not None and Path(filename).parent.absolute() == path.absolute()


def _write_segment(path: Path, segment: Segment) -> None:
    path.mkdir(exist_ok=True)
    for name, dtype in DTYPES.items():
        np.save(path / f"{name}.npy", np.asarray(getattr(segment, name), dtype), allow_pickle=False)
    (path / "texts.json").write_text(json.dumps(list(segment.texts), ensure_ascii=False), encoding="utf-8")


def _read_segment(path: Path) -> Segment:
    arrays = {}
    for name, dtype in DTYPES.items():
        file = path / f"{name}.npy"
        try:
            arrays[name] = np.load(file, mmap_mode="r", allow_pickle=False)
        except FileNotFoundError:
            raise ValueError(f"{file} is missing; the index is damaged, build it again.") from None
        except (ValueError, EOFError, OSError) as error:
            raise ValueError(f"{file}: not a complete .npy file ({error}); build the index again.") from None
        if arrays[name].dtype != dtype:
            raise ValueError(f"{file}: expected {dtype}. Received: {arrays[name].dtype}; build the index again.")
    try:
        texts = json.loads((path / "texts.json").read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ValueError(f"{path / 'texts.json'}: expected a list of texts. Received: {error}.") from None
    segment = Segment(**arrays, texts=texts)
    if violated := _violated_requirement(segment):
        raise ValueError(f"{path}: the index is damaged, build it again; expected {violated}.")
    return segment


def _violated_requirement(segment: Segment) -> str | None:
    """Returns the first requirement that a segment violates, None for a valid one."""
    ranks = {"vectors": 2, "rows": 1, "weights": 1, "offsets": 1, "centroids": 2}
    if any(getattr(segment, name).ndim != rank for name, rank in ranks.items()) or not len(segment.offsets):
        return f"arrays of ranks {ranks}"
    if not isinstance(segment.texts, list) or not len(segment) == len(segment.centroids) == len(segment.texts):
        return "as many centroids and texts as the offsets give"
    if segment.centroids.shape[1] - segment.vectors.shape[1] not in (0, 1):
        return "centroids as wide as the vectors"
    offsets = np.asarray(segment.offsets)
    if offsets[0] != 0 or (np.diff(offsets) < 1).any() or offsets[-1] != len(segment.rows) != 0:
        return "offsets that rise from 0 to the number of words"
    if len(segment.weights) != len(segment.rows) or not (np.asarray(segment.weights) > 0).all():
        return "a weight above 0 for each word"
    if segment.rows.min() < 0 or segment.rows.max() >= len(segment.vectors):
        return "rows of the table of vectors"
    return None
