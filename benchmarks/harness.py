"""Shared parts of benchmarks and experiments: the command, the machine, medians and ratios, sections of a page."""

import os
import platform
import re
import shlex
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers.peer import Peer

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"


def current_command() -> str:
    """Returns the running command with all its flags; paths are reduced to their last part."""
    script = Path(sys.argv[0])
    words = [re.sub("[^=]*/", "", word.rstrip("/")) for word in sys.argv[1:]]
    return shlex.join(["python", "-m", f"{script.parent.name}.{script.stem}", *words])


def machine() -> str:
    """Returns the processor, its number of cores and the version of Python."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    name = names[0].split(":")[1].strip() if names else platform.machine()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def peer_versions(peers: Mapping[str, Peer]) -> str:
    """Returns the versions of the libraries that the peers reported."""
    return "; ".join(
        f"{kind}: {', '.join(f'{library} {number}' for library, number in peer.versions.items())}"
        for kind, peer in peers.items()
    )


def median(values: Sequence[float]) -> str:
    """Returns the median with three significant digits."""
    return f"{statistics.median(values):.3g}"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Returns the median and the extremes of the ratios within the rounds."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return f"{statistics.median(ratios):.3g} ({min(ratios):.3g} to {max(ratios):.3g})"


def mean_std(values: Sequence[float], digits: int = 4) -> str:
    """Returns the mean and, for several values, their standard deviation."""
    deviation = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.{digits}f}{deviation}"


def write_section(page: Path, name: str, lines: Sequence[str]) -> None:
    """Writes one section of a page under its heading and keeps the sections of other runs."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    sections = dict(section.split("\n\n", 1) for section in text.split("### ") if section)
    sections[name] = "\n".join(lines) + "\n\n"
    text = "".join(f"### {name}\n\n{section.rstrip()}\n\n" for name, section in sections.items())
    page.write_text(text.rstrip() + "\n", encoding="utf-8")
