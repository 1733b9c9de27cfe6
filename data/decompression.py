"""Binary streams of plain, gzip, bzip2 and xz files, with a limit on their expansion."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from os import PathLike
from typing import IO, Any

from .remote_files import open_binary

FREE_BYTES = 64 * 2**20
MAX_RATIO = 100
"""A stream may expand to `FREE_BYTES`, and beyond that to `MAX_RATIO` times its compressed bytes. Text expands 2 to 20
times."""

XZ_MEMORY = 256 * 2**20  # bytes of the decoder; xz -9 needs 65 MiB
CHUNK = 64 * 2**10


def open_decompressed(source: str | PathLike | IO[bytes]) -> io.BufferedReader:
    """Opens a file or a binary stream for reading; gzip, bzip2 and xz are recognized by content.

    The stream is read as it arrives, so that a pipe works too. Reading raises `OSError` at damaged or incomplete
    compressed data, and at data that expands without end: beyond 64 MiB, to more than 100 times what was read of the
    compressed file.

    Args:
        source: A path, local or remote, or a binary stream, which is closed with the result.

    Returns:
        The decompressed stream.

    Example:

    >>> with open_decompressed(io.BytesIO(bz2.compress("北京".encode()))) as file:
    ...     print(file.read().decode())
    北京
    """
    file: Any = open_binary(source) if isinstance(source, str | PathLike) else source
    if not hasattr(file, "peek"):
        file = io.BufferedReader(file)
    try:
        head = file.peek(6)[:6]
    except OSError:
        file.close()
        raise
    counted: Any = _CountedReader(file)
    if head.startswith(b"\x1f\x8b"):
        return io.BufferedReader(_BoundedReader(gzip.GzipFile(fileobj=counted), counted, "gzip"), CHUNK)
    if head.startswith(b"BZh"):
        return io.BufferedReader(_BoundedReader(_Members(counted, bz2.BZ2Decompressor), counted, "bzip2"), CHUNK)
    if head == b"\xfd7zXZ\0":
        decoder = _Members(counted, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY))
        return io.BufferedReader(_BoundedReader(decoder, counted, "xz"), CHUNK)
    return file


class _CountedReader:
    """A binary file that counts the bytes read from it."""

    def __init__(self, file: Any):
        self.file, self.bytes = file, 0

    def read(self, size: int) -> bytes:
        data = self.file.read1(size)
        self.bytes += len(data)
        return data


class _Members:
    """Decompressed data of the bzip2 or xz streams that a file holds one after the other."""

    def __init__(self, file: _CountedReader, make_decoder: Callable[[], Any]):
        self.file, self.make_decoder, self.decoder = file, make_decoder, make_decoder()

    def read1(self, size: int) -> bytes:
        data = b""
        while not data:
            if self.decoder.eof:
                rest = self.decoder.unused_data.lstrip(b"\0")  # xz files may be padded
                while not rest:
                    rest = self.file.read(CHUNK)
                    if not rest:
                        return b""
                    rest = rest.lstrip(b"\0")
                self.decoder = self.make_decoder()
                data = self.decoder.decompress(rest, size)
                continue
            more = self.file.read(CHUNK) if self.decoder.needs_input else b""
            if self.decoder.needs_input and not more:
                raise EOFError("Compressed file ended before the end-of-stream marker was reached")
            data = self.decoder.decompress(more, size)
        return data


class _BoundedReader(io.RawIOBase):
    """Decompressed data; raises OSError if it is damaged or expands too much."""

    def __init__(self, decoder: Any, compressed: _CountedReader, kind: str):
        self.decoder, self.compressed, self.kind, self.bytes = decoder, compressed, kind, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self.decoder.read1(len(buffer))
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            raise OSError(f"damaged {self.kind} data: {error}") from None
        self.bytes += len(data)
        if self.bytes > FREE_BYTES + MAX_RATIO * self.compressed.bytes:
            raise OSError(
                f"{self.kind} data that expands more than {MAX_RATIO} times, to over {self.bytes >> 20} MiB; "
                "decompress the file first if it is right"
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self.compressed.file.close()
        super().close()
