"""Reading and writing of an index: index.json, and a folder of files for each segment."""

import contextlib
import math
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..data.files import name_os_error, sha256_file
from ..data.readers.record_fields import parse_json
from ..data.writer_lock import is_free_folder
from .index_listing import LISTING, SEGMENT_FILES, json_line, read_listing, segment_folder, write_listing
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
        if len(self._bytes) and self._bytes[-1] != ord("\n"):
            self._ends = np.append(self._ends, len(self._bytes))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number):
        start = self._ends[number - 1] + 1 if number else 0
        line = self._bytes[start : self._ends[number]].tobytes()
        try:
            text = line.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise ValueError(f"{self.place(number)}: expected JSON. Received: {error}.") from None
        return parse_json(text, self.place(number), expected="JSON")

    def place(self, number: int) -> str:
        """Returns the file and line of a text."""
        return f"{self.path}, line {number + 1}"


def is_new_index_folder(path: str | os.PathLike) -> bool:
    """Returns whether a path can become an index: it is free, or holds the remains of a first write that was killed."""
    return is_free_folder(path, remains=(segment_folder(path, 0).name, f"{LISTING}.part"))


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
    if is_new_index_folder(folder):
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
        for name, requirement, is_met in _requirements(segments[-1], num_rows=num_rows, num_texts=entry["texts"]):
            if not is_met:
                raise ValueError(f"{path / name}: the index is damaged, build it again; expected {requirement}.")
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
    """Writes the files of a segment and returns its entry in index.json. Remains of a killed writer are removed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    path.mkdir()
    arrays = {"vectors": segment.vectors, **segment.words._asdict()}
    for name, dtype in ARRAY_TYPES.items():
        _write_array(path / f"{name}.npy", np.ascontiguousarray(arrays[name], dtype))
    with name_os_error(path / "texts.jsonl"), open(path / "texts.jsonl", "wb") as file:
        for number, text in enumerate(segment.texts):
            file.write((json_line(text, f"texts[{number}]") + "\n").encode("utf-8", "surrogatepass"))
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


def _requirements(segment: Segment, *, num_rows: int, num_texts: int) -> Iterator[tuple[str, str, Any]]:
    """Yields the requirements of a segment: the file, the requirement in words, and whether it is met.

    Each relies on those before.
    """
    rows, weights, offsets = segment.words
    yield "texts.jsonl", f"{num_texts} texts, not {len(segment.texts)}", len(segment.texts) == num_texts
    is_ascending = (offsets[1:] > offsets[:-1]).all()
    is_whole = offsets[0] == 0 and offsets[-1] == len(rows)
    yield "offsets.npy", "offsets that rise from 0 to the number of words", is_ascending and is_whole
    yield "rows.npy", "rows of the table of vectors", rows.min() >= 0 and rows.max() < num_rows
    is_positive = ((weights > 0) & (weights <= 1 + WEIGHT_TOLERANCE)).all()
    sums_to_one = is_positive and np.abs(np.add.reduceat(weights, offsets[:-1]) - 1).max() <= WEIGHT_TOLERANCE
    yield "weights.npy", "weights above 0 that sum to 1 in each text", sums_to_one
    starts = range(0, len(segment.vectors), BLOCK_SIZE)
    is_finite = all(np.abs(segment.vectors[start : start + BLOCK_SIZE]).max() <= MAX_MAGNITUDE for start in starts)
    yield "vectors.npy", f"finite vectors of numbers up to {MAX_MAGNITUDE:g}", is_finite
