"""The best answer in a row of start and end scores."""

import numpy as np


def best_span(starts: np.ndarray, ends: np.ndarray, max_length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The span `i <= j < i + max_length` of the highest `starts[i] + ends[j]` in each row.

    Of equal ones the first, of those the shortest.

    Args:
        starts: float `[b, s]`, -inf where no span may begin.
        ends: float `[b, s]`, -inf where none may end.
        max_length: The most tokens of a span.

    Returns:
        First tokens int `[b]`, last tokens int `[b]`, scores `[b]`; the score is -inf where no span is allowed.

    Raises:
        ValueError: `max_length` is not positive, or the shapes differ.

    Example:

    >>> found = best_span(np.array([[0.0, 3.0, 1.0]]), np.array([[9.0, 0.0, 2.0]]), max_length=2)
    >>> [one.tolist() for one in found]
    [[0], [0], [9.0]]
    """
    if max_length < 1:
        raise ValueError(f"Expected max_length of 1 or more. Received: {max_length}")
    if starts.ndim != 2 or starts.shape != ends.shape:
        raise ValueError(f"Expected starts and ends of one shape [b, s]. Received: {starts.shape} and {ends.shape}")
    width = min(max_length, starts.shape[1])
    padded = np.pad(ends, ((0, 0), (0, width - 1)), constant_values=-np.inf)
    sums = starts[:, :, None] + np.lib.stride_tricks.sliding_window_view(padded, width, axis=1)
    flat = sums.reshape(len(sums), -1)
    best = flat.argmax(axis=1)
    first, more = np.divmod(best, width)
    return first, first + more, flat[np.arange(len(flat)), best]
