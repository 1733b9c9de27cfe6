"""The page in Chromium, offline: each action, Chinese and an emoji, narrow and dark, without errors."""

import importlib.util
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from textzoo.data import read_qa
from textzoo.data.tasks.label_prediction import label_probabilities

CHROMIUM = shutil.which("chromium")
MISSING = CHROMIUM is None or importlib.util.find_spec("playwright") is None
pytestmark = [pytest.mark.browser, pytest.mark.skipif(MISSING, reason="chromium or the extra page is not installed")]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
TEXT = "🙂小李昨天在北京大学讲课。王明去了上海。<b>&"
LIGHT_AND_DARK = ("light", "dark")
SCREENSHOTS = os.environ.get("TEXTZOO_SCREENSHOTS")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, service):
    """The page in English; fails at the end for any message on the console, and for any foreign request."""
    context = browser.new_context(locale="en-GB", viewport={"width": 900, "height": 1000})
    page, address = context.new_page(), str(service.client.base_url)
    problems = page.problems = []
    page.set_default_timeout(60_000)
    page.on("console", lambda message: message.type in ("error", "warning") and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: request.url.startswith((address, "blob:")) or problems.append(request.url))
    page.goto(address)
    page.wait_for_selector("#run-pairs:visible")
    yield page
    context.close()
    assert problems == []


def shoot(page, name):
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SCREENSHOTS}/{name}.png", full_page=True)


def serious(page):
    """What axe-core finds of impact serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


def generated(page, text=TEXT):
    page.fill("#text", text)
    page.click("#run-pairs")
    page.wait_for_selector("#pairs-status:has-text('engine light')")
    return page.locator("#pair-rows tr")


def test_pairs_are_marked_linked_reviewed_by_keyboard_and_downloaded(page, tmp_path):
    rows = generated(page)
    assert rows.count() >= 2 and "generator, engine light" in page.inner_text("#pairs-status")
    assert page.inner_text("#passage") == TEXT
    for number in range(rows.count()):
        answer = rows.nth(number).locator("td").nth(1).inner_text()
        marks = page.locator(f"#passage mark[data-pairs~='{number}']").all_inner_texts()
        assert "".join(marks) == answer and answer in TEXT
    page.locator("#passage mark").first.hover()
    assert page.locator("#pair-rows tr.on").count() >= 1

    rows.first.focus()
    rejected = [i for i in range(rows.count()) if "rejected" in (rows.nth(i).get_attribute("class") or "")]
    page.keyboard.press("a")
    page.keyboard.press("r")
    assert "rejected" not in rows.nth(0).get_attribute("class") and "rejected" in rows.nth(1).get_attribute("class")
    page.keyboard.press("u")
    assert ("rejected" in rows.nth(1).get_attribute("class")) == (1 in rejected)
    rows.nth(1).focus()
    page.keyboard.press("e")
    page.keyboard.type("谁去了上海？🙂")
    page.keyboard.press("Enter")
    assert rows.nth(1).locator("td").first.inner_text().endswith("谁去了上海？🙂")
    with page.expect_download() as download:
        page.keyboard.press("d")
    download.value.save_as(tmp_path / "reviewed.jsonl")
    examples = {example.question: example for example in read_qa(tmp_path / "reviewed.jsonl")}
    edited = examples["谁去了上海？🙂"]
    assert edited.passage == TEXT and TEXT[edited.start : edited.end] == edited.answer
    shoot(page, "pairs")
    assert serious(page) == []


def test_a_second_text_replaces_the_first_and_typing_is_no_command(page):
    generated(page)
    page.focus("#text")
    page.keyboard.press("a")
    rows = generated(page, "王明今天去上海图书馆。")
    assert page.inner_text("#passage") == "王明今天去上海图书馆。"
    assert page.inner_text("#progress").startswith(f"0 / {rows.count()} ")


def test_a_file_is_dropped_and_a_bad_text_has_its_message(page):
    from playwright.sync_api import expect

    transfer = page.evaluate_handle(
        "text => { const t = new DataTransfer(); t.items.add(new File([text], 'a.txt')); return t; }", "xyz"
    )
    page.dispatch_event("#text", "drop", {"dataTransfer": transfer})
    expect(page.locator("#text")).to_have_value("xyz")
    page.click("#run-pairs")
    page.wait_for_selector("#pairs-status.error")
    assert "known characters" in page.inner_text("#pairs-status")
    assert "422" in page.problems.pop()  # Chromium itself reports the status


def test_titles_with_the_trees_of_both_directions(page):
    page.fill("#text", TEXT)
    page.click("#run-titles")
    page.wait_for_selector("#trees svg")
    assert page.locator("#trees svg").count() == 2 and page.locator("#title-rows tr").count() >= 2
    shoot(page, "titles")
    assert serious(page) == []


def test_labels_against_the_threshold(page):
    page.fill("#text", TEXT)
    page.click("#run-labels")
    page.wait_for_selector("#label-rows tr")
    assert page.locator("#label-rows tr").count() == 3
    for row in page.locator("#label-rows tr").all():
        _, score, probability = row.locator("td").all_inner_texts()
        expected = 100 * label_probabilities(np.array(float(score)))
        assert abs(float(probability.strip().removesuffix("%")) - expected) < 1
    page.fill("#threshold", "-50")
    assert page.locator("#label-rows tr.above").count() == 3
    page.fill("#threshold", "50")
    assert page.locator("#label-rows tr.above").count() == 0
    shoot(page, "labels")
    assert serious(page) == []


def test_plans_of_both_distances(page):
    page.fill("#first", "小李去上海")
    page.fill("#second", "王明去北京")
    page.click("#run-distances")
    page.wait_for_selector("#plans svg >> nth=1")
    assert page.locator("#plans h3").all_inner_texts()[0].startswith("WMD ")
    shoot(page, "distances")
    assert serious(page) == []


@pytest.mark.parametrize("scheme", LIGHT_AND_DARK)
def test_narrow_in_chinese(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 340, "height": 700})
    page.click("#language")
    assert page.inner_text("#run-pairs") == "生成问答对"
    page.fill("#text", TEXT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#pairs-status:has-text('引擎')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, f"narrow-{scheme}")
    assert serious(page) == []


def test_the_policy_of_the_page_allows_its_own_scripts_only(service):
    response = service.client.get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and policy.count("sha256-") == 3 and "http" not in policy
    assert json.dumps(response.text).count("<script") == 3
