"""Reading and writing of an index: index.json, and a folder of files for each segment."""

import contextlib
import json
import math
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..data.files import name_os_error, sha256_file
from ..data.writer_lock import is_free_folder
from .index_listing import LISTING, SEGMENT_FILES, read_listing, segment_folder, write_listing
from .index_segment import MAX_MAGNITUDE, Segment, TextWords

ARRAY_TYPES = {"vectors": "<f4", "rows": "<i4", "weights": "<f8", "offsets": "<i8"}
NPY_MAGIC = b"\x93NUMPY\x01\x00"
WEIGHT_TOLERANCE = 1e-9
BLOCK_SIZE = 2**14


class TextLines(Sequence):
    """Texts of a segment in a file of one JSON value per line, each read when it is asked for.

    Args:
        path: The file.

    Raises:
        ValueError: A line is not JSON.
    """

    def __init__(self, path: Path):
        self.path = path
        self._bytes = np.memmap(path, "uint8", "r") if path.stat().st_size else np.empty(0, "uint8")
        self._ends = np.flatnonzero(self._bytes == ord("\n"))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number):
        start = self._ends[number - 1] + 1 if number else 0
        line = self._bytes[start : self._ends[number]].tobytes()
        try:
            return json.loads(line.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            raise ValueError(f"{self.path}, line {number + 1}: expected JSON; build the index again.") from None


def save_index(folder, *, settings: dict[str, Any], segments: list[Segment], saved: list[dict]) -> list[dict]:
    """Writes the segments that the folder does not hold yet, then index.json.

    A segment's files never change once index.json lists them. A reader therefore sees the old or the new index. After
    an error the folder holds the old one and nothing else.

    Args:
        folder: A new or empty folder, or a folder that holds exactly the segments `saved`. The caller holds its lock.
        settings: The settings in index.json.
        segments: The index's segments.
        saved: The entries in index.json of the first segments, as `load_index` or `save_index` returned them.

    Returns:
        The entries of all segments.

    Raises:
        ValueError: The folder holds other files or another index.
        OSError: A file cannot be written. The error names it, also on a full disk.
    """
    folder = Path(folder)
    if is_free_folder(folder):
        entries = []
    elif not (folder / LISTING).exists():
        raise ValueError(f"{folder}: expected an empty folder or an index. Received: a folder with other files.")
    else:
        listing = read_listing(folder)
        same = ("cost", "weighting", "pooling", "model", "segments")
        if any(listing[name] != (settings | {"segments": saved})[name] for name in same):
            raise ValueError(
                f"{folder}: expected an empty folder or this index as it was loaded. Received: another index, or this "
                "one with texts added since; load it again or choose another folder."
            )
        entries = list(saved)
    with _unlisted_removed(folder, range(len(entries), len(segments))):
        for number in range(len(entries), len(segments)):
            entries.append(_write_segment(segment_folder(folder, number), segments[number]))
        write_listing(folder, settings | {"segments": entries})
    return entries


def load_index(folder) -> tuple[dict[str, Any], list[Segment]]:
    """Opens and checks an index.

    Args:
        folder: The folder of the index.

    Returns:
        The content of index.json, and the segments, memory-mapped.

    Raises:
        ValueError: The folder is not an index, or the index is damaged.
    """
    listing = read_listing(folder)
    segments, num_rows = [], 0
    for number, entry in enumerate(listing["segments"]):
        num_rows += entry["vectors"]
        path = segment_folder(folder, number)
        segments.append(open_segment(path, entry, width=listing["width"], check=True))
        if violated := _violated_requirement(segments[-1], num_rows=num_rows, num_texts=entry["texts"]):
            raise ValueError(f"{path}: the index is damaged, build it again; expected {violated}.")
    return listing, segments


def open_segment(path: Path, entry: dict[str, Any], *, width: int, check: bool) -> Segment:
    """Opens the files of a segment.

    Args:
        path: The folder of the segment.
        entry: Its entry in index.json.
        width: Width of the vectors.
        check: Whether to compare the checksums.

    Raises:
        ValueError: A file is missing or damaged.
    """
    if check:
        for name in SEGMENT_FILES:
            file = path / name
            if not file.is_file():
                raise ValueError(f"{file} is missing; the index is damaged, build it again.")
            if sha256_file(file) != entry["sha256"][name]:
                raise ValueError(f"{file}: the file is damaged, its checksum differs; build the index again.")
    words = entry["words"]
    shapes = {"vectors": (entry["vectors"], width), "rows": (words,), "weights": (words,)}
    shapes["offsets"] = (entry["texts"] + 1,)
    arrays = {
        name: _open_array(path / f"{name}.npy", dtype=ARRAY_TYPES[name], shape=shape) for name, shape in shapes.items()
    }
    return Segment(vectors=arrays.pop("vectors"), words=TextWords(**arrays), texts=TextLines(path / "texts.jsonl"))


@contextlib.contextmanager
def _unlisted_removed(folder: Path, numbers: range) -> Iterator[None]:
    """Removes segments after an error, unless index.json lists them by then."""
    try:
        yield
    except BaseException:
        listed = len(read_listing(folder)["segments"]) if (folder / LISTING).exists() else 0
        for number in numbers[max(listed - numbers.start, 0) :]:
            shutil.rmtree(segment_folder(folder, number), ignore_errors=True)
        raise


def _write_segment(path: Path, segment: Segment) -> dict[str, Any]:
    """Writes the files of a segment and returns its entry in index.json."""
    path.mkdir(exist_ok=True)
    arrays = {"vectors": segment.vectors, **segment.words._asdict()}
    for name, dtype in ARRAY_TYPES.items():
        _write_array(path / f"{name}.npy", np.ascontiguousarray(arrays[name], dtype))
    with name_os_error(path / "texts.jsonl"), open(path / "texts.jsonl", "wb") as file:
        for text in segment.texts:
            file.write((json.dumps(text, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass"))
    return {
        "texts": len(segment),
        "words": len(segment.words.rows),
        "vectors": len(segment.vectors),
        "sha256": {name: sha256_file(path / name) for name in SEGMENT_FILES},
    }


def _write_array(path: Path, array: np.ndarray) -> None:
    """Writes a .npy file. The error of `np.save` on a full disk has no number."""
    with name_os_error(path), open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(array.data)


def _open_array(path: Path, *, dtype: str, shape: tuple[int, ...]) -> np.memmap:
    """Maps a .npy file of a known type and shape. Its header is compared, never evaluated."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    with open(path, "rb") as file:
        start = file.read(len(NPY_MAGIC) + 2)
        length = int.from_bytes(start[len(NPY_MAGIC) :], "little")
        found = file.read(length).decode("latin1").rstrip()
        size = os.fstat(file.fileno()).st_size
    if not start.startswith(NPY_MAGIC) or found != header:
        raise ValueError(f"{path}: expected a .npy file of {dtype} and shape {shape}; build the index again.")
    offset = len(start) + length
    if size != offset + math.prod(shape) * np.dtype(dtype).itemsize:
        raise ValueError(f"{path}: not a complete .npy file of shape {shape}; build the index again.")
    return np.memmap(path, dtype, "r", offset=offset, shape=shape)


def _violated_requirement(segment: Segment, *, num_rows: int, num_texts: int) -> str | None:
    """Returns the first requirement that a segment violates, None for a valid one."""
    rows, weights, offsets = segment.words
    if len(segment.texts) != num_texts:
        return f"{num_texts} texts, not {len(segment.texts)}"
    if offsets[0] != 0 or (np.diff(offsets) < 1).any() or offsets[-1] != len(rows):
        return "offsets that rise from 0 to the number of words"
    if rows.min() < 0 or rows.max() >= num_rows:
        return "rows of the table of vectors"
    if not (weights > 0).all() or np.abs(np.add.reduceat(weights, offsets[:-1]) - 1).max() > WEIGHT_TOLERANCE:
        return "weights above 0 that sum to 1 in each text"
    for start in range(0, len(segment.vectors), BLOCK_SIZE):
        if not np.abs(segment.vectors[start : start + BLOCK_SIZE]).max() <= MAX_MAGNITUDE:
            return f"finite vectors of numbers up to {MAX_MAGNITUDE:g}"
    return None
