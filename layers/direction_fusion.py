"""Fusion of the contexts of two decoding directions."""

from typing import Literal

import keras
from keras import ops

Kind = Literal["linear", "nonlinear", "gate"]


@keras.saving.register_keras_serializable(package="textzoo")
class DirectionFusion(keras.layers.Layer):
    r"""Combines the attention context of the own direction, $H$, with that of the other direction, $F$.

    $$\text{linear: } H + \lambda F, \qquad \text{nonlinear: } H + \lambda \tanh F, \qquad
      \text{gate: } r \odot H + z \odot F, \quad r, z = \sigma(W[H; F] + b)$$

    Only the gate has weights. Its bias starts at 2 for r and -2 for z, so the outputs of a pretrained encoder change
    little.

    Args:
        hidden_size: int. Width of the contexts.
        kind: `"linear"`, `"nonlinear"` or `"gate"`.
        weight: float, $\lambda$ of the linear and nonlinear fusions.

    Call arguments:
        own: float tensor `[..., hidden_size]`, $H$.
        other: float tensor of the same shape, $F$.

    Returns:
        float tensor of the same shape.

    Raises:
        ValueError: `kind` is unknown.

    Example:

    >>> fusion = DirectionFusion(2, "linear", weight=0.5)
    >>> fusion(keras.ops.array([[1.0, 2.0]]), keras.ops.array([[4.0, -4.0]])).numpy().tolist()
    [[3.0, 0.0]]

    Reference:
        Zhou, Zhang & Zong, Synchronous Bidirectional Neural Machine Translation, TACL 2019, arXiv 1905.04847.
    """

    def __init__(self, hidden_size: int, kind: Kind = "nonlinear", *, weight: float = 0.1, **kwargs):
        super().__init__(**kwargs)
        if kind not in ("linear", "nonlinear", "gate"):
            raise ValueError(f"Expected kind 'linear', 'nonlinear' or 'gate'. Received: {kind!r}")
        self.hidden_size, self.kind, self.weight = hidden_size, kind, weight
        self.gate = None
        if kind == "gate":
            self.gate = keras.layers.Dense(2 * hidden_size, name="gate", dtype=self.dtype_policy)
            self.gate.build((None, 2 * hidden_size))
            self.gate.bias.assign(ops.repeat(ops.array([2.0, -2.0]), hidden_size))
        self.built = True

    def call(self, own, other):
        if self.gate is None:
            return own + self.weight * (ops.tanh(other) if self.kind == "nonlinear" else other)
        gates = ops.sigmoid(self.gate(ops.concatenate([own, other], axis=-1)))
        own_gate, other_gate = ops.split(gates, 2, axis=-1)
        return own_gate * own + other_gate * other

    def get_config(self):
        return super().get_config() | {"hidden_size": self.hidden_size, "kind": self.kind, "weight": self.weight}
