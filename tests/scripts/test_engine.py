"""`--engine`: both engines write the same, the light one without Keras, and refusals are one line."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import onnx
import pytest

from tests.serving.random_presets import write_presets
from textzoo.inference import light_engine, light_session
from textzoo.scripts import generate_qa

PASSAGES = ["春天来了，小李昨天在北京大学图书馆讲课，来了两百人。", "会后王明捐了三十本书。"]
HEAVY = {"keras", "tensorflow", "scipy", "ot", "sacrebleu", "rouge_score", "rich", "torch", "jax", "onnx"}
RUN = """
import sys
from textzoo.scripts.main import main

status = main(sys.argv[1:])
print(*sys.modules)
sys.exit(status)
"""


@pytest.fixture
def passages(tmp_path):
    (tmp_path / "passages.txt").write_text("".join(f"{text}\n" for text in PASSAGES), encoding="utf-8")
    return tmp_path / "passages.txt"


@pytest.mark.parametrize("task", ["qa", "title"])
def test_the_light_engine_imports_nothing_heavy(passages, tmp_path, task):
    argv = ["generate", task, str(passages), "--model", "tiny-zh", "--out", str(tmp_path / "out.jsonl")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", RUN, *argv], capture_output=True, text=True, env=environment)
    assert run.returncode == 0 and run.stderr.startswith("engine: light, 1 thread\n"), run.stderr
    assert not HEAVY & set(run.stdout.split())
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_both_engines_write_the_same_pairs(command, model_folder, passages, tmp_path):
    lines = {}
    for engine in ("light", "keras"):
        out = tmp_path / f"{engine}.jsonl"
        status, _, err = command("generate", "qa", passages, "--model", model_folder, "--engine", engine, "--out", out)
        assert status == 0, err
        lines[engine] = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert lines["light"]
    for one, other in zip(lines["light"], lines["keras"], strict=True):
        floats = [name for name, value in other.items() if isinstance(value, float)]
        np.testing.assert_allclose([one[name] for name in floats], [other[name] for name in floats], atol=1e-4)
        assert {name: one[name] for name in one if name not in floats} == {
            name: other[name] for name in other if name not in floats
        }


@pytest.mark.parametrize(
    ("num_inputs", "precision", "light"),
    [(None, "float32", True), (2000, "float32", True), (2001, "float32", False), (1, "mixed_bfloat16", False)],
)
def test_auto_depends_on_the_number_of_texts_and_the_precision(monkeypatch, num_inputs, precision, light):
    monkeypatch.setattr(light_engine, "_has_gpu", lambda: False)
    assert light_engine.prefers_light(num_inputs=num_inputs, precision=precision) == light


def test_auto_leaves_a_gpu_to_keras(monkeypatch):
    monkeypatch.setattr(light_engine, "_has_gpu", lambda: True)
    assert not light_engine.prefers_light(num_inputs=1)


@pytest.fixture
def refusal(command, passages):
    def run(*flags):
        status, out, err = command("generate", "qa", passages, "--engine", "light", *flags)
        assert (status, out) == (2, "") and err.count("\n") == 1
        return err.removeprefix("textzoo generate: ").removesuffix("\n")

    return run


def test_a_precision_of_the_light_engine(refusal, model_folder):
    message = "--engine light computes in float32; remove --precision mixed_float16 or pass --engine keras"
    assert refusal("--model", model_folder, "--precision", "mixed_float16") == message


def test_onnxruntime_is_missing(refusal, model_folder, monkeypatch):
    light_session.import_onnxruntime.cache_clear()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    message = "The light engine needs onnxruntime; pip install onnxruntime, or use Keras."
    assert refusal("--model", model_folder) == message


def test_a_folder_of_another_library(refusal, tmp_path):
    (tmp_path / "bert").mkdir()
    (tmp_path / "bert" / "config.json").write_text('{"model_type": "bert"}')
    message = f"{tmp_path / 'bert'}: the light engine reads folders that textzoo saved; use Keras."
    assert refusal("--model", tmp_path / "bert") == message


@pytest.mark.parametrize("engine", ["auto", "light", "keras"])
def test_a_model_of_another_task(command, passages, model_folder, engine):
    status, _, err = command("generate", "title", passages, "--engine", engine, "--model", model_folder)
    assert status == 2
    assert err == f"textzoo generate: {model_folder}: expected a trained TitleGenerator. Received: QAGenerator.\n"


@pytest.mark.parametrize("command_words", [("generate", "qa"), ("generate", "title"), ("predict", "multilabel")])
def test_a_model_without_a_trained_head(command, passages, tmp_path, command_words):
    _, reader, _ = write_presets(tmp_path)
    status, _, err = command(*command_words, passages, "--model", reader)
    assert status == 2 and "expected a trained" in err and err.endswith("Received: ExtractiveQA.\n")


def test_damaged_weights(refusal, model_folder, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder)
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-4])
    assert "not a complete safetensors file (a tensor outside the file); copy or save it again." in refusal(
        "--model", folder
    )
    (folder / "model.safetensors").write_bytes(b"no weights")
    assert "not a complete safetensors file" in refusal("--model", folder)


def test_weights_of_another_model(refusal, model_folder, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["config"]["encoder"]["config"]["intermediate_size"] = 24
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert "feed_forward_in.kernel of shape (16, 24). Received: (16, " in refusal("--model", folder)


@pytest.mark.parametrize("value", ["0", "-1", "many", ""])
def test_a_number_of_threads(refusal, model_folder, monkeypatch, value):
    monkeypatch.setenv("TEXTZOO_THREADS", value)
    assert refusal("--model", model_folder) == f"Expected TEXTZOO_THREADS of 1 or more. Received: {value!r}."


def test_exported_graphs_are_valid_and_name_their_weights(command, model_folder, tmp_path):
    out = tmp_path / "exported"
    status, printed, err = command("export", model_folder, "--out", out)
    files = printed.split()
    assert (status, err) == (0, "") and [file.split("/")[-1] for file in files] == [
        "embed.onnx",
        "encode.onnx",
        "extend.onnx",
        "head.onnx",
    ]
    from textzoo.data.files import sha256_file

    for file in files:
        onnx.checker.check_model(file, full_check=True)
        metadata = {entry.key: entry.value for entry in onnx.load(file, load_external_data=False).metadata_props}
        assert metadata["model.safetensors"] == sha256_file(model_folder / "model.safetensors")
        assert metadata["task"] == "QAGenerator"
    status, _, err = command("export", model_folder, "--out", out)
    assert (status, err) == (2, f"textzoo export: {out} is not empty; choose another --out\n")


def test_graphs_of_a_task_that_the_folder_does_not_serve(command, model_folder, tmp_path):
    status, _, err = command("export", model_folder, "--out", tmp_path / "titles", "--task", "TitleGenerator")
    assert (status, err) == (
        2,
        f"textzoo export: {model_folder}: expected a trained TitleGenerator. Received: QAGenerator.\n",
    )
    assert not (tmp_path / "titles").exists()


def test_the_engine_is_told(model_folder, passages, capsys):
    generate_qa.generate_qa(generate_qa.GenerateQA(model=str(model_folder), input=str(passages), engine="light"))
    assert capsys.readouterr().err.startswith("engine: light, 1 thread\n")
