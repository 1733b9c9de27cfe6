"""The layout of the project: arrows go down only, and what runs without Keras imports without it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# From the top down, folders to come included. A folder may import those on the floors below its own.
FLOORS = (
    ("scripts",),
    ("serving",),
    ("distributed",),
    ("inference",),
    ("reports",),
    ("training",),
    ("models",),
    ("metrics",),
    ("generation", "layers", "losses", "similarity"),
    ("data",),
)
WITHOUT_KERAS = ("data", "similarity", "metrics", "reports", "inference", "serving", "distributed")
MAX_LINES = 400

MAY_IMPORT = {
    folder: {below for floor in FLOORS[level + 1 :] for below in floor}
    for level, floor in enumerate(FLOORS)
    for folder in floor
}
FOLDERS = sorted(folder for folder in MAY_IMPORT if (ROOT / folder).is_dir())
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


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


def test_the_package_links_every_folder():
    links = {link.name: os.readlink(link) for link in (ROOT / "textzoo").iterdir() if link.is_symlink()}
    assert links == {folder: f"../{folder}" for folder in FOLDERS}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_docstring_names_what_the_module_holds(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring and docstring.split()[0] not in ("What", "How", "Which", "Where", "Of")


def imported_modules(statement: str) -> set[str]:
    """Names in `sys.modules` after a statement, in a new process."""
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=paths)
    assert not run.returncode, run.stderr
    return set(run.stdout.split())


def test_folders_without_keras_import_nothing_heavy():
    modules = [".".join(("textzoo", *path.relative_to(ROOT).with_suffix("").parts)) for path in SOURCES]
    mine = [module.removesuffix(".__init__") for module in modules if module.split(".")[1] in WITHOUT_KERAS]
    assert not {"keras", "tensorflow", "scipy", "ot"} & imported_modules(f"import {', '.join(mine)}")


@pytest.mark.slow
def test_models_start_without_optimal_transport_and_jieba():
    assert not {"ot", "jieba"} & imported_modules("import textzoo.models")


def test_importing_the_package_imports_no_folder():
    assert not {f"textzoo.{folder}" for folder in FOLDERS} & imported_modules("import textzoo")
