"""Check of weights for NaN and infinity, before saving and at loading."""

import os
from collections.abc import Mapping

import numpy as np


def check_finite(tensors: Mapping[str, np.ndarray], *, source: str | os.PathLike) -> None:
    """Checks that weights hold neither NaN nor infinity.

    Args:
        tensors: Weights by name.
        source: File or folder that they are read from or written to, for the message.

    Raises:
        ValueError: A weight is not finite. The message names its tensor.

    Example:

    >>> check_finite({"head.bias": np.array([0.0, np.nan])}, source="runs/first")
    Traceback (most recent call last):
        ...
    ValueError: runs/first: expected finite weights. Received: nan in head.bias; use weights from before the loss ...
    """
    for name, tensor in tensors.items():
        finite = np.isfinite(tensor)
        if not finite.all():
            value = np.asarray(tensor)[~finite].ravel()[0]
            raise ValueError(
                f"{source}: expected finite weights. Received: {value} in {name}; use weights from before the loss "
                "diverged."
            )
