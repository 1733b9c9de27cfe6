"""Notebooks: they are small, show their outputs, and run from the start to the end."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
MAX_BYTES = 50_000


def _code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_small_and_show_their_outputs(path):
    assert path.stat().st_size <= MAX_BYTES and path.name in (ROOT / "examples/README.md").read_text(encoding="utf-8")
    for cell in _code_cells(json.loads(path.read_text(encoding="utf-8"))):
        assert all(output["output_type"] != "error" and output.get("name") != "stderr" for output in cell["outputs"])
        assert cell["outputs"] or "print(" not in "".join(cell["source"])


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run(path, tmp_path, monkeypatch):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    shown = [bool(cell["outputs"]) for cell in _code_cells(notebook)]
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert [bool(cell["outputs"]) for cell in _code_cells(notebook)] == shown
