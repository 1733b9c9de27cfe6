"""Eager functions by default: tracing costs a tiny model more than running it, and optimizing its graph more still.

Tests that need TensorFlow's backend are skipped on others. A busy machine fails no test: hypothesis measures no time.
"""

import sys

import keras
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Runs the body of each `tf.function` eagerly, fixtures included; as a plain graph in tests marked `graph`."""
    mark = item.get_closest_marker("tensorflow")
    if mark and keras.backend.backend() != "tensorflow":
        pytest.skip(f"needs the TensorFlow backend: {mark.args[0]}")
    if "tensorflow" in sys.modules and keras.backend.backend() == "tensorflow":
        config = sys.modules["tensorflow"].config
        config.run_functions_eagerly(item.get_closest_marker("graph") is None)
        config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
