"""Processes of one training on several hosts: rank, number, values of rank 0, and the check of equal data.

Without `jax.distributed` there is one process, of rank 0.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np


def process_rank() -> int:
    """Returns the rank of this process, from 0. Only rank 0 writes files.

    Example:

    >>> process_rank(), process_count()
    (0, 1)
    """
    return _jax().process_index() if keras.backend.backend() == "jax" else 0


def process_count() -> int:
    """Returns the number of processes that train together."""
    return _jax().process_count() if keras.backend.backend() == "jax" else 1


def on_rank_0(function: Callable[[], Any]) -> Any:
    """Calls a function in the process of rank 0 and returns its value in every process.

    Every process must come here. If the function raises, the other processes wait until the run ends.

    Args:
        function: Takes no arguments. Its value can be written as JSON.

    Example:

    >>> on_rank_0(lambda: {"epoch": 2})
    {'epoch': 2}
    """
    if process_count() == 1:
        return function()
    data = b"" if process_rank() else json.dumps(function()).encode()
    (size,) = arrays_of_rank_0([np.array(len(data), "int32")])
    (text,) = arrays_of_rank_0([np.resize(np.frombuffer(data, "uint8"), int(size))])
    return json.loads(text.tobytes())


def arrays_of_rank_0(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Returns the arrays of rank 0 in every process.

    Args:
        arrays: Arrays of the same shapes and types in every process.
    """
    if process_count() == 1:
        return arrays
    from jax.experimental import multihost_utils  # pyright: ignore[reportMissingImports]

    return [np.asarray(array) for array in multihost_utils.broadcast_one_to_all(arrays)]


def check_same_on_hosts(facts: Mapping[str, Any]) -> None:
    """Checks that facts on which the result depends are the same in every process.

    Args:
        facts: JSON values by name, such as hashes of files. The names are the same in every process.

    Raises:
        ValueError: In every process, if a fact differs. The message names the facts and the ranks.

    Example:

    >>> check_same_on_hosts({"seed": 0})
    """
    if process_count() == 1:
        return
    from jax.experimental import multihost_utils  # pyright: ignore[reportMissingImports]

    digests = [hashlib.sha256(json.dumps(fact, sort_keys=True).encode()).digest() for fact in facts.values()]
    mine = np.frombuffer(b"".join(digests), "uint8").reshape(len(facts), -1)
    gathered = np.asarray(multihost_utils.process_allgather(mine)).reshape(process_count(), len(facts), -1)
    differs = np.any(gathered != gathered[0], axis=-1)  # [processes, facts]
    if differs.any():
        names = ", ".join(name for name, column in zip(facts, differs.T, strict=True) if column.any())
        ranks = ", ".join(str(rank) for rank, row in enumerate(differs) if row.any())
        raise ValueError(f"Expected the same on all hosts: {names}. Received: another on rank {ranks} than on rank 0.")


def _jax() -> Any:
    import jax  # pyright: ignore[reportMissingImports]

    return jax
