"""Input files of commands, pipes included."""

import os


def require_input(path: str | None, *, content: str) -> None:
    """Checks that an input exists: a file, a folder, a pipe or a device.

    Args:
        path: The input; None or - for standard input, which always passes, as do addresses such as `s3://...`.
        content: What the input holds, for the message.

    Raises:
        ValueError: The path does not exist.
    """
    from textzoo.data.remote_files import is_remote

    if path not in (None, "-") and not is_remote(path) and not os.path.exists(path):
        raise ValueError(f"{path} does not exist; pass a file or a folder of {content}")


def is_stream(path: str | None) -> bool:
    """Returns whether an input can be read only once: standard input, a pipe or a device."""
    from textzoo.data.files import is_pipe

    return path is None or path == "-" or is_pipe(path)
