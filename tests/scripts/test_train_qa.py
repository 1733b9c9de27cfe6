"""`textzoo train qa`: the folder of a training, checkpoints, bad input and resumed runs."""

import csv
import errno
import json
import os
import shutil

import numpy as np
import pytest
import yaml

from textzoo.data.writer_lock import WriterLock
from textzoo.models import QAGenerator
from textzoo.models.checkpoints import write_google

LOSS_FLAGS = ["--answer-weight", "0.5", "--decoder-noise-rate", "0.3"]


@pytest.fixture
def train(command, train_file, tmp_path, small):
    """Runs `textzoo train qa` into a new folder: (status, standard error, folder)."""

    def run(*argv, file=train_file, out="out"):
        status, _, err = command("train", "qa", file, "--out", tmp_path / out, *small, *argv)
        return status, err, tmp_path / out

    return run


@pytest.fixture
def google(model_folder, tmp_path):
    """The tiny model's encoder in Google's format."""
    model = QAGenerator.from_preset(model_folder)
    model.encoder.tokenizer = model.preprocessor.tokenizer
    write_google(model.encoder, tmp_path / "google")
    return tmp_path / "google"


def check_refused(result, message):
    """Checks for status 2, one line of error and no folder."""
    status, err, out = result
    assert status == 2 and not out.exists(), err
    last = err.splitlines()[-1]
    assert last.startswith("textzoo train: ") and message in last


def test_the_folder_of_a_training(model_folder, train_file):
    names = {"README.md", "config.json", "vocab.txt", "model.safetensors"}
    assert {file.name for file in model_folder.iterdir()} == names | {
        *("settings.yaml", "run.json", "log.csv", "metrics.json")
    }
    with (model_folder / "log.csv").open() as file:
        losses = [float(row["val_loss"]) for row in csv.DictReader(file)]
    metrics = json.loads((model_folder / "metrics.json").read_text())
    assert len(losses) == 2 and metrics["val_loss"] == pytest.approx(min(losses), rel=1e-4)
    assert metrics["best_epoch"] == 1 + losses.index(min(losses))
    assert train_file in json.loads((model_folder / "run.json").read_text(encoding="utf-8"))["data"]
    assert "val_loss" in (model_folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_saved_settings_repeat_the_training(model_folder, command, tmp_path):
    status, _, _ = command("train", "qa", "--config", model_folder / "settings.yaml", "--out", tmp_path / "again")
    assert status == 0
    settings = [yaml.safe_load((folder / "settings.yaml").read_text()) for folder in (model_folder, tmp_path / "again")]
    assert settings[0] | {"out": None} == settings[1] | {"out": None}
    metrics = [json.loads((folder / "metrics.json").read_text()) for folder in (model_folder, tmp_path / "again")]
    assert metrics[0] == pytest.approx(metrics[1], rel=1e-4)


def test_a_saved_model_is_trained_on(train, model_folder):
    status, err, out = train(
        "--checkpoint", model_folder, "--steps", "1", "--flooding-level", "0.5", "--hierarchical-positions", *LOSS_FLAGS
    )
    assert status == 0, err
    model = QAGenerator.from_preset(out)
    assert (model.preprocessor.max_source_length, model.preprocessor.answer_weight) == (40, 0.5)
    assert model.unilm.decoder_input_noise.rate == 0.3
    assert len((out / "log.csv").read_text().splitlines()) == 2


@pytest.mark.slow
def test_a_foreign_checkpoint_is_fine_tuned_with_a_pruned_vocabulary(train, google):
    tokens = (google / "vocab.txt").read_text(encoding="utf-8")
    (google / "vocab.txt").write_text(tokens.replace("\n王\n", "\nnever\n"), encoding="utf-8")
    status, err, out = train(
        "--checkpoint", google, "--prune-vocabulary", "--steps", "1", "--gradient-accumulation-steps", "1"
    )
    assert status == 0, err
    assert "never" not in (out / "vocab.txt").read_text(encoding="utf-8").split("\n")
    assert QAGenerator.from_preset(out).generate("王明昨天去了车站。", num_pairs=1, seed=0)


@pytest.mark.slow
def test_random_weights_in_mixed_precision(train, tmp_path, train_file, model_folder):
    unknown = {"id": "u", "passage": "ДЖЩ", "question": "谁？", "answer": "Д"}
    with open(train_file, encoding="utf-8") as lines:
        text = lines.read() + json.dumps(unknown) + "\n"
    file = tmp_path / "unknown.jsonl"
    file.write_text(text, encoding="utf-8")
    flags = ["--vocab", model_folder / "vocab.txt", "--steps", "1", "--no-copy-head", "--precision", "mixed_bfloat16"]
    check_refused(train(*flags, file=file), "known characters. Received only unknown ones: 'ДЖЩ'")
    status, err, out = train(*flags, "--on-error", "skip", file=file)
    assert status == 0 and "skipped record 'u': Expected a passage with known characters" in err
    assert '"mixed_bfloat16"' in (out / "config.json").read_text(encoding="utf-8")
    model = QAGenerator.from_preset(out)
    assert model.unilm.copy_head is None and model.compute_dtype == "float32"


BAD_LINES = {
    "no json": ('{"passage": \n', "expected a json object"),
    "no answer": ('{"passage": "王明", "question": "谁？"}\n', "answer"),
    "lone surrogate": ('{"passage": "王\\ud800", "question": "谁？", "answer": "王"}\n', "lone surrogate U+D800"),
    "NUL": ('{"passage": "王\\u0000", "question": "谁？", "answer": "王"}\n', "NUL"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_pairs(name, train, train_file, tmp_path):
    bad, message = BAD_LINES[name]
    file = tmp_path / "bad.jsonl"
    with open(train_file, encoding="utf-8") as lines:
        file.write_text(lines.read() + bad, encoding="utf-8")
    result = train(file=file)
    check_refused(result, message)
    assert f"{file}, line 17: expected " in result[1]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_encoding_of_the_pairs_is_guessed(encoding, train, train_file, tmp_path):
    file = tmp_path / "encoded.jsonl"
    with open(train_file, encoding="utf-8") as lines:
        file.write_text(lines.read(), encoding=encoding)
    check_refused(train(file=file), f"--encoding {encoding}")


def test_bad_pairs_are_skipped_and_absent_answers_counted_in_any_encoding(train, train_file, tmp_path):
    file = tmp_path / "bad.jsonl"
    absent = {"passage": "王明昨天去了车站。", "question": "谁？", "answer": "公园"}
    with open(train_file, encoding="utf-8") as lines:
        text = lines.read() + "".join(bad for bad, _ in BAD_LINES.values()) + json.dumps(absent) + "\n"
    file.write_text(text, encoding="gb18030")
    flags = ["--encoding", "gb18030", "--on-error", "skip", "--vocab-size", "60", "--steps", "1"]
    status, err, _ = train(*flags, file=file)
    assert status == 0 and "read 21 pairs, kept 17; 1 of them without a span in the passage" in err
    assert all(f"{file}, line {number}:" in err for number in range(17, 21))


@pytest.mark.parametrize(
    ("vocab", "message"),
    [
        ("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n王\n明\n王\n", "line 8: expected each token once"),
        ("[PAD]\n[UNK]\n[CLS]\n[MASK]\n王\n", "[SEP]"),
        ("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n王\n", "expected one row for each of the vocabulary's 6 tokens"),
    ],
)
def test_bad_vocabularies(vocab, message, train, google, tmp_path):
    (tmp_path / "vocab.txt").write_text(vocab, encoding="utf-8")
    check_refused(train("--checkpoint", google, "--vocab", tmp_path / "vocab.txt"), message)


def test_bad_checkpoints(train, model_folder, google, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(model_folder, broken)
    weights = (broken / "model.safetensors").read_bytes()
    (broken / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    check_refused(train("--checkpoint", broken), "not a complete safetensors file")
    (tmp_path / "empty").mkdir()
    check_refused(train("--checkpoint", tmp_path / "empty"), "expected a model's folder")
    check_refused(train("--checkpoint", "no-such-preset"), "Expected a folder or a preset's name")
    (google / "bert_model.ckpt.index").unlink()
    check_refused(train("--checkpoint", google / "bert_model.ckpt"), "bert_model.ckpt.index")
    too_long = train("--checkpoint", model_folder, "--max-source-length", "600")
    check_refused(too_long, "to sum to at most 510, the limit of its positions. Received: 614.")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--num-heads", "3"], "Expected num_heads to divide hidden_size 16. Received: 3"),
        (["--warmup-ratio", "1"], "warmup_ratio below 1"),
        (["--gradient-accumulation-steps", "99"], "at least 99 batches"),
        (["--epochs", "0"], "--epochs: "),
        (["--precision", "bfloat16"], "precision float32, mixed_bfloat16 or mixed_float16 for training"),
        (["--learning-rat", "1"], "Unknown flag --learning-rat. Did you mean --learning-rate?"),
        (["--validation", "none.json"], "none.json: No such file"),
    ],
)
def test_bad_flags(flags, message, train):
    check_refused(train(*flags), message)


def test_a_folder_in_use_is_refused(train, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("")
    status, err, out = train()
    assert status == 2 and "is not empty; choose a new or empty folder" in err
    assert [file.name for file in out.iterdir()] == ["precious"]


@pytest.mark.slow
def test_flooding_is_logged_and_drawn(train, train_file):
    status, err, out = train("--flooding-level", "0.5", "--plot", "--epochs", "2", "--validation", train_file)
    assert status == 0, err
    with (out / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    for row in rows:
        assert float(row["above_level"]) + float(row["below_level"]) == pytest.approx(1)
        assert float(row["loss"]) >= 0.5
    picture = (out / "training.svg").read_text(encoding="utf-8")
    assert all(name in picture for name in ("raw_loss", "val_loss", "val_token_accuracy", "level 0.5"))


def test_a_non_finite_loss_ends_the_training_with_finite_weights(train):
    status, err, out = train("--learning-rate", "1e30", "--warmup-ratio", "0", "--epochs", "9")
    last = err.splitlines()[-1]
    assert status == 2 and last.startswith("textzoo train: Expected ") and "finite" in last and " at step " in last
    assert all(np.isfinite(weight).all() for weight in QAGenerator.from_preset(out).get_weights())
    assert not (out / "metrics.json").exists()


FOUR_EPOCHS = ["--epochs", "4", "--learning-rate", "1e-2", "--dropout"]


@pytest.fixture
def killed(train, monkeypatch):
    """Runs a training and kills it in its third epoch, in the middle of a batch."""

    def run(*argv, **options):
        from textzoo.training import StopAfterSteps

        class Killed(BaseException):
            pass

        def die(self, batch, logs=None):
            self.seen += 1
            if self.seen == 5:
                raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(StopAfterSteps, "on_train_batch_end", die)
            with pytest.raises(Killed):
                train(*argv, **options)

    return run


@pytest.mark.slow
@pytest.mark.parametrize(
    "flags", [["0.3"], ["0.3", "--ema-momentum", "0.5", "--lora-rank", "2", "--gradient-checkpointing"]]
)
def test_a_killed_training_resumes_to_the_same_end(flags, train, killed, train_file):
    flags = [*FOUR_EPOCHS, *flags, "--validation", train_file]
    status, err, whole = train(*flags, out="whole")
    assert status == 0, err
    killed(*flags, out="broken")
    status, err, broken = train(*flags, "--resume", out="broken")
    assert status == 0, err
    assert "epoch 1" not in err and "epoch 3" in err
    for one, other in zip(*(QAGenerator.from_preset(out).get_weights() for out in (broken, whole)), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)
    logs = [(out / "log.csv").read_text().splitlines() for out in (broken, whole)]
    assert [row.split(",")[0] for row in logs[0]] == [row.split(",")[0] for row in logs[1]] == ["epoch", *"0123"]
    metrics = [json.loads((out / "metrics.json").read_text()) for out in (broken, whole)]
    assert metrics[0] == pytest.approx(metrics[1], rel=1e-5)
    assert not (broken / "backup").exists()


@pytest.mark.slow
def test_a_training_resumes_only_as_it_began(train, killed, train_file, tmp_path):
    flags = [*FOUR_EPOCHS, "0"]
    killed(*flags)
    status, err, out = train(*flags, "--learning-rate", "0.5", "--resume")
    expected = "expected the settings of the interrupted run, learning_rate=0.01. Received: learning_rate=0.5; pass"
    assert status == 2 and err.splitlines()[-1].startswith(f"textzoo train: {out}: {expected}")
    assert train(*flags)[0] == 2
    with open(train_file, encoding="utf-8") as lines:
        text = lines.read()
    try:
        with open(train_file, "a", encoding="utf-8") as file:
            file.write(text.splitlines()[0] + "\n")
        status, err, _ = train(*flags, "--resume")
        assert status == 2 and f"{train_file}: expected the data of the interrupted run" in err
    finally:
        with open(train_file, "w", encoding="utf-8") as file:
            file.write(text)
    with WriterLock(out):
        status, err, _ = train(*flags, "--resume")
        assert status == 2 and f"{out}: process {os.getpid()} on" in err
    status, err, _ = train(*flags, "--resume")
    assert status == 0, err
    status, err, _ = train(*flags, "--resume")
    assert status == 2 and f"nothing to resume (to train further, pass --checkpoint {out} and a new --out)" in err


@pytest.mark.slow
def test_lora_leaves_a_plain_model(train, model_folder):
    status, err, out = train("--checkpoint", model_folder, "--lora-rank", "2", "--learning-rate", "1e-2")
    assert status == 0, err
    before, after = (QAGenerator.from_preset(folder).encoder for folder in (model_folder, out))
    np.testing.assert_array_equal(before.token_embedding.embeddings, after.token_embedding.embeddings)
    kernels = [encoder.encoder_layers[0].feed_forward_in.kernel.numpy() for encoder in (before, after)]
    assert np.linalg.matrix_rank(kernels[1] - kernels[0], tol=1e-5) == 2


@pytest.mark.slow
def test_a_full_disk_leaves_the_best_model_before(train, monkeypatch, train_file):
    from safetensors import numpy as safetensors_file

    save_file, saved = safetensors_file.save_file, []

    def full(tensors, path, metadata):
        save_file(tensors, path, metadata)
        saved.append(path)
        if len(saved) > 1:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(safetensors_file, "save_file", full)
    status, err, out = train("--epochs", "9", "--learning-rate", "1e-2", "--validation", train_file)
    assert status == 2 and err.splitlines()[-1].endswith(": No space left on device")
    assert QAGenerator.from_preset(out)
    assert "Traceback" not in err


def test_a_folder_that_cannot_be_written(train, tmp_path, monkeypatch):
    def refuse(self, *args, **options):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    check_refused(train(), f"{tmp_path / 'out'}: Permission denied")


@pytest.mark.slow
def test_interrupted_training_keeps_the_best_epoch(train, train_file, monkeypatch):
    from textzoo.training import StopAfterSteps

    def interrupt(self, batch, logs=None):
        self.seen += 1
        if self.seen == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(StopAfterSteps, "on_train_batch_end", interrupt)
    status, err, out = train("--epochs", "9", "--validation", train_file)
    assert status == 130 and err.splitlines()[-1] == "textzoo train: interrupted"
    assert QAGenerator.from_preset(out).generate("王明昨天去了车站。", num_pairs=1, seed=0)


def test_tensorboard_must_be_installed(train, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    check_refused(train("--tensorboard"), 'pip install "textzoo[tensorboard]"')
