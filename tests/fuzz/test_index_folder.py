"""Damaged folders of an index: index.json, headers of arrays, texts."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.guard import FUZZ, guarded, run_for
from tests.fuzz.mutations import damaged_bytes, damaged_json
from textzoo.similarity import TextIndex

pytestmark = pytest.mark.fuzz


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index") / "ix"
    index = TextIndex(cost="euclidean", weighting="uniform", model="words")
    index.add([np.eye(3)[:2], np.eye(3)], texts=[{"id": 1, "text": "a"}, {"id": 2, "text": "b"}], model="words")
    index.save(folder, details={"units": "characters"})
    return folder


def test_index_folders(tmp_path, index_folder, fresh_copy):
    files = sorted(file for file in index_folder.rglob("*") if file.is_file())

    @FUZZ
    @given(st.data())
    def run(data):
        folder = fresh_copy(index_folder)
        file = data.draw(st.sampled_from(files))
        content = file.read_bytes()
        if file.suffix == ".json" and data.draw(st.booleans()):
            content = data.draw(damaged_json(json.loads(content)))
        else:
            content = data.draw(damaged_bytes(content))
        (folder / file.relative_to(index_folder)).write_bytes(content)
        with guarded(folder):
            index = TextIndex.load(folder)
            index.top_k([np.eye(3)[1:]], k=1, model="words")

    run_for(15, run)
