"""The first word of a command line: which command, which task."""

import difflib
from collections.abc import Mapping


def choose(prog: str, what: str, known: Mapping[str, str], argv: list[str]) -> str | None:
    """The name that the command line begins with; None after the help was printed, where it asks for that.

    Args:
        prog: The command so far.
        what: What the names are, such as `"command"`.
        known: Names and what each does, a line.
        argv: Words of the command line.

    Raises:
        ValueError: The name is unknown; the nearest is named.
    """
    if not argv or argv[0] in ("-h", "--help"):
        width = max(map(len, known))
        print(f"usage: {prog} {what.upper()} ...\n")
        print("\n".join(f"  {name:{width}}  {line}" for name, line in known.items()))
        print(f"\n{prog} {what.upper()} --help says more.")
        return None
    if argv[0] not in known:
        nearest = difflib.get_close_matches(argv[0], known, n=1)
        hint = f" Did you mean {nearest[0]}?" if nearest else ""
        raise ValueError(f"Expected a {what}: {', '.join(known)}. Received: {argv[0]}.{hint}")
    return argv[0]
