"""Rows of ledgers: each is used, of another year, or rejected with its row, column and reason."""

import datetime as dt

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from ledgers import YEAR, application, as_csv, as_xlsx, day, filing, ledger_of, table
from nianbao.errors import SheetError, WorkbookError
from nianbao.filing.ledgers.read import ROWS_AT_ONCE
from nianbao.filing.sources import ledger_name, ledgers_in, stray_ledgers
from workbooks import AGENCY, as_ods, content, read, workbook

GOOD = [application(number, f"2024-03-{number:02}") for number in range(1, 6)]


def rejects(ledger):
    return [(item.row, item.key, item.why) for item in ledger.rejects]


def changed(number, **cells):
    """Five good rows, one of them changed; it stands in row `number` + 1 of the sheet."""
    return table([row | cells if index == number else row for index, row in enumerate(GOOD, 1)])


def test_good_rows_are_used(tmp_path):
    found = ledger_of(tmp_path, table(GOOD))
    assert (found.read, found.used, found.rejected, found.blank, found.elsewhere) == (5, 5, 0, 0, 0)
    assert list(found.frame.index) == [2, 3, 4, 5, 6]
    assert found.is_complete


@pytest.mark.parametrize(
    ("cells", "key", "why"),
    [
        ({"收到日期": "3/4/2024"}, "received", "次序不明"),
        ({"收到日期": None}, "received", "空白"),
        ({"收到日期": "2029-01-01", "答复日期": None, "办理结果": None}, "received", "将来"),
        ({"申请人类型": "公司"}, "applicant", "没有这个词"),
        ({"申请人类型": None}, "applicant", "空白"),
        ({"办理结果": "予已公开"}, "outcome", "没有这个词"),
        ({"办理结果": None}, "outcome", "没有办理结果"),
        ({"答复日期": None}, "replied", "没有答复日期"),
        ({"答复日期": "2024-01-01"}, "replied", "早于收到"),
        ({"申请编号": "2024-001"}, "number", "与第 2 行重复"),
        ({"申请编号": None}, "number", "空白"),
        ({"是否延期": "大概"}, "extended", "“是”或“否”"),
        ({"要求补正日期": "2024-03-09", "收到补正日期": "2024-03-08"}, "clarified", "早于要求补正"),
        ({"收到日期": "合计", "答复日期": "合计"}, "received", "合计行"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_cell(tmp_path, cells, key, why):
    found = ledger_of(tmp_path, changed(4, **cells))
    assert (found.read, found.used, found.rejected) == (5, 4, 1)
    ((row, at, said),) = rejects(found)
    assert (row, at) == (5, key)
    assert why in said
    assert found.rejects[0].hint
    assert not found.is_complete


def test_the_nearest_outcome_is_offered(tmp_path):
    found = ledger_of(tmp_path, changed(2, 办理结果="重复申情"))
    assert "最接近的是“2.重复申请”" in found.rejects[0].hint
    assert found.rejects[0].raw == "重复申情"


def test_empty_rows_are_skipped_and_counted(tmp_path):
    rows = table(GOOD)
    rows[3:3] = [[None] * len(rows[0]), [""] * len(rows[0])]
    found = ledger_of(tmp_path, rows)
    assert (found.read, found.blank, found.used) == (5, 2, 5)
    assert list(found.frame.index) == [2, 3, 6, 7, 8]


@pytest.mark.parametrize(
    ("cells", "is_elsewhere"),
    [
        ({"收到日期": day("2025-01-02"), "答复日期": None, "办理结果": None}, True),
        ({"收到日期": day("2023-03-01"), "答复日期": day("2023-03-09")}, True),
        ({"收到日期": day("2023-12-20"), "答复日期": day("2024-01-05")}, False),
        ({"收到日期": day("2024-12-20"), "答复日期": day("2025-01-05")}, False),
        ({"收到日期": day("2024-12-30"), "起算日期": day("2025-01-02"), "答复日期": None,
          "办理结果": None}, True),
    ],
)  # fmt: skip
def test_applications_of_other_years_are_no_mistake(tmp_path, cells, is_elsewhere):
    found = ledger_of(tmp_path, changed(1, **cells))
    assert found.rejected == 0
    assert found.elsewhere_rows == ((2,) if is_elsewhere else ())
    assert found.used == 5 - is_elsewhere


PUBLISHED = {"发布日期": day("2024-05-01"), "发布渠道": "网站", "信息名称": "示例公告"}


def test_what_was_published_in_another_year_is_not_used(tmp_path):
    rows = table([PUBLISHED, PUBLISHED | {"发布日期": day("2023-05-01")}])
    found = ledger_of(tmp_path, rows, "publications")
    assert (found.used, found.elsewhere, found.elsewhere_rows) == (1, 1, (3,))


def test_the_same_published_twice_is_told(tmp_path):
    other = PUBLISHED | {"发布渠道": "微信"}
    found = ledger_of(tmp_path, table([PUBLISHED, other, PUBLISHED]), "publications")
    assert [row for row, *_ in rejects(found)] == [4]
    assert found.used == 2


def test_titles_are_not_kept(tmp_path):
    found = ledger_of(tmp_path, table([PUBLISHED]), "publications")
    assert "示例公告" not in found.frame.to_csv()


CASE = {
    "案号": "示例1", "案件类型": "行政复议", "收案日期": day("2024-02-01"),
    "审理结果": "维持", "审结日期": day("2024-04-01"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"审理结果": None}, "没有审理结果"),
        ({"审结日期": None}, "没有审结日期"),
        ({"审结日期": day("2024-01-01")}, "早于收案"),
        ({"审理结果": "撤诉"}, "没有这个词"),
    ],
)
def test_cases_that_contradict_themselves(tmp_path, cells, why):
    found = ledger_of(tmp_path, table([CASE | cells]), "cases")
    assert why in rejects(found)[0][2]


def test_a_case_without_an_end_is_pending(tmp_path):
    open_case = CASE | {"审理结果": None, "审结日期": None}
    found = ledger_of(tmp_path, table([open_case]), "cases")
    assert (found.used, found.rejected) == (1, 0)


def test_a_document_may_lapse_in_the_future(tmp_path):
    row = {"发文字号": "示1号", "文件类型": "规范性文件", "制发日期": day("2024-01-02"),
           "废止日期": day("2031-01-01")}  # fmt: skip
    assert ledger_of(tmp_path, table([row]), "documents").used == 1


def test_true_is_no_amount_though_it_equals_one(tmp_path):
    rows = [
        {"收费日期": day("2024-03-01"), "收费金额（元）": amount} for amount in (1, True, 0, False)
    ]
    found = ledger_of(tmp_path, table(rows), "fees")
    assert [row for row, *_ in rejects(found)] == [3, 5]
    assert all("不是" in why or "数字" in why for *_, why in rejects(found))


def test_very_many_rows_are_read_like_few(tmp_path):
    """Across the places where rows are put away, a few thousand at a time."""
    count = 2 * ROWS_AT_ONCE + 1
    start = day("2024-03-01")
    head, first, *_ = table(GOOD)
    lines = [[f"2024-{n}", start, *first[2:]] for n in range(count)]
    lines[-1][1] = "不详"
    as_csv(tmp_path / "2024-申请台账.csv", [head, *lines])
    (found,) = filing(tmp_path).ledgers
    assert (found.read, found.used, rejects(found)) == (
        count, count - 1, [(count + 1, "received", "不是日期")],
    )  # fmt: skip


def test_dates_as_text_and_as_numbers_are_read_and_told(tmp_path):
    rows = changed(2, 收到日期="2024年3月2日")
    rows[3][1] = 45354
    found = ledger_of(tmp_path, rows)
    assert found.used == 5
    told = {item.what: (item.count, item.rows) for item in found.oddities}
    assert told == {"日期是文字": (1, (3,)), "日期显示为数字": (1, (4,))}


def test_errors_of_formulas_are_told_as_they_show(tmp_path):
    found = ledger_of(tmp_path, changed(3, 收到日期="=1/0"))
    assert found.rejected in {0, 1}  # openpyxl saves no result: a blank date
    assert found.used == 4


class TestFiles:
    @pytest.fixture
    def folder(self, tmp_path):
        workbook(tmp_path, content(), f"{YEAR}.xlsx")
        return tmp_path

    def only(self, folder):
        (found,) = read(folder / f"{YEAR}.xlsx", YEAR, AGENCY).ledgers
        return found

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_csv_in_each_encoding_and_with_each_delimiter(self, folder, encoding, delimiter):
        rows = table([row | {"申请内容": "甲，乙，丙；丁,戊"} for row in GOOD])
        as_csv(folder / f"{YEAR}-申请台账.csv", rows, encoding=encoding, delimiter=delimiter)
        found = self.only(folder)
        assert (found.used, found.rejected) == (5, 0)
        assert str(found.address(3, "received")) == f"sources/shili/{YEAR}-申请台账.csv#申请台账!B3"

    def test_a_line_break_within_quotes_is_one_row(self, folder):
        as_csv(folder / f"{YEAR}-申请台账.csv", changed(2, 申请编号="甲\n乙"))
        assert list(self.only(folder).frame.index) == [2, 3, 4, 5, 6]

    def test_short_and_long_rows_are_read(self, folder):
        rows = table(GOOD)
        rows[2] = [*rows[2], "多出"]
        rows[3] = rows[3][:2]
        as_csv(folder / f"{YEAR}-申请台账.csv", rows)
        assert [row for row, *_ in rejects(self.only(folder))] == [4]

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ('申请编号,收到日期,申请人类型,办理结果,答复日期\n"1,2024-01-01\n'.encode(), "第 2 行"),
            ("申请编号,收到日期\n".encode() + b"\xff\xfe\x81", "第 2 行"),
            ("申请编号,收到日期\n1\0".encode(), "第 2 行"),
        ],
    )
    def test_a_csv_that_cannot_be_read_is_told_with_its_line(self, folder, data, told):
        (folder / f"{YEAR}-申请台账.csv").write_bytes(data)
        with pytest.raises(WorkbookError, match="CSV") as raised:
            self.only(folder)
        assert told in raised.value.where
        assert raised.value.hint

    def test_a_workbook_beside_with_several_ledgers(self, folder):
        fee = {"收费日期": day("2024-02-01"), "金额（元）": 5}
        as_xlsx(folder / f"{YEAR}-台账.xlsx", 申请台账=table(GOOD), 收费台账=table([fee]))
        found = read(folder / f"{YEAR}.xlsx", YEAR, AGENCY).ledgers
        assert [ledger.kind.key for ledger in found] == ["applications", "fees"]

    def test_a_workbook_beside_with_one_sheet_of_any_name(self, folder):
        as_xlsx(folder / f"{YEAR}-申请台账.xlsx", Sheet1=table(GOOD))
        assert self.only(folder).used == 5

    def test_ods(self, folder):
        source = as_xlsx(folder / "x.xlsx", 申请台账=changed(1, 收到日期="2024-03-01"))
        as_ods(source, folder / f"{YEAR}-申请台账.ods")
        assert self.only(folder).read == 5

    def test_files_are_part_of_what_was_read(self, folder):
        as_csv(folder / f"{YEAR}-申请台账.csv", table(GOOD))
        filed = read(folder / f"{YEAR}.xlsx", YEAR, AGENCY)
        assert list(filed.ledger_files) == [f"sources/shili/{YEAR}-申请台账.csv"]

    def test_a_ledger_that_is_there_twice_is_refused(self, folder):
        as_csv(folder / f"{YEAR}-申请台账.csv", table(GOOD))
        as_xlsx(folder / f"{YEAR}-台账.xlsx", 申请台账=table(GOOD))
        with pytest.raises(SheetError, match="有两份") as raised:
            self.only(folder)
        assert "申请台账.csv" in raised.value.where

    def test_of_two_the_empty_one_does_not_count(self, folder):
        as_csv(folder / f"{YEAR}-申请台账.csv", table(GOOD))
        as_xlsx(folder / f"{YEAR}-台账.xlsx", 申请台账=table([], list(GOOD[0])))
        assert self.only(folder).used == 5

    def test_a_file_without_a_ledger_is_refused(self, folder):
        as_xlsx(folder / f"{YEAR}-台账.xlsx", 别的=[[1]])
        with pytest.raises(WorkbookError, match="没有台账"):
            self.only(folder)

    def test_files_that_look_like_ledgers_and_are_none_are_told(self, folder):
        (folder / f"{YEAR}年度申请登记台账.xlsx").write_text("x")
        (folder / f"~${YEAR}-申请台账.xlsx").write_text("x")
        filed = read(folder / f"{YEAR}.xlsx", YEAR, AGENCY)
        told = (
            f"文件“{YEAR}年度申请登记台账.xlsx”像是台账，没有读取：名称应为 年度-台账名，"
            f"例如 {YEAR}-申请台账.xlsx"
        )
        assert [remark.message for remark in filed.remarks if "台账" in remark.message] == [told]

    @pytest.mark.parametrize(
        ("name", "year"),
        [("2024-申请台账.csv", 2024), ("2024申请台账.XLSX", 2024), ("2024年_收费台账.ods", 2024),
         ("2024-台账.xls", 2024), ("2024-台账.csv", None), ("2024.xlsx", None),
         ("申请台账.xlsx", None), ("2024-申请台账.docx", None)],
    )  # fmt: skip
    def test_names(self, tmp_path, name, year):
        assert (ledger_name(name) or (None,))[0] == year
        (tmp_path / name).write_text("x")
        assert ledgers_in(tmp_path) == ({year: (name,)} if year else {})
        assert bool(stray_ledgers(tmp_path, 2024)) == (
            year is None and "台账" in name and "2024" in name
        )


# A cell may hold anything: what cannot be used is told, and nothing is lost.
CELLS = st.one_of(
    st.none(),
    st.sampled_from(["", "予以公开", "自然人", "2024-05-05", "合计", "是", "x"]),
    st.dates(dt.date(2022, 1, 1), dt.date(2026, 12, 31)),
    st.integers(-5, 60_000),
)


@settings(
    max_examples=examples(20),
)
@given(rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=8))
def test_every_row_is_accounted_for(tmp_path_factory, rows):
    filed = filing(tmp_path_factory.mktemp("filed"), 申请台账=[list(GOOD[0]), *rows])
    full = [row for row in rows if any(cell is not None and cell != "" for cell in row)]
    assert len(filed.ledgers) == bool(full)
    for found in filed.ledgers:
        assert found.read == len(full) == found.used + found.elsewhere + found.rejected
        assert len(found.rejects) == found.rejected
        told = {item.row for item in found.rejects} | set(found.elsewhere_rows)
        assert told.isdisjoint(found.frame.index)


@pytest.mark.parametrize("word", ["合计", "合  计：", "总计：75件", "小计"])
@pytest.mark.parametrize("heading", ["序号", "申请编号", "申请人类型", "申请渠道"])
def test_a_row_of_sums_is_known_wherever_it_says_so(tmp_path, heading, word):
    rows = [{"序号": number, **row, "申请渠道": "网络"} for number, row in enumerate(GOOD, 1)]
    found = ledger_of(tmp_path, table([*rows, {heading: word, "收到日期": day("2024-12-31")}]))
    ((row, _, why),) = rejects(found)
    assert (row, why, found.used) == (7, "是合计行", 5)


def test_a_word_that_only_begins_like_a_sum_is_none(tmp_path):
    rows = [{"收费日期": day("2024-03-01"), "收费项目": "总计划评审费", "金额（元）": 5}]
    assert ledger_of(tmp_path, table(rows), "fees").used == 1


def edited(tmp_path, edit):
    """A ledger of two payments after an edit of its sheet."""
    rows = [{"收费日期": day("2024-03-01"), "金额（元）": amount} for amount in (5, 7)]
    path = workbook(tmp_path, content(), f"{YEAR}.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("收费台账")
    for row in table(rows):
        sheet.append(row)
    edit(sheet)
    book.save(path)
    (found,) = read(path, YEAR, AGENCY).ledgers
    return found


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda sheet: sheet.__setitem__("B3", "=B2*1"), "公式没有保存计算结果"),
        (lambda sheet: sheet.merge_cells("A2:A3"), "是合并单元格"),
        (lambda sheet: sheet.__setitem__("B3", "#REF!"), "是错误值“#REF!”"),
    ],
)
def test_a_cell_that_only_seems_blank_is_told_for_what_it_is(tmp_path, edit, why):
    found = edited(tmp_path, edit)
    assert [(row, said) for row, _, said in rejects(found)] == [(3, why)]
    assert found.rejects[0].hint


def test_what_is_hidden_is_read_and_told(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.sheet_state = "hidden"

    found = edited(tmp_path, hide)
    assert (found.used, found.hidden_rows, found.is_hidden) == (2, (3,), True)


def remarks(filed, name):
    """What is said about one file."""
    return [item.message for item in filed.remarks if item.address.file.endswith(name)]


HALVES = {"上半年": table(GOOD[:2]), "下半年": table(GOOD[2:])}


def test_of_several_sheets_that_look_alike_none_is_chosen(tmp_path):
    path = workbook(tmp_path, content(), f"{YEAR}.xlsx")
    as_xlsx(tmp_path / f"{YEAR}-申请台账.xlsx", **HALVES)
    with pytest.raises(SheetError, match="有几张工作表像“申请台账”") as caught:
        read(path, YEAR, AGENCY)
    assert "上半年、下半年" in str(caught.value)


def test_the_sheet_with_a_header_is_taken_and_the_others_are_told(tmp_path):
    path = workbook(tmp_path, content(), f"{YEAR}.xlsx")
    notes = {"填写说明": [["一件一行"]], "上半年": HALVES["上半年"], "Sheet3": []}
    as_xlsx(tmp_path / f"{YEAR}-申请台账.xlsx", **notes)
    filed = read(path, YEAR, AGENCY)
    assert [ledger.used for ledger in filed.ledgers] == [2]
    assert remarks(filed, "申请台账.xlsx") == ["工作表“填写说明”没有读取"]


def test_a_sheet_that_is_called_otherwise_is_told_with_the_name_that_is_near(tmp_path):
    path = workbook(tmp_path, content(), f"{YEAR}.xlsx")
    sheets = {"申请台帐": table(GOOD), "政府信息公开复议诉讼台账": table(GOOD)}
    as_xlsx(tmp_path / f"{YEAR}-台帐.xlsx", **sheets)
    filed = read(path, YEAR, AGENCY)
    assert [ledger.kind.key for ledger in filed.ledgers] == ["applications"]
    (told,) = remarks(filed, "台帐.xlsx")
    assert "“政府信息公开复议诉讼台账”没有读取" in told
    assert "是“复议诉讼台账”的" in told


def test_words_that_differ_in_looks_only_are_one(tmp_path):
    words = ["教育（民办）", "教育(民办)", "教育（ 民办）", "教育"]
    rows = [
        {"受理日期": day("2024-03-01"), "来源": "热线", "问题分类": word, "办结日期": None}
        for word in words
    ]
    found = ledger_of(tmp_path, table(rows), "hotline")
    assert found.frame["subject"].value_counts().to_dict() == {"教育（民办）": 3, "教育": 1}


def test_a_column_in_which_nearly_each_word_is_another_sorts_nothing(tmp_path):
    words = ["城市管理", *(f"张{number}的事" for number in range(61))]
    rows = [
        {"受理日期": day("2024-03-01"), "来源": "热线", "问题分类": word, "办结日期": None}
        for word in words
    ]
    found = ledger_of(tmp_path, table(rows), "hotline")
    assert found.used == 62
    assert found.frame["subject"].isna().all()
    assert "62 种自己的写法" in found.oddities[0].what


@pytest.mark.parametrize(
    "cells", [{"申请人类型": "李四光"}, {"收到日期": "李四光"}, {"是否延期": "李四光"}]
)
def test_what_may_be_a_name_is_not_repeated(tmp_path, cells):
    (reject,) = ledger_of(tmp_path, changed(4, **cells)).rejects
    assert "李四光" not in f"{reject.raw}{reject.why}{reject.hint}"


def test_numbers_of_persons_in_headings_are_struck_out(tmp_path):
    rows = [row | {"备注 13800000000": None, "联系电话13800000001": None} for row in GOOD]
    found = ledger_of(tmp_path, table(rows))
    assert (found.unread, found.personal) == (("备注 ×××",), ("联系电话×××",))


def test_an_open_quote_in_csv_is_told_by_the_line_on_which_its_row_begins(tmp_path):
    path = workbook(tmp_path, content(), f"{YEAR}.xlsx")
    lines = "申请编号,收到日期,申请人类型,办理结果,答复日期\n" + "1,2024-03-01,自然人,,\n" * 9
    broken = lines.replace("自然人", '"自然人', 3).replace('"自然人', "自然人", 2)
    (tmp_path / f"{YEAR}-申请台账.csv").write_text(broken, encoding="utf-8")
    with pytest.raises(WorkbookError, match="第 4 行"):
        read(path, YEAR, AGENCY)
