import numpy as np
import pytest

from textzoo.models import Encoder
from textzoo.models.checkpoints import write_google
from textzoo.scripts.convert import FORMATS, main


@pytest.fixture
def google(tmp_path, random_encoder):
    write_google(random_encoder(), tmp_path / "google")
    return tmp_path / "google"


@pytest.mark.parametrize("to", FORMATS)
def test_converts(tmp_path, google, to, capsys):
    out = tmp_path / to / "out"
    assert main([str(google), str(out), "--to", to]) == 0
    assert str(out) in capsys.readouterr().out
    before, after = Encoder.from_preset(google), Encoder.from_preset(out)
    assert before.config == after.config
    for a, b in zip(before.weights, after.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_takes_another_vocabulary(tmp_path, google, capsys):
    vocab = google / "vocab.txt"
    vocab.rename(tmp_path / "mine.txt")
    assert main([str(google), str(tmp_path / "out"), "--to", "textzoo"]) == 2
    assert main([str(google), str(tmp_path / "out"), "--to", "textzoo", "--vocab", str(tmp_path / "mine.txt")]) == 0


def one_line(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 2
    lines = capsys.readouterr().err.strip().split("\n")
    assert len(lines) == 1 and lines[0].startswith("textzoo convert: ")
    return lines[0]


def test_bad_input_is_one_line(tmp_path, google, capsys):
    out = tmp_path / "out"
    assert "Received:" in one_line(capsys, tmp_path / "nothing", out, "--to", "google")
    assert "expected a model's folder" in one_line(capsys, tmp_path, out, "--to", "google")
    assert "no such" in one_line(capsys, google, out, "--to", "google", "--vocab", tmp_path / "no.txt").lower()
    (google / "bert_model.ckpt.index").unlink()
    assert "index file" in one_line(capsys, google, out, "--to", "textzoo")
    assert not out.exists()


def test_never_writes_over_files(google, capsys):
    before = sorted(file.name for file in google.iterdir())
    assert "expected an empty folder" in one_line(capsys, google, google, "--to", "huggingface")
    assert sorted(file.name for file in google.iterdir()) == before


def test_unknown_format(google, tmp_path):
    with pytest.raises(SystemExit) as caught:
        main([str(google), str(tmp_path / "out"), "--to", "onnx"])
    assert caught.value.code == 2
