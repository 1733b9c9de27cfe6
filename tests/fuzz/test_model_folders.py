"""Damaged folders of models: textzoo's own, Hugging Face's and bert4keras's."""

import json

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.guard import FUZZ, guarded, run_for
from tests.fuzz.mutations import damaged_bytes, damaged_json
from tests.models.checkpoints.test_write_and_read import write_bert4keras
from textzoo.data import Tokenizer
from textzoo.models import Encoder, QAGenerator, QAPreprocessor
from textzoo.models.checkpoints import write_hugging_face

pytestmark = pytest.mark.fuzz
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]", "北", "京"]
SIZES = {"hidden_size": 4, "num_layers": 1, "num_heads": 2, "intermediate_size": 8, "max_length": 16}


def write_own(encoder, folder):
    QAGenerator(encoder, QAPreprocessor(encoder.tokenizer, max_source_length=8), copy_head=True).save_to_preset(folder)


FORMATS = {"own": write_own, "hugging_face": write_hugging_face, "bert4keras": write_bert4keras}


@pytest.fixture(scope="module", params=sorted(FORMATS))
def model_folder(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / request.param
    FORMATS[request.param](Encoder(len(TOKENS), tokenizer=Tokenizer(TOKENS), **SIZES), folder)
    return folder


def test_model_folders(model_folder, fresh_copy):
    files = sorted(file for file in model_folder.iterdir() if file.name != "README.md")

    @FUZZ
    @given(st.data())
    def run(data):
        folder = fresh_copy(model_folder)
        file = data.draw(st.sampled_from(files))
        content = file.read_bytes()
        if file.suffix == ".json" and data.draw(st.integers(0, 3)):
            content = data.draw(damaged_json(json.loads(content)))
        else:
            head = data.draw(damaged_bytes(content[:2000]))
            content = head + content[2000:]
        (folder / file.name).write_bytes(content)
        for load in (Encoder, QAGenerator):
            with guarded(folder):
                load.from_preset(folder)
        keras.backend.clear_session()

    run_for(12, run)
