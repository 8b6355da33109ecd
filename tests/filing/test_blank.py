"""What is written reads back, is the same every time, and cannot act."""

import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from nianbao.characters import without_hidden
from nianbao.errors import WorkbookError
from nianbao.filing.blank import WorkbookContent, placed, write_workbook
from nianbao.filing.figure import Trouble
from nianbao.filing.filing import cell_ref
from nianbao.filing.labels import normalise
from nianbao.filing.tables import figure_name
from nianbao.forms import load_form
from workbooks import AGENCY, YEARS, balanced, content, read, workbook

# No control characters, no surrogates: XML has none.
CHARACTERS = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp", "Zs")
).filter(without_hidden)
TEXT = st.text(CHARACTERS, min_size=1, max_size=30)
WORDS = st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=8).map(lambda text: f"示例{text}")
COUNTS = st.integers(0, 10**15 - 1) | st.none()
AMOUNTS = st.decimals(0, 10**9, places=6) | st.none()
SECTIONS = st.sampled_from([section.title for section in load_form("2021").sections])


def with_unit(amount):
    return None if amount is None else f"{amount} 万元"


def cells(form):
    """A value for every cell of the form."""
    return st.fixed_dictionaries(
        {
            cell_ref(table.key, row.key, column.key): {
                "count": COUNTS,
                "change": st.integers(-(10**6), 10**6) | st.none(),
                "money": AMOUNTS.map(with_unit) if column.unit_in_cell else AMOUNTS,
            }[column.kind]
            for table in form.tables
            for _, row, column in table.cells()
        }
    )


@st.composite
def contents(draw, key):
    form = load_form(key)
    names = draw(st.lists(WORDS, unique=True, max_size=5))
    labels = draw(st.lists(TEXT.filter(normalise), unique_by=normalise, max_size=3))
    spots = [spot for table in form.tables for spot in table.cells()]
    taken = {normalise(figure_name(row, column)) for _, row, column in spots}
    free = [text for text in labels if normalise(text) not in {"机关名称", "年度", *names, *taken}]
    return WorkbookContent(
        form=form,
        basics={
            "机关名称": AGENCY.name,
            "年度": YEARS[key],
            **{label: draw(TEXT) for label in free},
        },
        facts=[(draw(TEXT), name, draw(AMOUNTS), "万元", draw(TEXT)) for name in names],
        values=draw(cells(form)),
        prose=draw(st.lists(st.tuples(SECTIONS, TEXT, TEXT), max_size=4)),
    )


def amount(written):
    """What a money cell was given as."""
    return Decimal(written.split()[0]) if isinstance(written, str) else written


@pytest.mark.parametrize("key", ["2019", "2021"])
@settings(
    max_examples=examples(10),
)
@given(data=st.data())
def test_what_is_written_reads_back(tmp_path, key, data):
    made = data.draw(contents(key))
    path = tmp_path / "book.xlsx"
    write_workbook(path, made)
    filing = read(path, YEARS[key])
    tables = {r: f.value for r, f in filing.figures.items() if not r.startswith("facts.")}
    assert tables == {ref: amount(value) for ref, value in made.values.items()}
    assert {f.trouble for f in filing.figures.values()} <= {None, Trouble.BLANK}
    basics = {label: str(text).strip() for label, text in made.basics.items()}
    assert {label: text.text for label, text in filing.basics.items()} == basics
    assert [(f.category, f.name, f.value) for f in filing.facts()] == [
        (category, name, value) for category, name, value, _, _ in made.facts
    ]
    titles = [section.title for section in made.form.sections]
    assert [(p.section, p.heading, p.template) for p in filing.prose] == [
        (titles.index(section) + 1, heading, text) for section, heading, text in made.prose
    ]


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_an_empty_workbook_reads_as_blank_cells(tmp_path, key):
    basics = {"机关名称": AGENCY.name, "年度": YEARS[key]}
    path = workbook(tmp_path, WorkbookContent(load_form(key), basics))
    figures = read(path, YEARS[key]).figures
    assert {(f.value, f.trouble) for f in figures.values()} == {(None, Trouble.BLANK)}
    assert len(figures) == len(balanced(load_form(key)))


def test_the_same_content_gives_the_same_bytes(tmp_path):
    first = workbook(tmp_path, name="a.xlsx").read_bytes()
    assert workbook(tmp_path, name="b.xlsx").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}
        assert b"2020-01-01T00:00:00Z" in archive.read("docProps/core.xml")


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://example.invalid/", "mailto:a@b.invalid"]


def test_text_never_becomes_a_formula_or_a_link(tmp_path):
    made = content(
        basics={
            "机关名称": AGENCY.name,
            "年度": 2024,
            **{f"项{i}": t for i, t in enumerate(HOSTILE)},
        },
        facts=[(text, f"事实{i}", text, text, text) for i, text in enumerate(HOSTILE)],
        prose=[("一", text, text) for text in HOSTILE],
        values={"table3.a.natural": "=1+1"},
    )
    book = openpyxl.load_workbook(workbook(tmp_path, made))
    used = [c for sheet in book for line in sheet.iter_rows() for c in line]
    # openpyxl takes any text that begins with = for a formula; the file's own mark says what it is.
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)
        assert not any("_rels/sheet" in name for name in archive.namelist())
    assert not any(one.hyperlink for one in used)
    filing = read(tmp_path / "book.xlsx")
    assert [p.template for p in filing.prose] == HOSTILE
    assert filing.figures["table3.a.natural"].raw == "=1+1"


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_the_sheets_look_like_the_form(tmp_path, key):
    form = load_form(key)
    book = openpyxl.load_workbook(workbook(tmp_path, content(key)))
    assert book.sheetnames == ["基本信息", "工作数据", "主动公开", "依申请公开", "复议诉讼", "正文"]
    for table in form.tables:
        sheet = book[table.sheet]
        merged = {
            (m.min_row - 2, m.min_col - 1, m.max_row - m.min_row + 1, m.max_col - m.min_col + 1)
            for m in sheet.merged_cells.ranges
        }
        wanted = {
            (row, column, cell.rowspan, cell.colspan)
            for row, column, cell in placed(table.layout())
            if cell.rowspan * cell.colspan > 1
        }
        assert merged == wanted | {(-1, 0, 1, table.width)}
        for row, column, cell in placed(table.layout()):
            if cell.role != "value":
                assert (sheet.cell(row + 2, column + 1).value or "") == cell.text
            assert sheet.cell(row + 2, column + 1).border.left.style == "thin"


def test_more_digits_than_a_number_cell_keeps_are_written_as_text(tmp_path):
    value = Decimal("1234567890.12345678")
    made = content(values={"table2.fees.amount": value})
    assert read(workbook(tmp_path, made)).figures["table2.fees.amount"].value == value


def test_a_text_longer_than_a_cell_is_refused(tmp_path):
    with pytest.raises(WorkbookError, match="32768 字"):
        workbook(tmp_path, content(prose=[("一", "", "字" * 32_768)]))
    assert not (tmp_path / "book.xlsx").exists()
