"""List of the records that a command skipped."""

import sys
from collections.abc import Sequence


def print_rejected(rejected: Sequence[object]) -> None:
    """Prints the messages of rejected records on standard error, one line each; nothing if there are none."""
    if rejected:
        print(f"rejected {len(rejected)}:", *rejected, sep="\n", file=sys.stderr)
