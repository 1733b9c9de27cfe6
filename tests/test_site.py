"""The site: every public name has its page, and pages agree with the code that they describe."""

import ast
import csv
import dataclasses
import json
import re
import zlib
from pathlib import Path

import pytest

from docs.api_pages import homes, public_names
from textzoo.data import QAPair, ScoredQAPair
from textzoo.metrics import (
    ExtractiveQAMetrics,
    LabelRow,
    MaskedLMMetrics,
    MultiLabelMetrics,
    QAMetrics,
    ScoreHistogram,
    TitleMetrics,
)
from textzoo.scripts.cli.qa_writers import QA_FORMATS
from textzoo.scripts.main import main
from textzoo.scripts.make_cloze import OUTPUT_FIELDS
from textzoo.training.run_directory import RunDirectory

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
INVENTORY = ROOT / "build" / "site" / "objects.inv"
TASK_PAGES = ("question-answer-pairs", "titles", "extractive-qa", "multilabel", "pretraining", "distances")
TRAINED = ("question-answer-pairs", "titles", "extractive-qa", "multilabel", "pretraining")


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(not INVENTORY.exists(), reason="needs: python -m sphinx -W -b html docs build/site")
def test_every_public_name_is_on_a_page():
    lines = zlib.decompress(INVENTORY.read_bytes().split(b"\n", 4)[4]).decode().splitlines()
    documented = {line.split()[0] for line in lines}
    packages = public_names()
    home = homes(packages)
    names = {(name, file) for exported in packages.values() for name, file in exported.items()}
    modules = {(name.rpartition(".")[2]) for name in packages}
    missing = [name for name, file in names if f"{home.get((name, file))}.{name}" not in documented]
    assert len(names) > 200 and set(missing) - modules == set()


def section(text: str, title: str) -> str:
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert match, title
    return match[1]


def fields(title: str) -> list[str]:
    """Returns the names in the first column of the tables of a section of the page of output formats."""
    rows = re.findall(r"^\| (`.*?) \|", section(page("output-formats"), title), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([\w./*]+)`", row)]


def names_of(record) -> list[str]:
    return [field.name for field in dataclasses.fields(record)]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("evaluate qa", names_of(QAMetrics)),
        ("evaluate title", names_of(TitleMetrics)),
        ("evaluate extractive-qa", names_of(ExtractiveQAMetrics)),
        ("evaluate multilabel", names_of(MultiLabelMetrics)),
        ("evaluate mlm", names_of(MaskedLMMetrics)),
        ("cloze", list(OUTPUT_FIELDS)),
    ],
)
def test_the_fields_of_a_command(title, written):
    assert fields(title) == written


def test_the_fields_of_pairs():
    further = [name for name in names_of(ScoredQAPair) if name not in names_of(QAPair)]
    plain = ["id", *names_of(QAPair)]
    assert fields("generate qa")[: len(plain)] == plain
    assert fields("generate qa with filter")[: len(further)] == further
    (columns,) = csv.reader([QA_FORMATS["csv"].head.strip("\ufeff\r\n")])
    text = section(page("output-formats"), "generate qa")
    assert f"columns {', '.join(f'`{name}`' for name in columns)}," in text
    assert all(f"| `{name}` |" in text for name in QA_FORMATS if name != "jsonl")


@pytest.mark.slow
def test_the_fields_of_titles_and_matches(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("texts.txt").write_text("我爱猫\n", encoding="utf-8")
    Path("vectors.txt").write_text("3 2\n我 1 0\n爱 0 1\n猫 1 1\n", encoding="utf-8")
    model = ["--model", "tiny-zh", "--engine", "light", "--num-titles", "2", "--num-beams", "2"]
    assert main(["generate", "title", "texts.txt", *model]) == 0
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert list(line) == [name for name in fields("generate title") if not name.endswith("_logprob")]
    assert main(["index", "texts.txt", "--out", "index", "--vectors", "vectors.txt"]) == 0
    capsys.readouterr()
    assert main(["search", "爱猫", "--index", "index", "--vectors", "vectors.txt"]) == 0
    assert list(json.loads(capsys.readouterr().out.splitlines()[0])) == fields("search")


def test_the_fields_inside_the_figures_of_labels():
    text = section(page("output-formats"), "evaluate multilabel")
    assert all(f"`{name}`" in text for name in (*LabelRow._fields, *ScoreHistogram._fields))


def test_the_files_of_a_training(tmp_path):
    with RunDirectory(tmp_path / "run") as run:
        run.begin({"epochs": 1}, [])
        run.end({"loss": 0.5})
    written = {file.name for file in run.path.iterdir()} | {run.log.name, run.plot.name, f"{run.tensorboard.name}/"}
    assert written <= set(fields("train"))


def message_templates() -> set[str]:
    """Returns the strings of the source, with … for each value that is put into them."""
    templates = set()
    for folder in ("data", "inference", "models", "scripts", "serving", "similarity", "training"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
                    templates.add(re.sub("…+", "…", "".join(map(str, parts))))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    templates.add(node.value)
    return templates


@pytest.mark.parametrize(("name", "least"), [("faq", 26), ("zh/output-formats", 12)])
def test_the_messages_of_a_page_exist(name, least):
    messages = re.findall(r"^\*\*`(.+)`\*\*\\$", page(name), re.MULTILINE)
    templates = message_templates()
    missing = [text for text in messages if not any(text.rstrip("… ") in template for template in templates)]
    assert len(messages) >= least and missing == []


def test_the_reasons_on_the_pages_exist():
    reasons = set(re.findall(r"^- `(.+?)`：", page("zh/output-formats"), re.MULTILINE))
    assert len(reasons) == 22 and reasons - message_templates() == set()
    text = section(page("output-formats"), "generate qa with filter")
    assert {reason for reason in reasons if f"`{reason}`" not in text} == set()


def test_the_tests_of_the_promises_exist():
    promises = re.findall(r"`([\w/.]+\.py)::(\w+)`", page("reliability"))
    missing = [
        f"{file}::{name}"
        for file, name in promises
        if f"def {name}(" not in (ROOT / "tests" / file).read_text(encoding="utf-8")
    ]
    assert len(promises) > 30 and missing == []


@pytest.mark.parametrize("name", TASK_PAGES)
def test_a_page_of_a_task_has_its_sections(name):
    headings = set(re.findall(r"^## (.+)", page(name), re.MULTILINE))
    wanted = {"Data", "In Python", "Pitfalls"} | ({"Train", "Evaluate"} if name in TRAINED else set())
    assert wanted - headings == set()
