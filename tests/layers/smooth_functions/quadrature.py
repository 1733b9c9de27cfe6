"""Reference convolutions by scipy.integrate.quad in float64, and derivatives on any backend."""

import math
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import ops
from scipy.integrate import quad

KERNELS = ("logistic", "gaussian")
CUTS = {"logistic": (-45, -20, -8, -3, 0, 3, 8, 20, 45), "gaussian": (-10, -4, 0, 4, 10)}
GROUPS, ROWS = 40, 25  # widths and parameters change from group to group
QUICK_GROUPS = 10


@dataclass
class Case:
    """Scalar function with its derivative (None: 0), the kinks of both, and the jumps with their sizes."""

    function: callable
    derivative: callable = None
    kinks: list = field(default_factory=list)
    jumps: dict = field(default_factory=dict)


def density(v, kernel):
    if kernel == "gaussian":
        return math.exp(-v * v / 2) / math.sqrt(2 * math.pi)
    e = math.exp(-abs(v))
    return e / (1 + e) ** 2


def convolve(function, kinks, x, kernel, width):
    """Computes ∫ f(x + w v) K(v) dv piece by piece between the kinks."""
    cuts = CUTS[kernel]
    inner = ((kink - x) / width for kink in kinks)
    edges = sorted({*cuts, *(v for v in inner if cuts[0] < v < cuts[-1])})
    pieces = zip(edges[:-1], edges[1:], strict=True)

    def integrand(v):
        return function(x + width * v) * density(v, kernel)

    return math.fsum(quad(integrand, a, b, epsabs=1e-10, epsrel=1e-9)[0] for a, b in pieces)


def expected_at(case, x, kernel, width):
    """Computes the convolution and its derivative: f' convolved plus a density at each jump."""
    kinks = [*case.kinks, *case.jumps]
    slope = convolve(case.derivative, kinks, x, kernel, width) if case.derivative else 0.0
    slope += math.fsum(size * density((x - k) / width, kernel) / width for k, size in case.jumps.items())
    return convolve(case.function, kinks, x, kernel, width), slope


def value_and_slope(function, x):
    """Returns function(x) and d Σ function(x) / dx as arrays, on any backend."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        x = tf.convert_to_tensor(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x)
        slope = tape.gradient(value, x)
    elif backend == "jax":
        import jax

        value, pullback = jax.vjp(function, ops.convert_to_tensor(x))
        slope = pullback(ops.ones_like(value))[0]
    else:
        import torch

        x = ops.convert_to_tensor(x).clone().requires_grad_(True)
        value = function(x)
        slope = torch.autograd.grad(ops.sum(value), x)[0]
    return tuple(ops.convert_to_numpy(ops.stop_gradient(t)) for t in (value, slope))


def compiled(function):
    """Returns the function compiled by each compiler of the backend."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        return [tf.function(function), tf.function(function, jit_compile=True)]
    if backend == "jax":
        import jax

        return [jax.jit(function)]
    return []


def random_inputs(rng, centers, width, count=ROWS):
    """Returns float32 inputs: most near a kink, some of size 1, some up to 1e6."""
    near = rng.choice(centers, count) + width * rng.normal(0, 1, count) * rng.choice([0.3, 1, 3, 10], count)
    far = rng.choice([-1, 1], count) * 10 ** rng.uniform(-3, 6, count)
    kind = np.arange(count) % 5
    return np.where(kind < 3, near, np.where(kind == 3, rng.normal(0, 2, count), far)).astype("float32")


def assert_close(actual, expected, x):
    """Checks errors below 1e-6 max(1, |x|, |value|); returns the largest error on this scale."""
    scale = np.maximum(1, np.maximum(np.abs(np.float64(x)), np.abs(expected)))
    errors = np.abs(actual - expected) / scale
    np.testing.assert_array_less(errors, 1e-6)
    return errors.max()


def check_random_cases(make, kernel, groups, widest=3.0):
    """Compares a smooth function with quadrature on random cases, 25 a group.

    `make(rng)` returns the smooth function of `(x, kernel, width)`, its limit and the centers of the inputs. The limit
    is a `Case`, or a function of x and the reach of the kernel that returns one.
    """
    rng = np.random.default_rng(7)
    largest = np.zeros(2)
    for _ in range(groups):
        width = 10 ** rng.uniform(-6, math.log10(widest))
        function, case, centers = make(rng)
        x = random_inputs(rng, centers, width)
        actual = value_and_slope(lambda x, f=function, w=width: f(x, kernel=kernel, width=w), x)
        reach = CUTS[kernel][-1] * width
        expected = np.array(
            [expected_at(case if isinstance(case, Case) else case(v, reach), v, kernel, width) for v in x.tolist()]
        )
        largest = np.maximum(largest, [assert_close(actual[i], expected[:, i], x) for i in (0, 1)])
    print(f"largest error of the value {largest[0]:.1e}, of the derivative {largest[1]:.1e}")  # shown by pytest -rP
