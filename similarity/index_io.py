"""An index on disk: index.json, and a folder of .npy files for each part."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from .index_segment import Segment

FORMAT = 1
DTYPES = {"vectors": "float32", "rows": "int32", "weights": "float64", "offsets": "int64", "centroids": "float32"}
SETTINGS = {"cost": str, "weighting": str, "model": str | None, "details": dict, "segments": list}


def save_index(index, segments: list[Segment], folder, details: dict) -> list[Segment]:
    """Writes what is not there yet, index.json last, and returns the segments read back from the folder."""
    folder = Path(folder)
    listing = folder / "index.json"
    if folder.exists() and any(folder.iterdir()) and not listing.exists():
        raise ValueError(f"{folder}: expected an empty folder or an index. Received: a folder with other files.")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"segment-{number:05d}" for number in range(len(segments))]
    there = [path for path, segment in zip(paths, segments, strict=True) if _stands_in(segment, path)]
    if listing.exists() and set(read_listing(folder)["segments"]) - {path.name for path in there}:
        raise ValueError(f"{folder}: expected an empty folder or this index's own. Received: another index.")
    names, kept = [], []
    for path, segment in zip(paths, segments, strict=True):
        if path not in there:
            _write_segment(path, segment)
            segment = _read_segment(path)
        names.append(path.name)
        kept.append(segment)
    content = {
        "format": FORMAT,
        "cost": index.cost,
        "weighting": index.weighting,
        "model": index.model,
        "details": details,
        "segments": names,
    }
    part = folder / "index.json.part"
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(part, listing)
    return kept


def load_index(folder) -> tuple[dict[str, Any], list[Segment]]:
    """The settings in index.json and the segments, checked."""
    settings = read_listing(folder)
    segments = [_read_segment(Path(folder) / name) for name in settings["segments"]]
    if len({(segment.vectors.shape[1], segment.centroids.shape[1]) for segment in segments}) > 1:
        raise ValueError(f"{folder}: expected one width. Received: a damaged index, with several.")
    return settings, segments


def read_listing(folder) -> dict[str, Any]:
    """What index.json says: cost, weighting, model, details, segments."""
    listing = Path(folder) / "index.json"
    try:
        settings = json.loads(listing.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{folder}: expected an index, with index.json. Received: none.") from None
    except ValueError as error:
        raise ValueError(f"{listing}: expected json. Received: {error}.") from None
    if not isinstance(settings, dict) or settings.get("format") != FORMAT:
        raise ValueError(f"{listing}: expected an index of format {FORMAT}. Received: another file.")
    for name, kind in SETTINGS.items():
        if not isinstance(settings.get(name), kind):
            raise ValueError(f"{listing}: expected a {name!r}. Received: {settings.get(name)!r}.")
    return settings


def _stands_in(segment: Segment, path: Path) -> bool:
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
            raise ValueError(f"{file}: expected an array of the index. Received: no such file.") from None
        except (ValueError, EOFError, OSError) as error:
            raise ValueError(f"{file}: expected a .npy file. Received: a damaged one ({error}).") from None
        if arrays[name].dtype != dtype:
            raise ValueError(f"{file}: expected {dtype}. Received: a damaged index, with {arrays[name].dtype}.")
    try:
        texts = json.loads((path / "texts.json").read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ValueError(f"{path / 'texts.json'}: expected a list of texts. Received: {error}.") from None
    segment = Segment(**arrays, texts=texts)
    if problem := _problem(segment):
        raise ValueError(f"{path}: expected {problem}. Received: a damaged index, without.")
    return segment


def _problem(segment: Segment) -> str | None:
    """What a segment lacks, None for a whole one."""
    ranks = {"vectors": 2, "rows": 1, "weights": 1, "offsets": 1, "centroids": 2}
    if any(getattr(segment, name).ndim != rank for name, rank in ranks.items()) or not len(segment.offsets):
        return f"arrays of ranks {ranks}"
    if not isinstance(segment.texts, list) or not len(segment) == len(segment.centroids) == len(segment.texts):
        return "as many centroids and texts as offsets say"
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
