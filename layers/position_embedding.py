"""Learned position embeddings with an optional hierarchical extension past the trained length."""

import contextlib

import keras
from keras import ops

from .truncated_normal import TruncatedNormal


def check_positions(positions, longest: int) -> None:
    """Raises ValueError in eager mode if a position is not below `longest`."""
    with contextlib.suppress(TypeError):  # symbolic tensors have no int value
        last = int(ops.max(positions))
        if last >= longest:
            raise ValueError(f"Expected positions below {longest}, the model's length. Received: {last}")


@keras.saving.register_keras_serializable(package="textzoo")
class PositionEmbedding(keras.layers.Layer):
    r"""Learned position embedding: one vector per position.

    With `hierarchical=True` the $n$ trained vectors $p$ serve $n^2$ positions: with
    $u_i = (p_i - \alpha p_0) / (1 - \alpha)$ position $i n + j$ gets $\alpha u_i + (1 - \alpha) u_j$. The first $n$
    positions keep their vectors.

    Args:
        max_length: int. Number of trained positions, $n$.
        hidden_size: int. Width of the vectors.
        hierarchical: bool. Whether to decompose positions past `max_length`.
        alpha: float in (0, 1), not 0.5. Weight of the outer level.
        initializer_range: float. Standard deviation of the truncated normal initializer.

    Call arguments:
        positions: int tensor of any shape, values from 0 to `longest` - 1.

    Returns:
        float tensor `[*positions.shape, hidden_size]`.

    Raises:
        ValueError: `alpha` is out of range; in eager mode also if a position is not below `longest`.

    Example:

    >>> layer = PositionEmbedding(max_length=4, hidden_size=2, hierarchical=True)
    >>> layer.longest, layer(keras.ops.arange(9)).shape
    (16, TensorShape([9, 2]))

    Reference:
        Su Jianlin, https://kexue.fm/archives/7947 (hierarchical decomposition of positions).
    """

    def __init__(self, max_length, hidden_size, *, hierarchical=False, alpha=0.4, initializer_range=0.02, **kwargs):
        super().__init__(**kwargs)
        if not 0 < alpha < 1 or alpha == 0.5:
            raise ValueError(f"Expected alpha in (0, 1) and not 0.5. Received: {alpha}")
        self.max_length = max_length
        self.hidden_size = hidden_size
        self.hierarchical = hierarchical
        self.alpha = alpha
        self.initializer_range = initializer_range
        self.embeddings = self.add_weight(
            shape=(max_length, hidden_size),
            initializer=TruncatedNormal(initializer_range),
            name="embeddings",
        )
        self.built = True

    @property
    def longest(self) -> int:
        """Number of positions that the layer can embed."""
        return self.max_length**2 if self.hierarchical else self.max_length

    def call(self, positions):
        check_positions(positions, self.longest)
        table = ops.cast(self.embeddings, self.compute_dtype)
        if not self.hierarchical:
            return ops.take(table, positions, axis=0)
        base = (table - self.alpha * table[:1]) / (1 - self.alpha)
        outer = ops.take(base, positions // self.max_length, axis=0)
        inner = ops.take(base, positions % self.max_length, axis=0)
        return self.alpha * outer + (1 - self.alpha) * inner

    def get_config(self):
        return super().get_config() | {
            "max_length": self.max_length,
            "hidden_size": self.hidden_size,
            "hierarchical": self.hierarchical,
            "alpha": self.alpha,
            "initializer_range": self.initializer_range,
        }
