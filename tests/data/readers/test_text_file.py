"""Encodings, byte order marks, gzip and invalid characters of text files."""

import gzip
import io

import pytest

from textzoo.data import InvalidRecordError, open_text
from textzoo.data.readers.text_file import check_characters, check_decoded, guess_encoding

TEXT = "今天天气很好，我们去公园。\n第二行\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16", "utf-16-le"])
def test_a_named_encoding_is_read(tmp_path, encoding):
    text = "今天很好\n第二行\n"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    with open_text(tmp_path / "a.txt", encoding) as file:
        assert list(file) == ["今天很好\n", "第二行\n"]


def test_byte_order_mark_crlf_and_gzip_need_no_name(tmp_path):
    (tmp_path / "a").write_bytes(gzip.compress(TEXT.replace("\n", "\r\n").encode("utf-8-sig")))
    with open_text(tmp_path / "a") as file:
        assert file.read() == TEXT
    with open_text(io.BytesIO(TEXT.encode())) as file:
        assert file.read() == TEXT


@pytest.mark.parametrize(
    "data, guess",
    [
        (TEXT.encode("gbk"), "gb18030"),
        ("今天天氣很好，我們去公園。".encode("big5"), "big5"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        ("plain English".encode("utf-16-le"), "utf-16-le"),
        ("plain English".encode("utf-16-be"), "utf-16-be"),
        ("un café noir".encode("latin-1"), "cp1252"),
        (TEXT.encode(), "utf-8"),
        (b"\x81\xff\x81", None),
    ],
)
def test_the_guess(data, guess):
    assert guess_encoding(data) == guess


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_utf_16_is_refused_before_a_line_is_read(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes("some plain English".encode(encoding))
    with pytest.raises(InvalidRecordError, match=f"a.txt: expected text in UTF-8.*pass --encoding {encoding}"):
        open_text(tmp_path / "a.txt")


def test_undecoded_bytes_are_named_with_a_guess(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT.encode("gbk"))
    with (
        open_text(tmp_path / "a.txt") as file,
        pytest.raises(InvalidRecordError, match="GB18030: pass --encoding gb18030"),
    ):
        check_decoded(file.readline(), "a.txt, line 1")
    check_decoded(TEXT, "here")


def test_characters_no_text_may_hold():
    with pytest.raises(InvalidRecordError, match=r"here: expected .* lone surrogate U\+D83D"):
        check_characters("a\ud83d", "here")
    with pytest.raises(InvalidRecordError, match="a NUL character at position 1"):
        check_characters("a\0", "here")
    check_characters("a😀\u2028", "here")


@pytest.mark.parametrize("damage", [lambda packed: packed[:14], lambda packed: packed[:12] + b"\xff" * 20])
def test_a_damaged_gzip_file_is_named(tmp_path, damage):
    (tmp_path / "a.gz").write_bytes(damage(gzip.compress(TEXT.encode() * 100)))
    with pytest.raises(InvalidRecordError, match="a.gz: expected a whole file"):
        open_text(tmp_path / "a.gz")


def test_an_unknown_encoding_is_named(tmp_path):
    with pytest.raises(ValueError, match="Received: 'klingon'"):
        open_text(tmp_path / "a.txt", "klingon")
