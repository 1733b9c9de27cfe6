"""Agreement of the two directions of a bidirectional model on candidate titles."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np


class CandidateStreams(NamedTuple):
    """Titles as the streams of both directions: n from the left, then n from the right.

    `targets` int32 `[b, 2 n, t]` begin with a start token; `labels` int32 `[b, 2 n, t]` are the tokens that follow
    them and the end token. Zeros are padding; a stream without a title is its start token.
    """

    targets: np.ndarray
    labels: np.ndarray


def candidate_streams(
    candidates: Sequence[Sequence[Sequence[Any]]],
    *,
    start_ids: Any,
    end_id: int,
    shape: tuple[int, int, int] | None = None,
) -> CandidateStreams:
    """Writes titles from the left and others from the right.

    Args:
        candidates: For each source its titles from the left and its titles from the right: token ids in reading order
            without the end token.
        start_ids: two ints, the start tokens of the two directions.
        end_id: int. End token.
        shape: `(b, n, t)` to pad to. None: the smallest that holds all titles.

    Example:

    >>> streams = candidate_streams([([[7, 8, 9], [7]], [[8, 9]])], start_ids=(5, 6), end_id=3)
    >>> streams.targets[0].tolist()
    [[5, 7, 8, 9], [5, 7, 0, 0], [6, 9, 8, 0], [6, 0, 0, 0]]
    >>> streams.labels[0].tolist()
    [[7, 8, 9, 3], [7, 3, 0, 0], [9, 8, 3, 0], [0, 0, 0, 0]]
    """
    b, n, t = smallest_shape(candidates) if shape is None else shape
    targets, labels = np.zeros((2, b, 2, n, t), "int32")
    targets[..., 0] = np.array(start_ids)[:, None]
    for row, directions in enumerate(candidates):
        for direction, titles in enumerate(directions):
            for rank, ids in enumerate(titles):
                written, width = list(ids)[:: -1 if direction else 1], len(ids) + 1
                targets[row, direction, rank, 1:width] = written
                labels[row, direction, rank, :width] = [*written, end_id]
    return CandidateStreams(targets.reshape(b, 2 * n, t), labels.reshape(b, 2 * n, t))


def smallest_shape(candidates: Sequence[Sequence[Sequence[Any]]]) -> tuple[int, int, int]:
    """Returns `(b, n, t)`: sources, most titles of a direction, most tokens of a title with its end token."""
    groups = [titles for directions in candidates for titles in directions]
    lengths = [len(ids) + 1 for titles in groups for ids in titles]
    return len(candidates), max(map(len, groups), default=0), max(lengths, default=1)


def agreement_score(
    left_to_right: float, right_to_left: float, *, num_tokens: int, weight: float, length_penalty: float
) -> float:
    r"""Computes the score of a title by both directions.

    $$\frac{(1 - w) \log p_{\rightarrow} + w \log p_{\leftarrow}}{((5 + n) / 6)^{\alpha}}$$

    A weight w of 0.5 ranks as the sum of both log-probabilities does; 0 ranks by left to right alone.

    Args:
        left_to_right: float. Log-probability of the tokens and the end token from the left.
        right_to_left: float. The same from the right.
        num_tokens: int, n. Tokens of the title, the end token included.
        weight: float in [0, 1], w.
        length_penalty: float, α, as in `SearchOptions`.

    Example:

    >>> agreement_score(-4.0, -8.0, num_tokens=7, weight=0.5, length_penalty=1.0)
    -3.0

    Reference:
        Liu et al., Agreement on Target-bidirectional Neural Machine Translation, NAACL 2016; Sennrich, Haddow & Birch,
        Edinburgh Neural Machine Translation Systems for WMT 16, arXiv 1606.02891.
    """
    log_prob = (1 - weight) * left_to_right + weight * right_to_left
    return log_prob / ((5 + num_tokens) / 6) ** length_penalty
