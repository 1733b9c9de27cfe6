"""Scores of a source's positions by their distance from a span."""

import keras
from keras import ops

SCALE = 10.0


@keras.saving.register_keras_serializable(package="textzoo")
class SpanBias(keras.layers.Layer):
    r"""What is added to attention scores over a source, so that they know how far a span is.

    $$10\,w_{n,\,\max(-r, \min(r, d_i))}, \qquad
      d_i = \begin{cases} i - \text{start} & i < \text{start} \\ i - \text{end} + 1 & i \ge \text{end} \\
      0 & \text{between} \end{cases}$$

    for position $i$ of the source and the $n$-th score; $w$ is learned and 0 at the start, so that a pretrained model
    begins as it was. The factor lets scores learn ten times as fast as what an optimizer moves one step at a time.

    Args:
        num_scores: int. How many scores a position gets, such as one for each head of each layer.
        radius: int. Distance in tokens from which on all are alike.

    Call arguments:
        spans: int tensor `[b, p, 2]`, start and end of the span of each stream; end 0 is no span, whose scores are 0.
        length: int. Positions of the source, $s$.

    Returns:
        float32 tensor `[num_scores, b, p, s]`.

    Example:

    >>> layer = SpanBias(num_scores=1, radius=2)
    >>> layer.set_weights([ops.array([[-0.2, -0.1, 0.0, 0.1, 0.2]])])
    >>> layer(ops.array([[[2, 4], [0, 0]]]), length=7)[0, 0].numpy().tolist()
    [[-2.0, -1.0, 0.0, 0.0, 1.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]

    Reference:
        Raffel et al. (T5), arXiv 1910.10683, whose scores go by the distance of the two tokens.
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
        place = ops.arange(length, dtype="int32")
        distance = ops.minimum(place - start, 0) + ops.maximum(place - end + 1, 0)
        column = ops.clip(distance, -self.radius, self.radius) + self.radius
        scores = SCALE * ops.take(ops.cast(self.bias, "float32"), column, axis=1)
        return ops.where(end > 0, scores, 0.0)

    def get_config(self):
        return super().get_config() | {"num_scores": self.num_scores, "radius": self.radius}
