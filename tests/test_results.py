"""The pages of results hold the current page of every script, and every page has its script."""

import re
from pathlib import Path

import pytest

from benchmarks import write_results

ROOT = Path(__file__).resolve().parent.parent
PAGES = write_results.pages()
RESULTS = write_results.read()


def test_the_pages_are_current():
    assert RESULTS == write_results.update(RESULTS), "Run: python -m benchmarks.write_results"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_its_script_and_is_in_the_results(page):
    text = (ROOT / page).read_text(encoding="utf-8").strip()
    assert (ROOT / page).with_suffix(".py").exists() and any(text in results for results in RESULTS.values())


@pytest.mark.parametrize("page", PAGES)
def test_every_page_names_the_command_of_its_script(page):
    module = page.removesuffix(".md").replace("/", ".")
    assert f"`python -m {module}" in (ROOT / page).read_text(encoding="utf-8")


def test_the_card_shows_the_outputs_of_the_preset():
    card = (ROOT / "models" / "presets" / "tiny-zh" / "README.md").read_text(encoding="utf-8")
    assert (ROOT / "recipes" / "tiny_zh.md").read_text(encoding="utf-8") in card


def test_a_block_has_the_summary_of_the_script_and_its_page(tmp_path):
    (tmp_path / "benchmarks").mkdir()
    for name in ("one", "two"):
        (tmp_path / "benchmarks" / f"{name}.py").write_text(f'"""Measures {name}.\n\n    python {name}.py --all\n"""\n')
    (tmp_path / "benchmarks" / "two.md").write_text("| a | 1 |\n")
    old = "A\n\n<!-- begin benchmarks/two.md -->\nold\n<!-- end -->\n\nB\n"
    text = write_results.update({Path("speed.md"): old}, tmp_path)
    link = "[benchmarks/two.py](../../benchmarks/two.py)"
    block = f"<!-- begin benchmarks/two.md -->\n{link}: Measures two.\n\n| a | 1 |\n<!-- end -->"
    assert text == {Path("speed.md"): f"A\n\n{block}\n\nB\n"}


def test_a_page_without_a_block_is_an_error(tmp_path):
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "one.md").write_text("| a | 1 |\n")
    with pytest.raises(ValueError, match=re.escape("no block for recipes/one.md")):
        write_results.update({Path("speed.md"): "No blocks.\n"}, tmp_path)
