"""Workbooks for tests: good ones, and ways to spoil them. All names and numbers are made up."""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.filing.blank import WorkbookContent, write_workbook
from nianbao.filing.filing import Filing, cell_ref
from nianbao.filing.register import Agency
from nianbao.filing.workbook import read_filing
from nianbao.forms import Form, load_form

AGENCY = Agency(code="shili", name="示例市示例局", is_sample=True)
YEARS = {"2019": 2020, "2021": 2024}
SHOWN = "sources/shili/book.xlsx"

# Table three as (自然人, 商业企业); every identity of the form holds.
_APPLICATIONS = {
    "a": (5, 2), "b": (1, 0), "g": (3, 1), "p": (1, 0), "u1": (1, 1), "t": (5, 2), "f": (1, 0),
}  # fmt: skip
_CASES = {"review_upheld": 1, "review_total": 1, "direct_pending": 2, "direct_total": 2}


def balanced(form: Form) -> dict[str, Any]:
    """Values of all cells of a form; every identity holds."""
    values: dict[str, Any] = {
        cell_ref(table.key, row.key, column.key): 0
        for table in form.tables
        for _, row, column in table.cells()
    }
    for row, (natural, business) in _APPLICATIONS.items():
        values[cell_ref("table3", row, "natural")] = natural
        values[cell_ref("table3", row, "business")] = business
        values[cell_ref("table3", row, "total")] = natural + business
    for column, number in _CASES.items():
        values[cell_ref("table4", "cases", column)] = number
    return values


def content(key: str = "2021", values: Mapping[str, Any] | None = None, **changes: Any):
    """What a complete workbook holds, with some values or whole parts changed."""
    form = load_form(key)
    complete = WorkbookContent(
        form=form,
        basics={"机关名称": AGENCY.name, "年度": YEARS[key], "邮政编码": "010000"},
        facts=(
            ("发布渠道", "网站发布数", 12, "条", "示例"),
            ("", "微信发布数", 30, "条", ""),
            ("热线办理", "热线办结率", 99, "%", ""),
        ),
        values={**balanced(form), **(values or {})},
        prose=(
            ("引言", "", "这是示例引言。"),
            ("一、总体情况", "（一）主动公开", "网站发布 {{ 网站发布数 }} 条。"),
            ("", "", "示例第二段。"),
            ("五、存在的主要问题及改进情况", "", "示例问题。"),
            ("六、其他需要报告的事项", "", "示例事项。"),
        ),
    )
    return replace(complete, **changes)


def workbook(folder: Path, made: WorkbookContent | None = None, name: str = "book.xlsx") -> Path:
    path = folder / name
    write_workbook(path, made or content())
    return path


def read(path: Path, year: int = YEARS["2021"], agency: Agency = AGENCY) -> Filing:
    return read_filing(path, agency, year, shown=SHOWN)


def edited(path: Path, change: Callable[[openpyxl.Workbook], object]) -> Path:
    """Change a workbook in place as a clerk would."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def cell(sheet: Worksheet, text: str) -> Any:
    """The first cell that shows this text."""
    return next(c for line in sheet.iter_rows() for c in line if str(c.value or "") == text)


def relabel(sheet: str, old: str, new: str | None) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        cell(book[sheet], old).value = new

    return change


def put(sheet: str, at: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][at] = value

    return change


def unmerge(book: openpyxl.Workbook) -> None:
    for sheet in book:
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))


def repack(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Change the parts of a zipped workbook in place."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    path.write_bytes(buffer.getvalue())
    return path


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMESPACES = (
    " ".join(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "table", "text", "style"))
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods_cell(value: object, attributes: str = "") -> str:
    if value is None:
        return f"<table:table-cell {attributes}/>"
    kind, state = ("string", "")
    if isinstance(value, int | float):
        kind, state = "float", f'office:value="{value}"'
    text = f"<text:p>{escape(str(value))}</text:p>"
    opening = f'<table:table-cell office:value-type="{kind}" {state} {attributes}>'
    return f"{opening}{text}</table:table-cell>"


def ods_file(path: Path, tables: Mapping[str, str]) -> Path:
    """An ods file of sheets that are given as rows of XML."""
    sheets = "".join(
        f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"
        for name, rows in tables.items()
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/>'
        "</manifest:manifest>"
    )
    body = (
        f"<office:document-content {_NAMESPACES}><office:body><office:spreadsheet>{sheets}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", body)
    return path


def as_ods(source: Path, target: Path) -> Path:
    """The same workbook as LibreOffice would save it: covered cells, merged ones spanned."""
    return ods_file(target, ods_tables(source))


def ods_tables(source: Path) -> dict[str, str]:
    """The sheets of an xlsx file as rows of ods."""
    tables = {}
    for sheet in openpyxl.load_workbook(source):
        spans = {m.coord.split(":")[0]: m for m in sheet.merged_cells.ranges}
        tables[sheet.title] = "".join(
            "<table:table-row>" + "".join(_ods_cell(c, spans) for c in line) + "</table:table-row>"
            for line in sheet.iter_rows()
        )
    return tables


def _ods_cell(cell: Any, spans: Mapping[str, Any]) -> str:
    if cell.value is None and isinstance(cell, openpyxl.cell.cell.MergedCell):
        return "<table:covered-table-cell/>"
    merged = spans.get(cell.coordinate)
    if merged is None:
        return ods_cell(cell.value)
    rows, columns = merged.max_row - merged.min_row + 1, merged.max_col - merged.min_col + 1
    spanned = f'table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'
    return ods_cell(cell.value, spanned)
