"""Models that `textzoo serve` loads, on the light engine."""

import shutil

from tests.serving.random_presets import write_presets
from textzoo.scripts.serve import Serve, load_models


def test_the_reader_of_a_folder_has_a_name_of_its_own(tmp_path):
    _, reader, _ = write_presets(tmp_path)
    shutil.copytree(reader, tmp_path / "both" / "reader")
    shutil.copytree(reader, tmp_path / "both", dirs_exist_ok=True)
    models = load_models(Serve(model=[str(tmp_path / "both")])).models
    assert [(model.name, model.task) for model in models] == [
        ("both", "ExtractiveQA"),
        ("both/reader", "ExtractiveQA"),
    ]
    assert len({model.answer().key for model in models}) == 2
