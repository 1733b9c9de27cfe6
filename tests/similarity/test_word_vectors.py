"""Word vectors from word2vec and GloVe files."""

import bz2
import gzip
import lzma
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.similarity import WordVectors

WORDS = ["北", "New York", "the", "é"]


@pytest.fixture
def vectors():
    return WordVectors(WORDS, np.random.default_rng(0).normal(size=(4, 3)))


def text_file(vectors, head=True):
    lines = [f"{word} " + " ".join(map(repr, row.tolist())) for word, row in zip(WORDS, vectors.vectors, strict=True)]
    return "\n".join([f"{len(vectors)} {vectors.width}"] * head + lines).encode() + b"\n"


def binary_file(vectors, separator=b"\n"):
    rows = zip(WORDS, vectors.vectors, strict=True)
    return b"4 3\n" + b"".join(word.encode() + b" " + row.astype("<f4").tobytes() + separator for word, row in rows)


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize(
    "name", ["word2vec text", "glove", "trailing blank", "crlf", "binary", "binary without newlines"]
)
def test_every_format(tmp_path, vectors, name, compress):
    content = {
        "word2vec text": text_file(vectors),
        "glove": text_file(vectors, head=False),
        "trailing blank": text_file(vectors).replace(b"\n", b" \n").replace(b"3 \n", b"3\n", 1),
        "crlf": text_file(vectors).replace(b"\n", b"\r\n"),
        "binary": binary_file(vectors),
        "binary without newlines": binary_file(vectors, b""),
    }[name]
    if name.startswith("binary"):  # the binary format allows no space in a word
        content = content.replace(b"New York", b"New_York")
    file = tmp_path / "v"
    file.write_bytes(compress(content))
    read = WordVectors.load(file)
    assert [word.replace("_", " ") for word in read.words] == WORDS
    np.testing.assert_array_equal(read.vectors, vectors.vectors)


def test_reads_files_of_gensim(tmp_path, vectors):
    gensim = pytest.importorskip("gensim", reason="gensim is not installed")
    keyed = gensim.models.KeyedVectors(3)
    keyed.add_vectors(["a", "b_c"], vectors.vectors[:2])
    for binary in (False, True):
        keyed.save_word2vec_format(str(tmp_path / "v"), binary=binary)
        read = WordVectors.load(tmp_path / "v")
        assert read.words == ["a", "b_c"]
        np.testing.assert_allclose(read.vectors, vectors.vectors[:2], rtol=1e-6)


def test_of_repeated_words_the_first_counts(tmp_path):
    (tmp_path / "v").write_text("3 2\na 1 2\nb 3 4\na 5 6\n")
    read = WordVectors.load(tmp_path / "v")
    assert read.words == ["a", "b"] and read["a"].tolist() == [1, 2]


def test_name_depends_on_words_and_vectors(vectors):
    assert vectors.name == WordVectors(WORDS, vectors.vectors).name
    assert (
        vectors.name != WordVectors(WORDS, vectors.vectors + 1).name != WordVectors(WORDS[::-1], vectors.vectors).name
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: expected the number of words"),
        (b"hello\n", "line 1: expected the number of words"),
        (b"\xff\xfe" * 50, "line 1: expected the number of words"),
        (b"1" * 4000 + b" 3\na 1 2 3\n", "line 1: expected the number of words"),
        (b"2 " + b"3" * 4000 + b"\na 1 2 3\n", "line 1: expected the number of words"),
        (b"2 99999999\na 1 2 3\n", "line 1: expected numbers above 0, the second at most 65536"),
        (b"999999999999 2\na 1 2\n", "expected 999999999999 words, as line 1 says. Received: 1"),
        (b"999999999999 300\n" + b"a " + bytes(1200) + b"b ", "Received: 1 before the end of the file"),
        (b"1 2\na " + bytes(8) + b"\nb " + bytes(8), "expected 1 words, as line 1 says. Received: more"),
        (b"1 2\n" + bytes(9000) + b" " + bytes(8), "expected a word after 0 words"),
        (b"2 2\na 1 " + b"2" * 9000 + b"\n", "line 2: expected a word and 2 numbers"),
        (b"2 2\n", "expected 2 words, as line 1 says. Received: 0"),
        (b"0 3\n", "line 1: expected numbers above 0"),
        (b"2 2\na 1 2\nb 1\n", "line 3: expected a word and 2 numbers. Received: 'b 1'"),
        (b"2 2\na 1 x\nb 1 2\n", "line 2: expected a word and 2 numbers"),
        (b"3 2\na 1 2\nb 1 2\n", "expected 3 words, as line 1 says. Received: 2"),
        (b"a 1 2\nb 1 2 3\nc 1\n", "line 3: expected a word and 2 numbers"),
        (b"2 2\n" + "北京 1 2\n上海 1 2\n".encode("gbk"), "expected words in UTF-8; convert the file"),
        (b"1 2\na 1 nan\n", "NaN or infinity in the vector of 'a'"),
        (b"2 2\na \x00\x00\x80\x3f\x00\x00\x80\x3f\nb \x00\x00", "Received: 1 before the end of the file"),
        (gzip.compress(b"99 2\n" + b"a 1 2\n" * 99, mtime=0)[:-12], "damaged gzip data"),
    ],
)
def test_bad_files(tmp_path, content, message):
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        WordVectors.load(tmp_path / "v")


def test_bad_arrays():
    for words, vectors, message in [(["a"], [[1.0], [2.0]], "shape"), (["a", "a"], [[1.0], [2.0]], "'a' twice")]:
        with pytest.raises(ValueError, match=message):
            WordVectors(words, vectors)


def test_text_whose_first_words_are_no_utf_8(tmp_path):
    words = [b"\xa5\xe5\x01", b"\xe5\xa5", "好".encode("gbk"), *(f"w{i}".encode() for i in range(201))]
    rows = np.random.default_rng(0).normal(size=(204, 100)).astype("float32")
    lines = [word + b" " + " ".join(map(repr, row.tolist())).encode() for word, row in zip(words, rows, strict=True)]
    (tmp_path / "v").write_bytes(b"204 100\n" + b"\n".join(lines))
    read = WordVectors.load(tmp_path / "v")
    assert read.words[3:] == [f"w{i}" for i in range(201)]
    np.testing.assert_array_equal(read.vectors, rows)


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from([b"2 2\n", b"9 300\n", b"a 1 2\n", b"b -1e9 .5\n", b" ", b"\n", b"BZh9", b"\x1f\x8b", b"nan"])
        | st.binary(max_size=9),
        max_size=9,
    ).map(b"".join)
)
def test_any_bytes_are_vectors_or_a_value_error(content):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "v")
        file.write_bytes(content)
        try:
            vectors = WordVectors.load(file)
        except ValueError as error:
            assert str(file) in str(error) and "\n" not in str(error)
        else:
            assert vectors.vectors.size <= len(content)
