"""What nobody sees in a cell: told by name, and taken off where the rest is certain."""

import pytest

from ledgers import application, ledger_of, table
from nianbao.checks import Severity, run_checks
from nianbao.filing.workbook import read_identity
from workbooks import SHOWN, edited, put, read, relabel, workbook

PLACES = [
    (("依申请公开", "D7"), "table3.g.natural"),
    (("主动公开", "B15"), "table2.fees.amount"),
    (("工作数据", "C2"), "facts.网站发布数"),
]


@pytest.fixture
def book(tmp_path):
    return workbook(tmp_path)


def told(filing, check):
    return [f for f in run_checks(filing) if f.id == check]


@pytest.mark.parametrize(("place", "ref"), PLACES)
@pytest.mark.parametrize("typed", ["\u202d3\u202c", "3\u200b", "\ufeff3", "\u30003", "3\ufe0f"])
def test_a_number_is_read_and_told(book, typed, place, ref):
    filing = read(edited(book, put(*place, typed)))
    assert filing.figures[ref].value == 3
    assert filing.figures[ref].text == "3"
    (found,) = [f for f in told(filing, "A6") if ref in f.refs]
    assert found.severity is Severity.INFO
    assert all(f"U+{ord(char):04X}" in found.message for char in typed if char != "3")


@pytest.mark.parametrize(("place", "ref"), PLACES)
def test_a_number_whose_digits_are_turned_round_is_an_error(book, place, ref):
    filing = read(edited(book, put(*place, "\u202e12")))
    assert filing.figures[ref].value is None
    (found,) = told(filing, "A6")
    assert found.severity is Severity.ERROR
    assert "U+202E" in found.message


def test_texts_are_read_without_and_it_is_told_once_a_sheet(book):
    def change(made):
        made["基本信息"]["B2"] = "示例市\u202d示例局\u202c"
        made["基本信息"]["B3"] = "2024\u200e"
        made["正文"]["C3"] = "网站发布 {{ 网站\u200b发布数 }} 条。"
        made["正文"]["C4"] = "　　示例第二段\u00ad。"

    filing = read(edited(book, change))
    assert filing.basics["机关名称"].text == "示例市\u202d示例局"  # as filed; no edition prints it
    assert filing.prose[1].template == "网站发布 {{ 网站发布数 }} 条。"
    remarks = [(r.message, r.address.cell) for r in filing.remarks]
    assert remarks == [
        ("工作表“基本信息”有看不见的字符 U+200E、U+202C、U+202D，不印（B2、B3）", "B2"),
        ("工作表“正文”有看不见的字符 U+00AD、U+200B，不印（C3、C4）", "C3"),
    ]
    assert read_identity(book, shown=SHOWN) == ("示例市\u202d示例局", 2024)


def test_a_label_is_the_same_with_them(book):
    change = relabel("依申请公开", "（七）总计", "（七）\u202d总\u00ad计\ufe0f")
    assert read(edited(book, change)).figures["table3.t.natural"].value == 5


HIDDEN = {
    "收到日期": "\u202d2024-03-01\u202c",
    "申请人类型": "自然人\u200e",
    "办理结果": "予以\u2060公开",
}


@pytest.mark.parametrize("column", HIDDEN)
def test_a_ledger_is_read_and_told(tmp_path, column):
    rows = [application(1, "2024-03-01"), application(2, "2024-03-01", **{column: HIDDEN[column]})]
    found = ledger_of(tmp_path, table(rows))
    assert (found.used, found.rejected) == (2, 0)
    (what,) = [item.what for item in found.oddities]
    assert "看不见的字符 U+" in what


@pytest.mark.parametrize("typed", ["\u202e2024-03-01", "2024-03-0\u20281", "\u200f2024-03-01"])
def test_a_row_that_may_show_another_date_is_rejected(tmp_path, typed):
    rows = [application(1, "2024-03-01"), application(2, "2024-03-01", 收到日期=typed)]
    (reject,) = ledger_of(tmp_path, table(rows)).rejects
    assert reject.row == 3
    assert "看不见的字符 U+" in reject.why
