"""The blank workbook of a clerk: reads as what is typed, adds up, guards, and tells."""

from decimal import Decimal

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries

from blanks import before, blank, defined, entries, opened, places, saved
from laws import examples
from nianbao.filing.blank.formulas import numbers
from nianbao.filing.figure import Trouble
from nianbao.filing.ledgers.head import match
from nianbao.filing.ledgers.kinds import ledger_kinds
from nianbao.forms import load_form
from workbooks import AGENCY, YEARS, balanced, edited, put, read

KEYS = ["2019", "2021"]
TABLES = ["主动公开", "依申请公开", "复议诉讼"]
LISTS = ["基本信息", "工作数据", "正文"]


def of_tables(filing):
    return {r: f.value for r, f in filing.figures.items() if not r.startswith("facts.")}


def number(written):
    """What a cell was given as: 4299万元 is a number with its unit."""
    return Decimal(written.removesuffix("万元")) if isinstance(written, str) else written


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("has_ledgers", [True, False])
def test_a_blank_workbook_reads_as_blank(tmp_path, key, has_ledgers):
    filing = read(saved(tmp_path, blank(key, has_ledgers=has_ledgers)), YEARS[key])
    assert {(f.value, f.trouble, f.raw) for f in filing.figures.values()} == {
        (None, Trouble.BLANK, "")
    }
    assert filing.figures.keys() == balanced(load_form(key)).keys()
    assert (filing.prose, filing.remarks, filing.ledgers, filing.counts) == ((), (), (), {})
    stated = {label: text.text for label, text in filing.basics.items() if text.text}
    assert stated == {"机关名称": AGENCY.name, "年度": str(YEARS[key])}


VALUES = {
    "count": st.integers(0, 10**9),
    "change": st.integers(-(10**6), 10**6),
    "money": st.decimals(0, 10**9, places=6),
}


@st.composite
def fillings(draw, form):
    """The same in all cells that a clerk types into, but for some."""
    measures = {
        f"{table.key}.{row.key}.{column.key}": column
        for table in form.tables
        for _, row, column in table.cells()
    }
    values = dict.fromkeys(entries(form), draw(st.sampled_from([None, 0, 3])))
    for ref in draw(st.lists(st.sampled_from(entries(form)), max_size=40)):
        values[ref] = draw(st.none() | VALUES[measures[ref].kind])
    for ref, value in values.items():
        if measures[ref].unit_in_cell and value:
            values[ref] = f"{value}万元"
    return values


@pytest.mark.parametrize("key", KEYS)
@settings(
    max_examples=examples(3),
    phases=set(Phase) - {Phase.shrink},  # which would write workbooks for minutes
)
@given(data=st.data())
def test_what_is_typed_is_read_and_the_totals_are_computed(tmp_path, key, data):
    form = load_form(key)
    values = data.draw(fillings(form))
    has_last_year = data.draw(st.booleans())
    last_year = before(key) if has_last_year else None
    order = blank(key, values=values, before=last_year, has_ledgers=False)
    filing = read(saved(tmp_path, order), YEARS[key])
    carried = last_year.carried(form) if last_year else {}
    stated = {r: number(v) for r, v in {**carried, **values}.items()}
    assert of_tables(filing) == dict.fromkeys(balanced(form)) | numbers(form, stated)
    assert {f.trouble for f in filing.figures.values()} <= {None, Trouble.BLANK}
    assert filing.remarks == ()


def test_a_total_that_is_typed_takes_the_place_of_its_formula(tmp_path):
    values = dict.fromkeys(entries(load_form("2021")), 1) | {"table3.t.natural": 9}
    figures = read(saved(tmp_path, blank(values=values))).figures
    assert figures["table3.t.natural"].value == 9
    assert figures["table3.t.total"].value == 21 * 6


def test_the_same_order_gives_the_same_bytes(tmp_path):
    order = blank(before=before("2021"))
    one = saved(tmp_path, order, "one.xlsx").read_bytes()
    assert saved(tmp_path, order, "two.xlsx").read_bytes() == one
    assert saved(tmp_path, blank(), "three.xlsx").read_bytes() != one


@pytest.mark.parametrize("key", KEYS)
def test_it_has_the_sheets_in_order_and_opens_with_the_guide(key):
    kinds = [kind.sheet for kind in ledger_kinds() if kind.counts_under(load_form(key))]
    usual = ["填报说明", "基本信息", "工作数据", *TABLES, "正文"]
    assert opened(key).sheetnames == [*usual, *kinds]
    assert opened(key, has_ledgers=False).sheetnames == usual
    assert opened(key).active.title == "填报说明"


@pytest.mark.parametrize("key", KEYS)
def test_only_the_cells_to_type_into_are_unlocked(key):
    book, form = opened(key, last_year=True), load_form(key)
    unlocked = {
        (sheet, c.coordinate)
        for sheet in TABLES
        for line in book[sheet].iter_rows()
        for c in line
        if not c.protection.locked and not isinstance(c, openpyxl.cell.cell.MergedCell)
    }
    assert unlocked == {places(form)[ref] for ref in entries(form)}
    for ref in defined(form):
        sheet, at = places(form)[ref]
        assert str(book[sheet][at].value).startswith("=IF(COUNT(")


def test_every_sheet_is_protected_without_a_password_and_lists_may_grow():
    book = opened()
    for sheet in book:
        rights = sheet.protection
        assert (rights.sheet, rights.password) == (True, None)
        assert rights.formatColumns is False  # openpyxl says what is forbidden
        is_list = sheet.title in LISTS or sheet.title.endswith("台账")
        for right in ("insertRows", "deleteRows", "sort", "autoFilter"):
            assert getattr(rights, right) is not is_list
        if is_list:
            assert all(c.protection.locked for c in sheet[1] if c.value)
            # Excel deletes no row of which any cell is locked.
            spans = [(d.min, d.max) for d in sheet.column_dimensions.values()]
            covered = {column for low, high in spans for column in range(low, high + 1)}
            assert covered == set(range(1, 16_385))
            assert not any(d.protection.locked for d in sheet.column_dimensions.values())


def validations(sheet):
    """Which validations each cell has."""
    found = {}
    for one in sheet.data_validations.dataValidation:
        for area in one.sqref.ranges:
            left, top, right, bottom = range_boundaries(area.coord)
            for row in range(top, min(bottom, 60) + 1):
                for column in range(left, right + 1):
                    found.setdefault((row, column), []).append(one)
    return found


@pytest.mark.parametrize("key", KEYS)
def test_every_cell_to_type_into_says_what_it_counts_and_refuses_other_things(key):
    book, form = opened(key), load_form(key)
    found = {sheet: validations(book[sheet]) for sheet in TABLES}
    for table in form.tables:
        for _, row, column in table.cells():
            ref = f"{table.key}.{row.key}.{column.key}"
            sheet, at = places(form)[ref]
            cell = book[sheet][at]
            rules = found[sheet].get((cell.row, cell.column), [])
            if ref in defined(form):
                assert rules == []
                continue
            (rule,) = rules
            assert row.note in rule.prompt
            assert column.note in rule.prompt
            assert (rule.showInputMessage, rule.showErrorMessage) == (True, True)
            assert rule.error
            assert 0 < len(rule.promptTitle) <= 32
            kind = {"count": "whole", "change": "whole", "money": "decimal"}[column.kind]
            assert rule.type == ("custom" if column.unit_in_cell else kind)
            if not column.unit_in_cell:
                assert (rule.formula1 == "0") == (column.kind != "change")
    assert sum(map(len, found.values())) == len(entries(form))


@pytest.mark.parametrize("key", KEYS)
def test_every_result_is_coloured_by_what_it_says(key):
    book = opened(key, last_year=True)
    for sheet in (book[name] for name in TABLES):
        rules = {}
        for area in sheet.conditional_formatting:
            for left, top, right, bottom in map(
                range_boundaries, (one.coord for one in area.sqref.ranges)
            ):
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        rules.setdefault((row, column), []).extend(area.rules)
        cells = {r: c for r, (s, c) in places(load_form(key)).items() if s == sheet.title}
        totals = {cells[ref] for ref in defined(load_form(key)) & cells.keys()}
        results = [
            c for line in sheet.iter_rows() for c in line
            if str(c.value).startswith("=") and c.coordinate not in totals
        ]  # fmt: skip
        assert results
        for cell in results:
            kinds = [(r.type, r.text, r.stopIfTrue) for r in rules[cell.row, cell.column]]
            assert kinds == [
                ("beginsWith", "√", True),
                ("beginsWith", "×", True),
                ("notContainsBlanks", None, None),
            ]


def column_of(sheet, heading):
    return next(c.column for c in sheet[1] if c.value == heading)


def dimension(sheet, column):
    """What holds for a whole column; alike neighbours share one."""
    return next(d for d in sheet.column_dimensions.values() if d.min <= column <= d.max)


def words(book, rule):
    """What a drop-down offers, written out or from cells elsewhere."""
    if rule.formula1.startswith('"'):
        return tuple(rule.formula1.strip('"').split(","))
    name, area = rule.formula1.lstrip("=").split("!")
    return tuple(c.value for line in book[name.strip("'")][area.replace("$", "")] for c in line)


@pytest.mark.parametrize("key", KEYS)
def test_ledgers_have_their_headings_words_and_dates(key):
    book, form = opened(key), load_form(key)
    for kind in (kind for kind in ledger_kinds() if kind.counts_under(form)):
        sheet = book[kind.sheet]
        assert [c.value for c in sheet[1] if c.value] == [c.name for c in kind.columns]
        found = validations(sheet)
        for number_, column in enumerate(kind.columns, start=1):
            heading = sheet.cell(1, number_)
            assert match(heading.value, kind) == (column.key, False)
            is_marked = heading.fill.fgColor.rgb == "FFFCD5B4"
            assert is_marked == column.required
            (rule,) = found[2, number_]
            assert ("必填" in rule.prompt) == column.required
            assert len(rule.prompt) <= 255
            match column.kind:
                case "choice" if column.shown(form):
                    assert words(book, rule) == column.shown(form)
                    assert rule.showErrorMessage == (not column.open)
                case "flag":
                    assert words(book, rule) == ("是", "否")
                case "date":
                    assert rule.type == "date"
                    assert dimension(sheet, number_).number_format == "yyyy-mm-dd"
                    days = int(rule.formula2) - int(rule.formula1)
                    assert (days in {364, 365}) == (column.key == kind.dated)
                case "money":
                    assert rule.type == "decimal"
            (area,) = [a.coord for a in rule.sqref.ranges]
            assert range_boundaries(area)[3] == 2001


def test_what_a_clerk_writes_into_a_ledger_is_read(tmp_path):
    book = saved(tmp_path)

    def write(book):
        sheet = book["收费台账"]
        sheet["A2"], sheet["B2"], sheet["C2"] = "2024-03-05", "示例费", 1200.5
        sheet["A3"], sheet["C3"] = "2024-04-01", 800

    (ledger,) = read(edited(book, write)).ledgers
    assert (ledger.kind.key, ledger.used, ledger.rejects, ledger.unread) == ("fees", 2, (), ())


def test_lists_have_drop_downs_and_what_is_known():
    book = opened()
    facts, prose = validations(book["工作数据"]), validations(book["正文"])
    categories = words(book, facts[2, column_of(book["工作数据"], "类别")][0])
    assert categories == ("发布渠道", "热线办理")
    assert "%" in words(book, facts[9, column_of(book["工作数据"], "单位")][0])
    titles = [section.title for section in load_form("2021").sections]
    assert words(book, prose[2, 1][0]) == ("引言", *titles)
    assert [book["正文"].cell(row, 1).value for row in range(2, 9)] == [*titles, None]
    notes = [section.note for section in load_form("2021").sections]
    assert [prose[row, 3][0].prompt for row in range(2, 8)] == notes
    assert "{{ 名称 }}" in prose[8, 3][0].prompt
    basics = [(line[0].value, line[1].value) for line in book["基本信息"].iter_rows(min_row=2)]
    assert basics[:2] == [("机关名称", AGENCY.name), ("年度", "2024")]
    assert [name for name, _ in basics[2:]] == [
        "网站", "网址", "地址", "邮政编码", "联系电话", "成文日期",
    ]  # fmt: skip
    assert {text for _, text in basics[2:]} == {None}


@pytest.mark.parametrize("key", KEYS)
def test_the_guide_says_what_is_counted_where_and_on_what_ground(key):
    form = load_form(key)
    lines = [tuple(c.value or "" for c in line) for line in opened(key)["填报说明"].iter_rows()]
    said = {cell for line in lines for cell in line}
    for table in form.tables:
        for block, row, column in table.cells():
            for item in (row, column):
                if item.note:
                    known = [line for line in lines if line[1:3] == (item.path[-1], item.note)]
                    assert {line[3] for line in known} == {item.article}
            assert block.title in said
    for deadline in form.deadlines:
        assert (deadline.who, f"{deadline.by}前", deadline.does, deadline.article) in lines
    assert any(str(YEARS[key] + 1) in cell for cell in said)
    for kind in (kind for kind in ledger_kinds() if kind.counts_under(form)):
        assert kind.about in said
    bare = opened(key, has_ledgers=False)["填报说明"]
    assert not any("台账" in str(c.value) for line in bare.iter_rows() for c in line)


def test_an_amount_keeps_its_decimals(tmp_path):
    values = {"table2.fees.amount": Decimal("4166.241619")}
    assert read(saved(tmp_path, blank(values=values))).figures["table2.fees.amount"].value == (
        Decimal("4166.241619")
    )


def test_a_guide_that_is_renamed_or_hidden_is_told_or_not(tmp_path):
    def rename(book):
        book["填报说明"].title = "填报说明 (2)"

    def hide(book):
        book["填报说明"].sheet_state = "hidden"

    told = [r.message for r in read(edited(saved(tmp_path), rename)).remarks]
    assert told == ["工作表“填报说明 (2)”不是填报用的，没有读取"]
    assert read(edited(saved(tmp_path), hide)).remarks == ()


def test_a_note_in_the_margin_is_no_number_of_the_table(tmp_path):
    path = edited(saved(tmp_path), put("依申请公开", "N10", 99))
    assert read(path).remarks == ()
