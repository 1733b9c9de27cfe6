"""Records of Parquet files, by pyarrow where it is installed."""

from collections.abc import Iterator
from os import PathLike
from typing import Any

from ..remote_files import open_binary
from .invalid_record_error import InvalidRecordError
from .text_file import file_suffix

_MAGIC = b"PAR1"
_ROWS = 256  # read at a time
_DECODED = 2**28  # bytes of a batch of decoded columns


def is_parquet(path: str | PathLike) -> bool:
    """Returns whether the name of a file says that it is Parquet."""
    return file_suffix(str(path)) == ".parquet"


def parquet_records(path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the rows of a Parquet file as objects, each with its place.

    Raises:
        InvalidRecordError: The file is no Parquet.
        ValueError: pyarrow is not installed.
    """
    try:
        from pyarrow import ArrowException, ArrowInvalid, parquet  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ValueError(f"{path}: Parquet needs pyarrow; run pip install pyarrow") from None
    number = 0
    with open_binary(path) as file:
        if file.read(4) != _MAGIC:
            raise InvalidRecordError(path, "a Parquet file", received="other content")
        try:
            for batch in parquet.ParquetFile(file).iter_batches(_ROWS):
                if batch.nbytes > _DECODED:
                    raise InvalidRecordError(path, f"rows of at most {_DECODED // _ROWS} bytes", received="more")
                for record in batch.to_pylist():
                    number += 1
                    yield f"{path}, record {number}", record
        except (ArrowException, ArrowInvalid, OSError) as error:
            raise InvalidRecordError(
                path, "a whole Parquet file", received=str(error).partition("\n")[0].rstrip(".")
            ) from None
