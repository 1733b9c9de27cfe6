"""Compilation of decoding loops with `tf.function`, optionally with XLA."""

import functools

import keras

from .process_guard import check_process

XLA_STREAMS = 256


def compile_loop(function, jit_compile=False):
    """Compiles a function of tensors and plain Python settings.

    Every new setting and every new shape causes a trace; `.traces` counts them. After two shapes that differ in some
    dimensions only, one trace serves all sizes of those dimensions. XLA compiles each shape separately, so callers
    should bucket their shapes. On backends other than TensorFlow the function runs uncompiled.

    Args:
        function: callable over nests of tensors and arrays. Python numbers among its arguments are settings.
        jit_compile: bool. Compiles with XLA, which costs seconds per shape and pays off for loops that run often.

    Returns:
        A callable like `function` with an int attribute `traces`.

    Example:

    >>> import numpy as np
    >>> double = compile_loop(lambda x: 2 * x)
    >>> [float(double(np.ones(n, "float32"))[0]) for n in (1, 1, 2, 3)], double.traces
    ([2.0, 2.0, 2.0, 2.0], 2)
    """
    return _Compiled(function, jit_compile)


class _Compiled:
    def __init__(self, function, jit_compile):
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

    def __call__(self, *args, **kwargs):
        check_process()
        return self._run(*args, **kwargs)


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
