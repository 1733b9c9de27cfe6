"""The `textzoo` command, as anybody has it."""

import subprocess
import sys


def run_textzoo(*argv: str) -> None:
    subprocess.run([sys.executable, "-m", "textzoo.scripts.main", *argv], check=True)
