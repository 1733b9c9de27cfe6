"""Runs the `textzoo` command in a process of its own."""

import subprocess
import sys


def run_cli(*arguments: str) -> None:
    """Runs `textzoo` with the arguments.

    Raises:
        subprocess.CalledProcessError: The command failed.
    """
    subprocess.run([sys.executable, "-m", "textzoo.scripts.main", *arguments], check=True)
