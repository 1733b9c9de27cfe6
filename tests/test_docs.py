"""Pages: their commands and Python run in order, their links resolve, and both READMEs stay short and alike."""

import re
import shlex
from pathlib import Path

import pytest

from textzoo.scripts.main import main

pytestmark = pytest.mark.graph

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
DOCS = sorted((ROOT / "docs").glob("*.md"))
# The commands of the results train for hours; the list of articles has none.
RUN = [READMES[0], *(page for page in DOCS if page.stem not in ("kexue-articles", "results"))]
LINKED = [*READMES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "models/presets/tiny-zh/README.md", *DOCS]
FILE = re.compile(r"[Ss]ave as `([^`]+)`(?:(?!```).)*```\w+\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)
LINK = re.compile(r'\]\(([^)\s]+)\)|\bsrc="([^"]+)"')
INSTALL = ("pip install ", "python -m venv ")
MAX_README_LINES = 150


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_commands_and_python_run(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    for name, content in FILE.findall(text):
        Path(name).write_text(content, encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    names: dict = {}
    for language, block in blocks:
        if language == "python":
            exec(compile(block, page.name, "exec"), names)
            continue
        lines = [line for line in block.splitlines() if line.strip()]
        if page in READMES:
            lines = [line for line in lines if not line.startswith(INSTALL)]
        assert all(line.startswith("textzoo ") for line in lines)
        for line in lines:
            status = main(shlex.split(line)[1:])
            assert status == 0, f"{line}\n{capsys.readouterr().err}"


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page):
    targets = [first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))]
    paths = [target.split("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
    assert [path for path in paths if not (page.parent / path).exists()] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.name)
def test_a_readme_is_short(readme):
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= MAX_README_LINES


def test_both_readmes_show_the_same_code():
    english, chinese = (BLOCK.findall(readme.read_text(encoding="utf-8")) for readme in READMES)
    assert english and chinese == english
