"""Commands of text distances: compare, index and search."""

import io
import json

import numpy as np
import pytest

from tests.models.random_encoder import random_encoder
from textzoo.similarity import WordEmbedder, WordVectors, paired_distances

TEXTS = ["北京是首都", "我在北京", "天气很好", "今天天气", "首都"]


@pytest.fixture
def vectors(tmp_path):
    words = sorted(set("".join(TEXTS)) | {"今"})
    rows = np.random.default_rng(0).normal(size=(len(words), 5)).round(3)
    lines = [f"{word} " + " ".join(map(str, row)) for word, row in zip(words, rows, strict=True)]
    (tmp_path / "v.vec").write_text(f"{len(words)} 5\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "texts.txt").write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    return tmp_path / "v.vec"


@pytest.fixture
def folder(tmp_path, vectors, command):
    assert command("index", tmp_path / "texts.txt", "--vectors", vectors, "--out", tmp_path / "index")[0] == 0
    return tmp_path / "index"


def distances(query, texts, *, vectors, cost="euclidean", weighting="uniform"):
    embed = WordEmbedder(WordVectors.load(vectors))
    xs, ys = embed([query] * len(texts))[1], embed(texts)[1]
    return paired_distances(xs, ys, cost=cost, weighting=weighting)


@pytest.mark.parametrize(("measure", "cost", "weighting"), [("wmd", "euclidean", "uniform"), ("wrd", "cosine", "norm")])
def test_compare(tmp_path, vectors, command, measure, cost, weighting):
    status, out, err = command(
        "compare", *TEXTS[:2], "--vectors", vectors, "--measure", measure, "--plan", tmp_path / "p.html"
    )
    first, *moves = out.splitlines()
    assert (status, err) == (0, "")
    expected = distances(TEXTS[0], [TEXTS[1]], vectors=vectors, cost=cost, weighting=weighting)
    np.testing.assert_allclose(float(first.split("\t")[1]), expected, atol=1e-6)
    assert "北\t北\tmass" in out and len(moves) >= 5
    assert "首" in (tmp_path / "p.html").read_text(encoding="utf-8")


def test_search_agrees_with_compare(vectors, folder, command):
    status, out, err = command("search", TEXTS[1], "--index", folder, "--k", "5")
    results = [json.loads(line) for line in out.splitlines()]
    expected = distances(TEXTS[1], TEXTS, vectors=vectors)
    assert status == 0 and "of 5 pairs needed optimal transport" in err
    assert [result["text"] for result in results] == [TEXTS[i] for i in np.argsort(expected)]
    np.testing.assert_allclose([result["distance"] for result in results], np.sort(expected), atol=1e-6)
    assert results[0]["id"] == 2 and results[0]["rank"] == 1 and results[0]["query"] == TEXTS[1]


def test_append_and_standard_input(tmp_path, folder, command, monkeypatch):
    (tmp_path / "more.jsonl").write_text(
        '{"id": "x", "text": "今天很好"}\n{"id": "y", "text": "Ω"}\n', encoding="utf-8"
    )
    status, _, err = command("index", tmp_path / "more.jsonl", "--out", folder, "--append")
    assert status == 2 and "line 2: expected a text with a word that has a vector. Received: 'Ω'." in err
    status, out, err = command("index", tmp_path / "more.jsonl", "--out", folder, "--append", "--on-error", "skip")
    assert status == 0 and out.startswith("1 texts indexed, 6 in") and "rejected 1:" in err
    monkeypatch.setattr("sys.stdin", io.StringIO("今天很好\n首都\n"))
    _, out, _ = command("search", "-", "--index", folder, "--k", "1")
    assert [(result["id"], result["distance"]) for result in map(json.loads, out.splitlines())] == [
        ("x", 0.0),
        (5, 0.0),
    ]


def test_idf_is_kept_with_the_index(tmp_path, vectors, command):
    idf = ["--idf", tmp_path / "texts.txt"]
    index = tmp_path / "weighted"
    assert command("index", tmp_path / "texts.txt", "--vectors", vectors, "--out", index, *idf)[0] == 0
    _, out, _ = command("search", "天天气", "--index", index, "--k", "5")
    best = json.loads(out.splitlines()[0])
    _, compared, _ = command("compare", "天天气", best["text"], "--vectors", vectors, *idf)
    np.testing.assert_allclose(best["distance"], float(compared.split()[1]), atol=1e-6)


def test_encoder(tmp_path, command):
    random_encoder().save_to_preset(tmp_path / "encoder")
    status, out, err = command("compare", "一丁", "丁七", "--encoder", tmp_path / "encoder", "--measure", "wrd")
    assert status == 0 and out.startswith("wrd\t"), err


def one_line(result):
    status, out, err = result
    assert (status, out, err.count("\n")) == (2, "", 1)
    return err


def test_bad_input(tmp_path, vectors, folder, command):
    def compare(*words):
        return one_line(command("compare", *words))

    assert "Expected two texts. Received: 1" in compare("a")
    assert "one of --vectors and --encoder. Received: neither" in compare("a", "b")
    assert "one of --vectors and --encoder. Received: both" in compare("a", "b", "--vectors", "x", "--encoder", "y")
    assert "no.vec: No such file" in compare("a", "b", "--vectors", "no.vec")
    assert "with a word that has a vector. Received: 'Ω'" in compare("北", "Ω", "--vectors", vectors)
    assert "line 1: expected" in compare("北", "京", "--vectors", tmp_path / "texts.txt")
    assert "Received: ''" in compare("北", "", "--vectors", vectors)
    texts = tmp_path / "texts.txt"
    assert "or pass --append" in one_line(command("index", texts, "--vectors", vectors, "--out", folder))
    assert "--append uses the options of the index" in one_line(
        command("index", texts, "--vectors", "v", "--out", folder, "--append")
    )
    assert "with index.json" in one_line(command("search", "北", "--index", tmp_path))
    assert "from 1 to 5" in one_line(command("search", "北", "--index", folder, "--k", "6"))
    assert '"k"' in one_line(command("search", "北", "--index", folder, "--k", "0"))
    text = vectors.read_text(encoding="utf-8")
    vectors.write_text(text.replace("0.", "1.", 1), encoding="utf-8")
    assert "Expected vectors of the index's model" in one_line(command("search", "北", "--index", folder, "--k", "1"))
