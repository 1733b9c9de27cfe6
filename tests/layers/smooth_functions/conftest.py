"""Both smoothing kernels, and numbers of random cases."""

import pytest

from tests.layers.smooth_functions.quadrature import GROUPS, KERNELS, QUICK_GROUPS


@pytest.fixture(params=KERNELS)
def kernel(request):
    return request.param


@pytest.fixture(params=[QUICK_GROUPS, pytest.param(GROUPS, marks=pytest.mark.slow)])
def groups(request):
    return request.param
