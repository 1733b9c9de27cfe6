"""The check that a model is used in the process that built it."""

import os

_owner: int | None = None


def check_process() -> None:
    """Remembers the process at the first call and checks at later calls that it is the same.

    A forked child inherits the locks of the backend's threads but not the threads, and would wait for them for ever.

    Raises:
        RuntimeError: This process was forked after the first call.

    Example:
        >>> check_process()
    """
    global _owner
    _owner = _owner or os.getpid()
    if _owner != os.getpid():
        raise RuntimeError(
            f"Process {os.getpid()} was forked from process {_owner} after a model was built there; "
            'start it with multiprocessing.get_context("spawn") and load the model in it.'
        )
