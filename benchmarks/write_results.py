"""Updates the generated blocks of docs/results/ from the pages of benchmarks/, experiments/ and recipes/.

    python -m benchmarks.write_results

A page is the .md file that a script writes beside itself. Its block in a file of docs/results/ is enclosed by
`<!-- begin FOLDER/NAME.md -->` and `<!-- end -->`. It holds the first line of the script's docstring and the page.
"""

import ast
import re
from pathlib import Path

from benchmarks.harness import ROOT

RESULTS = Path("docs/results")
FOLDERS = ("benchmarks", "experiments", "recipes")
BLOCK = re.compile(r"<!-- begin (\S+)\.md -->\n.*?<!-- end -->", re.DOTALL)


def pages(root: Path = ROOT) -> list[str]:
    """Returns the pages beside the scripts, relative to the root."""
    return sorted(page.relative_to(root).as_posix() for folder in FOLDERS for page in (root / folder).glob("*.md"))


def block(name: str, root: Path = ROOT) -> str:
    """Returns the block of the page `name`.md of the script `name`.py."""
    summary = (ast.get_docstring(ast.parse((root / f"{name}.py").read_text(encoding="utf-8"))) or "").split("\n")[0]
    page = (root / f"{name}.md").read_text(encoding="utf-8").strip()
    return f"<!-- begin {name}.md -->\n[{name}.py](../../{name}.py): {summary}\n\n{page}\n<!-- end -->"


def update(texts: dict[Path, str], root: Path = ROOT) -> dict[Path, str]:
    """Returns the texts of the files of docs/results/ with current blocks.

    Raises:
        ValueError: A page has no block.
    """
    embedded = {f"{name}.md" for text in texts.values() for name in BLOCK.findall(text)}
    missing = [page for page in pages(root) if page not in embedded]
    if missing:
        raise ValueError(
            f"{RESULTS} has no block for {', '.join(missing)}; add <!-- begin {missing[0]} --> and <!-- end -->"
        )
    return {file: BLOCK.sub(lambda match: block(match[1], root), text) for file, text in texts.items()}


def read(root: Path = ROOT) -> dict[Path, str]:
    """Returns the texts of the files of docs/results/."""
    return {file: file.read_text(encoding="utf-8") for file in sorted((root / RESULTS).glob("*.md"))}


if __name__ == "__main__":
    for file, text in update(read()).items():
        file.write_text(text, encoding="utf-8")
