"""Word vectors from word2vec and GloVe files."""

import gzip

import numpy as np
import pytest

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


@pytest.mark.parametrize("is_gzip", [False, True])
@pytest.mark.parametrize(
    "name", ["word2vec text", "glove", "trailing blank", "crlf", "binary", "binary without newlines"]
)
def test_every_format(tmp_path, vectors, name, is_gzip):
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
    file.write_bytes(gzip.compress(content) if is_gzip else content)
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
        (b"0 3\n", "line 1: expected numbers above 0"),
        (b"2 2\na 1 2\nb 1\n", "line 3: expected a word and 2 numbers. Received: 'b 1'"),
        (b"2 2\na 1 x\nb 1 2\n", "line 2: expected a word and 2 numbers"),
        (b"3 2\na 1 2\nb 1 2\n", "expected 3 words, as line 1 says. Received: 2"),
        (b"a 1 2\nb 1 2 3\nc 1\n", "line 3: expected a word and 2 numbers"),
        (b"1 2\na 1 nan\n", "NaN or infinity in the vector of 'a'"),
        (b"2 2\na \x00\x00\x80\x3f\x00\x00\x80\x3f\nb \x00\x00", "Received: 1 before the end of the file"),
        (gzip.compress(b"99 2\n" + b"a 1 2\n" * 99, mtime=0)[:-12], "the gzip file is incomplete"),
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
