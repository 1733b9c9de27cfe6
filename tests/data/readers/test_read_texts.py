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
        ('{"id": 3}', "expected a field 'text' with a string. Received: only 'id'"),
        ('{"id": true, "text": "a"}', "expected an id .* Received: true"),
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


def test_the_id_of_a_line_without_one_is_its_number():
    lines = ['{"text": "a"}', '{"id": "x", "text": "b"}', '{"id": null, "text": "c"}', '{"id": "", "text": "d"}']
    assert list(read_texts(stream(*lines))) == [(1, "a"), ("x", "b"), (3, "c"), (4, "d")]
    with pytest.raises(InvalidRecordError, match="line 2: expected an id, as another record has the number of this"):
        list(read_texts(stream('{"id": 2, "text": "a"}', '{"text": "b"}')))


@pytest.mark.parametrize("line", ['[{"id": "a", "text": "b"}]', "["])
def test_a_json_list_is_no_plain_text(line):
    assert list(read_texts(stream("[{ x } is a set]"))) == [(1, "[{ x } is a set]")]
    with pytest.raises(InvalidRecordError, match="line 1: expected plain text or a json object. Received: a json list"):
        list(read_texts(stream(line, '{"text": "c"}')))


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


def test_a_folder_is_its_files_in_order(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "1.jsonl").write_bytes(stream({"id": "x", "text": "三"}).getvalue())
    (tmp_path / "a.txt").write_text("一\n\n二\n", encoding="utf-8")
    (tmp_path / "b" / "2.txt.gz").write_bytes(gzip.compress("四\n".encode()))
    (tmp_path / "c.jsonl").write_text("{\n")
    (tmp_path / "other.bin").write_bytes(b"\0")
    records = read_texts(tmp_path, on_error="skip")
    assert list(records) == [("a.txt:1", "一"), ("a.txt:3", "二"), ("b/1.jsonl:x", "三"), ("b/2.txt.gz:1", "四")]
    assert [error.place for error in records.rejected] == [f"{tmp_path}/c.jsonl, line 1"]
    with pytest.raises(InvalidRecordError, match="c.jsonl, line 1"):
        list(read_texts(tmp_path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidRecordError, match="expected files ending in .*a folder without any"):
        list(read_texts(tmp_path / "empty"))


def test_suffixes_in_a_folder_count_in_capitals_and_before_those_of_compression(tmp_path):
    (tmp_path / "B.TXT").write_text("一\n", encoding="utf-8")
    (tmp_path / "c.JSONL.gz").write_bytes(gzip.compress(stream({"id": "x", "text": "二"}).getvalue()))
    for name in ("c.csv.gz", "backup.tar.gz"):
        (tmp_path / name).write_bytes(gzip.compress(b"\0"))
    assert list(read_texts(tmp_path)) == [("B.TXT:1", "一"), ("c.JSONL.gz:x", "二")]


def test_a_row_without_an_id_whose_number_is_taken(tmp_path):
    (tmp_path / "a.json").write_text('[{"id": 2, "text": "一"}, {"text": "二"}, {"text": "三"}]', encoding="utf-8")
    records = read_texts(tmp_path / "a.json", on_error="skip")
    assert list(records) == [(2, "一"), (3, "三")]
    (error,) = records.rejected
    assert str(error).endswith(
        "record 2: expected an id, as another record has the number of this one, 2. Received: none."
    )


def test_documents_of_other_programs_in_a_folder_are_named(tmp_path):
    for name in ("a.txt", "b.PDF", "c/d.docx", "e.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("北京是首都。", encoding="utf-8")
    with pytest.warns(UserWarning, match=r"2 files are not read \(\.docx 1, \.pdf 1\); convert them"):
        assert [text for _, text in read_texts(tmp_path)] == ["北京是首都。"]


def test_remote_files_and_folders():
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    fsspec.filesystem("memory").pipe({"/texts/a.txt": "一\n".encode(), "/texts/b/c.txt": "二\n".encode()})
    assert list(read_texts("memory://texts/a.txt")) == [(1, "一")]
    assert list(read_texts("memory://texts")) == [("a.txt:1", "一"), ("b/c.txt:1", "二")]
    for path in ("memory://texts/none.txt", "nothing://a.txt"):
        with pytest.raises(ValueError, match=f"^{path}: "):
            list(read_texts(path))


def test_parquet_has_texts_and_may_have_ids(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"id": ["a", None], "text": ["一", "二"]}), tmp_path / "a.parquet")
    assert list(read_texts(tmp_path / "a.parquet")) == [("a", "一"), (2, "二")]
    parquet.write_table(arrow.table({"text": ["一", None]}), tmp_path / "a.parquet")
    records = read_texts(tmp_path / "a.parquet", on_error="skip")
    assert list(records) == [(1, "一")] and records.rejected[0].place == f"{tmp_path / 'a.parquet'}, record 2"
