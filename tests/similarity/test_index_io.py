"""Damaged and forged folders of an index, and two writers of one index."""

import json
import os
import shutil
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.full_disk import full_disk
from textzoo.data.files import sha256_file
from textzoo.data.writer_lock import WriterLock, is_free_folder
from textzoo.similarity import TextIndex, index_io
from textzoo.similarity.index_listing import read_listing, write_listing

QUERY = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "index"
    rng = np.random.default_rng(0)
    words = rng.normal(size=(9, 3))
    index = TextIndex(model="a")
    for start in (0, 3):
        index.add([words[rng.integers(9, size=4)] for _ in range(3)], texts=[f"猫{start}", {"id": 1}, None])
        index.save(folder, {"vectors": "chars.vec"})
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    return shutil.copytree(saved, tmp_path / "index")


def answer(folder):
    return TextIndex.load(folder).top_k(QUERY, 6), TextIndex.details(folder)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_or_missing_byte_never_changes_an_answer(saved, tmp_path, data):
    files = sorted(path for path in saved.rglob("*") if path.is_file())
    original = data.draw(st.sampled_from(files), label="file")
    content = bytearray(original.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1), label="place")
    if data.draw(st.booleans(), label="cut"):
        del content[place:]
    else:
        content[place] ^= data.draw(st.integers(1, 255), label="mask")
    copy = shutil.copytree(saved, tmp_path / "copy", dirs_exist_ok=True)
    (copy / original.relative_to(saved)).write_bytes(content)
    try:
        changed = answer(copy)
    except (ValueError, OSError) as error:
        assert "\n" not in str(error)
    else:
        assert changed == answer(saved)


def forge(folder, edit):
    """Edits index.json and corrects its checksum."""
    listing = read_listing(folder)
    edit(listing)
    write_listing(folder, listing)


def forge_file(folder, name, write, **entry):
    """Replaces a file of the first segment and corrects the checksums."""
    file = folder / "segment-00000" / name
    write(file)

    def edit(listing):
        listing["segments"][0] |= entry
        listing["segments"][0]["sha256"][name] = sha256_file(file)

    forge(folder, edit)


def forge_array(folder, name, edit):
    forge_file(folder, f"{name}.npy", lambda file: np.save(file, np.asarray(edit(np.load(file)))))


def forge_offsets(folder, offsets):
    """Replaces the offsets of the first segment, and gives it as many texts."""
    forge_file(folder, "offsets.npy", lambda file: np.save(file, np.array(offsets)), texts=len(offsets) - 1)
    forge_file(folder, "texts.jsonl", lambda file: file.write_text("0\n" * (len(offsets) - 1)))


def save_no_vectors(file):
    np.save(file, np.empty((0, 4), "float32"))


def save_npz(file):
    with open(file, "wb") as out:
        np.savez(out, np.zeros(3))


FORGED = [
    (lambda f: (f / "index.json").unlink(), "with index.json"),
    (lambda f: (f / "index.json").write_text("{"), "expected JSON"),
    (lambda f: (f / "index.json").write_text("[" * 100_000), "which is no json"),
    (lambda f: (f / "index.json").write_text("[" * 65 + "]" * 65), "more than 64 levels"),
    (lambda f: (f / "index.json").write_text("1" * 5000), "which is no json"),
    (lambda f: (f / "index.json").write_bytes(b"\xff"), "expected JSON"),
    (lambda f: (f / "index.json").write_text("{}"), "index of format 2"),
    (lambda f: write_listing(f, read_listing(f) | {"sha256": [[]]}), "content of the checksum in it"),
    (lambda f: forge(f, lambda c: c.pop("cost")), "cost is missing"),
    (lambda f: forge(f, lambda c: c.update(more=1)), "expected no 'more'"),
    (lambda f: forge(f, lambda c: c.update(cost="l1")), '"l1"'),
    (lambda f: forge(f, lambda c: c.update(pooling=["mean"])), "none or mean"),
    (lambda f: forge(f, lambda c: c.update(model=3)), "model to be a string, or null. Received: 3"),
    (lambda f: forge(f, lambda c: c.update(width=True)), "a width from 1 to .* Received: true"),
    (lambda f: forge(f, lambda c: c.update(width=None)), "a width if there are segments"),
    (lambda f: forge(f, lambda c: c.update(segments=[])), "a width if there are segments"),
    (lambda f: forge(f, lambda c: c.update(width=10**30)), "a width from 1 to"),
    (lambda f: forge(f, lambda c: c.update(width=2**48)), "expected a .npy file of <f4"),
    (lambda f: forge_file(f, "vectors.npy", save_no_vectors, vectors=0), "expected a .npy file of <f4"),
    (lambda f: forge(f, lambda c: c.update(segments=["../index/segment-00000"])), "a list of segments"),
    (lambda f: forge(f, lambda c: c.update(segments=[c["segments"][0]] * 2)), "checksum differs"),
    (lambda f: forge(f, lambda c: c.update(segments=[c["segments"][1]])), "checksum differs"),
    (lambda f: forge(f, lambda c: c["segments"][0].update(texts=0)), "a list of segments"),
    (lambda f: forge(f, lambda c: c["segments"][0].update(words=2**48)), "shape"),
    (lambda f: forge(f, lambda c: c["segments"][0].update(words=10**400)), "a list of segments"),
    (lambda f: forge(f, lambda c: c["segments"][0].update(vectors=-1)), "a list of segments"),
    (lambda f: forge(f, lambda c: c["segments"][0]["sha256"].update({"/etc/passwd": "0" * 64})), "a list of segments"),
    (lambda f: (f / "segment-00000/rows.npy").unlink(), "rows.npy is missing"),
    (lambda f: shutil.rmtree(f / "segment-00000"), "is missing; the index is damaged"),
    (lambda f: forge_file(f, "weights.npy", save_npz), "a .npy file of <f8"),
    (lambda f: forge_file(f, "weights.npy", lambda file: file.write_bytes(b"")), "a .npy file of <f8"),
    (lambda f: forge_file(f, "weights.npy", lambda file: np.save(file, np.array([{}]))), "a .npy file of <f8"),
    (lambda f: forge_file(f, "rows.npy", lambda file: file.write_bytes(file.read_bytes()[:-8])), "not a complete"),
    (lambda f: forge_array(f, "rows", lambda a: a.astype("int64")), "a .npy file of <i4"),
    (lambda f: forge_array(f, "rows", lambda a: a + 99), "rows of the table"),
    (lambda f: forge_array(f, "rows", lambda a: a - 99), "rows of the table"),
    (lambda f: forge_array(f, "weights", lambda a: a * np.nan), "weights above 0"),
    (lambda f: forge_array(f, "weights", lambda a: a * 2), "sum to 1"),
    (lambda f: forge_array(f, "weights", lambda a: a * 1e308), "sum to 1"),
    (lambda f: forge_array(f, "weights", lambda a: a[1:]), "a .npy file of <f8"),
    (lambda f: forge_array(f, "offsets", lambda a: a[::-1]), "offsets that rise"),
    (lambda f: forge_array(f, "offsets", lambda a: a * 0), "offsets that rise"),
    (lambda f: forge_array(f, "offsets", lambda a: [0, -4, 4, 12]), "offsets that rise"),
    (lambda f: forge_array(f, "offsets", lambda a: [0, 4, 99, 12]), "offsets that rise"),
    (lambda f: forge_offsets(f, [0, 2**63 - 1, -(2**63), -1, 12]), "offsets that rise"),
    (lambda f: forge_array(f, "vectors", lambda a: a * np.nan), "finite vectors"),
    (lambda f: forge_array(f, "vectors", lambda a: a * 1e30), "numbers up to 1e"),
    (lambda f: forge_array(f, "vectors", lambda a: a.T), "a .npy file of <f4"),
    (lambda f: forge_file(f, "texts.jsonl", lambda file: file.write_text("1\n")), "3 texts, not 1"),
    (lambda f: forge_file(f, "texts.jsonl", lambda file: file.write_text("")), "3 texts, not 0"),
    (lambda f: forge_file(f, "texts.jsonl", lambda file: file.write_text("1\n2\n3\n4")), "3 texts, not 4"),
    (lambda f: forge_file(f, "texts.jsonl", lambda file: file.write_text("1\n{\n3\n")), "line 2: expected JSON"),
    (lambda f: forge_file(f, "texts.jsonl", lambda file: file.write_bytes(b"1\n\xff\n3\n")), "line 2: expected JSON"),
    (lambda f: forge_file(f, "texts.jsonl", lambda file: file.write_text("1\n" + "[" * 99999 + "\n3\n")), "line 2"),
]


@pytest.mark.parametrize(("damage", "message"), FORGED)
def test_forged_index(folder, damage, message):
    damage(folder)
    with pytest.raises(ValueError, match=message) as error:
        answer(folder)
    assert "\n" not in str(error.value) and str(folder) in str(error.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize(
    ("file", "message"), [("segment-00000/rows.npy", "rows.npy is missing"), ("index.json", "with index.json")]
)
def test_a_pipe_is_not_opened(folder, file, message):
    (folder / file).unlink()
    os.mkfifo(folder / file)
    with pytest.raises(ValueError, match=message):
        answer(folder)


def test_a_repeated_segment_repeats_its_texts(folder):
    shutil.copytree(folder / "segment-00001", folder / "segment-00002")
    forge(folder, lambda listing: listing["segments"].append(listing["segments"][1]))
    index = TextIndex.load(folder)
    assert [match.distance for match in index.top_k(QUERY, 9)] == sorted(index.distances(QUERY))
    np.testing.assert_array_equal(*np.split(index.distances(QUERY)[3:], 2))


@pytest.mark.parametrize(
    ("texts", "details", "message"),
    [
        ([{1}], None, r"Expected texts\[0\] that JSON can hold. Received: Object of type set"),
        ([json.loads("[" * 65 + "]" * 65)], None, r"texts\[0\] that JSON can hold.* more than 64 levels"),
        (None, {"a": b""}, "details that JSON can hold. Received: Object of type bytes"),
        (None, {"a": json.loads("[" * 99 + "]" * 99)}, "details that JSON can hold"),
        (None, ["a"], "details to be an object"),
    ],
)
def test_what_json_cannot_hold_is_refused_and_nothing_is_written(tmp_path, texts, details, message):
    index = TextIndex()
    index.add([QUERY], texts=texts)
    with pytest.raises(ValueError, match=message):
        index.save(tmp_path / "index", details)
    assert is_free_folder(tmp_path / "index")


def test_two_writers_lose_no_text(folder):
    loaded = [TextIndex.load(folder) for _ in range(4)]
    for index in loaded:
        index.add([QUERY] * 5)
    errors = []

    def save(index):
        try:
            index.save(folder)
        except ValueError as error:
            errors.append(str(error))

    threads = [threading.Thread(target=save, args=(index,)) for index in loaded]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 3 and len(TextIndex.load(folder)) == 11
    assert all("since; load it again" in error or "is writing it" in error for error in errors)


def test_a_locked_index_is_read_but_not_written(folder):
    index = TextIndex.load(folder)
    index.add([QUERY])
    with WriterLock(folder) as lock:
        assert len(TextIndex.load(folder)) == 6
        with pytest.raises(ValueError, match="is writing it"):
            index.save(folder)
        index.save(folder, lock=lock)
    assert len(TextIndex.load(folder)) == 7


@pytest.mark.parametrize("remains", ["folder", "file", "link to a file", "link to a folder"])
def test_remains_of_a_killed_writer_are_removed(folder, tmp_path, remains):
    segment, other = folder / "segment-00002", tmp_path / "other"
    other.mkdir()
    (other / "rows.npy").write_bytes(b"half")
    if remains == "link to a folder":
        segment.symlink_to(other)
    elif remains == "file":
        segment.touch()
    else:
        segment.mkdir()
        if remains == "link to a file":
            (segment / "rows.npy").symlink_to(other / "rows.npy")
        else:
            (segment / "rows.npy").write_bytes(b"half")
    index = TextIndex.load(folder)
    index.add([QUERY])
    index.save(folder)
    assert TextIndex.load(folder).top_k(QUERY, 1)[0][:2] == (6, 0.0)
    assert [file.read_bytes() for file in other.iterdir()] == [b"half"]


@pytest.mark.parametrize("part", [None, "index.json.part", "segment-00000/rows.npy"])
def test_a_first_write_that_was_killed_begins_again(tmp_path, part):
    index = TextIndex(model="a")
    index.add([QUERY])
    index.save(tmp_path / "index")
    (tmp_path / "index" / "index.json").unlink()
    if part is not None:
        (tmp_path / "index" / part).write_bytes(b"half")
    again = TextIndex(model="a")
    again.add([QUERY, 2 * QUERY])
    again.save(tmp_path / "index")
    assert TextIndex.load(tmp_path / "index").top_k(QUERY, 1)[0][:2] == (0, 0.0)
    assert not (tmp_path / "index" / "index.json.part").exists()


@pytest.mark.parametrize("other", ["notes.txt", "segment-00001"])
def test_a_folder_of_something_else_is_no_killed_write(tmp_path, other):
    index = TextIndex(model="a")
    index.add([QUERY])
    index.save(tmp_path)
    (tmp_path / "index.json").unlink()
    (tmp_path / other).touch()
    with pytest.raises(ValueError, match="Received: a folder with other files"):
        TextIndex(model="a").save(tmp_path)


@pytest.mark.parametrize(
    ("num_bytes", "message"),
    [
        (0, "cannot be locked .*/index'"),
        (140, "too large: .*/index/segment-00002/vectors.npy'"),
        (500, "too large: .*/index/segment-00002/texts.jsonl'"),
        (1100, "too large: .*/index/index.json'"),
    ],
)
def test_a_full_disk_is_named_and_leaves_the_index_as_it_was(folder, num_bytes, message):
    before, names = answer(folder), sorted(os.listdir(folder))
    index = TextIndex.load(folder)
    index.add([QUERY], texts=["x" * 600])
    with full_disk(num_bytes), pytest.raises(OSError, match=f"{message}$"):
        index.save(folder)
    assert answer(folder) == before and sorted(os.listdir(folder)) == names
    index.save(folder)
    assert TextIndex.load(folder).top_k(QUERY, 1)[0][:2] == (6, 0.0)


def test_a_full_disk_leaves_the_folder_of_a_new_index_free(tmp_path):
    index = TextIndex()
    index.add([QUERY])
    index.add([QUERY], texts=["x" * 5000])
    with full_disk(), pytest.raises(OSError, match="segment-00001/texts.jsonl"):
        index.save(tmp_path / "index")
    assert is_free_folder(tmp_path / "index")
    index.save(tmp_path / "index")
    assert len(TextIndex.load(tmp_path / "index")) == 2


def test_ctrl_c_after_the_last_write_keeps_the_new_segment(folder, monkeypatch):
    def write_and_stop(*arguments):
        write_listing(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(index_io, "write_listing", write_and_stop)
    index = TextIndex.load(folder)
    index.add([QUERY])
    with pytest.raises(KeyboardInterrupt):
        index.save(folder)
    assert len(TextIndex.load(folder)) == 7


def test_texts_of_any_json_value_come_back(tmp_path):
    texts = ["line\nend", "\ud800", "猫\u2028", {"a": [1, None]}, 1.5, None]
    index = TextIndex()
    index.add([QUERY + i for i in range(6)], texts=texts)
    index.save(tmp_path / "index", {"name": "\ud800"})
    assert [match.text for match in TextIndex.load(tmp_path / "index").top_k(QUERY, 6)] == texts
    assert TextIndex.details(tmp_path / "index") == {"name": "\ud800"}


def test_an_index_without_texts(tmp_path):
    TextIndex(cost="cosine").save(tmp_path / "index")
    index = TextIndex.load(tmp_path / "index")
    index.add([QUERY])
    index.save(tmp_path / "index")
    assert json.loads((tmp_path / "index/index.json").read_text())["width"] == 3
    assert len(TextIndex.load(tmp_path / "index")) == 1
