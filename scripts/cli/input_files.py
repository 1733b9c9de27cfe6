"""Input files of commands, pipes included."""

import os


def require_input(path: str | None, *, content: str) -> None:
    """Checks that an input exists and is a file, a pipe or a device.

    Args:
        path: The input; None or - for standard input, which always passes.
        content: What the input holds, for the message.

    Raises:
        ValueError: The path does not exist, or is a folder.
    """
    if path not in (None, "-") and (os.path.isdir(path) or not os.path.exists(path)):
        raise ValueError(f"{path} is not a file; pass a file of {content}")


def is_stream(path: str | None) -> bool:
    """Returns whether an input can be read only once: standard input, a pipe or a device."""
    from textzoo.data.files import is_pipe

    return path is None or path == "-" or is_pipe(path)
