"""Parity of pairs, titles and labels on JAX and TensorFlow: models that JAX trains give the same on TensorFlow."""

import importlib.util
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-4

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="needs JAX: .ci/run devices"),
]


def outputs(backend, folder):
    environment = os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    command = [sys.executable, "-m", "tests.oracles.backend_process", str(folder)]
    run = subprocess.run(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert not run.returncode, run.stderr
    return json.loads((folder / f"{backend}.json").read_text(encoding="utf-8"))


def texts_and_numbers(rows):
    values = [value for row in rows for value in row]
    texts = [value for value in values if isinstance(value, str)]
    return texts, [value for value in values if not isinstance(value, str)]


def test_models_trained_on_jax_give_the_same_on_tensorflow(tmp_path):
    """Prints the largest difference with -s."""
    ours, theirs = outputs("jax", tmp_path), outputs("tensorflow", tmp_path)
    differences = {}
    for name, rows in ours.items():
        texts, numbers = texts_and_numbers(rows)
        expected_texts, expected_numbers = texts_and_numbers(theirs[name])
        assert texts == expected_texts, name
        assert all(map(math.isfinite, numbers)), name
        differences[name] = max(abs(a - b) for a, b in zip(numbers, expected_numbers, strict=True))
    print("max difference", ", ".join(f"{name}: {value:.1e}" for name, value in differences.items()))
    assert max(differences.values()) < TOLERANCE
