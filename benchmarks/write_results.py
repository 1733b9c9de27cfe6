"""Updates the generated blocks of docs/results.md from the pages of benchmarks/, experiments/ and recipes/.

    python -m benchmarks.write_results

A page is the .md file that a script writes beside itself. Its block in docs/results.md stands between
`<!-- begin FOLDER/NAME.md -->` and `<!-- end -->` and holds the first line of the script's docstring and the page.
"""

import ast
import re
from pathlib import Path

from benchmarks.harness import ROOT

RESULTS = Path("docs/results.md")
FOLDERS = ("benchmarks", "experiments", "recipes")
BLOCK = re.compile(r"<!-- begin (\S+)\.md -->\n.*?<!-- end -->", re.DOTALL)


def pages(root: Path = ROOT) -> list[str]:
    """Returns the pages beside the scripts, relative to the root."""
    return sorted(page.relative_to(root).as_posix() for folder in FOLDERS for page in (root / folder).glob("*.md"))


def block(name: str, root: Path = ROOT) -> str:
    """Returns the block of the page `name`.md of the script `name`.py."""
    summary = (ast.get_docstring(ast.parse((root / f"{name}.py").read_text(encoding="utf-8"))) or "").split("\n")[0]
    page = (root / f"{name}.md").read_text(encoding="utf-8").strip()
    return f"<!-- begin {name}.md -->\n[{name}.py](../{name}.py): {summary}\n\n{page}\n<!-- end -->"


def update(text: str, root: Path = ROOT) -> str:
    """Returns the text with current blocks.

    Raises:
        ValueError: A page has no block.
    """
    embedded = {f"{name}.md" for name in BLOCK.findall(text)}
    missing = [page for page in pages(root) if page not in embedded]
    if missing:
        raise ValueError(
            f"{RESULTS} has no block for {', '.join(missing)}; add <!-- begin {missing[0]} --> and <!-- end -->"
        )
    return BLOCK.sub(lambda match: block(match[1], root), text)


if __name__ == "__main__":
    file = ROOT / RESULTS
    file.write_text(update(file.read_text(encoding="utf-8")), encoding="utf-8")
