"""A cell that holds an error is named and never blank, in whatever way a program writes it."""

import re

import openpyxl
import pytest

from ledgers import YEAR, application, as_csv, as_xlsx, table
from nianbao.checks import Severity, run_checks
from nianbao.errors import FormError
from nianbao.filing.figure import Trouble
from workbooks import (
    AGENCY,
    as_ods,
    content,
    edited,
    ods_cell,
    ods_file,
    ods_tables,
    put,
    read,
    repack,
    workbook,
)

SPELLINGS = [
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!",
    "#GETTING_DATA", "#SPILL!", "#CALC!", "#BUSY!", "#BLOCKED!", "#FIELD!", "#CONNECT!",
    "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!", "#n/a", "#名称?", "Err:502", "Err:522",
]  # fmt: skip
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# As programs write an error: Excel, LibreOffice, a shared and an array formula, a new kind of
# error with its metadata, quotes and spaces of a writer of one's own.
WAYS = [
    '<c r="{at}" t="e"><v>{error}</v></c>',
    '<c r="{at}" s="0" t="e"><f aca="false">NA()</f><v>{error}</v></c>',
    '<c r="{at}" t="e"><f>VLOOKUP("甲",A1:B2,2)</f><v>{error}</v></c>',
    '<c r="{at}" t="e"><f t="shared" si="0"/><v>{error}</v></c>',
    '<c r="{at}" t="e" cm="1"><f t="array" ref="{at}:{at}">A1&gt;1</f><v>{error}</v></c>',
    '<c r="{at}" t="e" vm="1"><v>{error}</v></c>',
    "<c r=\"{at}\" t='e'><v>{error}</v></c>",
    '<c r="{at}" t = "e" >\n<f>NA()</f>\n<v xml:space="preserve">{error}</v>\n</c>',
    '<c t="e" r="{at}"><v>{error}</v></c>',
    f'<x:c xmlns:x="{MAIN}" r="{{at}}" t="e"><x:v>{{error}}</x:v></x:c>',
    '<c r="{at}" t="e"><v><!-- 注 -->{error}</v></c>',
    '<c r="{at}" t="e"><v><![CDATA[{error}]]></v></c>',
]


def part_of(path, sheet):
    names = openpyxl.load_workbook(path, read_only=True).sheetnames
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def spoiled(path, sheet, at, cell):
    """Put a cell as it is written in XML in the place of one that is there."""
    part, old = part_of(path, sheet), re.compile(rf'<c r="{at}"[^>]*?(?:/>|>.*?</c>)'.encode())

    def change(name, data):
        if name != part:
            return data
        changed, count = old.subn(lambda _: cell.format(at=at).encode(), data)
        assert count == 1
        return changed

    return repack(path, change)


def written(way, error):
    return way.replace("{error}", error)


@pytest.fixture
def book(tmp_path):
    return workbook(tmp_path)


def findings(filing):
    return [f for f in run_checks(filing) if f.id == "A6" and f.severity is Severity.ERROR]


def test_an_error_of_any_spelling_is_told_with_its_cell(book):
    places = dict(zip((f"D{row}" for row in range(5, 28)), SPELLINGS, strict=False))
    for at, error in places.items():
        spoiled(book, "依申请公开", at, written(WAYS[0], error))
    spoiled(book, "工作数据", "C2", written(WAYS[0], "#CALC!"))
    filing = read(book)
    failed = [f for f in filing.figures.values() if f.trouble]
    assert {f.trouble for f in failed} == {Trouble.FORMULA_ERROR}
    assert {f.address.cell: (f.value, f.raw) for f in failed} == {
        at: (None, error) for at, error in (*places.items(), ("C2", "#CALC!"))
    }
    told = {found.where[0].cell: found.message for found in findings(filing)}
    assert all(error in told[at] for at, error in places.items())
    assert len(told) == len(places) + 1


@pytest.mark.parametrize("error", ["#N/A", "#SPILL!"])
@pytest.mark.parametrize("way", WAYS)
def test_however_an_error_is_written_it_is_none_that_is_blank(book, way, error):
    filing = read(spoiled(book, "依申请公开", "D7", written(way, error)))
    figure = filing.figures["table3.g.natural"]
    assert (figure.value, figure.trouble) == (None, Trouble.FORMULA_ERROR)
    assert [f.ref for f in filing.figures.values() if f.trouble] == ["table3.g.natural"]
    assert len(findings(filing)) == 1


@pytest.mark.parametrize("error", ["#N/A", "#SPILL!", "Err:502", "=1+1"])
@pytest.mark.parametrize(
    ("sheet", "at"),
    [("基本信息", "B4"), ("正文", "C3"), ("正文", "B3"), ("工作数据", "A2"), ("工作数据", "D2")],
)
def test_an_error_in_a_text_is_told_with_its_cell(book, sheet, at, error):
    cell = written(WAYS[0], error) if error != "=1+1" else '<c r="{at}"><f>1+1</f></c>'
    (found,) = findings(read(spoiled(book, sheet, at, cell)))
    assert [where.cell for where in found.where] == [at]
    assert (error if error != "=1+1" else "没有保存计算结果") in found.message
    assert sheet in found.message


def test_an_error_typed_as_a_text_is_one_as_well(book):
    (found,) = findings(read(edited(book, lambda made: text_in(made["正文"]["C3"], "#REF!"))))
    assert "#REF!" in found.message


def text_in(cell, text):
    cell.value = text
    cell.data_type = "s"


def test_an_error_for_a_name_is_what_was_found(book):
    with pytest.raises(FormError) as raised:
        read(spoiled(book, "基本信息", "B2", written(WAYS[0], "#SPILL!")))
    assert raised.value.found == "#SPILL!"


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="{at}" t="x"><v>5</v></c>',
        '<c r="{at}" t="s"><v>99999</v></c>',
        '<c r="{at}" t="b"><v>2</v></c>',
        '<c r="{at}" t="inlineStr"><v>5</v></c>',
    ],
)
def test_a_cell_that_no_program_reads_is_told_and_stops_nothing(book, cell):
    filing = read(spoiled(book, "依申请公开", "D7", cell))
    assert filing.figures["table3.g.natural"].value is None
    assert [where.cell for found in findings(filing) for where in found.where] == ["D7"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="{at}"><v>5</v><extLst><ext/></extLst></c>', 5),
        ('<c r="{at}" t="str"><f>A1</f><v>5</v></c>', 5),
        ('<c r="{at}" t="inlineStr"><is><r><t>1</t></r><r><t>2</t></r></is></c>', 12),
        ('<c r="{at}" t="inlineStr"><f>A1</f><is><t>7</t></is></c>', 7),
        ('<c r="{at}" t="n"><v>1E3</v></c>', 1000),
    ],
)
def test_a_number_that_is_there_is_read(book, cell, value):
    assert read(spoiled(book, "依申请公开", "D7", cell)).figures["table3.g.natural"].value == value


NO_TEXT = 'office:value-type="string" office:string-value="" calcext:value-type="error"'


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        # LibreOffice, Excel and WPS, OpenOffice of old, and a writer that tells no type.
        (f'table:formula="of:=NA()" {NO_TEXT}', "#N/A"),
        (f'table:formula="of:=1+" {NO_TEXT}', "Err:520"),
        ('table:formula="of:=NA()" office:value-type="string" office:string-value="#N/A"', "#N/A"),
        ('table:formula="of:=1/0" office:value-type="float" office:value="0"', "#DIV/0!"),
        ('office:value-type="float" office:value="0"', "#VALUE!"),
        ('table:formula="of:=1/0"', "#DIV/0!"),
        ('office:value-type="string"', "#SPILL!"),
    ],
)
def test_errors_of_ods_files(tmp_path, attributes, text):
    made = f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"
    tables = ods_tables(workbook(tmp_path))
    old = ods_cell(12)
    assert tables["工作数据"].count(old) == 1
    tables["工作数据"] = tables["工作数据"].replace(old, made)
    figure = read(ods_file(tmp_path / "book.ods", tables)).figures["facts.网站发布数"]
    assert (figure.value, figure.raw, figure.trouble) == (None, text, Trouble.FORMULA_ERROR)


def test_an_error_that_an_ods_file_writes_once_for_many_cells_is_told_in_each(tmp_path):
    attributes = 'calcext:value-type="error" table:number-columns-repeated="2"'
    error = f"<table:table-cell {attributes}><text:p>#N/A</text:p></table:table-cell>"
    tables = ods_tables(workbook(tmp_path))
    row = re.search(r"<table:table-row>(?:(?!</table:table-row>).)*予以公开.*?</table:table-row>",
                    tables["依申请公开"])[0]  # fmt: skip
    pair = ods_cell(3) + ods_cell(1)
    assert pair in row
    tables["依申请公开"] = tables["依申请公开"].replace(row, row.replace(pair, error))
    filing = read(ods_file(tmp_path / "book.ods", tables))
    assert [f.ref for f in filing.figures.values() if f.trouble is Trouble.FORMULA_ERROR] == [
        "table3.g.natural", "table3.g.business",
    ]  # fmt: skip


ROWS = [application(n, f"{YEAR}-03-0{n}") for n in range(1, 6)]
COLUMNS = {"申请编号": "A", "收到日期": "B", "申请人类型": "C", "办理结果": "D", "答复日期": "E"}


class TestLedgers:
    @pytest.fixture
    def folder(self, tmp_path):
        workbook(tmp_path, content(), f"{YEAR}.xlsx")
        return tmp_path

    def only(self, folder):
        (found,) = read(folder / f"{YEAR}.xlsx", YEAR, AGENCY).ledgers
        return found

    def rejects(self, folder):
        found = self.only(folder)
        assert found.read == found.used + found.rejected == len(ROWS)
        return [(reject.row, reject.key, reject.why) for reject in found.rejects]

    @pytest.mark.parametrize("way", WAYS[:2])
    def test_a_row_with_an_error_is_rejected_with_it(self, folder, way):
        rows = [application(n, f"{YEAR}-03-01") for n in range(len(SPELLINGS))]
        path = as_xlsx(folder / f"{YEAR}-申请台账.xlsx", 申请台账=table(rows))
        for row, error in enumerate(SPELLINGS, start=2):
            spoiled(path, "申请台账", f"E{row}", written(way, error))
        assert [(reject.key, reject.why) for reject in self.only(folder).rejects] == [
            ("replied", f"是错误值“{error}”") for error in SPELLINGS
        ]

    @pytest.mark.parametrize("error", ["#N/A", "#SPILL!"])
    @pytest.mark.parametrize("way", WAYS)
    def test_in_whatever_way(self, folder, way, error):
        path = as_xlsx(folder / f"{YEAR}-申请台账.xlsx", 申请台账=table(ROWS))
        spoiled(path, "申请台账", "E3", written(way, error))
        assert self.rejects(folder) == [(3, "replied", f"是错误值“{error}”")]

    @pytest.mark.parametrize("column", COLUMNS)
    def test_in_whatever_column(self, folder, column):
        path = as_xlsx(folder / f"{YEAR}-申请台账.xlsx", 申请台账=table(ROWS))
        spoiled(path, "申请台账", f"{COLUMNS[column]}3", written(WAYS[1], "#N/A"))
        ((row, _, why),) = self.rejects(folder)
        assert (row, why) == (3, "是错误值“#N/A”")

    def test_in_a_sheet_of_the_workbook(self, folder):
        path = edited(folder / f"{YEAR}.xlsx", lambda book: fill(book.create_sheet("申请台账")))
        spoiled(path, "申请台账", "E4", written(WAYS[1], "#CALC!"))
        assert self.rejects(folder) == [(4, "replied", "是错误值“#CALC!”")]

    @pytest.mark.parametrize("row", [3, 6])
    def test_a_row_of_nothing_but_errors_is_no_blank_one(self, folder, row):
        path = as_xlsx(folder / f"{YEAR}-申请台账.xlsx", 申请台账=table(ROWS))
        for letter in COLUMNS.values():
            spoiled(path, "申请台账", f"{letter}{row}", written(WAYS[1], "#N/A"))
        ((number, _, why),) = self.rejects(folder)
        assert (number, why) == (row, "是错误值“#N/A”")

    def test_a_formula_without_a_result(self, folder):
        path = as_xlsx(folder / f"{YEAR}-申请台账.xlsx", 申请台账=table(ROWS))
        edited(path, put("申请台账", "E3", "=B3+5"))
        assert self.rejects(folder) == [(3, "replied", "公式没有保存计算结果")]

    def test_a_formula_with_a_result_is_read(self, folder):
        path = as_xlsx(folder / f"{YEAR}-申请台账.xlsx", 申请台账=table(ROWS))
        spoiled(path, "申请台账", "D3", '<c r="{at}" t="str"><f>"予以"&amp;"公开"</f>'
                                        "<v>予以公开</v></c>")  # fmt: skip
        assert self.rejects(folder) == []

    @pytest.mark.parametrize("error", ["#N/A", "Err:502", "#SPILL!"])
    @pytest.mark.parametrize("column", COLUMNS)
    def test_in_a_csv_file(self, folder, column, error):
        rows = [dict(row) for row in ROWS]
        rows[1][column] = error
        as_csv(folder / f"{YEAR}-申请台账.csv", table(rows))
        ((number, _, why),) = self.rejects(folder)
        assert (number, why) == (3, f"是错误值“{error}”")

    def test_in_an_ods_file(self, folder):
        source = as_xlsx(folder / "x.xlsx", 申请台账=table(ROWS))
        edited(source, put("申请台账", "D3", "错误"))
        path = as_ods(source, folder / f"{YEAR}-申请台账.ods")
        source.unlink()
        error = (
            '<table:table-cell table:formula="of:=NA()" office:value-type="string" '
            'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
        )
        old, new = ods_cell("错误").encode(), error.encode()
        repack(path, lambda _, data: data.replace(old, new))
        assert (3, "outcome", "是错误值“#N/A”") in [
            (reject.row, reject.key, reject.why) for reject in self.only(folder).rejects
        ]


def fill(sheet):
    for row in table(ROWS):
        sheet.append(row)
