"""What the benchmarks with peers share: how ratios, versions and the machine are told."""

import os
import platform
import statistics
from pathlib import Path

from peers.peer import Peer


def ratio(ours: list[float], theirs: list[float]) -> str:
    """The median of the rounds' ratios, and their extremes."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return f"{statistics.median(ratios):.3g} ({min(ratios):.3g} to {max(ratios):.3g})"


def median(values: list[float]) -> str:
    return f"{statistics.median(values):.3g}"


def machine() -> str:
    """The processor, its cores and the Python."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    name = names[0].split(":")[1].strip() if names else platform.machine()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def versions(peers: dict[str, Peer]) -> str:
    """What the peers said of themselves."""
    return "; ".join(
        f"{kind}: {', '.join(f'{library} {number}' for library, number in peer.about.items())}"
        for kind, peer in peers.items()
    )
