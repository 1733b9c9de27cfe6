"""Damaged and forged folders of an index: index.json, arrays, texts, shards.json."""

import contextlib
import json
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.guard import FUZZ, guarded, run_for
from tests.fuzz.mutations import damaged_bytes, damaged_json
from textzoo.data.files import sha256_file
from textzoo.scripts.cli.open_index import open_index
from textzoo.scripts.main import main
from textzoo.similarity.index_listing import write_listing

pytestmark = pytest.mark.fuzz
VECTORS = "3 2\na 1 0\nb 0 1\nc 1 1\n"
EXTREMES = [0, 1, -1, 2**31 - 1, 2**63 - 1, -(2**63), 0.5, 5e-324, 1e308, np.nan, np.inf]


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory):
    """A folder of word vectors, an index of two segments, and an index in two shards."""
    folder = tmp_path_factory.mktemp("index")
    (folder / "v").write_text(VECTORS)
    (folder / "texts").write_text("ab\nb\nabc\nca\n")
    options = ["--vectors", str(folder / "v"), "--idf", str(folder / "texts"), "--batch-size", "2"]
    for out, flags in (("ix", []), ("shards", ["--shards", "2", "--workers", "1"])):
        assert main(["index", str(folder / "texts"), "--out", str(folder / out), *options, *flags]) == 0
    return folder


def replaced_number(draw, content):
    """Replaces a number of a .npy file."""
    header = content.index(b"\n") + 1
    array = np.frombuffer(content[header:], content.split(b"'", 4)[3].decode()).copy()
    with np.errstate(all="ignore"):
        array[draw(st.integers(0, len(array) - 1))] = np.array(draw(st.sampled_from(EXTREMES))).astype(array.dtype)
    return content[:header] + array.tobytes()


def forge(folder):
    """Corrects the checksums of an index, where there is still something to correct."""
    content = json.loads((folder / "index.json").read_bytes())
    del content["format"], content["sha256"]
    with contextlib.suppress(TypeError, KeyError, AttributeError):
        for number, segment in enumerate(content["segments"]):
            for name in segment["sha256"]:
                segment["sha256"][name] = sha256_file(folder / f"segment-{number:05d}" / name)
    write_listing(folder, content)


def test_index_folders(tmp_path, index_folder, fresh_copy):
    files = sorted(file for name in ("ix", "shards") for file in (index_folder / name).rglob("*") if file.is_file())

    @FUZZ
    @given(st.data())
    def run(data):
        folder = fresh_copy(index_folder)
        file = data.draw(st.sampled_from(files))
        content, copy = file.read_bytes(), folder / file.relative_to(index_folder)
        kinds = {".json": "json", ".jsonl": "line", ".npy": "number"}
        kind = data.draw(st.sampled_from([kinds[file.suffix], "bytes", "segment"]))
        if kind == "segment":
            shutil.copytree(index_folder / "ix" / "segment-00001", folder / "ix" / "segment-00000", dirs_exist_ok=True)
        elif kind == "json":
            copy.write_bytes(data.draw(damaged_json(json.loads(content))))
        elif kind == "line":
            first, rest = content.split(b"\n", 1)
            copy.write_bytes(data.draw(damaged_json(json.loads(first))) + b"\n" + rest)
        elif kind == "number":
            copy.write_bytes(replaced_number(data.draw, content))
        else:
            copy.write_bytes(data.draw(damaged_bytes(content)))
        if data.draw(st.integers(0, 3)):
            for listing in folder.rglob("index.json"):
                with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError, FileNotFoundError):
                    forge(listing.parent)
        with guarded(folder):
            opened = open_index(str(folder / file.relative_to(index_folder).parts[0]), vectors=str(folder / "v"))
            for match in opened.top_k(["ab", "c"], 4)[0]:
                assert isinstance(match.text["text"], str) and np.isfinite(match.distance)

    run_for(15, run)
