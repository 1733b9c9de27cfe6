"""Compilation of decoding loops: `tf.function`, optionally with XLA, and `jax.jit`."""

import functools

import keras

from .process_guard import check_process

XLA_STREAMS = 256


def compile_loop(function, jit_compile=False, layers=()):
    """Compiles a function of tensors and plain Python settings.

    Every new setting and every new shape causes a trace; `.traces` counts them. On TensorFlow without XLA, one trace
    serves all sizes of the dimensions in which two shapes have differed. XLA, JAX's only way, compiles each shape
    separately, so callers should bucket their shapes. On other backends the function runs uncompiled.

    Args:
        function: callable over nests of tensors and arrays. Python numbers among its arguments are settings.
        jit_compile: bool. Compiles with XLA, which costs seconds per shape and pays off for loops that run often.
        layers: Keras layers whose weights the function reads, as they are at each call.

    Returns:
        A callable like `function` with an int attribute `traces`.

    Example:

    >>> import numpy as np
    >>> double = compile_loop(lambda x: 2 * x)
    >>> [float(double(np.ones(n, "float32"))[0]) for n in (1, 1, 2, 3)], double.traces
    ([2.0, 2.0, 2.0, 2.0], 2)
    """
    return _Compiled(function, jit_compile, layers)


class _Compiled:
    def __init__(self, function, jit_compile, layers):
        functools.update_wrapper(self, function)
        self.traces = 0

        @functools.wraps(function)
        def traced(*args, **kwargs):
            self.traces += 1
            return function(*args, **kwargs)

        self._run = traced
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            options = {"jit_compile": jit_compile, "reduce_retracing": not jit_compile}
            self._run = tf.function(traced, autograph=False, **options)
        elif keras.backend.backend() == "jax":
            self._run = _jitted(traced, layers)

    def __call__(self, *args, **kwargs):
        check_process()
        return self._run(*args, **kwargs)


def _jitted(function, layers):
    """Compiles with `jax.jit`, for which weights are arguments and settings belong to the shape."""
    import jax  # pyright: ignore[reportMissingImports]

    @functools.partial(jax.jit, static_argnums=(0, 1))
    def run(structure, settings, weights, arrays):
        remaining = iter(arrays)
        leaves = [next(remaining) if setting is None else setting for setting in settings]
        args, kwargs = jax.tree.unflatten(structure, leaves)
        with keras.StatelessScope(state_mapping=zip(_variables(layers), weights, strict=True)):
            return function(*args, **kwargs)

    def call(*args, **kwargs):
        leaves, structure = jax.tree.flatten((args, kwargs))
        settings = tuple(None if hasattr(leaf, "shape") else leaf for leaf in leaves)
        arrays = [leaf for leaf in leaves if hasattr(leaf, "shape")]
        return run(structure, settings, [variable.value for variable in _variables(layers)], arrays)

    return call


def _variables(layers):
    return [variable for layer in layers for variable in layer.variables]


def resolve_jit_compile(jit_compile: bool | str, streams: int) -> bool:
    """Resolves `jit_compile="auto"`: XLA from 256 streams on.

    Args:
        jit_compile: bool or "auto".
        streams: int. Number of streams that one call writes: sources x answers x beams.

    Example:

    >>> resolve_jit_compile("auto", 16 * 10 * 3), resolve_jit_compile("auto", 16 * 10), resolve_jit_compile(True, 1)
    (True, False, True)
    """
    return streams >= XLA_STREAMS if jit_compile == "auto" else bool(jit_compile)
