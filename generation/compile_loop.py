"""Compile a decoding loop: the one backend-specific file of the project."""

import functools

import keras

XLA_STREAMS = 256


def compile_loop(function, jit_compile=False):
    """Compile a function of tensors and plain Python settings.

    A new setting is one more trace, counted in `.traces`. So is a new shape, until its trace leaves open the lengths in
    which it differs from those before; later ones that differ in these alone then need none. XLA compiles every shape,
    so callers bucket their shapes. On backends other than TensorFlow the function runs as it is.

    Args:
        function: callable over nests of tensors and arrays; Python numbers among the arguments are settings.
        jit_compile: bool. Compile with XLA, which costs seconds a shape and pays where a loop runs often.

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
        return self._run(*args, **kwargs)


def resolve_jit_compile(jit_compile: bool | str, streams: int) -> bool:
    """What `jit_compile` stands for: `"auto"` compiles where enough streams pay for it.

    Args:
        jit_compile: bool or "auto".
        streams: What a call writes side by side: sources x answers x beams.

    Example:

    >>> resolve_jit_compile("auto", 16 * 10 * 3), resolve_jit_compile("auto", 16 * 10), resolve_jit_compile(True, 1)
    (True, False, True)
    """
    return streams >= XLA_STREAMS if jit_compile == "auto" else bool(jit_compile)
