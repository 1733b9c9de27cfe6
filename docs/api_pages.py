"""Pages of the API reference: one per package, written before a build, so that no list of names is kept."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = """\
{package}
{line}

.. automodule:: {package}
{members}
   .. autosummary::

      {summary}

{constants}"""
MEMBERS = """\
   :members: {names}
   :imported-members:
"""
CONSTANT = """\
.. autodata:: {package}.{name}
   :no-value:

"""


def exports(file: Path) -> dict[str, Path]:
    """Returns the names that an `__init__.py` exports by `import X as X`, each with the file that it comes from."""
    found = {}
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            source = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            source = source / "__init__.py" if source.is_dir() else source.with_suffix(".py")
            names = [alias.name for alias in node.names if alias.asname == alias.name]
            found |= {name: exports(source).get(name, source) if source != file else source for name in names}
    return dict(sorted(found.items()))


def is_constant(name: str, file: Path) -> bool:
    """Returns whether a file assigns a name, which autodoc then documents only if it is asked to."""
    statements = ast.parse(file.read_text("utf-8")).body
    targets = [target for node in statements if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in statements if isinstance(node, ast.AnnAssign)]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def public_names() -> dict[str, dict[str, Path]]:
    """Returns the packages of textzoo that export names, with these names and their files."""
    linked = sorted(path.resolve() for path in (ROOT / "textzoo").iterdir() if path.is_symlink())
    files = [file for folder in linked for file in sorted(folder.rglob("__init__.py"))]
    packages = {".".join(("textzoo", *file.parent.relative_to(ROOT).parts)): exports(file) for file in files}
    return {package: names for package, names in packages.items() if names}


def homes(packages: dict[str, dict[str, Path]]) -> dict[tuple[str, Path], str]:
    """Returns the package that documents each name: the highest that exports it and has no package of that name."""
    found: dict[tuple[str, Path], str] = {}
    for package in sorted(packages, key=lambda package: (package.count("."), package)):
        for name, file in packages[package].items():
            if f"{package}.{name}" not in packages:
                found.setdefault((name, file), package)
    return found


def write_api_pages(folder: Path) -> None:
    """Writes a page for every package; leaves an unchanged page as it is, which Sphinx then need not read again."""
    folder.mkdir(exist_ok=True)
    pages, packages = {}, public_names()
    home = homes(packages)
    for package, names in packages.items():
        own = [name for name, file in names.items() if home.get((name, file)) == package]
        constants = [name for name in own if is_constant(name, names[name])]
        members = [name for name in own if name not in constants]  # autodoc takes an empty list for all
        pages[f"{package}.rst"] = PAGE.format(
            package=package,
            line="=" * len(package),
            members=MEMBERS.format(names=", ".join(members)) if members else "",
            summary="\n      ".join(names),
            constants="".join(CONSTANT.format(package=package, name=name) for name in constants),
        )
    for old in folder.glob("*.rst"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        page = folder / name
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, encoding="utf-8")
