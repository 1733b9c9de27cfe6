"""Damaged data files: every reader and format, word vectors, and compressed files."""

import bz2
import gzip
import json
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.guard import FUZZ, guarded, run_for
from tests.fuzz.mutations import damaged_bytes, damaged_json
from textzoo.data import read_corpus, read_multilabel, read_qa, read_texts, read_titles
from textzoo.similarity import WordVectors

pytestmark = pytest.mark.fuzz
TEXT = "北京是首都。Paris is a city."
ANSWER = {"text": "北京", "answer_start": 0}
SQUAD_QUESTION = {"id": "1", "question": "q", "answers": [ANSWER]}
PAIR = {"passage": TEXT, "question": "q"}
SAMPLES = {
    "squad.json": {"data": [{"title": "t", "paragraphs": [{"context": TEXT, "qas": [SQUAD_QUESTION]}]}]},
    "hugging_face.jsonl": {"context": TEXT, "question": "q", "answers": {"text": ["北京"], "answer_start": [0]}},
    "webqa.json": {"question": "q", "id": "1", "passages": [{"passage_id": "1-1", "passage": TEXT, "answer": "北京"}]},
    "fairytale.json": {"story_section": TEXT, "question": "q", "answer1": "Paris", "ex-or-im1": "explicit"},
    "answers.jsonl": PAIR | {"id": 5, "answers": [ANSWER, "北京"]},
    "pairs.jsonl": PAIR | {"answer": "北京", "start": 0},
    "texts.jsonl": {"id": "a", "text": TEXT, "answers": [ANSWER]},
    "titles.jsonl": {"id": "a", "title": "首都", "text": TEXT},
    "labels.jsonl": {"id": "a", "text": TEXT, "labels": ["joy", "fear"]},
}
PLAIN = {
    "texts.txt": f"{TEXT}\n\n{TEXT}\n".encode(),
    "titles.tsv": f"首都\t{TEXT}\n".encode(),
    "labels.tsv": f"{TEXT}\tjoy,fear\n".encode(),
    "gbk.txt": TEXT.encode("gbk"),
}
VECTORS = {
    "text.vec": "2 3\n北 1 2 3\n京 4.5 -5 6e-1\n".encode(),
    "glove.txt": "北 1 2 3\n京 4.5 -5 6e-1\n".encode(),
    "binary.bin": b"2 3\na " + b"\0\0\x80\x3f" * 3 + b"\nb " + b"\0\0\0\x40" * 3 + b"\n",
}
COMPRESSIONS = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def read_all(path, *, encoding, on_error):
    for read in (read_qa, read_titles, read_multilabel, read_corpus, lambda *a, **k: list(read_texts(*a, **k))):
        with guarded(path.parent):
            read(path, encoding=encoding, on_error=on_error)
    with guarded(path.parent):
        read_qa(path, encoding=encoding, on_error=on_error, unanswerable=True)


def contents():
    samples = [
        st.tuples(st.just(name), damaged_json(sample) | damaged_bytes(json.dumps(sample).encode()))
        for name, sample in SAMPLES.items()
    ]
    plain = [st.tuples(st.just(name), damaged_bytes(content)) for name, content in PLAIN.items()]
    return st.one_of(*samples, *plain)


def test_readers(tmp_path):
    @FUZZ
    @given(
        contents(),
        st.sampled_from([None, "utf-8", "gbk", "utf-16", "rot13", "no such", "", "a\0"]),
        st.sampled_from(["raise", "skip"]),
        st.sampled_from(sorted(COMPRESSIONS)),
        st.booleans(),
    )
    def run(named_content, encoding, on_error, suffix, is_cut):
        name, content = named_content
        content = COMPRESSIONS[suffix](content)
        path = tmp_path / (name + suffix)
        path.write_bytes(content[: len(content) // 2] if is_cut else content)
        read_all(path, encoding=encoding, on_error=on_error)
        path.unlink()

    run_for(25, run)


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_word_vectors(tmp_path, name):
    @FUZZ
    @given(damaged_bytes(VECTORS[name]), st.sampled_from(["", ".gz"]))
    def run(content, suffix):
        path = tmp_path / (name + suffix)
        path.write_bytes(COMPRESSIONS[suffix](content))
        with guarded(tmp_path):
            WordVectors.load(path)

    run_for(4, run)
