"""The page of all measurements is what its script makes of the benchmarks' own pages."""

import runpy
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
WRITER = runpy.run_path(str(BENCHMARKS / "write_readme.py"))


def test_the_page_is_current():
    current = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    assert current == WRITER["page"](), "Run: python benchmarks/write_readme.py"


def test_every_page_has_its_script_and_stands_in_it():
    current = (BENCHMARKS / "README.md").read_text(encoding="utf-8")
    for figures in set(BENCHMARKS.glob("*.md")) - {BENCHMARKS / "README.md"}:
        assert figures.with_suffix(".py").exists() and figures.read_text(encoding="utf-8").strip() in current


def test_what_the_shipped_model_writes_stands_in_both_readmes():
    rows = (BENCHMARKS / "tiny_zh.md").read_text(encoding="utf-8").strip().split("\n")[-10:]
    for name in ("README.md", "README.zh.md"):
        text = (BENCHMARKS.parent / name).read_text(encoding="utf-8")
        assert all(row in text for row in rows), f"{name}: expected the table of benchmarks/tiny_zh.md"


def test_a_benchmark_without_figures_is_left_out(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(f'"""What {name} measures.\n\n    python {name}.py --all\n"""\n')
    (tmp_path / "two.md").write_text("| a | 1 |\n")
    text = WRITER["page"](tmp_path)
    assert text.endswith("\n## [two](two.py)\n\nWhat two measures.\n\n    python two.py --all\n\n| a | 1 |\n")
    assert "one" not in text.removeprefix(WRITER["HEAD"])
