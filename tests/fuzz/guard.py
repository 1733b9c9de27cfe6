"""Guard of a fuzzed call: its errors, its memory, and the files that it opens."""

import contextlib
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

FUZZ = settings(max_examples=50, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
EXTRA_MEMORY = 2 * 2**30
ROOT = Path(__file__).parent.parent.parent
READABLE = [os.path.realpath(path) for path in (sys.prefix, sys.base_prefix, ROOT, "/dev", "/proc", "/sys")]
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_folder: str | None = None
_opened_outside: list[str] = []


def _watch(event: str, arguments: tuple) -> None:
    """Audit hook, which stays for the life of the process: notes the files outside the folder that is fuzzed."""
    if _folder is None or event != "open" or not isinstance(arguments[0], str | bytes):
        return
    path, _, flags = arguments
    path = os.path.realpath(os.fsdecode(path))
    is_written = isinstance(flags, int) and flags & WRITE_FLAGS
    allowed = [_folder, "/dev/null"] if is_written else [_folder, *READABLE]
    if not any(path == folder or path.startswith(folder + os.sep) for folder in allowed):
        _opened_outside.append(path)


sys.addaudithook(_watch)


@contextlib.contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Swallows `ValueError` and `OSError` with a message in one line; every other outcome but success fails.

    Args:
        folder: The only folder in which files may be written. Others may be read only if they belong to Python or to
            the package.
    """
    global _folder
    limits = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        in_use = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + EXTRA_MEMORY, limits[1]))
    _opened_outside.clear()
    _folder = os.path.realpath(folder)
    try:
        yield
    except (ValueError, OSError) as error:
        assert str(error).strip(), repr(error)
    finally:
        _folder = None
        resource.setrlimit(resource.RLIMIT_AS, limits)
    assert not _opened_outside, _opened_outside


def run_for(seconds: float, test: Callable[[], None]) -> None:
    """Runs a test of hypothesis, which draws new examples each time, until its share of the time of all is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        test()
