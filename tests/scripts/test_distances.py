"""Commands of text distances: compare, index and search."""

import io
import json

import numpy as np
import pytest

from tests.full_disk import full_disk
from tests.models.random_encoder import random_encoder
from textzoo.data.files import sha256_file
from textzoo.data.writer_lock import WriterLock
from textzoo.models import ContextualEmbedder
from textzoo.scripts.cli.distance_options import EmbedderOptions, open_embedder
from textzoo.scripts.cli.open_index import open_index
from textzoo.similarity import WordEmbedder, WordVectors, paired_distances
from textzoo.similarity.index_listing import read_listing, write_listing

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
    status, out, err = command("search", TEXTS[1], "--index", folder, "--vectors", vectors, "--k", "5")
    results = [json.loads(line) for line in out.splitlines()]
    expected = distances(TEXTS[1], TEXTS, vectors=vectors)
    assert status == 0 and "of 5 distances needed optimal transport" in err
    assert [result["text"] for result in results] == [TEXTS[i] for i in np.argsort(expected)]
    np.testing.assert_allclose([result["distance"] for result in results], np.sort(expected), atol=1e-6)
    assert results[0]["id"] == 2 and results[0]["rank"] == 1 and results[0]["query"] == TEXTS[1]


def test_compare_and_search_by_the_cosine_of_means(tmp_path, vectors, command):
    x, y = (rows.mean(axis=0) for rows in WordEmbedder(WordVectors.load(vectors))(TEXTS[:2])[1])
    expected = 1 - x @ y / np.linalg.norm(x) / np.linalg.norm(y)
    options = ("--vectors", vectors, "--measure", "cosine")
    assert command("compare", *TEXTS[:2], *options) == (0, f"cosine\t{expected:.6f}\n", "")
    assert "pass --measure wmd" in one_line(command("compare", *TEXTS[:2], *options, "--plan", tmp_path / "p.html"))
    assert command("index", tmp_path / "texts.txt", "--out", tmp_path / "means", *options)[0] == 0
    _, out, _ = command("search", TEXTS[0], "--index", tmp_path / "means", "--vectors", vectors)
    found = {result["text"]: result["distance"] for result in map(json.loads, out.splitlines())}
    np.testing.assert_allclose([found[TEXTS[0]], found[TEXTS[1]]], [0, expected], atol=1e-6)


def test_append_keeps_the_options_of_the_index(tmp_path, vectors, folder, command):
    append = ("index", tmp_path / "texts.txt", "--out", folder, "--append")
    uses = "--append uses the options of the index, "
    assert uses + "--measure: wmd. Received: cosine; remove --measure" in one_line(
        command(*append, "--measure", "cosine")
    )
    assert uses + "--units: characters. Received: words" in one_line(command(*append, "--units", "words"))
    assert uses + "--layers: none. Received: last" in one_line(command(*append, "--layers", "last"))
    assert uses + "its document frequencies too" in one_line(command(*append, "--idf", tmp_path / "texts.txt"))
    assert uses + "its stop words too" in one_line(command(*append, "--stop-words", tmp_path / "texts.txt"))
    assert f"pass --vectors; the index was made with --vectors {vectors}" in one_line(command(*append))
    assert command(*append, "--measure", "wmd", "--vectors", vectors)[1].startswith("5 texts indexed, 10 in")
    with WriterLock(folder):
        assert "is writing it" in one_line(command(*append, "--vectors", vectors))


def test_append_and_standard_input(tmp_path, vectors, folder, command, monkeypatch):
    (tmp_path / "more.jsonl").write_text(
        '{"id": "x", "text": "今天很好"}\n{"id": "y", "text": "Ω"}\n', encoding="utf-8"
    )
    append = ("index", tmp_path / "more.jsonl", "--vectors", vectors, "--out", folder, "--append")
    status, _, err = command(*append)
    assert status == 2 and "line 2: expected a text with a word that has a vector. Received: 'Ω'." in err
    status, out, err = command(*append, "--on-error", "skip")
    assert status == 0 and out.startswith("1 texts indexed, 6 in") and "rejected 1:" in err
    monkeypatch.setattr("sys.stdin", io.StringIO("今天很好\n首都\n"))
    _, out, _ = command("search", "-", "--index", folder, "--vectors", vectors, "--k", "1")
    assert [(result["id"], result["distance"]) for result in map(json.loads, out.splitlines())] == [
        ("x", 0.0),
        (5, 0.0),
    ]


def test_a_full_disk_is_named_and_the_next_run_works(tmp_path, vectors, folder, command):
    long = tmp_path / "long.txt"
    long.write_text("北" * 5000 + "\n", encoding="utf-8")
    for out, flags, segment in ((tmp_path / "new", (), 0), (folder, ("--append",), 1)):
        index = ("index", long, "--vectors", vectors, "--out", out, *flags)
        with full_disk():
            error = one_line(command(*index))
        assert error == f"textzoo index: {out}/segment-0000{segment}/texts.jsonl: File too large\n"
        assert command(*index)[0] == 0
    search = ("search", "北", "--index", folder, "--vectors", vectors, "--k", "99")
    assert len(command(*search)[1].splitlines()) == len(TEXTS) + 1


def test_idf_is_kept_with_the_index(tmp_path, vectors, command):
    idf = ["--idf", tmp_path / "texts.txt"]
    index = tmp_path / "weighted"
    assert command("index", tmp_path / "texts.txt", "--vectors", vectors, "--out", index, *idf)[0] == 0
    _, out, _ = command("search", "天天气", "--index", index, "--vectors", vectors, "--k", "5")
    best = json.loads(out.splitlines()[0])
    _, compared, _ = command("compare", "天天气", best["text"], "--vectors", vectors, *idf)
    np.testing.assert_allclose(best["distance"], float(compared.split()[1]), atol=1e-6)


def test_the_layers_of_an_encoder(tmp_path, command):
    encoder = random_encoder(embedding_layers="last")
    encoder.save_to_preset(tmp_path / "encoder")
    texts = ["一丁", "丁七"]
    options = ("--encoder", tmp_path / "encoder")
    expected = {}
    for layers in ("last", "first_last"):
        x, y = (rows.mean(axis=0) for rows in ContextualEmbedder(encoder, layers)(texts)[1])
        expected[layers] = pytest.approx(1 - x @ y / np.linalg.norm(x) / np.linalg.norm(y), abs=2e-6)
    assert abs(expected["last"].expected - expected["first_last"].expected) > 1e-4
    for layers, flags in (("last", ()), ("first_last", ("--layers", "first_last"))):
        name, distance = command("compare", *texts, *options, *flags)[1].split()
        assert (name, float(distance)) == ("cosine", expected[layers])
    status, out, err = command("compare", *texts, *options, "--measure", "wrd")
    assert status == 0 and out.startswith("wrd\t"), err
    (tmp_path / "two.txt").write_text("\n".join(texts), encoding="utf-8")
    made = command("index", tmp_path / "two.txt", *options, "--out", tmp_path / "i", "--layers", "first_last")
    assert made[0] == 0
    _, out, _ = command("search", texts[0], "--index", tmp_path / "i", *options, "--k", "2")
    assert json.loads(out.splitlines()[1])["distance"] == expected["first_last"]
    append = command("index", tmp_path / "two.txt", "--out", tmp_path / "i", "--append", "--layers", "last")
    assert "--layers: first_last. Received: last" in one_line(append)


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
    assert "v: No such file" in one_line(command("index", texts, "--vectors", "v", "--out", folder, "--append"))
    assert "--layers needs --encoder" in compare("a", "b", "--vectors", vectors, "--layers", "last")
    assert "with index.json" in one_line(command("search", "北", "--index", tmp_path))
    status, out, _ = command("search", "北", "--index", folder, "--vectors", vectors, "--k", "99")
    assert (status, len(out.splitlines())) == (0, len(TEXTS))
    assert "--k: expected a whole number above 0" in one_line(command("search", "北", "--index", folder, "--k", "0"))
    text = vectors.read_text(encoding="utf-8")
    vectors.write_text(text.replace("0.", "1.", 1), encoding="utf-8")
    assert "Expected vectors of the index's model" in one_line(
        command("search", "北", "--index", folder, "--vectors", vectors, "--k", "1")
    )


def test_a_search_opens_no_file_that_the_index_names(tmp_path, vectors, command):
    (tmp_path / "stop.txt").write_text("首\n", encoding="utf-8")
    (tmp_path / "words.txt").write_text("北京 9\n", encoding="utf-8")
    index, words = tmp_path / "index", ("--units", "jieba", "--stop-words", tmp_path / "stop.txt")
    options = (*words, "--user-dict", tmp_path / "words.txt", "--vectors", vectors)
    assert command("index", tmp_path / "texts.txt", "--out", index, *options)[0] == 0
    for name in ("stop.txt", "words.txt"):
        (tmp_path / name).unlink()
    search = ("search", "首都在北京", "--index", index)
    assert f"pass --vectors; the index was made with --vectors {vectors}" in one_line(command(*search))
    _, out, _ = command(*search, "--vectors", vectors)
    assert json.loads(out.splitlines()[-1])["rank"] == 5
    assert "pass --vectors" in one_line(command(*search, "--encoder", "tiny-zh"))


def test_an_index_keeps_its_words_beside_another_embedder(tmp_path, vectors, command):
    (tmp_path / "words.txt").write_text("我在北京 99999\n", encoding="utf-8")
    options = ("--units", "jieba", "--user-dict", tmp_path / "words.txt", "--vectors", vectors)
    assert command("index", tmp_path / "texts.txt", "--out", tmp_path / "index", *options)[0] == 0
    opened = open_index(str(tmp_path / "index"), vectors=str(vectors))
    open_embedder(EmbedderOptions(vectors=str(vectors), units="jieba"))
    ((match,),) = opened.top_k(["我在北京"], 1)
    assert match.text["text"] == "我在北京" and match.distance == 0
    assert len(opened.top_k(["首都"], 99)[0]) == len(TEXTS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stop_words", "/etc/passwd"),
        ("user_dict", "/etc/passwd"),
        ("units", "bytes"),
        ("layers", 5),
        ("vectors", []),
        ("idf", {"x": 1}),
        ("idf", {"frequencies": {"a": "1"}, "texts": 1}),
        ("idf", {"frequencies": {"a": 2}, "texts": 1}),
        ("idf", {"frequencies": {"a": float("nan")}, "texts": 1}),
        ("idf", {"frequencies": {"a": 10**400}, "texts": 10**400}),
        ("idf", {"frequencies": ["a"], "texts": 1}),
        ("user_dict", ["北\n京"]),
        ("user_dict", ["北京 " + "9" * 400]),
        ("measure", "wrd"),
        ("measure", ["wmd"]),
    ],
)
def test_other_details_than_those_of_an_index_are_refused(vectors, folder, command, name, value):
    listing = read_listing(folder)
    listing["details"][name] = value
    write_listing(folder, listing)
    error = one_line(command("search", "北", "--index", folder, "--vectors", vectors))
    assert f"{folder}: expected details.{name} to be" in error


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"encoder": "tiny-zh"}, "details of one of vectors and encoder"),
        ({"vectors": None}, "details of one of vectors and encoder"),
        ({"layers": "last"}, "details.layers of an encoder"),
    ],
)
def test_details_that_contradict_each_other_are_refused(vectors, folder, command, changed, message):
    listing = read_listing(folder)
    listing["details"] |= changed
    write_listing(folder, listing)
    error = one_line(command("search", "北", "--index", folder, "--vectors", vectors))
    assert f"{folder}: expected {message}" in error


@pytest.mark.parametrize(
    "line",
    ["5", "null", '"a"', "[]", "{}", '{"id": 1}', '{"text": "a"}', '{"id": 1, "text": 5}', '{"id": [], "text": "a"}']
    + ['{"id": 1, "text": "a", "rank": 0}', '{"id": 1, "text": "\\ud800"}', "{", "[" * 99999],
)  # fmt: skip
def test_other_entries_than_those_of_an_index_are_refused(vectors, folder, command, line):
    file = folder / "segment-00000/texts.jsonl"
    file.write_text("\n".join([line] * len(TEXTS)) + "\n")
    listing = read_listing(folder)
    listing["segments"][0]["sha256"]["texts.jsonl"] = sha256_file(file)
    write_listing(folder, listing)
    error = one_line(command("search", "首都", "--index", folder, "--vectors", vectors, "--k", "1"))
    assert f"textzoo search: {file}, line 5: expected" in error


def test_shards_with_details_of_their_own_are_refused(tmp_path, vectors, command):
    index = ("index", tmp_path / "texts.txt", "--vectors", vectors, "--out", tmp_path / "out", "--batch-size", "1")
    assert command(*index, "--shards", "2", "--workers", "1")[0] == 0
    shard = tmp_path / "out/part-00001-of-00002"
    listing = read_listing(shard)
    listing["details"]["stop_words"] = ["北"]
    write_listing(shard, listing)
    error = one_line(command("search", "首都", "--index", tmp_path / "out", "--vectors", vectors))
    assert f"{shard}: expected the details of" in error


def test_search_and_compare_on_a_terminal(vectors, folder, command, terminal):
    _, out, _ = command("search", TEXTS[1], "--index", folder, "--vectors", vectors, "--k", "2")
    head, query, first, _ = out.splitlines()
    assert head.split() == ["text", "distance"] and query == TEXTS[1]
    assert first.split() == ["2", TEXTS[1], "0.000"]
    head, total, *moves = command("compare", *TEXTS[:2], "--vectors", vectors)[1].splitlines()
    assert head.split() == ["first", "text", "second", "text", "mass", "cost"]
    assert total.split()[0] == "wmd" and ["北", "北"] in [move.split()[:2] for move in moves]
