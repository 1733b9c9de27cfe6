"""The review page: its data, its escaping, and the lines that it downloads."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

import textzoo.reports
from textzoo.data import read_qa
from textzoo.reports import QAPassage, review_page

TEXT = '小李</script>在上海 & "北京"𠀀开会。'
CODE = Path(textzoo.reports.__file__).parent / "review.js"


def pair(start, end, *, question="谁？<!--", rejection_reason=None):
    return SimpleNamespace(
        question=question, answer=TEXT[start:end], start=start, end=end, score=-0.25, rejection_reason=rejection_reason
    )


PASSAGES = [
    QAPassage(TEXT, [pair(0, 2), pair(12, 14, question="在哪里？", rejection_reason="round trip")]),
    QAPassage(TEXT, [pair(18, 20)]),
]


def data(page):
    return re.search(r'<script type="application/json" id="pairs">(.*?)</script>', page, re.S).group(1)


def test_pairs_come_back_whole_and_end_no_script():
    page = review_page(PASSAGES, "t")
    assert page.count("</script>") == page.count("<script") == 3
    assert json.loads(data(page)) == [
        {
            "text": passage.text,
            "pairs": [
                {key: getattr(p, key) for key in ("question", "answer", "start", "rejection_reason")}
                for p in passage.pairs
            ],
        }
        for passage in PASSAGES
    ]


def test_rejected_pairs_are_grey_with_their_reason():
    page = review_page(PASSAGES, "t")
    rows = re.findall(r'<tr data-pair="\d+" tabindex="0"( class="rejected")?>.*?</tr>', page)
    assert rows == ["", ' class="rejected"', ""]
    assert page.count('<td class="reason">round trip</td>') == 1


def test_nothing_is_loaded_from_elsewhere():
    assert not re.search(r"(src|href)\s*=\s*[\"']|url\(|@import|https?:", review_page(PASSAGES, "t"))


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed, which runs the script of the page")
def test_accepted_and_edited_pairs_are_read_back(tmp_path):
    steps = """
    const { beginning, changed, trainingLines } = require(process.argv[1]);
    const passages = JSON.parse(require("fs").readFileSync(0, "utf8"));
    let states = beginning(passages);
    const first = trainingLines(passages, states);
    states = changed(changed(states, 0, { kept: false }), 1, { question: "在哪儿？", kept: true });
    console.log(JSON.stringify([first, trainingLines(passages, states), states.map(state => state.decided)]));
    """
    source = data(review_page(PASSAGES, "t"))
    run = subprocess.run(["node", "-e", steps, str(CODE)], input=source, capture_output=True, text=True, check=True)
    first, second, decided = json.loads(run.stdout)
    read = []
    for lines in (first, second):
        (tmp_path / "reviewed.jsonl").write_text(lines, encoding="utf-8")
        read.append([(e.question, e.answer, e.start) for e in read_qa(tmp_path / "reviewed.jsonl")])
    last = ("谁？<!--", TEXT[18:20], 18)
    assert read == [[("谁？<!--", "小李", 0), last], [("在哪儿？", TEXT[12:14], 12), last]]
    assert decided == [True, True, False]
