"""Where a command may write."""

from pathlib import Path


def check_new_file(path: str | None, resume: bool = False) -> None:
    """ValueError where there is something at the path already, or no folder for it; None is standard output.

    With `resume` a file that is there is what the run goes on with.
    """
    if resume and path is not None and Path(path).is_file():
        return
    if path is not None and Path(path).exists():
        raise ValueError(f"{path}: expected a file that is not there yet. Received: one that is.")
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise ValueError(f"{path}: expected a folder to write in. Received: none of that name.")
