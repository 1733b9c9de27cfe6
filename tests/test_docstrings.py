"""Every example in a docstring runs and prints what it says."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = [
    "data",
    "layers",
    "losses",
    "generation",
    "similarity",
    "models",
    "training",
    "metrics",
    "reports",
    "inference",
    "serving",
    "distributed",
]
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
FILES = [path for path in SOURCES if ">>>" in path.read_text("utf-8")]
LONG_EXAMPLES = {"masked_lm.py", "multilabel_classifier.py", "extractive_qa.py"}  # trainings
GRAPH_EXAMPLES = {"compile_loop.py"}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            marks=[pytest.mark.slow] * (path.name in LONG_EXAMPLES)
            + [pytest.mark.graph] * (path.name in GRAPH_EXAMPLES),
        )
        for path in FILES
    ],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_examples_run(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = importlib.import_module(".".join(("textzoo", *parts)))
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.attempted and not result.failed
