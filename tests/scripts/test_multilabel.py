"""Training, prediction and evaluation of multi-label classification from the command line."""

import io
import json
import math
import shutil

import pytest

from textzoo.data import MultiLabelExample
from textzoo.models import MultiLabelClassifier
from textzoo.scripts import main as textzoo
from textzoo.scripts.train_multilabel import MIN_RARE_LABELS, _check_rare_labels

TEXTS = [
    ("今天下雨", "天气"),
    ("小李来了", "人"),
    ("小李说今天下雨", "人, 天气"),
    ("好的", ""),
    ("明天晴", "天气"),
    ("算了", ""),
]
SMALL = ["--num-layers", "1", "--hidden-size", "32", "--num-heads", "2", "--max-length", "16"]
FLAGS = ["--batch-size", "8", "--dropout", "0", "--learning-rate", "0.03", "--epochs", "4"]


@pytest.fixture(scope="module")
def tsv(tmp_path_factory):
    file = tmp_path_factory.mktemp("data") / "train.tsv"
    file.write_text("".join(f"{text}\t{labels}\n" for text, labels in TEXTS * 4), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tsv):
    out = tmp_path_factory.mktemp("runs") / "labels"
    argv = ["train", "multilabel", tsv, "--validation", tsv, "--out", out, *SMALL, *FLAGS]
    assert textzoo.main([str(word) for word in argv]) == 0
    return out


def check_refused(result, message):
    """Checks for status 2 and one line of error."""
    status, out, err = result
    assert status == 2 and out == "" and message in err.splitlines()[-1] and "Traceback" not in err, err


def test_the_trained_model(folder):
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["val_micro_f1"] > 0.9 and metrics["val_macro_f1"] > 0.9
    model = MultiLabelClassifier.from_preset(folder)
    assert model.preprocessor.labels == ["人", "天气"] and model.preprocessor.max_length == 16
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "model.predict_labels(" in card and "val_macro_f1" in card


def test_predict(command, folder, tmp_path):
    (tmp_path / "texts.txt").write_text("小李来了\n\n好的\n", encoding="utf-8")
    status, out, _ = command("predict", "multilabel", tmp_path / "texts.txt", "--model", folder)
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 0 and [(line["id"], list(line["labels"])) for line in lines] == [(1, ["人"]), (3, [])]
    expected = MultiLabelClassifier.from_preset(folder).predict_labels("小李来了")
    assert lines[0]["labels"] == pytest.approx(expected, abs=1e-5)
    flags = ["--model", folder, "--threshold", "-99", "--out", tmp_path / "out.jsonl"]
    assert command("predict", "multilabel", tmp_path / "texts.txt", *flags)[0] == 0
    rows = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [len(json.loads(row)["labels"]) for row in rows] == [2, 2]
    check_refused(
        command("predict", "multilabel", tmp_path / "texts.txt", *flags),
        "out.jsonl already exists; choose another --out",
    )


def test_predict_from_standard_input_keeps_what_came_before_a_bad_record(command, folder, monkeypatch):
    lines = [{"id": "a", "text": "小李来了"}, {"id": "b", "text": " "}, {"id": "c", "text": "好的"}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    status, out, err = command("predict", "multilabel", "--model", folder, "--batch-size", "1")
    assert status == 2 and [json.loads(line)["id"] for line in out.splitlines()] == ["a"]
    assert err.splitlines()[-1].endswith("line 2: expected a text. Received: an empty one.")
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    status, out, err = command("predict", "multilabel", "--model", folder, "--on-error", "skip")
    assert status == 0 and [json.loads(line)["id"] for line in out.splitlines()] == ["a", "c"]
    assert err.splitlines()[-2] == "rejected 1:"


def test_evaluate(command, folder, tsv, tmp_path):
    flags = ["--model", folder, "--out", tmp_path / "figures.json"]
    status, out, err = command("evaluate", "multilabel", tsv, *flags)
    assert status == 0 and "read 24 texts, kept 24; 8 of them without a label, 2 labels" in err
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["texts"] == 24 and [row["positives"] for row in figures["rows"]] == [8, 12]
    saved = json.loads((folder / "metrics.json").read_text())
    assert figures["macro_f1"] == pytest.approx(saved["val_macro_f1"], abs=1e-5)
    assert out.startswith("24 texts, threshold 0\n") and "天气" in out and "threshold  ---" in out


def test_a_label_that_training_did_not_have(command, folder, tsv, tmp_path):
    file = tmp_path / "test.tsv"
    file.write_text("小李来了\t人\n今天\t心情\n", encoding="utf-8")
    message = f"{file}, line 2: expected labels of the 2 that the model was trained on. Received: '心情'."
    check_refused(command("evaluate", "multilabel", file, "--model", folder), message)
    status, out, err = command("evaluate", "multilabel", file, "--model", folder, "--on-error", "skip")
    assert status == 0 and out.startswith("1 texts") and message in err
    out = tmp_path / "out"
    check_refused(command("train", "multilabel", tsv, "--validation", file, "--out", out, *SMALL), message)
    assert not out.exists()


def test_a_label_without_any_text_of_the_file(command, folder, tmp_path):
    file = tmp_path / "test.jsonl"
    file.write_text('{"text": "小李来了", "labels": ["人"]}\n{"text": "好的", "labels": []}\n', encoding="utf-8")
    status, out, _ = command("evaluate", "multilabel", file, "--model", folder)
    assert status == 0 and "macro F1 0.5000" in out


@pytest.mark.slow
def test_trained_further_and_from_its_encoder(command, folder, tsv, tmp_path):
    status, _, err = command(
        *("train", "multilabel", tsv, "--checkpoint", folder, "--out", tmp_path / "more", "--max-length", "12"),
        *("--steps", "1", "--learning-rate", "1e-6"),
    )
    assert status == 0, err
    more = MultiLabelClassifier.from_preset(tmp_path / "more")
    assert more.preprocessor.max_length == 12 and list(more.predict_labels("小李来了")) == ["人"]
    other = tmp_path / "other.tsv"
    other.write_text("今天\t心情\n", encoding="utf-8")
    result = command(
        "train", "multilabel", other, "--checkpoint", folder, "--out", tmp_path / "x", "--max-length", "12"
    )
    check_refused(result, "Expected one of the 2 labels. Received: '心情'")
    encoder = MultiLabelClassifier.from_preset(folder).encoder
    encoder.tokenizer = more.preprocessor.tokenizer
    encoder.save_to_preset(tmp_path / "encoder")
    for flags in (["--prune-vocabulary"], []):
        argv = ["--checkpoint", tmp_path / "encoder", "--out", tmp_path / "new", "--max-length", "12", "--steps", "1"]
        status, _, err = command("train", "multilabel", other, *argv, *flags)
        assert status == 0, err
        assert MultiLabelClassifier.from_preset(tmp_path / "new").preprocessor.labels == ["心情"]
        shutil.rmtree(tmp_path / "new")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("今天\t\n", "no text has a label"),
        ("今天\t人\n\t人\n", "line 2: expected a text. Received: an empty one"),
        ("今天 人\n", "line 1: expected text, tab, labels"),
    ],
)
def test_bad_training_files(text, message, command, tmp_path):
    (tmp_path / "bad.tsv").write_text(text, encoding="utf-8")
    check_refused(command("train", "multilabel", tmp_path / "bad.tsv", "--out", tmp_path / "out", *SMALL), message)
    assert not (tmp_path / "out").exists()


def test_bad_flags(command, folder, tsv, tmp_path):
    check_refused(
        command("predict", "multilabel", "none.txt", "--model", folder),
        "none.txt does not exist; pass a file or a folder of texts",
    )
    check_refused(command("predict", "multilabel", tsv, "--model", folder, "--threshold", "high"), "threshold")
    check_refused(command("evaluate", "multilabel", tsv, "--model", tmp_path), "expected a model's folder")
    check_refused(command("evaluate", "multilabel", tmp_path / "none.tsv", "--model", folder), "No such file")
    check_refused(command("evaluate", "multi", tsv), "Did you mean multilabel?")


def test_a_file_of_titles_is_no_file_of_labels(command, tmp_path):
    """Labels that occur once on most texts need a flag; a few of them do not."""
    names = [f"名{i}" for i in range(MIN_RARE_LABELS)]
    titles = [f"小李来了{i}\t{name},人" for i, name in enumerate(names)]
    titles[0] = "小李来了\t噪音，服务,人"
    (tmp_path / "titles.tsv").write_text("\n".join(titles), encoding="utf-8")
    status, _, err = command("train", "multilabel", tmp_path / "titles.tsv", "--out", tmp_path / "run")
    assert status == 2 and "20 of 21 labels occur once, on 20 of 20 texts, such as '名1'; check that the file" in err
    assert "'噪音，服务' is one label; an ASCII comma separates two" in err
    assert "pass --allow-rare-labels" in err and not (tmp_path / "run").exists()
    labelled = [MultiLabelExample("好", (name, "人")) for name in names] + [MultiLabelExample("好", ("人",))] * 20
    _check_rare_labels(labelled, files=["a"])
    _check_rare_labels(labelled[: MIN_RARE_LABELS - 1], files=["a"])
    with pytest.raises(ValueError, match="20 of 21 labels"):
        _check_rare_labels(labelled[:-1], files=["a"])


def test_thresholds_are_tuned_and_saved_with_the_model(command, folder, tsv, tmp_path):
    status, out, _ = command("tune", "multilabel", tsv, "--model", folder, "--out", tmp_path / "tuned")
    assert status == 0 and out.startswith("thresholds of 0: micro F1 ") and "\n天气: " in out
    keras_model = MultiLabelClassifier.from_preset(tmp_path / "tuned")
    light_model = MultiLabelClassifier.from_preset(tmp_path / "tuned", engine="light")
    for model in (keras_model, light_model):
        model.preprocessor.thresholds = [9.0, -9.0]
        assert [list(labels) for labels in model.predict_labels(["小李来了", "好的"])] == [["天气"], ["天气"]]
        assert list(model.predict_labels("小李来了", threshold=0.0)) == ["人"]
        logits = model.predict_labels("好的", threshold=-99.0)
        probabilities = model.predict_labels("好的", threshold=-99.0, probabilities=True)
        assert probabilities == pytest.approx(
            {label: 1 / (1 + math.exp(-2 * logit)) for label, logit in logits.items()}
        )
    keras_model.save_to_preset(tmp_path / "again")
    (tmp_path / "texts.txt").write_text("好的\n", encoding="utf-8")
    argv = ["predict", "multilabel", tmp_path / "texts.txt", "--model", tmp_path / "again", "--probabilities"]
    (line,) = command(*argv)[1].splitlines()
    assert list(json.loads(line)["labels"]) == ["天气"] and 0 < json.loads(line)["labels"]["天气"] < 0.5
    check_refused(command("tune", "multilabel", tsv, "--model", folder, "--out", tmp_path / "again"), "already exists")
    config = json.loads((tmp_path / "again" / "config.json").read_text())
    config["config"]["preprocessor"]["config"]["thresholds"] = [1.0]
    (tmp_path / "again" / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="Expected a finite threshold for each of 2 labels"):
        MultiLabelClassifier.from_preset(tmp_path / "again")


def test_predictions_on_a_terminal(command, folder, tmp_path, terminal):
    (tmp_path / "texts.txt").write_text("小李来了\n好的\n", encoding="utf-8")
    predict = ("predict", "multilabel", tmp_path / "texts.txt", "--model", folder)
    head, *lines = command(*predict, "--probabilities")[1].splitlines()
    assert head.split() == ["label", "probability"] and (lines[0], lines[-1]) == ("1  小李来了", "2  好的")
    assert lines[1].split()[0] == "人" and 0.5 < float(lines[1].split()[1]) <= 1
    assert command(*predict)[1].split()[:2] == ["label", "logit"]
