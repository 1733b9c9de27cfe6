"""The user's own cache folder, for files that textzoo computes once."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from .files import write_atomically

_FOLDER = "textzoo"
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def user_cache_folder() -> Path | None:
    """Returns the cache folder of this user, created with access for this user only.

    The folder is `XDG_CACHE_HOME/textzoo`, `~/.cache/textzoo`, or the equivalent of the platform.

    Returns:
        The folder; None if it cannot be created, belongs to another user, or is writable by others.

    Example:

    >>> folder = user_cache_folder()
    >>> folder is None or folder.is_dir()
    True

    Reference:
        https://specifications.freedesktop.org/basedir-spec/latest/
    """
    try:
        folder = _cache_home() / _FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # read-only, or a user without a home
        return None
    return folder if _belongs_to_this_user(folder) else None


def read_cached(name: str) -> Path | None:
    """Returns the path of a file in the cache folder; None if there is none, or if another user owns it."""
    folder = user_cache_folder()
    if folder is None:
        return None
    path = folder / name
    return path if _belongs_to_this_user(path) else None


def write_cached(name: str, content: bytes) -> None:
    """Writes a file to the cache folder; does nothing if that is impossible."""
    folder = user_cache_folder()
    if folder is None:
        return
    try:
        with tempfile.TemporaryDirectory(dir=folder) as aside:  # several processes may write the same file
            write_atomically(Path(aside) / name, content)
            os.replace(Path(aside) / name, folder / name)
    except OSError:
        return


def _cache_home() -> Path:
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    if os.path.isabs(named):
        return Path(named)
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    return home / ("AppData/Local" if sys.platform == "win32" else ".cache")


def _belongs_to_this_user(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(status.st_mode):
        return False
    if sys.platform == "win32":  # folders of a profile are private there
        return True
    return status.st_uid == os.getuid() and not status.st_mode & _WRITABLE_BY_OTHERS
