"""`textzoo train mlm` and `textzoo evaluate mlm`."""

import json

import numpy as np
import pytest

from textzoo.models import Encoder, MaskedLM

TEXTS = ["小明昨天去了上海图书馆借书。", "The old library in Dover opened in 1923.", "今天天气很好，大家都很高兴。"]
SMALL = ["--num-layers", "1", "--hidden-size", "16", "--num-heads", "2", "--max-length", "32", "--batch-size", "4"]


@pytest.fixture
def corpus(tmp_path):
    file = tmp_path / "corpus.txt"
    file.write_text("\n".join(TEXTS * 8) + "\n", encoding="utf-8")
    return file


@pytest.mark.slow
def test_from_random_weights_to_other_tasks_and_libraries(command, corpus, train_file, tmp_path):
    flags = ["--validation", corpus, "--out", tmp_path / "run", "--vocab-size", "150", "--epochs", "2", *SMALL]
    status, _, err = command("train", "mlm", corpus, *flags)
    assert status == 0 and f"{corpus}: 24 texts" in err
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert 0 <= metrics["val_token_accuracy"] <= 1 and metrics["val_loss"] > 0
    assert isinstance(MaskedLM.from_preset(tmp_path / "run").fill("今天[MASK]气很好"), list)
    qa = ["--checkpoint", tmp_path / "run", "--out", tmp_path / "qa", "--steps", "1"]
    lengths = ["--max-source-length", "40", "--max-answer-length", "6", "--max-question-length", "8"]
    assert command("train", "qa", train_file, *qa, *lengths)[0] == 0
    ids = np.array([[2, 9, 8, 3]], "int32")
    ours = Encoder.from_preset(tmp_path / "run")
    for name in ("huggingface", "google"):
        assert command("convert", tmp_path / "run", tmp_path / name, "--format", name)[0] == 0
        theirs = Encoder.from_preset(tmp_path / name)
        np.testing.assert_allclose(theirs(ids), ours(ids), atol=1e-5)
        np.testing.assert_allclose(theirs.token_logits(theirs(ids)), ours.token_logits(ours(ids)), atol=1e-5)
    flags = ["--model", tmp_path / "run", "--train", corpus, "--out", tmp_path / "figures.json"]
    status, out, err = command("evaluate", "mlm", corpus, *flags)
    assert status == 0, err
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert [line.split()[0] for line in out.splitlines()] == list(figures)
    assert figures["broken_words"] == 0 and 0.05 < figures["masked_share"] < 0.25
    assert figures["bigram_loss"] < figures["unigram_loss"] and figures["bigram_accuracy"] > 0.3
    status, out, _ = command("evaluate", "mlm", corpus, "--model", tmp_path / "run")
    assert status == 0 and "accuracy" in out and "unigram" not in out
    status, _, err = command("evaluate", "mlm", corpus, *flags)
    assert status == 2 and "figures.json already exists; choose another --out" in err


def test_goes_on_from_a_checkpoint_in_mixed_precision(command, corpus, model_folder, tmp_path):
    flags = ["--checkpoint", model_folder, "--precision", "mixed_bfloat16"]
    flags += ["--gradient-accumulation-steps", "2", "--steps", "2"]
    status, _, err = command("train", "mlm", corpus, "--out", tmp_path / "run", *flags, "--max-length", "32")
    assert status == 0, err
    encoder, before = Encoder.from_preset(tmp_path / "run"), Encoder.from_preset(model_folder)
    assert encoder.vocab_size == before.vocab_size


@pytest.mark.slow
def test_gap_sentences_give_generators_their_copy_head(command, corpus, train_file, tmp_path, caplog):
    flags = ["--gap-sentences", "--masked-fraction", "0.3", "--epochs", "1", "--out", tmp_path / "run", *SMALL]
    status, _, err = command("train", "mlm", corpus, *flags)
    assert status == 0, err
    lengths = ["--max-source-length", "40", "--max-answer-length", "6", "--max-question-length", "8"]
    qa = ["--checkpoint", tmp_path / "run", "--out", tmp_path / "qa", "--steps", "1", *lengths]
    assert command("train", "qa", train_file, *qa)[0] == 0
    assert "copy head" not in caplog.text
    assert command("evaluate", "mlm", corpus, "--model", tmp_path / "run")[0] == 0


def test_bad_input(command, tmp_path):
    (tmp_path / "empty.txt").write_text("\n")
    status, _, err = command("train", "mlm", tmp_path / "empty.txt", "--out", tmp_path / "run")
    assert status == 2 and "empty.txt: expected texts" in err and not (tmp_path / "run").exists()
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "天"]
    (tmp_path / "vocab.txt").write_text("\n".join(vocab), encoding="utf-8")
    (tmp_path / "unknown.txt").write_text("ЖЖЖ\n", encoding="utf-8")
    for on_error in ("raise", "skip"):
        flags = ["--vocab", tmp_path / "vocab.txt", "--on-error", on_error, "--out", tmp_path / "run"]
        status, _, err = command("train", "mlm", tmp_path / "unknown.txt", *flags)
        assert status == 2 and "Expected texts with characters of the vocabulary" in err, err
    (tmp_path / "vocab.txt").write_text("\n".join(vocab[:4]), encoding="utf-8")
    status, _, err = command("train", "mlm", tmp_path / "unknown.txt", *flags)
    assert status == 2 and "vocab.txt" in err and "[MASK]" in err
    flags = ["--vocab", tmp_path / "vocab.txt", "--max-length", "2", "--out", tmp_path / "run"]
    (tmp_path / "known.txt").write_text("天\n", encoding="utf-8")
    (tmp_path / "vocab.txt").write_text("\n".join(vocab), encoding="utf-8")
    status, _, err = command("train", "mlm", tmp_path / "known.txt", *flags)
    assert status == 2 and "max_length of 3 or more" in err, err
    (tmp_path / "x.jsonl").write_text('{"text": "今天"}\n{"txt": 1}\n', encoding="utf-8")
    status, _, err = command("train", "mlm", tmp_path / "x.jsonl", "--out", tmp_path / "run")
    assert status == 2 and "x.jsonl, line 2: expected a field 'text' with a string" in err
