"""Shared helpers of the layer tests: random weights and float64 references."""

import numpy as np


def randomize(layer, scale=0.5, seed=0):
    """Gives every weight of a layer values far from zero; returns the layer."""
    rng = np.random.default_rng(seed)
    for weight in layer.weights:
        weight.assign(rng.normal(0, scale, weight.shape) + (weight.name == "gamma"))
    return layer


def softmax(x):
    """Computes a softmax over the last axis in float64."""
    x = np.exp(x - x.max(axis=-1, keepdims=True))
    return x / x.sum(axis=-1, keepdims=True)


def affine(dense, x):
    """Computes a Dense layer in float64."""
    return x @ np.asarray(dense.kernel, "float64") + np.asarray(dense.bias, "float64")


def attention(layer, x, mask):
    """Computes `MemoryAttention` over one sequence `[n, hidden]` under a mask `[n, n]` in float64, head by head."""
    queries, keys, values = (affine(dense, x) for dense in (layer.query, layer.key, layer.value))
    context = np.zeros_like(queries)
    for head in range(layer.num_heads):
        part = slice(head * layer.head_size, (head + 1) * layer.head_size)
        scores = queries[:, part] @ keys[:, part].T / np.sqrt(layer.head_size)
        context[:, part] = softmax(np.where(mask, scores, -np.inf)) @ values[:, part]
    return affine(layer.output_projection, context)
