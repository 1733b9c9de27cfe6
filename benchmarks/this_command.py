"""The command that a page's figures come from."""

import re
import shlex
import sys
from pathlib import Path


def this_command() -> str:
    """What was typed, every flag of it; of a path only its name, since the rest is the machine's."""
    words = (re.sub("[^=]*/", "", word.rstrip("/")) for word in sys.argv[1:])
    return shlex.join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *words])
