"""Every command of the pages under docs/ runs, in order, on the files that the page shows."""

import re
import shlex
from pathlib import Path

import pytest

from textzoo.scripts.main import main

DOCS = Path(__file__).parent.parent / "docs"
FILE = re.compile(r"[Ss]ave as `([^`]+)`(?:(?!```).)*```\w+\n(.*?)```", re.DOTALL)
COMMANDS = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_every_command_runs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    for name, content in FILE.findall(text):
        Path(name).write_text(content, encoding="utf-8")
    lines = [line for block in COMMANDS.findall(text) for line in block.splitlines() if line.strip()]
    assert lines and all(line.startswith("textzoo ") for line in lines)
    for line in lines:
        status = main(shlex.split(line)[1:])
        assert status == 0, f"{line}\n{capsys.readouterr().err}"
