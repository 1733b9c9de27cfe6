"""Weights in 8 bits with a float scale for each output."""

from collections.abc import Mapping

import numpy as np

ZERO_POINT = 128
SCALE_SUFFIX = ".scale"
MIN_SIZE = 64  # a smaller matrix stays as it is: its products take no time


def quantized(matrix: np.ndarray, *, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Rounds a matrix W to 8 bits: W ≈ (Q - 128) · scale with scale = max |W| / 127 along an axis.

    Args:
        matrix: float `[rows, columns]`.
        axis: Axis of the inputs, over which one scale holds: 0 for a kernel `[inputs, outputs]`, 1 for a table of
            embeddings, whose rows are the outputs.

    Returns:
        Q uint8 in the shape of the matrix, and the scales float32, of size 1 along the axis.

    Example:

    >>> values, scale = quantized(np.array([[127.0, 2.0], [-63.5, 0.0]]), axis=1)
    >>> values.tolist(), scale.tolist()
    ([[255, 130], [1, 128]], [[1.0], [0.5]])
    """
    matrix = np.asarray(matrix, "float32")
    scale = np.abs(matrix).max(axis=axis, keepdims=True) / 127
    scale[scale == 0] = 1
    return (np.rint(matrix / scale) + ZERO_POINT).astype("uint8"), scale


def dequantized(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Returns (values - 128) · scale in float32.

    Args:
        values: uint8 `[rows, columns]`.
        scale: float32 `[1, columns]` or `[rows, 1]`.

    Example:

    >>> dequantized(np.array([[255, 128]], "uint8"), np.array([[0.5]], "float32")).tolist()
    [[63.5, 0.0]]
    """
    return (values.astype("float32") - ZERO_POINT) * scale


def quantized_weights(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns a model's weights with its large matrices in 8 bits.

    Args:
        weights: Arrays by name.

    Returns:
        Arrays by name. A float kernel or table of token embeddings whose sides are at least 64 is uint8, and its scales
        stand under its name and ".scale".
    """
    result = {}
    for name, weight in weights.items():
        is_table = name.endswith("token_embedding.embeddings")
        is_matrix = weight.ndim == 2 and min(weight.shape) >= MIN_SIZE and weight.dtype != "uint8"
        if is_matrix and (is_table or name.endswith(".kernel")):
            result[name], result[name + SCALE_SUFFIX] = quantized(weight, axis=1 if is_table else 0)
        else:
            result[name] = weight
    return result
