"""Positions inside attention: rotation of queries and keys, or embeddings of the distance between two tokens."""

from typing import Any, NamedTuple

from keras import ops


class AttentionPositions(NamedTuple):
    """Positions as one call of attention uses them; each is None without its kind of positions.

    Attributes:
        rotary: Pair of `[..., n, head_size / 2]`, sines and cosines of the positions of the n inputs.
        to_own: `[..., n, u, head_size]`, embeddings of the distances from the inputs to their own u positions. Without
            leading axes they hold for every sequence.
        to_memory: `[b, p, n, s, head_size]`, embeddings of the distances to the s positions of the source.
    """

    rotary: Any = None
    to_own: Any = None
    to_memory: Any = None


NO_POSITIONS = AttentionPositions()


def sinusoids(positions, size: int):
    r"""Computes sines and cosines of positions.

    $$\sin(n\,10000^{-2k/d}), \quad \cos(n\,10000^{-2k/d}), \qquad k = 0, \ldots, d/2 - 1$$

    Args:
        positions: int tensor of any shape, $n$.
        size: Even size of the vectors, $d$.

    Returns:
        `(sines, cosines)`, each float32 `[*positions.shape, size / 2]`.

    Example:

    >>> sines, cosines = sinusoids(ops.array([0, 1]), size=4)
    >>> sines.numpy().round(3).tolist()
    [[0.0, 0.0], [0.8410000205039978, 0.009999999776482582]]

    Reference:
        Vaswani et al., Attention Is All You Need, arXiv 1706.03762.
    """
    frequencies = ops.exp(ops.arange(0, size, 2, dtype="float32") * (-9.210340371976184 / size))  # log 10000
    angles = ops.cast(positions, "float32")[..., None] * frequencies
    return ops.sin(angles), ops.cos(angles)


def rotate(x, rotary):
    r"""Rotates each pair of neighbouring entries by the angle of its position.

    The product of a rotated query and a rotated key depends on the distance of their positions only.

    Args:
        x: float `[..., n, heads, head_size]`.
        rotary: Result of `sinusoids` of the positions `[..., n]`; None returns `x`.

    Returns:
        A tensor of the shape and type of `x`.

    Example:

    >>> x = ops.array([[[1.0, 0.0]], [[1.0, 0.0]]])
    >>> rotate(x, sinusoids(ops.array([0, 1]), size=2))[:, 0].numpy().round(2).tolist()
    [[1.0, 0.0], [0.5400000214576721, 0.8399999737739563]]

    Reference:
        Su et al., RoFormer, arXiv 2104.09864.
    """
    if rotary is None:
        return x
    sines, cosines = (ops.cast(part, x.dtype)[..., None, :] for part in rotary)
    even, odd = x[..., 0::2], x[..., 1::2]
    return ops.reshape(ops.stack([even * cosines - odd * sines, odd * cosines + even * sines], axis=-1), ops.shape(x))


def attention_positions(
    positions, *, own, kind: str, head_size: int, max_distance: int, memory=None
) -> AttentionPositions:
    """Computes the positions that a call of attention uses.

    Args:
        positions: int `[..., n]`, positions of the inputs.
        own: int `[..., u]`, positions of their own past.
        kind: `"rotary"`, `"relative"`, or `"absolute"`, which leaves attention without positions.
        head_size: Size of a head.
        max_distance: As in `distance_embeddings`.
        memory: int `[..., s]`, positions of the source; None: there is none.
    """
    if kind == "rotary":
        return AttentionPositions(rotary=sinusoids(positions, head_size))
    if kind == "absolute":
        return NO_POSITIONS
    sizes = {"size": head_size, "max_distance": max_distance}
    to_memory = None if memory is None else distance_embeddings(positions, memory, **sizes)
    return AttentionPositions(to_own=distance_embeddings(positions, own, **sizes), to_memory=to_memory)


def distance_embeddings(queries, keys, *, size: int, max_distance: int):
    """Computes the embeddings of the distances from queries to keys: sines at even, cosines at odd entries.

    Args:
        queries: int `[..., n]`, positions.
        keys: int `[..., k]`, positions.
        size: Even size of the vectors.
        max_distance: Distance beyond which all have one embedding, to either side.

    Returns:
        float32 `[..., n, k, size]`.

    Example:

    >>> distance_embeddings(ops.array([0, 5]), ops.array([5]), size=2, max_distance=1).numpy().round(2).tolist()
    [[[0.9100000262260437, -0.41999998688697815]], [[0.8399999737739563, 0.5400000214576721]]]

    Reference:
        Wei et al., NEZHA, arXiv 1909.00204, section 2.2; Shaw et al., arXiv 1803.02155.
    """
    distances = ops.clip(keys[..., None, :] - queries[..., :, None], -max_distance, max_distance)
    table = sinusoids(ops.arange(2 * max_distance + 1), size)
    table = ops.reshape(ops.stack(table, axis=-1), (2 * max_distance + 1, size))
    return ops.take(table, distances + max_distance, axis=0)
