"""Both smoothing kernels."""

import pytest

from tests.layers.smooth_functions.quadrature import KERNELS


@pytest.fixture(params=KERNELS)
def kernel(request):
    return request.param
