"""What stands at, below and right of 核对区 is no part of a table; everything else still is."""

import pytest

from nianbao.errors import LabelError
from nianbao.filing.grid import MARGIN, Grid
from workbooks import as_ods, balanced, content, edited, read, unmerge, workbook

T2, T3, T4 = "主动公开", "依申请公开", "复议诉讼"


def scribble(book, *, mark):
    """Numbers, known labels and errors beside and below the tables, as checks would leave them."""
    for name, right, below in ((T2, 6, 18), (T3, 12, 32), (T4, 17, 7)):
        sheet = book[name]
        sheet.cell(1, right).value = sheet.cell(below, 1).value = mark
        for row, text in enumerate(
            ["自然人", "（七）总计", "第二十条第（一）项", 3, "#REF!"], start=3
        ):
            sheet.cell(row, right).value = sheet.cell(row, right + 3).value = text
        for row, text in enumerate(["备注", "（七）总计", 7, "结果维持", "√"], start=below + 1):
            for column in (1, 2, 4, right + 1):
                sheet.cell(row, column).value = text


@pytest.mark.parametrize("mark", [MARGIN, "核对区(不填，不读)", " 核对区（不填、不读）\n"])
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_margin_is_not_read(tmp_path, mark, kind):
    numbers = {ref: index for index, ref in enumerate(balanced(content().form))}
    path = edited(workbook(tmp_path, content(values=numbers)), lambda b: scribble(b, mark=mark))
    if kind == "ods":
        path = as_ods(path, tmp_path / "book.ods")
    filing = read(path)
    assert {r: f.value for r, f in filing.figures.items() if r in numbers} == numbers
    assert filing.remarks == ()


@pytest.mark.parametrize("mark", ["", "核对区", "核对"])
def test_without_its_mark_the_same_is_refused(tmp_path, mark):
    path = edited(workbook(tmp_path), lambda b: scribble(b, mark=mark))
    with pytest.raises(LabelError):
        read(path)


def test_a_margin_moves_with_its_mark(tmp_path):
    def change(book):
        scribble(book, mark=MARGIN)
        unmerge(book)
        for name in (T2, T3, T4):
            book[name].insert_rows(1, 2)
            book[name].insert_cols(1)

    numbers = {ref: index for index, ref in enumerate(balanced(content().form))}
    filing = read(edited(workbook(tmp_path, content(values=numbers)), change))
    assert {r: f.value for r, f in filing.figures.items() if r in numbers} == numbers


def test_a_mark_above_the_table_hides_it_and_is_told(tmp_path):
    path = edited(workbook(tmp_path), lambda b: b[T4].__setitem__("A1", MARGIN))
    with pytest.raises(LabelError, match="缺少标签"):
        read(path)


def test_what_stands_left_or_above_stays():
    cells = (("甲", "乙", "丙"), ("丁", MARGIN, "戊"), ("己", "庚", "辛"))
    origins = {(0, 2): (0, 1), (2, 2): (2, 1)}
    grid = Grid("f", "s", cells, origins, {(0, 0): "#REF!", (2, 2): "#REF!"}).without_margins()
    assert grid.cells == (("甲", "乙", "丙"), ("丁", None, None), ("己", None, None))
    assert grid.origins == {(0, 2): (0, 1)}
    assert grid.notes == {(0, 0): "#REF!"}
