"""Gathering along the last axis of an index against `np.take_along_axis`."""

import numpy as np
import pytest
from keras import ops

from textzoo.generation import compile_loop
from textzoo.generation.gather import gather

pytestmark = pytest.mark.graph


@pytest.mark.parametrize("dtype", ["float32", "bool", "int32", "bfloat16"])
@pytest.mark.parametrize("leading", [(2,), (2, 3)])
@pytest.mark.parametrize("more", [(), (4,), (4, 5)])
def test_gather_is_take_along_axis(dtype, leading, more):
    rng = np.random.default_rng(0)
    x, index = rng.integers(0, 7, (*leading, 3, *more)), rng.integers(0, 3, (*leading, 6))
    gathered = gather({"x": ops.cast(ops.array(x), dtype)}, ops.array(index, "int32"))["x"]
    expected = np.take_along_axis(x, index.reshape(*leading, 6, *[1] * len(more)), axis=len(leading))
    expected = expected.astype(bool) if dtype == "bool" else expected
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.cast(gathered, "int32")), expected)


def test_shapes_may_be_open():
    run = compile_loop(gather)
    for b, n in ((2, 3), (3, 4), (4, 5), (5, 2)):
        x = np.arange(b * n).reshape(b, n)
        np.testing.assert_array_equal(run(x, np.full((b, 1), n - 1, "int32")), x[:, -1:])
    assert run.traces < 4
