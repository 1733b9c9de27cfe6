"""The smoothed ReLU layer against the function."""

import numpy as np
import pytest

from textzoo.layers import SmoothReLU
from textzoo.layers.smooth_functions import relu

pytestmark = pytest.mark.graph


@pytest.mark.parametrize(("kernel", "width"), [("gaussian", 0.1), ("logistic", 2.0)])
def test_equals_the_function(kernel, width):
    x = np.linspace(-3, 3, 31).astype("float32")
    np.testing.assert_array_equal(SmoothReLU(kernel, width)(x), relu(x, kernel=kernel, width=width))
    assert not SmoothReLU(kernel, width).weights


def test_invalid_arguments_raise():
    with pytest.raises(ValueError, match="positive, finite width. Received: width=0"):
        SmoothReLU(width=0)
    with pytest.raises(ValueError, match="Received: kernel='box'"):
        SmoothReLU("box")
