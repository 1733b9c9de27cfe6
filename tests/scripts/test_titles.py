"""Training, generation and evaluation of titles from the command line."""

import io
import json

import pytest
import yaml

from textzoo.models import TitleGenerator
from textzoo.scripts import main as textzoo

NAMES, PLACES = ["王明", "李红", "张华", "刘丽"], ["公园", "车站", "学校", "商场"]
PAIRS = [(f"{name}去了{place}", f"昨天{name}去了{place}玩。") for name in NAMES for place in PLACES]
SMALL = ["--num-layers", "1", "--hidden-size", "16", "--num-heads", "2"]
SMALL += ["--max-source-length", "16", "--max-title-length", "8"]
FLAGS = ["--batch-size", "16", "--dropout", "0", "--learning-rate", "0.02"]
DIRECTIONS = {
    "left_to_right": {"left_to_right"},
    "bidirectional": {"left_to_right", "right_to_left"},
    "from_both_ends": {"from_both_ends"},
}


@pytest.fixture(scope="module")
def tsv(tmp_path_factory):
    file = tmp_path_factory.mktemp("data") / "train.tsv"
    file.write_text("".join(f"{title}\t{text}\n" for title, text in PAIRS), encoding="utf-8")
    return file


def trained(out, tsv, epochs):
    argv = ["train", "title", tsv, "--validation", tsv, "--out", out, "--epochs", epochs, *SMALL, *FLAGS]
    assert textzoo.main([str(word) for word in argv]) == 0
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tsv):
    return trained(tmp_path_factory.mktemp("runs") / "titles", tsv, epochs=6)


def check_refused(result, message):
    """Checks for status 2 and one line of error."""
    status, out, err = result
    assert status == 2 and out == "" and message in err.splitlines()[-1] and "Traceback" not in err, err


@pytest.mark.slow
@pytest.mark.graph
def test_a_trained_model_has_learned(command, tsv, tmp_path):
    folder = trained(tmp_path / "titles", tsv, epochs=30)
    assert json.loads((folder / "metrics.json").read_text())["val_token_accuracy"] > 0.8
    flags = ["--model", folder, "--num-beams", "2", "--out", tmp_path / "figures.json"]
    assert command("evaluate", "title", tsv, *flags)[0] == 0
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["rouge_l"] > figures["lead_rouge_l"]


def test_a_folder_and_its_figures(command, folder, tsv, tmp_path):
    model = TitleGenerator.from_preset(folder)
    assert (model.preprocessor.max_source_length, model.preprocessor.max_title_length) == (16, 8)
    assert "model.generate(" in (folder / "README.md").read_text(encoding="utf-8")
    flags = ["--model", folder, "--num-beams", "2", "--pairing", "all", "--out", tmp_path / "figures.json"]
    status, out, err = command("evaluate", "title", tsv, *flags)
    assert status == 0 and "read 16 titles, kept 16" in err, err
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert [line.split()[0] for line in out.splitlines()] == list(figures)
    assert figures["titles"] == 16 and figures["lead_k"] == 6
    check_refused(command("evaluate", "title", tsv, *flags), "figures.json already exists; choose another --out")


def test_articles_that_are_read_in_part_are_told(command, folder, tmp_path):
    (tmp_path / "a.txt").write_text("昨天王明去了公园。\n" + "昨天王明去了公园。" * 3 + "\n", encoding="utf-8")
    status, out, err = command("generate", "title", tmp_path / "a.txt", "--model", folder)
    assert status == 0 and len(out.splitlines()) == 2
    assert err == f"1 long article: the beginning, 14 tokens, was read of {tmp_path}/a.txt, line 2 (27 tokens)\n"


@pytest.mark.slow
@pytest.mark.parametrize("decoder", ["bidirectional", "from_both_ends"])
def test_two_directions_from_a_folder_of_texts(decoder, command, tmp_path):
    texts, folder = tmp_path / "texts", tmp_path / "out"
    texts.mkdir()
    for number, (title, text) in enumerate(PAIRS[:8]):
        (texts / f"{number}.txt").write_text(f"{title}\n{text}\n", encoding="gb18030")
    flags = ["--steps", "1", "--fusion", "gate", "--leakage-guard", "noise", "--source-prior", "--no-copy-head"]
    flags += ["--decoder", decoder, "--out", folder, "--encoding", "gb18030"]
    status, _, err = command("train", "title", texts, *SMALL, *FLAGS, *flags)
    assert status == 0 and "read 8 titles, kept 8" in err, err
    assert list(json.loads((folder / "run.json").read_text(encoding="utf-8"))["data"]) == [str(texts)]
    options = TitleGenerator.from_preset(folder).options
    assert (options["decoder"], options["fusion"], options["leakage_guard"]) == (decoder, "gate", "noise")
    assert options["source_prior"] and not options["copy_head"]
    (tmp_path / "a.txt").write_text("昨天王明去了公园\n\n李红玩\n", encoding="utf-8")
    flags = ["--model", folder, "--num-beams", "2", "--length-penalty", "0", "--max-title-length", "4"]
    status, out, err = command("generate", "title", tmp_path / "a.txt", *flags)
    records = [json.loads(line) for line in out.splitlines()]
    assert status == 0 and [record["id"] for record in records] == [1, 3], err
    assert {record["direction"] for record in records} <= DIRECTIONS[decoder]
    assert all(len(record["title"]) <= 4 and record["score"] < 0 for record in records)
    agreement = ["--model", folder, "--num-titles", "3", "--agreement-weight", "0.5"]
    if decoder == "bidirectional":
        records = [
            json.loads(line) for line in command("generate", "title", tmp_path / "a.txt", *agreement)[1].splitlines()
        ]
        assert [record["rank"] for record in records if record["id"] == 1] == [1, 2, 3]
        for record in records:
            both = record["left_to_right_logprob"] + record["right_to_left_logprob"]
            assert both < 0 and both / 2 <= record["score"]
        message = "--pairing all and --agreement-weight exclude each other"
        check_refused(command("generate", "title", tmp_path / "a.txt", *agreement, "--pairing", "all"), message)
    else:
        message = "Expected a bidirectional model for agreement_weight. Received: 'from_both_ends'"
        check_refused(command("generate", "title", tmp_path / "a.txt", *agreement), message)
    tuning = ["--model", folder, "--engine", "light", "--encoding", "gb18030", "--out", tmp_path / "options.yaml"]
    status, out, err = command("tune", "title", texts, *tuning)
    figures = dict(line.rsplit(": rouge_l ", 1) for line in out.splitlines() if "rouge_l" in line)
    chosen = yaml.safe_load((tmp_path / "options.yaml").read_text(encoding="utf-8"))
    assert status == 0 and len(figures) == (60 if decoder == "bidirectional" else 5), err
    names = [name for name in ("length_penalty", "agreement_weight") if name in chosen]
    assert figures[", ".join(f"{name} {chosen[name]:g}" for name in names)] == max(figures.values())
    evaluated = ["--model", folder, "--encoding", "gb18030", "--config", tmp_path / "options.yaml"]
    assert f" {max(figures.values())}\n" in command("evaluate", "title", texts, *evaluated)[1]
    tree = ["--model", folder, "--num-beams", "2", "--search-tree", tmp_path / "tree.html"]
    if decoder == "bidirectional":
        assert command("generate", "title", tmp_path / "a.txt", *tree)[1] != ""
        page = (tmp_path / "tree.html").read_text(encoding="utf-8")
        assert page.count("<svg") == 2 and "昨天王明去了公园" in page
    else:
        check_refused(
            command("generate", "title", tmp_path / "a.txt", *tree), "--search-tree needs a bidirectional model"
        )
    flags = ["--model", folder, "--num-beams", "3"]
    check_refused(
        command("generate", "title", tmp_path / "a.txt", *flags), "an even num_beams for two directions. Received: 3"
    )


@pytest.mark.graph
@pytest.mark.slow
def test_two_passes(command, tsv, tmp_path, monkeypatch):
    out = tmp_path / "out"
    flags = ["--decoder", "bidirectional", "--leakage-guard", "two_pass"]
    flags += ["--draft-steps-fraction", "0.25", "--truncation", "lead_and_tail"]
    argv = ["train", "title", tsv, "--validation", tsv, "--out", out, *SMALL, *FLAGS, *flags, "--epochs", "4"]

    def broken_off(*args, **options):
        raise OSError("broken off")

    with monkeypatch.context() as patch:
        patch.setattr("textzoo.scripts.train_title.train_model", broken_off)
        status, _, err = command(*argv)
        assert status == 2 and err.endswith("broken off\n"), err
    drafts = (out / "drafts.jsonl").read_bytes()
    assert [len(json.loads(line)) for line in drafts.splitlines()] == [2] * 2 * len(PAIRS)
    folds = [(out / f"drafts_{fold}" / "model.safetensors").read_bytes() for fold in range(2)]
    status, out_text, err = command(*argv, "--resume")
    assert status == 0 and "drafts_" not in out_text, err
    assert (out / "drafts.jsonl").read_bytes() == drafts
    assert folds == [(out / f"drafts_{fold}" / "model.safetensors").read_bytes() for fold in range(2)]
    fold, model = TitleGenerator.from_preset(out / "drafts_0"), TitleGenerator.from_preset(out)
    assert (fold.options["leakage_guard"], fold.options["lookahead"]) == ("mask", 0)
    assert (model.options["leakage_guard"], model.preprocessor.truncation) == ("two_pass", "lead_and_tail")
    assert len((out / "drafts_1" / "log.csv").read_text().splitlines()) == 2


def test_generate(command, folder, tmp_path):
    lines = [{"id": "甲", "text": "昨天王明去了车站玩。"}, {"id": 2, "text": "昨天李红去了学校玩。"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    flags = ["--model", folder, "--num-beams", "2", "--batch-size", "1", "--out", tmp_path / "out.jsonl"]
    status, out, err = command("generate", "title", tmp_path / "a.jsonl", *flags)
    assert status == 0 and out == "", err
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    expected = TitleGenerator.from_preset(folder).generate([line["text"] for line in lines], num_beams=2)
    assert [(record["id"], record["title"]) for record in records] == [("甲", expected[0].text), (2, expected[1].text)]
    assert records[0]["score"] == pytest.approx(expected[0].score, abs=1e-4)
    assert records[0]["direction"] == "left_to_right"
    check_refused(
        command("generate", "title", tmp_path / "a.jsonl", *flags),
        "out.jsonl already exists; choose another --out or pass --resume",
    )


@pytest.mark.slow
@pytest.mark.graph
def test_resume(command, folder, tmp_path, monkeypatch):
    texts = [f"昨天{name}去了{place}玩。" for name in NAMES for place in PLACES][:6]
    lines = [*texts[:3], "ßßß", *texts[3:]]
    (tmp_path / "a.txt").write_text("".join(f"{text}\n" for text in lines), encoding="utf-8")
    flags = [tmp_path / "a.txt", "--model", folder, "--num-beams", "1", "--batch-size", "1", "--on-error", "skip"]
    flags += ["--engine", "keras"]
    assert command("generate", "title", *flags, "--out", tmp_path / "whole.jsonl")[0] == 0
    generate, calls = TitleGenerator.generate, []

    def broken_off(self, texts, **options):
        calls.append(texts)
        if len(calls) == 2:
            raise OSError("broken off")
        return generate(self, texts, **options)

    with monkeypatch.context() as patch:
        patch.setattr(TitleGenerator, "generate", broken_off)
        assert command("generate", "title", *flags, "--out", tmp_path / "out.jsonl")[0] == 2
    check_refused(command("generate", "title", *flags, "--out", tmp_path / "out.jsonl"), "or pass --resume")
    resume = ["--out", tmp_path / "out.jsonl", "--resume"]
    check_refused(
        command("generate", "title", *flags, *resume, "--length-penalty", "1"),
        "cannot resume with another length_penalty. Expected: 1.5. Received: 1.0; use the same",
    )
    status, _, err = command("generate", "title", *flags, *resume)
    assert status == 0 and "rejected 1:" in err, err
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    check_refused(command("generate", "title", *flags, *resume), "this run has already finished; nothing to resume")
    check_refused(command("generate", "title", "--model", folder, "--resume"), "--resume needs --out and an input file")


@pytest.mark.slow
def test_what_came_before_a_bad_article_is_written(command, folder, monkeypatch):
    for bad, message in (
        (" ", "expected a text. Received: an empty one."),
        ("ßßß", "expected an article with characters of the vocabulary. Received: only unknown characters."),
    ):
        lines = [{"id": "a", "text": "昨天王明"}, {"id": "b", "text": bad}, {"id": "c", "text": "李红去了"}]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        flags = ["--model", folder, "--num-beams", "1"]
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        status, out, err = command("generate", "title", *flags)
        assert status == 2 and [json.loads(line)["id"] for line in out.splitlines()] == ["a"]
        assert err.splitlines()[-1].endswith(f"line 2: {message}") and "Traceback" not in err
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        status, out, err = command("generate", "title", *flags, "--on-error", "skip")
        assert status == 0 and [json.loads(line)["id"] for line in out.splitlines()] == ["a", "c"]
        assert err.splitlines()[-2] == "rejected 1:" and err.splitlines()[-1].endswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("王明\t王明去了\n王明去了\n", "line 2: expected title, tab, text. Received: 1 columns"),
        ("王明\t王明\t去了\n", "line 1: expected title, tab, text. Received: 3 columns"),
        ("王明\t \n", "line 1: expected a text. Received: an empty one"),
        ("\t王明\n", "line 1: expected a title. Received: an empty one"),
        ("", "Received: no text at all"),
    ],
)
def test_bad_training_files(text, message, command, tmp_path):
    (tmp_path / "bad.tsv").write_text(text, encoding="utf-8")
    check_refused(command("train", "title", tmp_path / "bad.tsv", "--out", tmp_path / "out", *SMALL), message)
    assert not (tmp_path / "out").exists()


def test_titles_that_are_truncated_and_records_that_the_model_cannot_read(command, folder, tmp_path):
    file = tmp_path / "b.tsv"
    file.write_text("王明去了公园学校\t王明去了\n王明\tßßß\n", encoding="utf-8")
    message = "Expected an article with known characters. Received only unknown ones: 'ßßß'"
    flags = ["--checkpoint", folder, *SMALL[-4:], "--max-title-length", "5"]
    flags += [*FLAGS, "--steps", "1", "--out", tmp_path / "out"]
    check_refused(command("train", "title", file, *flags), message)
    check_refused(command("evaluate", "title", file, "--model", folder), message)
    status, out, err = command("evaluate", "title", file, "--model", folder, "--on-error", "skip", "--num-beams", "1")
    assert status == 0 and f"skipped record None: {message}" in err and out.split()[:2] == ["titles", "1"]
    status, _, err = command("train", "title", file, *flags, "--on-error", "skip")
    assert status == 0 and f"skipped record None: {message}" in err, err
    assert "1 of 1 titles exceed 5 tokens and train without their end" in err


def test_bad_flags(command, folder, tsv, tmp_path):
    check_refused(
        command("generate", "title", "none.txt", "--model", folder),
        "none.txt does not exist; pass a file or a folder of articles",
    )
    check_refused(command("generate", "title", tsv, "--model", tmp_path), "expected a model's folder")
    articles = tmp_path / "articles.txt"
    articles.write_text("王明去了公园\n", encoding="utf-8")
    check_refused(command("generate", "title", articles, "--model", folder, "--max-title-length", "600"), "positions")
    check_refused(command("evaluate", "title", tmp_path / "none.tsv", "--model", folder), "No such file")
    out = ["--out", tmp_path / "out"]
    check_refused(command("train", "title", tsv, *out, "--leakage-guard", "aspirin"), "--leakage-guard: ")
    (tmp_path / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "王"]))
    flags = ["--vocab", tmp_path / "vocab.txt", "--decoder", "bidirectional"]
    check_refused(command("train", "title", tsv, *out, *SMALL, *flags), "need the start tokens")
    assert not (tmp_path / "out").exists()


def test_length_and_repetition_are_held(command, folder, tmp_path):
    (tmp_path / "a.txt").write_text("昨天王明去了公园\n", encoding="utf-8")
    flags = ["--model", folder, "--num-beams", "2", "--min-title-length", "6", "--no-repeat-ngram-size", "1"]
    status, out, err = command("generate", "title", tmp_path / "a.txt", *flags)
    title = json.loads(out)["title"]
    assert status == 0 and len(title) >= 6 and len(set(title)) == len(title), err
    check_refused(command("generate", "title", tmp_path / "a.txt", *flags, "--max-title-length", "5"), "at most")


def test_several_titles(command, folder, tmp_path):
    (tmp_path / "articles.txt").write_text("昨天王明去了公园玩。\n昨天李红去了车站玩。\n", encoding="utf-8")
    argv = ["generate", "title", tmp_path / "articles.txt", "--model", folder, "--engine", "light"]
    best = [json.loads(line) for line in command(*argv)[1].splitlines()]
    lines = [json.loads(line) for line in command(*argv, "--num-titles", "3")[1].splitlines()]
    for one, identifier in zip(best, (1, 2), strict=True):
        ranked = [line for line in lines if line["id"] == identifier]
        assert [line["rank"] for line in ranked] == list(range(1, len(ranked) + 1)) and 1 < len(ranked) <= 3
        assert len({line["title"] for line in ranked}) == len(ranked) and ranked[0]["title"] == one["title"]
        assert [line["score"] for line in ranked] == sorted((line["score"] for line in ranked), reverse=True)
    check_refused(command(*argv, "--num-titles", "5"), "--num-titles 5 needs --num-beams 5 or more")
