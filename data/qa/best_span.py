"""Selection of the best answer span by start and end scores."""

import numpy as np


def best_span(starts: np.ndarray, ends: np.ndarray, *, max_length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the span `i <= j < i + max_length` with the highest `starts[i] + ends[j]` in each row.

    Ties go to the first span, then to the shortest.

    Args:
        starts: float `[b, s]`, start scores; -inf where no span may start.
        ends: float `[b, s]`, end scores; -inf where no span may end.
        max_length: Maximum number of tokens of a span.

    Returns:
        First tokens int `[b]`, last tokens int `[b]`, scores `[b]`. The score is -inf if no span is allowed.

    Raises:
        ValueError: `max_length` is not positive, or the shapes differ.

    Example:

    >>> first, last, scores = best_span(np.array([[0.0, 3.0, 1.0]]), np.array([[9.0, 0.0, 2.0]]), max_length=2)
    >>> first.tolist(), last.tolist(), scores.tolist()
    ([0], [0], [9.0])
    """
    if max_length < 1:
        raise ValueError(f"Expected max_length of 1 or more. Received: {max_length}.")
    if starts.ndim != 2 or starts.shape != ends.shape:
        raise ValueError(f"Expected starts and ends of one shape [b, s]. Received: {starts.shape} and {ends.shape}.")
    width = min(max_length, starts.shape[1])
    padded = np.pad(ends, ((0, 0), (0, width - 1)), constant_values=-np.inf)
    sums = starts[:, :, None] + np.lib.stride_tricks.sliding_window_view(padded, width, axis=1)
    flat = sums.reshape(len(sums), -1)
    best = flat.argmax(axis=1)
    first, extra = np.divmod(best, width)
    return first, first + extra, flat[np.arange(len(flat)), best]
