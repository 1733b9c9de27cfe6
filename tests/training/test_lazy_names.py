"""Names of `textzoo.training`, which are imported at their first use."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from textzoo import training

SCRIPT = "import sys; from textzoo.training import ModelConfig, TrainingConfig; print('keras' in sys.modules)"


def test_type_checkers_see_the_names_that_resolve():
    tree = ast.parse(Path(training.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    declared = {alias.name: node.module for node in imports for alias in node.names}
    assert declared == training._MODULES
    for name in declared:
        assert getattr(training, name).__name__ == name
        assert name in dir(training)


def test_no_module_hides_a_name():
    """An imported submodule becomes an attribute of the package."""
    modules = {file.stem for file in Path(training.__file__).parent.glob("*.py")}
    assert not modules & set(training._MODULES)


def test_unknown_name():
    with pytest.raises(AttributeError, match="has no attribute 'Trainor'"):
        _ = training.Trainor


def test_settings_need_no_keras():
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
