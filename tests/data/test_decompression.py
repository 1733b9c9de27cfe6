"""Compressed streams: every format, several members, damage, and expansion without end."""

import bz2
import gzip
import io
import lzma
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import decompression
from textzoo.data.decompression import FREE_BYTES, MAX_RATIO, open_decompressed

COMPRESS = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "plain": bytes}
TEXT = "今天天气很好。\n".encode() * 5000


@pytest.mark.parametrize("kind", COMPRESS)
@settings(max_examples=20)
@given(parts=st.lists(st.binary(max_size=300).map(lambda part: b"text " + part * 50), min_size=1, max_size=3))
def test_members_of_a_file_follow_each_other(kind, parts):
    packed = b"".join(map(COMPRESS[kind], parts))
    with open_decompressed(io.BytesIO(packed)) as file:
        assert file.read() == b"".join(parts)


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz"])
def test_damage_is_an_os_error(kind):
    packed = COMPRESS[kind](TEXT)
    for content in (packed[:-4], packed[:20], packed[:15] + b"\xff" * 20 + packed[35:], packed + b"more"):
        with open_decompressed(io.BytesIO(content)) as file, pytest.raises(OSError, match=f"damaged {kind} data"):
            file.read()


def test_padding_between_xz_streams():
    with open_decompressed(io.BytesIO(lzma.compress(b"a") + b"\0" * 8 + lzma.compress(b"b") + b"\0" * 4)) as file:
        assert file.read() == b"ab"


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz"])
def test_expansion_without_end_is_refused_and_text_is_not(kind, monkeypatch):
    monkeypatch.setattr(decompression, "FREE_BYTES", 2**16)
    bomb = COMPRESS[kind](bytes(2**23))
    total = 0
    with open_decompressed(io.BytesIO(bomb)) as file, pytest.raises(OSError, match=f"{kind} data that expands more"):
        while piece := file.read1(2**12):
            total += len(piece)
    assert total <= 2**16 + MAX_RATIO * len(bomb)


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz"])
def test_a_small_file_may_repeat_itself(kind):
    content = b"text\t\n" * 2**17
    packed = COMPRESS[kind](content)
    assert len(content) > MAX_RATIO * len(packed) and len(content) < FREE_BYTES
    with open_decompressed(io.BytesIO(packed)) as file:
        assert file.read() == content


def test_an_xz_file_that_wants_gigabytes_of_memory_is_refused():
    packed = bytearray(lzma.compress(TEXT))
    assert packed[14:16] == b"\x21\x01"  # the filter LZMA2 with one byte, the size of its dictionary
    packed[16] = 37  # 1536 MiB
    packed[20:24] = zlib.crc32(packed[12:20]).to_bytes(4, "little")
    with open_decompressed(io.BytesIO(bytes(packed))) as file, pytest.raises(OSError, match="Memory usage limit"):
        file.read()


def test_a_pipe_is_read_as_it_arrives():
    class Pipe(io.RawIOBase):
        def __init__(self, data):
            self.data, self.given = data, 0

        def readable(self):
            return True

        def readinto(self, buffer):
            self.given += 1
            piece, self.data = self.data[:100], self.data[100:]
            buffer[: len(piece)] = piece
            return len(piece)

    pipe = Pipe(gzip.compress(bytes(range(256)) * 4000, compresslevel=0))
    assert open_decompressed(pipe).read(50) == bytes(range(50)) and pipe.given < 1100
