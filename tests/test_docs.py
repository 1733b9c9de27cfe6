"""Pages: their commands and Python run in order, their links resolve, and both READMEs stay short and alike."""

import contextlib
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import textzoo
from textzoo.scripts.main import main

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
DOCS = sorted((ROOT / "docs").glob("*.md"))
RESULTS = sorted((ROOT / "docs" / "results").glob("*.md"))  # their commands train for hours
CHINESE = sorted((ROOT / "docs/zh").glob("*.md"))
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)
RUN = [READMES[0], *(page for page in DOCS if BLOCK.search(page.read_text(encoding="utf-8")))]
TRAIN_LONG = ("README", "quick-start")  # so that graphs pay
CARD = ROOT / "models/presets/tiny-zh/README.md"
ROOT_PAGES = [ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "examples/README.md")]
LINKED = [*READMES, *ROOT_PAGES, CARD, *DOCS, *RESULTS, *CHINESE]
FILE = re.compile(r"[Ss]ave as `([^`]+)`(?:(?!```).)*```\w+\n(.*?)```", re.DOTALL)
LINK = re.compile(r'\]\(([^)\s]+)\)|\bsrc="([^"]+)"')
PRINTED = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)
INSTALL = ("pip install ", "python -m venv ")
MAX_README_LINES, MAX_README_WORDS = 150, 1100


@contextlib.contextmanager
def names_of_a_page() -> Iterator[dict]:
    """Yields the names that the Python of a page shares; at the end, ends the processes among them."""
    names: dict = {}
    try:
        yield names
    finally:
        for process in [value for value in names.values() if isinstance(value, subprocess.Popen)]:
            process.terminate()
            process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[pytest.mark.graph] * (page.stem in TRAIN_LONG), id=page.stem) for page in RUN]
)
def test_commands_and_python_run(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    for name, content in FILE.findall(text):
        Path(name).write_text(content, encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    with names_of_a_page() as names:
        for language, block in blocks:
            if language == "python":
                capsys.readouterr()
                exec(compile(block, page.name, "exec"), names)
                assert set(PRINTED.findall(block)) <= set(capsys.readouterr().out.splitlines())
                continue
            lines = [line for line in block.splitlines() if line.strip()]
            if page in READMES:
                lines = [line for line in lines if not line.startswith(INSTALL)]
            assert all(line.startswith("textzoo ") for line in lines)
            for line in lines:
                status = main(shlex.split(line)[1:])
                assert status == 0, f"{line}\n{capsys.readouterr().err}"


def test_processes_of_a_page_end_with_it():
    block = """process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)\n1 / 0"""
    with pytest.raises(ZeroDivisionError), names_of_a_page() as names:
        exec(block, names | {"subprocess": subprocess, "sys": sys}, names)
    assert names["process"].returncode


def _relative_links(page: Path) -> list[str]:
    """Returns the files that a page links to or shows."""
    targets = [first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))]
    return [target.split("#")[0] for target in targets if "://" not in target and not target.startswith("#")]


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page):
    assert [path for path in _relative_links(page) if not (page.parent / path).exists()] == []


@pytest.mark.parametrize("page", [*DOCS, *RESULTS, *CHINESE], ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_of_the_site_link_to_no_page_outside_it(page):
    pages = [(page.parent / path).resolve() for path in _relative_links(page) if path.endswith(".md")]
    assert [str(path) for path in pages if not path.is_relative_to(ROOT / "docs")] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.name)
def test_a_readme_is_short(readme):
    text = readme.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_README_LINES and len(text.split()) <= MAX_README_WORDS


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert project["version"] == citation["version"] == textzoo.__version__
    assert f"## [{textzoo.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_both_readmes_show_the_same_code():
    english, chinese = (BLOCK.findall(readme.read_text(encoding="utf-8")) for readme in READMES)
    assert english and chinese == english


def _commands(page: Path) -> set[str]:
    """Returns the lines of the commands and the Python of a page."""
    return {line for _, block in BLOCK.findall(page.read_text(encoding="utf-8")) for line in block.splitlines()}


def _code_of_tables(page: Path) -> list[list[list[str]]]:
    """Returns the inline code of each row of each table, without rows that have none."""
    text = page.read_text(encoding="utf-8")
    tables = (table.splitlines()[2:] for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE))
    return [[code for row in rows if (code := re.findall(r"`[^`]+`", row))] for rows in tables]


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.stem)
def test_chinese_pages_have_the_commands_and_tables_of_the_english_ones(page):
    english = ROOT / "docs" / page.name
    assert _commands(page) <= _commands(english)
    tables = _code_of_tables(english)
    assert [table for table in _code_of_tables(page) if table and table not in tables] == []
