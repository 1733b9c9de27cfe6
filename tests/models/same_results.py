"""Comparison of generated titles or pairs."""

from dataclasses import asdict

import numpy as np


def assert_same_results(actual, expected) -> None:
    """Compares two lists of titles or pairs: floats up to the order of their sums, everything else exactly."""
    for one, other in zip(map(asdict, actual), map(asdict, expected), strict=True):
        floats = [name for name, value in one.items() if isinstance(value, float)]
        assert {**other, **{name: one[name] for name in floats}} == one
        np.testing.assert_allclose([one[name] for name in floats], [other[name] for name in floats], atol=1e-5)
