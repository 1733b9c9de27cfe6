"""`textzoo models`: presets of the package and saved models."""

from tests.data.test_hub import lay_cache
from textzoo.models.presets import find_preset


def test_saved_models_are_listed_and_other_folders_are_not(command, model_folder, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "nested").mkdir()
    (tmp_path / "nested" / "config.json").write_text("[" * 100_000)
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "config.json").write_text('{"textzoo": "1", "class": null}')
    status, out, err = command("models", model_folder.parent)
    assert (status, err) == (0, "")
    assert out.startswith("presets:\n") and f"  {model_folder}  QAGenerator\n" in out
    assert command("models", tmp_path)[1].endswith(f"saved below {tmp_path}:\n")


def test_presets_of_the_package_are_listed(command, model_folder, tmp_path, monkeypatch):
    monkeypatch.setitem(find_preset.__globals__, "PRESETS", model_folder.parent)
    assert "presets:\n  first  QAGenerator\n" in command("models", tmp_path)[1]


def test_cached_models_of_the_hub_are_listed(command, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    lay_cache(tmp_path / "hub")
    assert "cached from the Hugging Face hub:\n  hf://hfl/rbt3  bert\n" in command("models", tmp_path)[1]


def test_a_folder_that_is_not_there(command, tmp_path):
    status, out, err = command("models", tmp_path / "none")
    assert (status, out) == (2, "")
    assert err == f"textzoo models: {tmp_path / 'none'} is not a folder; pass the folder of saved models\n"
