"""Pointer-generator: a mixture of the vocabulary softmax and a copy distribution over the source."""

import keras
from keras import ops

from ..data.decoding_constants import MASKED_LOGIT
from .truncated_normal import TruncatedNormal

MIN_PROBABILITY = 1e-30
KEY_WIDTH = 3


@keras.saving.register_keras_serializable(package="textzoo")
class CopyHead(keras.layers.Layer):
    r"""Pointer-generator head: log-probabilities of writing from the vocabulary or copying from the source.

    $$p(w) = g\,\mathrm{softmax}(z)_w + (1 - g) \sum_{i: x_i = w} a_i, \qquad
      a = \mathrm{softmax}_i((W_q h)^\top k_i / \sqrt{d}), \quad
      k_i = \sum_{j=-1}^{1} W_j s_{i+j}, \quad g = \sigma(w^\top h + b)$$

    where $h$ is a target state, $s$ are the source's hidden states, $x$ its ids and $z$ the vocabulary logits. The
    result is a log-distribution and equals its own log-softmax, so it can replace logits.

    A key covers a token and its two neighbours. A state that has just copied a token finds the adjacent one by its key,
    so spans are copied in order from either side. With keys of single tokens, models trained on little data copy the
    right words with gaps.

    The head also compares ids, which works for tokens unseen in training. The score of position $i$ grows by
    $u_1^\top h + c_1$ if the token before $x_i$ is the one just read, and by $u_2^\top h + c_2$ if the token after it
    is. These weights start at 0.

    Args:
        hidden_size: int. Width of the states.
        initializer_range: float. Standard deviation of the kernels' truncated normal initializer.

    Call arguments:
        logits: float tensor `[b, p, t, vocab]`, $z$.
        states: float tensor `[b, p, t, hidden_size]`, $h$.
        keys: float tensor `[b, s, hidden_size]`, the result of `source_keys(hidden)`.
        source_ids: int tensor `[b, s]`, $x$.
        source_mask: bool tensor `[b, s]`, True at tokens that may be copied; False at padding and special tokens.
        read_ids: int tensor `[b, p, t]`, the tokens that the states have just read, 0 for none.
        bias: float tensor `[b, p, t, s]`, added to the scores before the softmax $a$; None adds nothing.

    Returns:
        float32 tensor `[b, p, t, vocab]`, log-probabilities.

    Example:

    >>> head = CopyHead(hidden_size=4)
    >>> source = keras.ops.ones((1, 3, 4))
    >>> log_probs = head(keras.ops.zeros((1, 1, 1, 5)), keras.ops.ones((1, 1, 1, 4)), keys=head.source_keys(source),
    ...                  source_ids=keras.ops.array([[2, 3, 3]]), source_mask=keras.ops.ones((1, 3), "bool"),
    ...                  read_ids=keras.ops.array([[[0]]]))
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
            hidden_size, KEY_WIDTH, padding="same", kernel_initializer=kernel, name="key", dtype=policy
        )
        self.gate = keras.layers.Dense(1, kernel_initializer=kernel, name="gate", dtype=policy)
        self.order = keras.layers.Dense(2, kernel_initializer="zeros", name="order", dtype=policy)
        for part in (self.query, self.key, self.gate, self.order):
            part.build((None, None, hidden_size))
        self.built = True

    def source_keys(self, hidden):
        """Computes the pointer's keys `[b, s, hidden_size]`, once per source."""
        return self.key(hidden)

    def call(self, logits, states, *, keys, source_ids, source_mask, read_ids, bias=None):
        query = self.query(states) * self.hidden_size**-0.5
        scores = ops.cast(ops.einsum("bpth,bsh->bpts", query, keys), "float32")
        order = ops.cast(self.order(states), "float32")
        scores += _adjacency_scores(order, source_ids=source_ids, read_ids=read_ids)
        if bias is not None:
            scores += ops.cast(bias, "float32")
        pointer = ops.softmax(ops.where(source_mask[:, None, None, :], scores, MASKED_LOGIT), axis=-1)
        gate = ops.cast(self.gate(states), "float32")
        generated = ops.log_sigmoid(gate) + ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
        source_ids, log_copy_gate = ops.cast(source_ids, "int32"), ops.log_sigmoid(-gate)
        return add_copied(generated, log_copy_gate=log_copy_gate, pointer=pointer, source_ids=source_ids)

    def get_config(self):
        return super().get_config() | {
            "hidden_size": self.hidden_size,
            "initializer_range": self.initializer_range,
        }


def _adjacency_scores(scores, *, source_ids, read_ids):
    """Returns scores `[b, p, t, s]` for source positions beside the token just read.

    `scores` `[b, p, t, 2]`: the first one counts where the token before the position equals `read_ids` `[b, p, t]`, the
    second one where the token after it does.
    """
    source_ids, read_ids = ops.cast(source_ids, "int32"), ops.cast(read_ids, "int32")
    before, after = ops.pad(source_ids, [[0, 0], [1, 0]])[:, :-1], ops.pad(source_ids, [[0, 0], [0, 1]])[:, 1:]
    matches = (ops.cast(read_ids[..., None] == ids[:, None, None], "float32") for ids in (before, after))
    return sum(scores[..., i, None] * match for i, match in enumerate(matches))


def add_copied(generated, *, log_copy_gate, pointer, source_ids):
    """Adds the copy distribution to log-probabilities, touching only the vocabulary entries of the source's tokens.

    Computes log(exp(generated) + exp(log_copy_gate) · pointer), with the pointer summed per token.

    Args:
        generated: float `[b, p, t, vocab]`, log-probabilities of the vocabulary times its gate.
        log_copy_gate: float `[b, p, t, 1]`.
        pointer: float `[b, p, t, s]`, probabilities of the source positions.
        source_ids: int32 `[b, s]`.

    Returns:
        float `[b, p, t, vocab]`.
    """
    b, p, t, vocab = ops.shape(generated)
    s = ops.shape(source_ids)[1]
    same = source_ids[:, :, None] == source_ids[:, None, :]
    seen_before = ops.any(ops.logical_and(same, ops.arange(s)[:, None] > ops.arange(s)), axis=-1)
    copied = ops.einsum("bpts,bsu->bptu", pointer, ops.cast(same, "float32"))
    rows = ops.reshape(ops.arange(b * p * t, dtype="int32"), (b, p, t, 1)) * vocab
    index = ops.reshape(rows + source_ids[:, None, None, :], (-1,))
    flat = ops.reshape(generated, (-1,))
    at_source = ops.reshape(ops.take(flat, index), (b, p, t, s))
    mixed = ops.logaddexp(at_source, log_copy_gate + ops.log(ops.maximum(copied, MIN_PROBABILITY)))
    # A repeated token is scattered several times with one value; its gradient must count once.
    mixed = ops.where(seen_before[:, None, None], ops.stop_gradient(mixed), mixed)
    return ops.reshape(ops.scatter_update(flat, index[:, None], ops.reshape(mixed, (-1,))), (b, p, t, vocab))
