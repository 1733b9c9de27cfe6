"""Attention bias by the distance from a span of the source."""

import keras
from keras import ops

SCALE = 10.0


@keras.saving.register_keras_serializable(package="textzoo")
class SpanBias(keras.layers.Layer):
    r"""Bias added to attention scores over a source: a learned function of the distance from a span.

    $$10\,w_{n,\,\max(-r, \min(r, d_i))}, \qquad
      d_i = \begin{cases} i - \text{start} & i < \text{start} \\ i - \text{end} + 1 & i \ge \text{end} \\
      0 & \text{between} \end{cases}$$

    for position $i$ of the source and the $n$-th score. $w$ starts at 0, so a pretrained model starts unchanged. With
    the factor 10 the bias moves ten times as far per optimizer step as a plain weight.

    Args:
        num_scores: int. Number of scores per position, such as one for each head of each layer.
        radius: int. Distance in tokens beyond which all positions share one weight.

    Call arguments:
        spans: int tensor `[b, p, 2]`, start and end (exclusive) of the span of each stream. An end of 0 means no span:
            all scores are 0.
        length: int. Number of source positions, $s$.

    Returns:
        float32 tensor `[num_scores, b, p, s]`.

    Example:

    >>> layer = SpanBias(num_scores=1, radius=2)
    >>> layer.set_weights([ops.array([[-0.2, -0.1, 0.0, 0.1, 0.2]])])
    >>> layer(ops.array([[[2, 4], [0, 0]]]), length=7)[0, 0].numpy().tolist()
    [[-2.0, -1.0, 0.0, 0.0, 1.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]

    Reference:
        Raffel et al. (T5), arXiv 1910.10683: relative position biases between two tokens.
    """

    def __init__(self, num_scores, radius=32, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.num_scores = num_scores
        self.radius = radius
        self.bias = self.add_weight(shape=(num_scores, 2 * radius + 1), initializer="zeros", name="bias")
        self.built = True

    def call(self, spans, length):
        spans = ops.cast(spans, "int32")
        start, end = spans[..., :1], spans[..., 1:]
        position = ops.arange(length, dtype="int32")
        distance = ops.minimum(position - start, 0) + ops.maximum(position - end + 1, 0)
        column = ops.clip(distance, -self.radius, self.radius) + self.radius
        scores = SCALE * ops.take(ops.cast(self.bias, "float32"), column, axis=1)
        return ops.where(end > 0, scores, 0.0)

    def get_config(self):
        return super().get_config() | {"num_scores": self.num_scores, "radius": self.radius}
