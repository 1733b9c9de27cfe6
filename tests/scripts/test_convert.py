"""Conversion of checkpoints by `textzoo convert`."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_google, write_hugging_face
from textzoo.scripts.convert import main


@pytest.fixture
def google(tmp_path):
    write_google(random_encoder(), tmp_path / "google")
    return tmp_path / "google"


@pytest.mark.parametrize("name", ["google", "huggingface", "textzoo"])
def test_converts(tmp_path, google, name, capsys):
    out = tmp_path / name / "out"
    assert main([str(google), str(out), "--format", name]) == 0
    assert str(out) in capsys.readouterr().out
    before, after = Encoder.from_preset(google), Encoder.from_preset(out)
    assert before.config == after.config
    for a, b in zip(before.weights, after.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_input_and_out_are_flags_too(tmp_path, google, capsys):
    for number, words in enumerate(
        ([str(google), "--out", "{}"], ["--out", "{}", str(google)], ["{}", "--input", str(google)])
    ):
        out = tmp_path / str(number)
        assert main([word.format(out) for word in words] + ["--format", "textzoo"]) == 0, capsys.readouterr().err
        assert (out / "model.safetensors").exists()


def test_takes_another_vocabulary(tmp_path, google, capsys):
    vocab = google / "vocab.txt"
    vocab.rename(tmp_path / "mine.txt")
    argv = [str(google), str(tmp_path / "out"), "--format", "textzoo"]
    assert main(argv) == 2
    assert main([*argv, "--vocab", str(tmp_path / "mine.txt")]) == 0


def one_line(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 2
    lines = capsys.readouterr().err.strip().split("\n")
    assert len(lines) == 1 and lines[0].startswith("textzoo convert: ")
    return lines[0]


def test_bad_input_is_one_line(tmp_path, google, capsys):
    out = tmp_path / "out"
    assert "Received:" in one_line(capsys, tmp_path / "nothing", out, "--format", "google")
    assert "expected a model's folder" in one_line(capsys, tmp_path, out, "--format", "google")
    no_vocab = one_line(capsys, google, out, "--format", "google", "--vocab", tmp_path / "no.txt")
    assert "no such" in no_vocab.lower()
    (google / "bert_model.ckpt.index").unlink()
    assert "index file" in one_line(capsys, google, out, "--format", "textzoo")
    assert not out.exists()


def test_never_writes_over_files(google, capsys):
    before = sorted(file.name for file in google.iterdir())
    line = one_line(capsys, google, google, "--format", "huggingface")
    assert f"{google} already exists and is not an empty folder" in line
    assert sorted(file.name for file in google.iterdir()) == before


def test_unknown_format(google, tmp_path, capsys):
    line = one_line(capsys, google, tmp_path / "out", "--format", "onnx")
    assert "--format: expected google or huggingface or textzoo. Received: onnx." in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["google", "huggingface", "textzoo"])
def test_heads_are_lost_only_with_leave(tmp_path, capsys, name):
    out = tmp_path / "out"
    line = one_line(capsys, "tiny-zh", out, "--format", name)
    assert f"tiny-zh has copy head, span bias, which the format {name} cannot hold" in line
    assert "--no-copy-head" in line and "--allow-loss" in line and not out.exists()
    assert main(["tiny-zh", str(out), "--format", name, "--allow-loss"]) == 0
    assert capsys.readouterr().out.endswith("without copy head, span bias\n")
    np.testing.assert_array_equal(Encoder.from_preset(out).mlm_bias, Encoder.from_preset("tiny-zh").mlm_bias)


def test_the_next_sentence_head_is_named_but_no_obstacle(tmp_path, capsys):
    write_hugging_face(random_encoder(), tmp_path / "bert")
    weights = tmp_path / "bert" / "model.safetensors"
    save_file(load_file(weights) | {"cls.seq_relationship.weight": np.zeros((2, 16), "float32")}, weights)
    assert main([str(tmp_path / "bert"), str(tmp_path / "out"), "--format", "google"]) == 0
    assert capsys.readouterr().out.endswith("written in the format google, without next-sentence head\n")


def test_hierarchical_positions_are_kept_by_our_format_only(tmp_path, capsys):
    random_encoder(hierarchical_positions=True).save_to_preset(tmp_path / "long")
    assert "hierarchical positions" in one_line(capsys, tmp_path / "long", tmp_path / "out", "--format", "huggingface")
    assert main([str(tmp_path / "long"), str(tmp_path / "out"), "--format", "textzoo"]) == 0


@pytest.mark.parametrize("name", ["google", "huggingface"])
def test_activations_that_the_other_library_lacks(tmp_path, capsys, name):
    random_encoder(activation="sau").save_to_preset(tmp_path / "sau")
    line = one_line(capsys, tmp_path / "sau", tmp_path / "out", "--format", name, "--allow-loss")
    assert "Expected an activation of this format: gelu, " in line and line.endswith("Received: sau.")
    assert not (tmp_path / "out").exists()
