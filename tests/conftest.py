"""Eager functions by default: tracing costs a tiny model more than running it."""

import sys

import keras
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Runs the body of each `tf.function` eagerly, fixtures included, except in tests marked `graph`."""
    if "tensorflow" in sys.modules and keras.backend.backend() == "tensorflow":
        sys.modules["tensorflow"].config.run_functions_eagerly(item.get_closest_marker("graph") is None)
