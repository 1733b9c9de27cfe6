"""Files of a run directory, and folders in use."""

import hashlib
import json
import os
import platform

import keras
import pytest
import yaml

from textzoo.training import RunDirectory


def test_settings_versions_hashes_and_metrics_are_written(tmp_path):
    data = tmp_path / "问答.jsonl"
    data.write_bytes(b"some pairs")
    run = RunDirectory(tmp_path / "runs" / "first")
    run.begin({"train": [str(data)], "learning_rate": 1e-4, "seed": None}, [data])
    run.end({"val_loss": 0.25})
    settings = yaml.safe_load((run.path / "settings.yaml").read_text(encoding="utf-8"))
    assert settings == {"train": [str(data)], "learning_rate": 1e-4, "seed": None}
    assert run.run_info()["data"] == {str(data): hashlib.sha256(b"some pairs").hexdigest()}
    assert run.run_info()["versions"]["keras"] == keras.__version__
    assert run.run_info()["versions"]["python"] == platform.python_version()
    assert json.loads((run.path / "metrics.json").read_text()) == {"val_loss": 0.25}


def test_settings_of_one_process_are_not_written_and_may_change(tmp_path):
    shared = {"hosts": 2, "seed": 1}
    with RunDirectory(tmp_path / "run") as run:
        run.begin(shared | {"coordinator": "10.0.0.1:7000", "rank": 0}, [])
    assert yaml.safe_load((run.path / "settings.yaml").read_text()) == shared
    with RunDirectory(tmp_path / "run", resume=True) as run:
        run.begin(shared | {"coordinator": "10.0.0.2:7000", "rank": 1}, [])


def test_a_folder_in_use_is_rejected_and_unchanged(tmp_path):
    (tmp_path / "weights").write_text("precious")
    with pytest.raises(ValueError, match="is not empty; choose a new or empty folder"):
        RunDirectory(tmp_path)
    with pytest.raises(ValueError, match="is not empty; choose a new or empty folder"):
        RunDirectory(tmp_path / "weights")
    assert [file.name for file in tmp_path.iterdir()] == ["weights"]


def test_of_two_runs_that_found_the_folder_empty_one_gets_it(tmp_path):
    first, second, third = (RunDirectory(tmp_path / "run") for _ in range(3))
    first.begin({"seed": 1}, [])
    with pytest.raises(ValueError, match="run: process .* is writing it; wait until it ends or choose another output"):
        second.begin({"seed": 2}, [])
    first.end({"loss": 0.5})
    with pytest.raises(ValueError, match="is not empty; choose a new or empty folder"):
        third.begin({"seed": 3}, [])
    assert sorted(file.name for file in first.path.iterdir()) == ["metrics.json", "run.json", "settings.yaml"]
    assert yaml.safe_load((first.path / "settings.yaml").read_text()) == {"seed": 1}


def test_a_run_that_ends_while_its_resumption_reads_data_is_finished(tmp_path):
    with RunDirectory(tmp_path / "run") as run:
        run.begin({}, [])
    first, second = (RunDirectory(run.path, resume=True) for _ in range(2))
    first.begin({}, [])
    first.end({"loss": 0.5})
    with pytest.raises(ValueError, match="already finished; nothing to resume .to train further, pass --checkpoint"):
        second.begin({}, [])


def test_a_closed_run_can_be_resumed_by_the_same_process(tmp_path):
    with pytest.raises(KeyboardInterrupt), RunDirectory(tmp_path / "run") as run:
        run.begin({}, [])
        raise KeyboardInterrupt
    RunDirectory(tmp_path / "run", resume=True).begin({}, [])


def test_a_killed_run_leaves_a_folder_that_can_be_resumed(tmp_path):
    (tmp_path / ".lock").touch()
    for resume in (False, True):
        RunDirectory(tmp_path, resume=resume)
    (tmp_path / "settings.yaml").touch()
    RunDirectory(tmp_path, resume=True).begin({}, [])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("run.json", "{", "run.json is damaged; choose another folder for the run"),
        ("run.json", '{"data": 5, "versions": {}}', "run.json is damaged"),
        ("run.json", '{"data": {}, "versions": {"textzoo": "99.0"}}', "expected textzoo 99.0, which began this run"),
        ("settings.yaml", "a: [", "settings.yaml: expected YAML"),
        ("settings.yaml", "", "settings.yaml: expected lines of key: value"),
        ("settings.yaml", "seed: 2", "seed=2. Received: seed=1; pass the same settings or choose another folder"),
    ],
)
def test_a_run_resumes_only_as_it_began(tmp_path, name, content, message):
    with RunDirectory(tmp_path / "run") as run:
        run.begin({"seed": 1}, [])
    (run.path / name).write_text(content)
    with pytest.raises(ValueError, match=message), RunDirectory(run.path, resume=True) as resumed:
        resumed.begin({"seed": 1}, [])


def test_other_data_is_refused(tmp_path):
    data = tmp_path / "data.txt"
    data.write_text("one")
    with RunDirectory(tmp_path / "run") as run:
        run.begin({}, [data])
    data.write_text("two")
    with pytest.raises(ValueError, match="data.txt: .* Received: other data; restore the file or choose"):
        RunDirectory(run.path, resume=True).begin({}, [data])


def test_nothing_is_written_before_the_training_begins(tmp_path):
    RunDirectory(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_hash_of_a_folder_depends_on_its_files_and_their_names(tmp_path):
    folder = tmp_path / "texts"
    (folder / "b").mkdir(parents=True)
    hashes = []
    for name, content in [("a.txt", "a"), ("b/c.txt", "c"), ("b/c.txt", "other"), ("d.txt", "c")]:
        (folder / name).write_text(content)
        run = RunDirectory(tmp_path / f"run{len(hashes)}")
        run.begin({}, [folder])
        hashes.append(run.run_info()["data"][str(folder)])
    assert len(set(hashes)) == 4
    (folder / "d.txt").unlink()
    run = RunDirectory(tmp_path / "again")
    run.begin({}, [folder])
    assert run.run_info()["data"] == {str(folder): hashes[2]}


def test_data_from_a_pipe_is_not_read_again(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    run = RunDirectory(tmp_path / "run")
    run.begin({"epochs": 1}, [tmp_path / "pipe"])
    run.close()
    with pytest.raises(ValueError, match="pipe: this pipe cannot be read again; start a new training on a file"):
        RunDirectory(tmp_path / "run", resume=True).begin({"epochs": 1}, [tmp_path / "pipe"])
