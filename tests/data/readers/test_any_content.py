"""Properties of every reader: whatever a file holds, only ValueError and OSError escape, and strings stay whole."""

import copy
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textzoo.data import InvalidRecordError, read_corpus, read_multilabel, read_qa, read_texts, read_titles
from textzoo.data.text.word_segmentation import use_user_dictionary

READERS = {
    "qa": read_qa,
    "texts": lambda *args, **options: list(read_texts(*args, **options)),
    "corpus": read_corpus,
    "titles": read_titles,
    "multilabel": read_multilabel,
}
TEXT = "passage alpha"  # no value below equals a part of it
SAMPLES = {
    "qa": [
        {"data": [{"paragraphs": [{"context": TEXT, "qas": [{"question": "q1", "answers": [{"text": "alpha"}]}]}]}]},
        {"question": "q1", "id": "i1", "passages": [{"passage": TEXT, "answer": "alpha"}]},
        {"context": TEXT, "question": "q1", "answers": {"text": ["alpha"], "answer_start": [8]}},
        {"passage": TEXT, "question": "q1", "answers": ["alpha", "beta"]},
        {"passage": TEXT, "question": "q1", "answer": "alpha", "start": 8, "id": 5},
    ],
    "texts": [{"id": "i1", "text": TEXT}],
    "corpus": [{"text": TEXT}],
    "titles": [{"title": "title", "text": TEXT, "id": 3}],
    "multilabel": [{"text": TEXT, "labels": ["joy", "fear"]}],
}
VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, -1, 7, 2**70, 0.5, float("nan"), "", "word", "a\ud800", "\0"]),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "answer_start", "data", "qas", "id"]), children, max_size=3)
    ),
    max_leaves=6,
)
PIECES = st.sampled_from(
    [b"\n", b"\r", b"\t", b" ", b"{", b"}", b"[", b"]", b'"', b"\\u", b"\xff", b"\xfe", b"\x00", b"\x1f\x8b", b"BZh9"]
    + [
        b"\xfd7zXZ\0",
        b"\xef\xbb\xbf",
        b'{"text": "a"}',
        b'{"passage":',
        b"a\tb",
        b"text,",
        b"question\t",
        b"<doc>",
        "好".encode(),
        "好".encode("gbk"),
    ]
)
SMALL = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def nodes(value, path=()):
    """Yields the path of every node of a json value."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from nodes(value[key], (*path, key))


def replaced(value, path, new):
    """Returns a copy of a json value with another node at a path."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = new
    return changed


def strings(value):
    """Yields all strings in an example or a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in strings(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in strings(item))
    elif hasattr(value, "__slots__"):
        yield from (text for name in value.__slots__ for text in strings(getattr(value, name)))


def read(name, path, **options):
    """Returns what a reader reads; an empty list where it refuses the file in one line."""
    try:
        return list(READERS[name](path, **options))
    except (ValueError, OSError) as error:
        assert str(path) in str(error) and "\n" not in str(error)
        return []


@pytest.mark.parametrize("name", READERS)
@SMALL
@given(data=st.data())
def test_a_value_of_any_type_at_any_level(name, data, tmp_path):
    sample = data.draw(st.sampled_from(SAMPLES[name]))
    path = data.draw(st.sampled_from(list(nodes(sample))))
    record = replaced(sample, path, data.draw(VALUES))
    file = tmp_path / "records.jsonl"
    file.write_text(f"{json.dumps(sample)}\n{json.dumps(record)}\n")
    whole = {text.strip() for text in strings([sample, record])} | {"5", "3", "7", "0", "-1", str(2**70)}  # ids too
    examples = read(name, file, on_error="skip")
    assert examples and {text.strip() for text in strings(examples)} <= whole
    read(name, file)


@pytest.mark.parametrize("name", READERS)
@SMALL
@given(
    content=st.lists(PIECES | st.binary(max_size=6), max_size=12).map(b"".join),
    packed=st.booleans(),
    suffix=st.sampled_from(["", ".csv", ".tsv", ".json", ".jsonl", ".md", ".html"]),
)
def test_any_bytes(name, content, packed, suffix, tmp_path):
    file = tmp_path / f"records{suffix}"
    file.write_bytes(gzip.compress(content) if packed else content)
    for on_error in ("raise", "skip"):
        read(name, file, on_error=on_error)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "encoding", ["rot13", "base64", "hex", "undefined", "idna", "punycode", "utf-7", "utf-16", "no"]
)
def test_any_encoding(name, encoding, tmp_path):
    (tmp_path / "a").write_bytes("好 text\tb\n".encode() + b"\xff\xfe\xd8\n")
    for on_error in ("raise", "skip"):
        try:
            READERS[name](tmp_path / "a", encoding=encoding, on_error=on_error)
        except ValueError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("name", READERS)
def test_paths_that_are_no_files(name, tmp_path):
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "none.txt").symlink_to("nowhere")
    for path in ("folder.txt", "none.txt", "missing"):
        with pytest.raises((ValueError, OSError), match=path):
            READERS[name](Path(tmp_path / path))


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.txt", READERS["texts"]),
        ("a.txt", READERS["corpus"]),
        ("a.tsv", READERS["multilabel"]),
        ("words.txt", use_user_dictionary),
    ],
)
def test_json_objects_in_a_file_of_plain_lines_are_refused_with_the_cure(tmp_path, name, read):
    path = tmp_path / name
    path.write_text('\n{"text": "a", "labels": []}\n{"text": "b", "labels": []}\n')
    with pytest.raises(InvalidRecordError) as error:
        read(path)
    assert str(error.value) == (
        f"{path}, line 2: expected plain text. Received: a json object; end the file's name in .jsonl to read its "
        "records."
    )


def test_lines_that_only_look_like_json_are_plain_text(tmp_path):
    path = tmp_path / "a.txt"
    lines = ["{a} is a placeholder.", '{"text": "an example within a text"}']
    path.write_text("\n".join(lines))
    assert read_corpus(path) == [text for _, text in read_texts(path)] == lines
