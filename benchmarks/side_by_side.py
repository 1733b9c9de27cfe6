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


def write_part(page: Path, name: str, lines: list[str]) -> None:
    """Write a part of a page of measurements under its heading; the parts of other runs stay."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    parts = dict(part.split("\n\n", 1) for part in text.split("### ") if part)
    parts[name] = "\n".join(lines) + "\n\n"
    page.write_text("".join(f"### {name}\n\n{part}" for name, part in parts.items()).rstrip() + "\n", encoding="utf-8")
