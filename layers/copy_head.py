"""Mix the vocabulary softmax with a pointer over the source's positions."""

import keras
from keras import ops

from ..data.score_constants import MASKED_LOGIT
from .truncated_normal import TruncatedNormal

TINY = 1e-30
NEIGHBOURHOOD = 3


@keras.saving.register_keras_serializable(package="textzoo")
class CopyHead(keras.layers.Layer):
    r"""Log-probabilities of a pointer-generator: write from the vocabulary or copy from the source.

    $$p(w) = g\,\mathrm{softmax}(z)_w + (1 - g) \sum_{i: x_i = w} a_i, \qquad
      a = \mathrm{softmax}_i\big((W_q h)^\top k_i / \sqrt{d}\big), \quad
      k_i = \sum_{j=-1}^{1} W_j s_{i+j}, \quad g = \sigma(w^\top h + b)$$

    with $h$ a target state, $s$ the source's hidden states, $x$ the source's ids and $z$ the vocabulary logits. The
    result is a log-distribution, hence its own log-softmax: whatever takes logits takes it.

    A key is made of a token and its two neighbours. A state that has just copied a token finds the one beside it by
    that, and spans are copied in order, from the left as from the right; with keys of single tokens models of small
    data copy the right words with holes in them.

    That is not left to the states alone: where the token before $x_i$ is the one just read,
    $u_1^\top h + c_1$ is added to the score of $i$, and $u_2^\top h + c_2$ where the token after it is; all of these
    weights are 0 at the start. It holds for tokens that training never saw.

    Args:
        hidden_size: int. Width of the states.
        initializer_range: float. Standard deviation of the truncated normal of the kernels.

    Call arguments:
        logits: float tensor `[b, p, t, vocab]`, $z$.
        states: float tensor `[b, p, t, hidden_size]`, $h$.
        keys: float tensor `[b, s, hidden_size]`, what `source_keys(hidden)` gave for the source.
        source_ids: int tensor `[b, s]`, $x$.
        source_mask: bool tensor `[b, s]`, True at the tokens that may be copied; those beside padding may not.
        read_ids: int tensor `[b, p, t]`, the tokens that the states have just read, 0 for none.
        bias: float tensor `[b, p, t, s]`, added to the scores whose softmax is $a$; None: nothing.

    Returns:
        float32 tensor `[b, p, t, vocab]`, log-probabilities.

    Example:

    >>> head = CopyHead(hidden_size=4)
    >>> source = keras.ops.ones((1, 3, 4))
    >>> log_probs = head(keras.ops.zeros((1, 1, 1, 5)), keras.ops.ones((1, 1, 1, 4)), head.source_keys(source),
    ...                  keras.ops.array([[2, 3, 3]]), keras.ops.ones((1, 3), "bool"), keras.ops.array([[[0]]]))
    >>> round(float(keras.ops.sum(keras.ops.exp(log_probs))), 5)
    1.0

    Reference:
        See, Liu & Manning, Get To The Point, arXiv 1704.04368.
    """

    def __init__(self, hidden_size, initializer_range=0.02, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size = hidden_size
        self.initializer_range = initializer_range
        kernel = TruncatedNormal(initializer_range)
        policy = self.dtype_policy
        self.query = keras.layers.Dense(hidden_size, kernel_initializer=kernel, name="query", dtype=policy)
        self.key = keras.layers.Conv1D(
            hidden_size, NEIGHBOURHOOD, padding="same", kernel_initializer=kernel, name="key", dtype=policy
        )
        self.gate = keras.layers.Dense(1, kernel_initializer=kernel, name="gate", dtype=policy)
        self.order = keras.layers.Dense(2, kernel_initializer="zeros", name="order", dtype=policy)
        for part in (self.query, self.key, self.gate, self.order):
            part.build((None, None, hidden_size))
        self.built = True

    def source_keys(self, hidden):
        """What the pointer compares with: `[b, s, hidden]`, computed once a source."""
        return self.key(hidden)

    def call(self, logits, states, keys, source_ids, source_mask, read_ids, bias=None):
        query = self.query(states) * self.hidden_size**-0.5
        scores = ops.cast(ops.einsum("bpth,bsh->bpts", query, keys), "float32")
        scores += _beside(ops.cast(self.order(states), "float32"), source_ids, read_ids)
        if bias is not None:
            scores += ops.cast(bias, "float32")
        pointer = ops.softmax(ops.where(source_mask[:, None, None, :], scores, MASKED_LOGIT), axis=-1)
        gate = ops.cast(self.gate(states), "float32")
        written = ops.log_sigmoid(gate) + ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
        return add_copied(written, ops.log_sigmoid(-gate), pointer, ops.cast(source_ids, "int32"))

    def get_config(self):
        return super().get_config() | {
            "hidden_size": self.hidden_size,
            "initializer_range": self.initializer_range,
        }


def _beside(scores, source_ids, read_ids):
    """Of scores `[b, p, t, 2]` the first where the token before a source's is the one read, the second where the one
    after it is; `[b, p, t, s]`."""
    source_ids, read_ids = ops.cast(source_ids, "int32"), ops.cast(read_ids, "int32")
    before, after = ops.pad(source_ids, [[0, 0], [1, 0]])[:, :-1], ops.pad(source_ids, [[0, 0], [0, 1]])[:, 1:]
    same = (ops.cast(read_ids[..., None] == row[:, None, None], "float32") for row in (before, after))
    return sum(scores[..., i, None] * beside for i, beside in enumerate(same))


def add_copied(written, log_share, pointer, source_ids):
    """log(exp(written) + exp(log_share) · pointer summed a token), touching the vocabulary at the source's tokens only.

    `written` `[b, p, t, vocab]`, `log_share` `[b, p, t, 1]`, `pointer` `[b, p, t, s]`, `source_ids` int32 `[b, s]`.
    """
    b, p, t, vocab = ops.shape(written)
    s = ops.shape(source_ids)[1]
    same = source_ids[:, :, None] == source_ids[:, None, :]
    seen_before = ops.any(ops.logical_and(same, ops.arange(s)[:, None] > ops.arange(s)), axis=-1)
    copied = ops.einsum("bpts,bsu->bptu", pointer, ops.cast(same, "float32"))
    rows = ops.reshape(ops.arange(b * p * t, dtype="int32"), (b, p, t, 1)) * vocab
    index = ops.reshape(rows + source_ids[:, None, None, :], (-1,))
    flat = ops.reshape(written, (-1,))
    there = ops.reshape(ops.take(flat, index), (b, p, t, s))
    mixed = ops.logaddexp(there, log_share + ops.log(ops.maximum(copied, TINY)))
    # a token at several positions is written several times, with one value: its gradient must count once
    mixed = ops.where(seen_before[:, None, None], ops.stop_gradient(mixed), mixed)
    return ops.reshape(ops.scatter_update(flat, index[:, None], ops.reshape(mixed, (-1,))), (b, p, t, vocab))
