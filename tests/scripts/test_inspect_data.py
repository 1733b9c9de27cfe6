"""`textzoo check`: statistics of a file of pairs and the time of an epoch."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.graph  # TensorFlow warns of eager functions
def test_a_file(command, train_file, model_folder, tmp_path):
    file = tmp_path / "pairs.jsonl"
    with open(train_file, encoding="utf-8") as lines:
        text = lines.read()
    unknown = {"passage": "ДЖ走了。", "question": "谁？", "answer": "ДЖ"}
    file.write_text(text + text.splitlines()[0] + "\n" + json.dumps(unknown) + '\n{"passage": ""}\n', encoding="utf-8")
    small = ["--max-source-length", "12", "--num-layers", "1", "--hidden-size", "16", "--num-heads", "2"]
    status, out, err = command("check", file, "--vocab", model_folder / "vocab.txt", *small)
    assert (status, err) == (0, "")
    assert "read 19 pairs, kept 18" in out and f"{file}, line 19" in out
    assert "18 pairs on 17 passages; 1 stand there twice, 0 (0.0%)" in out
    assert "passage: 16 of 17 (94.1%) have more than the 10 tokens" in out and "'ДЖ'" in out
    assert "an epoch: " in out.splitlines()[-1] and "about 0:00:0" in out.splitlines()[-1]


def test_a_checkpoint_and_no_time(command, train_file, model_folder):
    status, out, _ = command("check", train_file, "--checkpoint", model_folder, "--no-time")
    assert status == 0 and "100.00% of " in out and "an epoch" not in out


def test_without_a_time_nothing_imports_tensorflow(train_file, tmp_path):
    code = "import sys; from textzoo.scripts.main import main; status = main(); print(*sys.modules); sys.exit(status)"
    argv = ["check", str(train_file), "--checkpoint", "tiny-zh", "--no-time"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code, *argv], capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    assert not {"tensorflow", "keras"} & set(run.stdout.split())


def test_bad_files(command, tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    for file in ("empty.jsonl", "none.jsonl"):
        status, _, err = command("check", tmp_path / file)
        assert status == 2 and err.startswith(f"textzoo check: {tmp_path / file}: ") and err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_goes_to_a_full_disk(train_file):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from textzoo.scripts.main import main; sys.exit(main())", "check"]
            + [str(train_file), "--no-time"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert done.returncode == 2 and done.stderr == "textzoo check: standard output: No space left on device\n"


def test_ctrl_c(command, train_file, monkeypatch):
    def stop(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("textzoo.data.qa_statistics", stop)
    assert command("check", train_file)[::2] == (130, "textzoo check: interrupted\n")
