"""The import rule of the house: data flows one way."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOOR = {"data", "layers", "losses", "generation", "similarity"}
MAY_IMPORT: dict[str, set[str]] = {folder: set() for folder in sorted(FLOOR)}
MAY_IMPORT["models"] = set(FLOOR)
MAY_IMPORT["training"] = FLOOR | {"models"}
MAY_IMPORT["evaluation"] = FLOOR | {"models"}
MAY_IMPORT["scripts"] = FLOOR | {"models", "training", "evaluation"}
MAX_LINES = 400

SOURCES = [path for folder in MAY_IMPORT for path in sorted((ROOT / folder).rglob("*.py"))]


def imported_folders(path: Path) -> set[str]:
    """Top-level folders of this project that a file imports, relative imports resolved."""
    package = path.relative_to(ROOT).parent.parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                parts = package[: len(package) - (node.level - 1)] if node.level <= len(package) else ()
                parts += tuple((node.module or "").split(".")) if node.module else ()
                names = [parts] if parts else [(alias.name,) for alias in node.names]
            else:
                parts = tuple((node.module or "").split("."))
                names = [parts + (alias.name,) for alias in node.names]
                names = [name[1:] for name in names if name[0] == "textzoo"]
        elif isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
            names = [name[1:] for name in names if name[0] == "textzoo"]
        else:
            continue
        found |= {name[0] for name in names if name and name[0] in MAY_IMPORT}
    return found - {package[0]}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    folder = path.relative_to(ROOT).parts[0]
    assert imported_folders(path) <= MAY_IMPORT[folder]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_too_long(path):
    assert len(path.read_text(encoding="utf-8").split("\n")) <= MAX_LINES


def test_scan_sees_relative_imports(tmp_path, monkeypatch):
    (tmp_path / "losses").mkdir()
    source = tmp_path / "losses" / "bad.py"
    source.write_text(
        "from ..models.encoder import Encoder\nfrom textzoo.data import Tokenizer\nimport textzoo.layers\n"
    )
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert imported_folders(source) == {"models", "data", "layers"}


def test_every_folder_has_a_docstring():
    for folder in MAY_IMPORT:
        assert ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text(encoding="utf-8"))), folder


def test_models_start_without_optimal_transport():
    code = "import sys, textzoo.models; print('ot' in sys.modules, 'jieba' in sys.modules)"
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=paths)
    assert run.stdout == "False False\n", run.stderr
