"""Each way of getting a workbook wrong: which error, at which place, with which advice."""

import re

import openpyxl
import pytest

from nianbao.checks.prose.text import read_prose
from nianbao.errors import FormError, LabelError, SheetError
from nianbao.filing.figure import Trouble
from nianbao.filing.register import Agency
from nianbao.filing.workbook import read_filing, read_identity
from nianbao.forms import load_form
from workbooks import (
    AGENCY,
    SHOWN,
    as_ods,
    content,
    edited,
    ods_cell,
    ods_file,
    ods_tables,
    put,
    read,
    relabel,
    repack,
    unmerge,
    workbook,
)

T2, T3, T4 = "主动公开", "依申请公开", "复议诉讼"


@pytest.fixture
def book(tmp_path):
    return workbook(tmp_path)


def append_row(sheet, values):
    last = sheet.max_row + 1
    for column, value in values.items():
        sheet.cell(last, column).value = value


def add_a_row_with_an_unknown_label(book):
    append_row(book[T3], {1: "（八）总记", 4: 3})


def add_a_row_without_label(book):
    append_row(book[T3], {5: 3})


def add_a_row_that_holds_an_error(book):
    append_row(book[T3], {1: "（八）总记", 4: "#REF!"})


def add_the_same_row_again(book):
    append_row(book[T3], {2: "（七）总计", 4: 3})


def add_the_same_column_again(book):
    sheet = book[T3]
    for row, text in [(2, "申请人情况"), (3, "自然人")]:
        sheet.cell(row, 11).value = text


def add_a_column_of_numbers_with_unknown_heading(book):
    sheet = book[T3]
    sheet["K4"], sheet["K6"] = "备注", 3


def put_a_number_beside_its_merged_cell(book):
    unmerge(book)
    book[T2]["D8"] = 3


def add_a_second_row_of_cases(book):
    book[T4]["B7"] = 3


def drop_a_block_title(book):
    relabel(T2, "第二十条第（六）项", None)(book)


def repeat_a_block_title(book):
    book[T2]["A20"] = "第二十条第（六）项"


def put_the_parent_where_the_child_belongs(book):
    # The row keeps its numbers but loses the label that tells which they are.
    relabel(T3, "1.属于国家秘密", None)(book)


def remove_all_headings(book):
    book[T4].delete_rows(2, 3)


def rename_fact(name, row=2):
    return put("工作数据", f"B{row}", name)


LABELS = [
    (relabel(T3, "（七）总计", "（七）合计"), f"{T3}!B28", "（七）合计", "（七）总计"),
    (relabel(T3, "2.重复申请", "2.重复的申请"), f"{T3}!C21", "2.重复的申请", "2.重复申请"),
    (relabel(T3, "自然人", "个人"), T3, "", "申请人情况 · 自然人"),
    (relabel(T3, "科研机构", "科研单位"), f"{T3}!F4", "科研单位",
     "申请人情况 · 法人或其他组织 · 科研机构"),
    (relabel(T4, "复议后起诉", "复议后再起诉"), f"{T4}!K", "", "行政诉讼 · 复议后起诉 · 结果维持"),
    (relabel(T2, "行政处罚", "行政处分"), f"{T2}!A11", "行政处分", "行政处罚"),
    (relabel(T2, "本年制发件数", "本年制定件数"), f"{T2}!B3", "本年制定件数", "本年制发件数"),
    (add_a_row_with_an_unknown_label, f"{T3}!A30", "（八）总记", "总计"),
    (add_a_row_that_holds_an_error, f"{T3}!A30", "（八）总记", "总计"),
    (add_a_row_without_label, f"{T3}!A30", "", ""),
    (add_the_same_row_again, f"{T3}!B30", "（七）总计", ""),
    (add_the_same_column_again, f"{T3}!K3", "自然人", ""),
    (add_a_column_of_numbers_with_unknown_heading, f"{T3}!K6", "3", ""),
    (put_a_number_beside_its_merged_cell, f"{T2}!D8", "3", ""),
    (add_a_second_row_of_cases, f"{T4}!B7", "3", ""),
    (drop_a_block_title, T2, "", "第二十条第（六）项"),
    (repeat_a_block_title, f"{T2}!A20", "第二十条第（六）项", ""),
    (put_the_parent_where_the_child_belongs, f"{T3}!B9", "（三）不予公开", "1.属于国家秘密"),
    (remove_all_headings, T4, "", "结果维持"),
    (relabel("基本信息", "机关名称", "单位名称"), "基本信息", "", "机关名称"),
    (put("基本信息", "A5", "年度"), "基本信息!A5", "年度", ""),
    (put("基本信息", "B5", "没有项目的内容"), "基本信息!A5", "", ""),
    (relabel("基本信息", "项目", "条目"), "基本信息", "", "项目 | 内容"),
    (relabel("工作数据", "数值", "数量"), "工作数据", "", "数值"),
    (put("工作数据", "F1", "数值"), "工作数据!F1", "数值", ""),
    (rename_fact("网站 发布"), "工作数据!B2", "网站 发布", ""),
    (rename_fact("12345热线"), "工作数据!B2", "12345热线", ""),
    (rename_fact("a.b"), "工作数据!B2", "a.b", ""),
    (rename_fact("{{x}}"), "工作数据!B2", "{{x}}", ""),
    (rename_fact("微信发布数"), "工作数据!B3", "微信发布数", ""),
    (rename_fact(None), "工作数据!B2", "", ""),
    (rename_fact("行政许可"), "工作数据!B2", "行政许可", ""),
    (rename_fact("邮政编码"), "工作数据!B2", "邮政编码", ""),
    (relabel("基本信息", "邮政编码", "行政许可"), "基本信息!A4", "行政许可", ""),
    (relabel("正文", "一、总体情况", "一、总的情况"), "正文!A3", "一、总的情况", "一、总体情况"),
    (relabel("正文", "引言", None), "正文!A2", "", ""),
    (relabel("正文", "内容", "文字"), "正文", "", "内容"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "where", "found", "expected"), LABELS)
def test_a_label_that_is_wrong_is_named_with_its_cell(book, change, where, found, expected):
    with pytest.raises(LabelError) as caught:
        read(edited(book, change))
    error = caught.value
    assert f"{SHOWN}#{where}" in error.where
    assert (found or error.found) == error.found
    assert expected in error.expected
    assert error.hint


def test_a_label_that_is_there_twice_is_named_with_both_cells(book):
    with pytest.raises(LabelError) as caught:
        read(edited(book, add_the_same_row_again))
    assert caught.value.where == f"{SHOWN}#{T3}!B28 和 {SHOWN}#{T3}!B30"


@pytest.mark.parametrize("sheet", ["基本信息", "工作数据", T2, T3, T4, "正文"])
def test_a_missing_sheet_is_named_with_those_that_are_there(book, sheet):
    with pytest.raises(SheetError) as caught:
        read(edited(book, lambda made: made.remove(made[sheet])))
    assert caught.value.expected == sheet
    assert "正文" in caught.value.found or sheet == "正文"


def test_a_misspelt_sheet_is_named_as_the_nearest(book):
    def change(made):
        made[T3].title = "依申请公开情况"

    with pytest.raises(SheetError, match="是否把“依申请公开情况”改名为“依申请公开”"):
        read(edited(book, change))


@pytest.mark.parametrize(
    ("basics", "cell", "found"),
    [
        ({"机关名称": "示例市别的局", "年度": 2024}, "B2", "示例市别的局"),
        ({"机关名称": AGENCY.name, "年度": 2023}, "B3", "2023"),
        ({"机关名称": AGENCY.name, "年度": "二〇二四年"}, "B3", "二〇二四年"),
        ({"机关名称": AGENCY.name, "年度": "12024"}, "B3", "12024"),
    ],
)
def test_a_workbook_of_another_agency_or_year_is_refused(tmp_path, basics, cell, found):
    with pytest.raises(FormError) as caught:
        read(workbook(tmp_path, content(basics=basics)))
    assert (caught.value.where, caught.value.found) == (f"{SHOWN}#基本信息!{cell}", found)
    assert caught.value.hint


@pytest.mark.parametrize("empty", ["", "  ", "—", "/"])
def test_a_workbook_that_names_no_agency_or_year_is_that_of_its_place(tmp_path, empty):
    prose = (("引言", "", "{{ 机关名称 }}编制{{ 年度 }}年年报。"),)
    basics = {"机关名称": empty, "年度": empty}
    filing = read(workbook(tmp_path, content(basics=basics, prose=prose)))
    assert [text.text for text in filing.basics.values()] == [AGENCY.name, "2024"]
    assert {label: at.cell for label, at in filing.unsaid.items()} == {
        "机关名称": "B2",
        "年度": "B3",
    }
    assert [passage.template for passage in filing.prose] == [prose[0][2]]


CONTACT = (
    "{{ 机关名称 }}的年报登载于{{ 网站 }}（{{ 网址 }}）。"
    "地址：{{ 地址 }}，邮政编码：{{邮编}}；联系电话：{{ 电话 }}。欢迎监督。"
)
CONTACTS = {"网站": "某网", "网址": "www.example.cn", "地址": "某路", "邮编": "1", "电话": "2"}


@pytest.mark.parametrize("empty", ["", "—", " / "])
@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ("网址", "的年报登载于某网。地址：某路，邮政编码：1；联系电话：2。欢迎监督。"),
        ("网站", "地址：某路，邮政编码：1；联系电话：2。欢迎监督。"),
        ("地址", "的年报登载于某网（www.example.cn）。邮政编码：1；联系电话：2。欢迎监督。"),
        ("邮编", "的年报登载于某网（www.example.cn）。地址：某路，联系电话：2。欢迎监督。"),
        ("电话", "的年报登载于某网（www.example.cn）。地址：某路，邮政编码：1。欢迎监督。"),
        ("地址 邮编 电话", "的年报登载于某网（www.example.cn）。欢迎监督。"),
        ("网站 网址 地址 邮编 电话", "欢迎监督。"),
    ],
)
def test_prose_leaves_out_what_names_an_empty_line_of_the_basics(tmp_path, labels, said, empty):
    basics = {
        "机关名称": AGENCY.name,
        "年度": 2024,
        **CONTACTS,
        **dict.fromkeys(labels.split(), empty),
    }
    prose = (("引言", "", CONTACT),)
    filing = read(workbook(tmp_path, content(basics=basics, prose=prose)))
    (paragraph,) = read_prose(filing)
    assert paragraph.text.removeprefix(AGENCY.name) == said


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("电话：{{ 电话 }}", []),
        ("地址：{{ 地址 }} 电话：{{ 电话 }}", ["地址：某路"]),
        ("电话：{{ 电话 }}　地址：{{ 地址 }}", ["地址：某路"]),
        ("电话：{{ 电话 }}\n地址：{{ 地址 }}", ["地址：某路"]),
        ("可以来信（地址：{{ 地址 }}，电话：{{ 电话 }}）。", ["可以来信（地址：某路）。"]),
        (
            "网站发布{{ 网站发布数 }}条，见{{ 网址 }}，电话{{ 电话 }}！",
            ["网站发布12条，见www.example.cn！"],
        ),
    ],
)
def test_a_line_of_labels_loses_one_of_them(tmp_path, template, said):
    basics = {"机关名称": AGENCY.name, "年度": 2024, **CONTACTS, "电话": ""}
    prose = (("引言", "（一）联系方式", template),)
    filing = read(workbook(tmp_path, content(basics=basics, prose=prose)))
    assert [paragraph.text for paragraph in read_prose(filing)] == said


@pytest.mark.parametrize("sheet", [T2, T3, T4, "工作数据"])
@pytest.mark.parametrize(
    "beside", ["复议诉讼台账", "主动公开台账", "申请台账", "公开台账", "工作台账"]
)
def test_a_ledger_is_not_taken_for_a_sheet_that_was_deleted(book, sheet, beside):
    def change(made):
        made.remove(made[sheet])
        made.create_sheet(beside)

    with pytest.raises(SheetError) as caught:
        read(edited(book, change))
    assert caught.value.what == f"缺工作表“{sheet}”"
    assert "改名为" not in caught.value.hint
    assert f"“{sheet}”复制回来" in caught.value.hint


def test_all_sheets_that_were_deleted_are_named(book):
    def change(made):
        for sheet in (T4, T2):
            made.remove(made[sheet])

    with pytest.raises(SheetError, match=f"缺工作表“{T2}”、“{T4}”"):
        read(edited(book, change))


@pytest.mark.parametrize("sheet", ["基本信息", "工作数据", T2, T3, T4, "正文"])
def test_no_other_sheet_of_the_form_is_taken_for_a_missing_one(book, sheet):
    def change(made):
        made[sheet].title = "示例"

    with pytest.raises(SheetError) as caught:
        read(edited(book, change))
    assert "改名为" not in caught.value.hint


def labels_of(sheet):
    table = next(table for table in load_form("2021").tables if table.sheet == sheet)
    return [row.path[-1] for block in table.blocks for row in block.rows]


def copy_sheet(source, target):
    """Put a sheet of another workbook in the place of the one of the same name."""

    def change(book):
        sheet = book[target]
        unmerge(book)
        sheet.delete_rows(1, sheet.max_row)
        for line in openpyxl.load_workbook(source)[target].iter_rows():
            for one in line:
                if one.value is not None:
                    sheet.cell(one.row, one.column).value = one.value

    return change


@pytest.mark.parametrize(("key", "year"), [("2019", 2024), ("2021", 2020)])
@pytest.mark.parametrize("save", ["xlsx", "ods"])
def test_a_workbook_on_the_other_form_is_refused_with_the_reason(tmp_path, key, year, save):
    basics = {"机关名称": AGENCY.name, "年度": year}
    path = workbook(tmp_path, content(key, basics=basics))
    if save == "ods":
        path = as_ods(path, tmp_path / "book.ods")
    with pytest.raises(FormError) as caught:
        read(path, year)
    asked = "2021" if key == "2019" else "2019"
    assert f"为 {key} 年格式" in caught.value.found
    assert asked not in caught.value.found
    assert caught.value.expected.startswith(f"{asked} 年格式（国办公开办函〔{asked}〕")


@pytest.mark.parametrize("sheet", [T2, T3])
def test_a_workbook_that_mixes_the_forms_is_refused(tmp_path, book, sheet):
    other = workbook(tmp_path, content("2019"), "other.xlsx")
    with pytest.raises(FormError) as caught:
        read(edited(book, copy_sheet(other, sheet)))
    assert caught.value.what == "两版格式混用"
    assert f"{sheet}为 2019 年格式" in caught.value.found
    assert "为 2021 年格式" in caught.value.found
    assert caught.value.where == f"{SHOWN}#{sheet}"


@pytest.mark.parametrize("spoilt", [("1.申请人", "2.申请人"), ("2.申请人", "3.其他")])
def test_some_spoilt_labels_do_not_make_another_form(book, spoilt):
    for label in [label for label in labels_of(T3) if label.startswith(spoilt)]:
        edited(book, relabel(T3, label, f"另{label[:4]}"))
    with pytest.raises(LabelError):
        read(book)


def test_one_label_of_the_other_form_is_a_label_and_not_a_form(book):
    with pytest.raises(LabelError, match="行政规范性文件"):
        read(edited(book, relabel(T2, "行政规范性文件", "规范性文件")))


@pytest.mark.parametrize("year", [2018, 0, -1])
def test_a_year_before_the_forms_is_refused_before_the_file_is_opened(tmp_path, year):
    with pytest.raises(FormError, match="2019 年度及以后"):
        read_filing(tmp_path / "none.xlsx", AGENCY, year, shown=SHOWN)


def test_the_agency_asked_for_counts_and_not_its_code(book):
    with pytest.raises(FormError, match="示例县"):
        read(book, agency=Agency(code="shili", name="示例县示例局"))


def test_identity_needs_its_labels(book):
    with pytest.raises(LabelError, match="年度"):
        read_identity(edited(book, relabel("基本信息", "年度", "年份")), shown=SHOWN)


TROUBLES = [
    (None, None, "", Trouble.BLANK),
    ("/", None, "/", Trouble.DASH),
    ("三件", None, "三件", Trouble.TEXT),
    ("１", 1, "１", Trouble.NOTATION),
    (-1, -1, "-1", Trouble.NEGATIVE),
    (True, None, "TRUE", Trouble.TEXT),
    ("=1+1", None, "", Trouble.FORMULA_UNSAVED),
    ("#DIV/0!", None, "#DIV/0!", Trouble.FORMULA_ERROR),
]


@pytest.mark.parametrize(("typed", "value", "text", "trouble"), TROUBLES)
@pytest.mark.parametrize(
    ("place", "ref"),
    [((T3, "D7"), "table3.g.natural"), ((T2, "B8"), "table2.permits.decisions"),
     ((T4, "A5"), "table4.cases.review_upheld"), (("工作数据", "C2"), "facts.网站发布数")],
)  # fmt: skip
def test_trouble_in_a_cell_stops_nothing(book, typed, value, text, trouble, place, ref):
    filing = read(edited(book, put(*place, typed)))  # openpyxl tells formulas and errors by itself
    figure = filing.figures[ref]
    assert (figure.value, figure.text, figure.trouble) == (value, text, trouble)
    assert [f.ref for f in filing.figures.values() if f.trouble] == [ref]


def test_a_formula_that_gave_an_empty_text_is_blank(book):
    def change(name, data):
        is_table3 = name == "xl/worksheets/sheet4.xml"
        return re.sub(rb'<c r="D7"[^/]*</v></c>', formula, data) if is_table3 else data

    formula = b'<c r="D7" t="str"><f>""</f><v></v></c>'

    figure = read(repack(book, change)).figures["table3.g.natural"]
    assert (figure.value, figure.trouble) == (None, Trouble.BLANK)


def test_cells_of_an_ods_file_that_failed_are_told_from_blank_ones(tmp_path):
    rows = {
        "错误": ods_cell(None, 'calcext:value-type="error" table:formula="of:=1/0"'),
        "未算": ods_cell(None, 'table:formula="of:=1+1"'),
        "空白": ods_cell(None),
    }
    head = "".join(ods_cell(text) for text in ("类别", "名称", "数值", "单位", "说明"))
    lines = "".join(
        f"<table:table-row>{ods_cell('示例')}{ods_cell(name)}{made}</table:table-row>"
        for name, made in rows.items()
    )
    facts = f"<table:table-row>{head}</table:table-row>{lines}"
    tables = {**ods_tables(workbook(tmp_path)), "工作数据": facts}
    path = ods_file(tmp_path / "book.ods", tables)
    troubles = {fact.name: fact.trouble for fact in read(path).facts()}
    assert troubles == {
        "错误": Trouble.FORMULA_ERROR,
        "未算": Trouble.FORMULA_UNSAVED,
        "空白": Trouble.BLANK,
    }
