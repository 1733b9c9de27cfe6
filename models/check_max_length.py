"""Rows of tokens against an encoder's positions."""

from collections.abc import Sequence

import numpy as np

from .encoder import Encoder


def check_max_length(encoder: Encoder, rows: Sequence[np.ndarray], texts: str, cut_by: str) -> None:
    """ValueError where a row has more tokens than the encoder has positions.

    Args:
        encoder: The encoder.
        rows: ids int `[s]` of each text.
        texts: What they are, with {} for the most tokens they may have.
        cut_by: The preprocessor's attribute that cuts them.

    Example:

    >>> encoder = Encoder(vocab_size=9, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=4)
    >>> check_max_length(encoder, [np.arange(4)], "texts of at most {} tokens", "max_length")
    """
    longest, most = max(map(len, rows), default=0), encoder.position_embedding.longest
    if longest > most:
        raise ValueError(
            f"Expected {texts.format(most)}, the encoder's positions (preprocessor.{cut_by} cuts). Received: {longest}"
        )
