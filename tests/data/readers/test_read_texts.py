"""Passages from plain text and jsonl, and invalid lines."""

import gzip
import io
import json
import pickle

import pytest

from textzoo.data import InvalidRecordError, read_texts


def stream(*lines):
    return io.BytesIO("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode())


def test_plain_text_is_one_passage_a_line(tmp_path):
    (tmp_path / "a.txt").write_bytes("今天很好。\r\n\r\n  The second.\r\n".encode("utf-8-sig"))
    assert list(read_texts(tmp_path / "a.txt")) == [(1, "今天很好。"), (3, "  The second.")]


def test_jsonl_keeps_ids_and_texts(tmp_path):
    records = [{"id": "a", "text": " 北京 \n"}, {"id": 7, "text": "二", "more": 1}]
    (tmp_path / "a.data").write_bytes(gzip.compress(stream(*records).getvalue()))
    assert list(read_texts(tmp_path / "a.data")) == [("a", " 北京 \n"), (7, "二")]


def test_the_name_decides_before_the_first_line(tmp_path):
    (tmp_path / "a.txt").write_text("{not json}", encoding="utf-8")
    assert list(read_texts(tmp_path / "a.txt")) == [(1, "{not json}")]
    (tmp_path / "a.jsonl").write_text("not json", encoding="utf-8")
    with pytest.raises(InvalidRecordError, match="a.jsonl, line 1: expected a json object"):
        list(read_texts(tmp_path / "a.jsonl"))


def test_records_come_as_they_are_read():
    class Slow(io.RawIOBase):
        def __init__(self):
            self.given = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            self.given += 1
            line = f"passage {self.given}\n".encode()
            buffer[: len(line)] = line
            return len(line) if self.given < 50 else 0

    source = Slow()
    assert next(read_texts(source)) == (1, "passage 1")
    assert source.given < 50


@pytest.mark.parametrize(
    "line, message",
    [
        ('{"id": 3, "te', "expected a json object"),
        ("[1]", "expected a json object"),
        ("9" * 5000, "expected a json object"),
        ('{"text": "a"}', "expected an id .* Received: none"),
        ('{"id": 3}', "expected a field 'text' with a string. Received: only 'id'"),
        ('{"id": null, "text": "a"}', "expected an id that is a string or a whole number. Received: none"),
        ('{"id": true, "text": "a"}', "expected an id .* Received: true"),
        ('{"id": "", "text": "a"}', "expected an id .* Received: an empty one"),
        ('{"id": 1, "text": "a"}', "expected a unique id. Received: '1', which line 1 has already"),
        ('{"id": "1", "text": "a"}', "expected a unique id"),
        ('{"id": 3, "text": 5}', "expected a field 'text' with a string. Received: number 5"),
        ('{"id": 3, "text": "  "}', "expected a text. Received: an empty one"),
        (r'{"id": 3, "text": "a\ud800"}', r"the lone surrogate U\+D800"),
        (r'{"id": "\udfff", "text": "a"}', r"the lone surrogate U\+DFFF"),
        (r'{"id": 3, "text": "a\u0000"}', "a NUL character at position 1"),
        (b'{"id": 3, "text": "\xbd\xf1\xcc\xec"}', "looks like GB18030: pass --encoding gb18030"),
    ],
)
def test_a_bad_line_is_named_and_can_be_skipped(line, message):
    line = line if isinstance(line, bytes) else line.encode()
    content = b'{"id": 1, "text": "first"}\n' + line + b'\n{"id": 2, "text": "last"}'
    with pytest.raises(InvalidRecordError, match=f"^input, line 2: .*{message}"):
        list(read_texts(io.BytesIO(content)))
    records = read_texts(io.BytesIO(content), on_error="skip")
    assert list(records) == [(1, "first"), (2, "last")]
    assert [error.place for error in records.rejected] == ["input, line 2"]


def test_plain_text_with_bad_characters():
    with pytest.raises(InvalidRecordError, match="line 2: .* NUL"):
        list(read_texts(stream("a", "b\0")))


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_a_file_without_text_is_no_input(content):
    with pytest.raises(InvalidRecordError, match="input: expected one passage per line. Received: no text at all"):
        list(read_texts(io.BytesIO(content), on_error="skip"))


def test_a_truncated_gzip_file_and_a_wrong_encoding_name_the_place():
    packed = gzip.compress("".join(f"passage {i}\n" for i in range(9)).encode())
    with pytest.raises(InvalidRecordError, match="expected a whole file"):
        list(read_texts(io.BytesIO(packed[:-9])))
    with pytest.raises(InvalidRecordError, match="line 1 or later: expected text in utf-16"):
        list(read_texts(io.BytesIO(b"abc\xff"), encoding="utf-16"))


def test_on_error_is_one_of_two():
    with pytest.raises(ValueError, match="'raise' or 'skip'. Received: 'ignore'"):
        read_texts(stream("a"), on_error="ignore")


def test_the_error_survives_a_process_border():
    error = InvalidRecordError("a, line 1", "b", received="c")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "a, line 1: expected b. Received: c."
