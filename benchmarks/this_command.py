"""The command that a page's figures come from."""

import sys
from pathlib import Path


def this_command() -> str:
    """What was typed, every flag of it; of a path only its name, since the rest is the machine's."""
    script = Path(sys.argv[0]).name
    words = (Path(word).name if "/" in word else word for word in sys.argv[1:])
    return " ".join(["python", f"benchmarks/{script}", *words])
