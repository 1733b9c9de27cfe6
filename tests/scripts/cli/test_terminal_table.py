"""Tables on a terminal: widths in cells, where a Chinese character counts two."""

import unicodedata

import pytest

from textzoo.scripts.cli.terminal_table import TerminalTable, prints_to_terminal

CHINESE, ENGLISH = "青石镇图书馆建于哪一年" * 4, "in which year was it built " * 3


def width(line):
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in line)


@pytest.fixture
def lines(terminal, monkeypatch):
    def render(columns, num_columns=40):
        monkeypatch.setenv("COLUMNS", str(num_columns))
        table = TerminalTable(columns)
        text = table.head() + table.group(f"1  {CHINESE}", [(CHINESE, "1931年", "80%"), (ENGLISH, "周伯年", "5%")])
        return text.splitlines()

    return render


@pytest.mark.parametrize("num_columns", [40, 61, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_no_cell_is_lost(lines, num_columns):
    head, title, *rows = lines({"question": 2, "answer": 1, "probability": 0}, num_columns)
    assert max(map(width, [head, title, *rows])) <= num_columns
    assert head.split() == ["question", "answer", "probability"]
    assert title.startswith("1  青石镇") and title.endswith("…" if num_columns < 91 else "年")
    written = "".join("".join(rows).split())
    for cell in ("1931年", "80%", "周伯年", "5%"):
        assert cell in written
    questions = "".join(line[3:].partition("  ")[0] for line in rows)
    assert "".join(questions.split()) == CHINESE + "".join(ENGLISH.split())


def test_columns_begin_at_the_same_cell(lines):
    head, _, first, *_ = lines({"question": 2, "answer": 1, "probability": 0})
    assert width(first.partition("1931年")[0]) == head.index("answer")
    assert width(first) == len(head)


def test_control_characters_do_not_reach_the_terminal(terminal):
    table = TerminalTable({"title": 1})
    text = table.group("a\x1b]0;b\x07\r", [("\x1b[2Jc\u202ed",)])
    assert not set("\x07\r\u202e\x1b") & set(text)


def test_a_file_and_a_pipe_are_no_terminal(terminal, monkeypatch):
    assert prints_to_terminal() and not prints_to_terminal("out.jsonl")
    monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    assert not prints_to_terminal()
    monkeypatch.setattr("sys.stdout", None)
    assert not prints_to_terminal()
