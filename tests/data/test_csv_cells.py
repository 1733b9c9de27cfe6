"""Cells of csv files: guarded against spreadsheets, and read back as they were."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textzoo.data.csv_cells import BYTE_ORDER_MARK, csv_row, csv_rows, tsv_cells, tsv_row

UNSEEN = "\ufeff\u200b\u200d\u2060\u00ad\u00a0\u3000\u202e\x00\x1f\x7f\ufe0f\U000e0061"
CELLS = st.text("=+-@'\t\r\n ＝,\"a北\u200b\ufe0f", max_size=6) | st.sampled_from(
    ["=cmd|' /C calc'!A0", "'tis", "'=a", "''=a", ""]
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=4))
def test_what_is_written_is_read_and_no_cell_is_a_formula(rows):
    text = BYTE_ORDER_MARK + "id\r\n" + "".join(map(csv_row, rows))
    assert list(csv_rows(io.StringIO(text, newline=""))) == [["id"], *rows]
    shown = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert not any(cell[:1] in tuple("=+-@\t\r\n＝") and cell for row in shown for cell in map(str.lstrip, row) if cell)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "'=1"])
def test_every_formula_is_guarded(cell):
    assert csv_row([cell]).strip('"').startswith("'")
    assert tsv_row([cell]).startswith("'")


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("sign", "=+-@")
def test_a_formula_behind_characters_that_are_not_seen(unseen, sign):
    assert csv_row([f"{unseen}{unseen}{sign}1"]).startswith("'")
    assert not csv_row([f"{unseen}a{sign}1"]).startswith("'")


@given(st.lists(st.text("=+-@'＝a北\u200b\ufe0f", max_size=6), min_size=1, max_size=3))
def test_what_is_written_as_tsv_is_read(cells):
    assert tsv_cells(tsv_row(cells)) == cells


def test_numbers_and_text_stay():
    assert csv_row(["'tis", "a=b", -0.5, None, 3]) == "'tis,a=b,-0.5,,3\r\n"


def test_no_csv():
    with pytest.raises(ValueError, match="no csv"):
        list(csv_rows(['"a"b\n']))
