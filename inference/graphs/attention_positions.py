"""Positions inside attention as ONNX operators: rotated queries and keys, or embeddings of distances.

Letters of shapes: n rows, u old and new tokens of a row, d a head's size.
"""

from typing import Any

import numpy as np

from .graph_builder import GraphBuilder


def rotary(graph: GraphBuilder, positions: str, size: int) -> tuple[str, str]:
    """Returns sines and cosines of positions int64, each `[*positions.shape, d / 2]`; see `sinusoids` of Keras."""
    frequencies = graph.constant(10000.0 ** (-np.arange(0, size, 2) / size))
    angles = graph("Mul", graph("Unsqueeze", graph.to_float(positions), graph.ints(-1)), frequencies)
    return graph("Sin", angles), graph("Cos", angles)


def rotate(graph: GraphBuilder, x: str, angles: tuple[str, str], size: int) -> str:
    """Rotates each pair of neighbours on the last axis of `x` by `angles`, which broadcast to it."""
    sines, cosines = angles
    even, odd = (graph("Gather", x, graph.ints(*range(first, size, 2)), axis=-1) for first in (0, 1))
    first = graph("Sub", graph("Mul", even, cosines), graph("Mul", odd, sines))
    second = graph("Add", graph("Mul", odd, cosines), graph("Mul", even, sines))
    pairs = graph("Concat", *(graph("Unsqueeze", part, graph.ints(-1)) for part in (first, second)), axis=-1)
    return graph("Reshape", pairs, graph("Shape", x))


def distance_embeddings(graph: GraphBuilder, queries: str, keys: str, config: dict[str, Any]) -> str:
    """Returns the embeddings `[..., n, k, d]` of the distances from positions int64 `[..., n]` to `[..., k]`."""
    size, limit = config["hidden_size"] // config["num_heads"], config["max_distance"]
    angles = np.arange(2 * limit + 1)[:, None] * 10000.0 ** (-np.arange(0, size, 2) / size)
    table = graph.constant(np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(-1, size))
    distances = graph("Sub", graph("Unsqueeze", keys, graph.ints(-2)), graph("Unsqueeze", queries, graph.ints(-1)))
    low, high = graph.constant(-limit, "int64"), graph.constant(limit, "int64")
    return graph("Gather", table, graph("Add", graph("Min", graph("Max", distances, low), high), high))


def own_positions(graph: GraphBuilder, own_mask: str, lengths: str) -> str:
    """Returns the positions int64 `[n, u]` of old and new tokens of rows after sources of `lengths` `[n, 1]`."""
    tokens = graph("Squeeze", graph.slice(own_mask, -1, 1 << 62, axis=1), graph.ints(1))
    before = graph("CumSum", graph.to_int(tokens), graph.constant(1, "int64"))
    return graph("Add", graph("Sub", before, graph.ints(1)), lengths)
