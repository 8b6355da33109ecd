"""A good workbook, in every shape that clerks give it, reads as the same filing."""

from decimal import Decimal

import pytest
from openpyxl.styles import Font

from nianbao.filing.figure import Address, Trouble
from nianbao.filing.workbook import read_identity
from nianbao.forms import load_form
from workbooks import (
    AGENCY,
    SHOWN,
    YEARS,
    as_ods,
    balanced,
    cell,
    content,
    edited,
    ods_cell,
    ods_file,
    ods_tables,
    put,
    read,
    relabel,
    unmerge,
    workbook,
)


def values(filing):
    return {ref: f.value for ref, f in filing.figures.items() if not ref.startswith("facts.")}


@pytest.fixture
def book(tmp_path):
    return workbook(tmp_path)


@pytest.mark.parametrize("key", ["2019", "2021"])
@pytest.mark.parametrize("save", ["xlsx", "ods"])
def test_reads_every_cell_of_the_form(tmp_path, key, save):
    form = load_form(key)
    numbers = {ref: index for index, ref in enumerate(balanced(form))}
    path = workbook(tmp_path, content(key, numbers))
    if save == "ods":
        path = as_ods(path, tmp_path / "book.ods")
    filing = read(path, YEARS[key])
    assert values(filing) == numbers
    assert (filing.form, filing.year, filing.agency, filing.file) == (
        form, YEARS[key], AGENCY, SHOWN,
    )  # fmt: skip
    assert filing.remarks == ()


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_names_are_words_and_mean_one_thing(tmp_path, key):
    filing = read(workbook(tmp_path, content(key)), YEARS[key])
    names = [figure.name for figure in filing.figures.values()]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


@pytest.mark.parametrize(
    ("ref", "name", "label", "at", "unit"),
    [
        ("table3.t.natural", "办理结果总计_自然人", "（七）总计 · 自然人", "D28", "件"),
        ("table3.d1.other", "不予公开_国家秘密_其他", "1.属于国家秘密 · 其他", "I9", "件"),
        ("table3.a.total", "新收申请", "一、本年新收政府信息公开申请数量 · 总计", "J5", "件"),
        ("table4.cases.review_upheld", "行政复议_维持", "行政复议 · 结果维持", "A5", "件"),
        ("table4.cases.after_total", "复议后起诉", "复议后起诉 · 总计", "O5", "件"),
        ("table2.permits.decisions", "行政许可", "行政许可 · 本年处理决定数量", "B8", "件"),
        ("table2.fees.amount", "行政事业性收费", "行政事业性收费 · 本年收费金额（单位：万元）",
         "B15", "万元"),
    ],
)  # fmt: skip
def test_a_figure_knows_its_name_label_unit_and_address(book, ref, name, label, at, unit):
    figure = read(book).figures[ref]
    sheet = {"2": "主动公开", "3": "依申请公开", "4": "复议诉讼"}[ref[5]]
    assert (figure.name, figure.label, figure.unit) == (name, label, unit)
    assert figure.address == Address(SHOWN, sheet, at)
    assert figure.trouble is None


def test_prints_as_filed_and_keeps_decimals_exact(tmp_path):
    made = content(values={"table2.fees.amount": Decimal("4166.241619")})
    figure = read(workbook(tmp_path, made)).figures["table2.fees.amount"]
    assert (figure.value, figure.text) == (Decimal("4166.241619"), "4166.241619")


def test_reads_the_unit_of_the_procurement_amount(tmp_path):
    made = content("2019", {"table2.procurement.amount": "251000元"})
    figure = read(workbook(tmp_path, made), 2020).figures["table2.procurement.amount"]
    assert (figure.value, figure.unit, figure.text) == (Decimal("25.1"), "万元", "251000元")
    assert figure.trouble is None


def insert_row_above_the_header(book):
    # openpyxl moves no merged cells, so the merged ones go first; LibreOffice's way is as good.
    unmerge(book)
    for name in ("主动公开", "依申请公开", "复议诉讼", "基本信息", "工作数据", "正文"):
        book[name].insert_rows(1, 3)


def insert_column(book):
    unmerge(book)
    for name in ("主动公开", "依申请公开", "复议诉讼"):
        book[name].insert_cols(1)
    for name in ("基本信息", "工作数据", "正文"):
        book[name].insert_cols(2)


def insert_blank_row_among_the_values(book):
    unmerge(book)
    book["依申请公开"].insert_rows(12)
    book["主动公开"].insert_rows(4)
    book["工作数据"].insert_rows(3)
    book["正文"].insert_rows(2)


def swap_two_rows(book):
    sheet = book["依申请公开"]
    first, second = (cell(sheet, text).row for text in ("2.重复申请", "3.要求提供公开出版物"))
    for column in range(3, 11):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value


def swap_two_columns(book):
    sheet = book["依申请公开"]
    for row in range(4, 30):
        one, other = sheet.cell(row, 5), sheet.cell(row, 6)
        one.value, other.value = other.value, one.value


def add_notes_below(book):
    for sheet in book:
        if sheet.title in {"主动公开", "依申请公开", "复议诉讼"}:
            sheet.cell(sheet.max_row + 2, 1).value = "注：示例备注，共 3 件。"


def retype_labels_with_other_typography(book):
    for old, new in [
        ("（七）总计", "(七) 总　计"),
        ("3.危及“三安全一稳定”", '3、危及"三安全一稳定"'),
        ("自然人", " 自然人\n"),
    ]:
        relabel("依申请公开", old, new)(book)


def retitle_sheets_with_spaces(book):
    book["主动公开"].title = " 主动公开"


def leave_the_corner_blank(book):
    book["依申请公开"]["A2"] = None


def repeat_the_parent_label_in_every_row(book):
    unmerge(book)
    sheet = book["依申请公开"]
    for row in range(7, 29):
        sheet.cell(row, 1).value = "三、本年度办理结果"


def add_a_column_with_a_heading_and_nothing_in_it(book):
    book["依申请公开"]["L4"] = "备注"


@pytest.mark.parametrize(
    "change",
    [
        unmerge,
        insert_row_above_the_header,
        insert_column,
        insert_blank_row_among_the_values,
        swap_two_rows,
        swap_two_columns,
        add_notes_below,
        retype_labels_with_other_typography,
        retitle_sheets_with_spaces,
        leave_the_corner_blank,
        repeat_the_parent_label_in_every_row,
        add_a_column_with_a_heading_and_nothing_in_it,
    ],
    ids=lambda change: change.__name__,
)
def test_moving_and_decorating_does_no_harm(tmp_path, change):
    form = load_form("2021")
    numbers = {ref: index for index, ref in enumerate(balanced(form))}
    path = edited(workbook(tmp_path, content(values=numbers)), change)
    filing = read(path)
    assert values(filing) == numbers
    assert [fact.value for fact in filing.facts()] == [12, 30, 99]
    assert len(filing.prose) == 5
    assert [text.text for text in filing.basics.values()] == [AGENCY.name, "2024", "010000"]


def test_facts_keep_category_unit_and_order(tmp_path):
    made = content(
        facts=(
            ("发布渠道", "网站发布数", 12, "条", ""),
            ("", "微信发布数", None, "条", "下面一行也属于发布渠道"),
            ("", "公报期数", "3期", "", ""),
            ("热线办理", "热线办结率", "99.5％", "％", ""),
            ("", "同比", Decimal("-1.5"), "%", ""),
            ("", "经费", Decimal("2.5"), "万元", ""),
            ("", "人均件数", Decimal("2.5"), "件", ""),
        )
    )
    filing = read(workbook(tmp_path, made))
    facts = {f.name: (f.category, f.value, f.unit, f.trouble) for f in filing.facts()}
    assert facts == {
        "网站发布数": ("发布渠道", 12, "条", None),
        "微信发布数": ("发布渠道", None, "条", Trouble.BLANK),
        "公报期数": ("发布渠道", 3, "期", None),
        "热线办结率": ("热线办理", Decimal("99.5"), "%", None),
        "同比": ("热线办理", Decimal("-1.5"), "%", None),
        "经费": ("热线办理", Decimal("2.5"), "万元", None),
        "人均件数": ("热线办理", Decimal("2.5"), "件", Trouble.FRACTION),
    }
    assert filing.figures["facts.微信发布数"].address == Address(SHOWN, "工作数据", "C3")
    assert [f.name for f in filing.facts("热线办理")] == ["热线办结率", "同比", "经费", "人均件数"]


def test_basics_read_as_a_clerk_sees_them(book):
    edited(book, put("基本信息", "A5", "联系电话"))
    edited(book, put("基本信息", "B5", 750021))
    basics = read(book).basics
    assert basics["联系电话"].text == "750021"
    assert basics["联系电话"].address == Address(SHOWN, "基本信息", "B5")
    assert basics["邮政编码"].text == "010000"


@pytest.mark.parametrize(
    ("written", "section"),
    [
        ("引言", 0),
        ("一、总体情况", 1),
        ("总体情况", 1),
        ("一", 1),
        ("三、", 3),
        ("六、其他需要报告的事项", 6),
    ],
)
def test_a_section_may_be_written_in_short(tmp_path, written, section):
    filing = read(workbook(tmp_path, content(prose=((written, "（一）", "示例。"),))))
    (passage,) = filing.prose
    assert (passage.section, passage.heading, passage.template) == (section, "（一）", "示例。")


def test_prose_follows_the_section_above_and_has_addresses(book):
    passages = [(p.section, p.heading, p.address.cell) for p in read(book).prose]
    assert passages == [
        (0, "", "C2"), (1, "（一）主动公开", "C3"), (1, "", "C4"), (5, "", "C5"), (6, "", "C6"),
    ]  # fmt: skip


def test_prose_is_text_whatever_it_looks_like(tmp_path):
    texts = ["=1+1", "<img src=x onerror=alert(1)>", "{{7*7}}", "http://example.invalid", "_x0041_"]
    made = content(prose=[("一", "", text) for text in texts])
    assert [p.template for p in read(workbook(tmp_path, made)).prose] == texts


def hide_a_table(book):
    book["复议诉讼"].sheet_state = "hidden"


def hide_a_strange_sheet(book):
    book.create_sheet("旧表").sheet_state = "veryHidden"


def hide_rows(book):
    for row in (6, 7):
        book["依申请公开"].row_dimensions[row].hidden = True


def add_a_strange_sheet(book):
    book.create_sheet("草稿")["A1"] = "随便"
    book["草稿"]["A1"].font = Font(bold=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (hide_a_table, ["复议诉讼", "隐藏", "已照常读取"]),
        (hide_a_strange_sheet, ["旧表", "隐藏", "没有读取"]),
        (add_a_strange_sheet, ["草稿", "没有读取"]),
        (hide_rows, ["依申请公开", "第 6、7 行", "已照常读取"]),
    ],
    ids=["hidden_table", "very_hidden_strange_sheet", "strange_sheet", "hidden_rows"],
)
def test_remarks_on_sheets_that_a_reviewer_should_know_of(book, change, words):
    (remark,) = read(edited(book, change)).remarks
    assert all(word in remark.message for word in words)
    assert remark.address.sheet == words[0]


def aside(sheet, head, rows, *, before=None, heading="备注"):
    """Put a column for remarks beside a table, or into it, and write in some of its rows."""

    def change(book):
        target = book[sheet]
        if before is not None:
            unmerge(book)
            target.insert_cols(before)
        column = before or target.max_column + 1
        target.cell(head, column).value = heading
        for row in rows:
            target.cell(row, column).value = "示例：已核对"

    return change


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (aside("依申请公开", 2, [6, 9]), "依申请公开!K2"),
        (aside("依申请公开", 4, [6, 9], heading="说　明"), "依申请公开!K4"),
        (aside("依申请公开", 2, [6, 7], before=4), "依申请公开!D2"),
        (aside("依申请公开", 4, [6, 7], before=6), "依申请公开!F4"),
        (aside("主动公开", 3, [4, 8, 15]), "主动公开!E3"),
        (aside("主动公开", 7, [8]), "主动公开!E7"),
        (aside("复议诉讼", 2, [5]), "复议诉讼!P2"),
    ],
)
def test_a_column_for_remarks_is_left_unread_and_says_so(tmp_path, change, where):
    numbers = {ref: index for index, ref in enumerate(balanced(load_form("2021")))}
    filing = read(edited(workbook(tmp_path, content(values=numbers)), change))
    assert values(filing) == numbers
    (remark,) = filing.remarks
    assert str(remark.address) == f"{SHOWN}#{where}"
    assert "没有读取" in remark.message


SHARES = [
    (0.99, "0%", "%", 99, "99%", None),
    (0.985, "0.00%", "%", Decimal("98.5"), "98.5%", None),
    (0.985, '0.0"约"%', "", Decimal("98.5"), "98.5%", None),
    (1, "0%", "%", 100, "100%", None),
    (-0.1, "0%;[Red]-0%", "%", -10, "-10%", None),
    (99, '0"%"', "%", 99, "99", None),
    (0.5, "0%", "件", None, "50%", Trouble.UNIT_WRONG),
]


@pytest.mark.parametrize(("typed", "shown", "unit", "value", "text", "trouble"), SHARES)
def test_a_percentage_of_a_spreadsheet_is_what_it_shows(
    book, typed, shown, unit, value, text, trouble
):
    def change(made):
        made["工作数据"]["C4"], made["工作数据"]["D4"] = typed, unit
        made["工作数据"]["C4"].number_format = shown

    filing = read(edited(book, change))
    fact = filing.figures["facts.热线办结率"]
    assert (fact.value, fact.text, fact.trouble) == (value, text, trouble)
    assert filing.remarks == ()


def test_a_percentage_of_an_ods_file_is_what_it_shows(tmp_path):
    tables = ods_tables(workbook(tmp_path))
    plain = ods_cell(99)
    assert plain in tables["工作数据"]
    share = '<table:table-cell office:value-type="percentage" office:value="0.985"/>'
    tables["工作数据"] = tables["工作数据"].replace(plain, share)
    fact = read(ods_file(tmp_path / "book.ods", tables)).figures["facts.热线办结率"]
    assert (fact.value, fact.unit, fact.text) == (Decimal("98.5"), "%", "98.5%")


def test_a_share_below_one_percent_is_asked_about(book):
    filing = read(edited(book, put("工作数据", "C4", 0.99)))
    assert filing.figures["facts.热线办结率"].value == Decimal("0.99")
    (remark,) = filing.remarks
    assert "如果是 99%，请填 99" in remark.message
    assert str(remark.address) == f"{SHOWN}#工作数据!C4"


@pytest.mark.parametrize(("number", "unit"), [("3.2", "万次"), ("1.5", "小时"), ("0.5", "‰")])
def test_what_is_not_counted_may_be_decimal(book, number, unit):
    def change(made):
        made["工作数据"]["C2"], made["工作数据"]["D2"] = float(number), unit

    fact = read(edited(book, change)).figures["facts.网站发布数"]
    assert (fact.value, fact.unit, fact.trouble) == (Decimal(number), unit, None)


def test_of_two_sheets_of_one_name_the_exact_one_is_read(book):
    filing = read(edited(book, lambda made: made.create_sheet(" 正文", 0)))
    assert len(filing.prose) == 5
    assert [remark.address.sheet for remark in filing.remarks] == [" 正文"]


@pytest.mark.parametrize("year", [2024, "2024", "2024年", "２０２４年度"])
def test_identity_is_what_basics_say(tmp_path, year):
    made = content(basics={"机关名称": "示例局 ", "年度": year})
    assert read_identity(workbook(tmp_path, made), shown=SHOWN) == ("示例局", 2024)


def test_the_agency_is_compared_in_spite_of_typography(tmp_path):
    made = content(basics={"机关名称": "示例市 示例局", "年度": 2024})
    assert read(workbook(tmp_path, made)).agency == AGENCY
