"""The figures that the reader's edition shows, as open data: CSV and XLSX.

A figure belongs here where the reader's edition shows it: in a table, in a chart, by name in the
prose. Where a figure was filed and how it was computed is the reviewer's, and stays in the Parquet.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from nianbao.characters import without_spaces
from nianbao.filing.numbers import SHOWN_DIGITS, is_exact
from nianbao.render.data import PLACES, STEP, decimal_of
from nianbao.render.document import Document
from nianbao.report.blocks import Chart, Edition, Number, Paragraph, StatTable

MOST_CHARACTERS = 32_767  # of one cell, as spreadsheet programs have it
STARTS_A_FORMULA = frozenset("=+-@\u2212")  # the last is the minus sign, which some programs take
BREAKS = frozenset("\t\r\n")
QUOTE = "'"  # makes a text of what follows, in each spreadsheet program

DRAFT, SAMPLE = "草稿", "示例"
DATA, ABOUT = "数据", "说明"

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_HEAD = {"bold": True, "bg_color": "#DCE6F1", "border": 1, "valign": "vcenter"}
_WRAPPED = {"text_wrap": True, "valign": "top"}
_TITLE = {"bold": True, "font_size": 14}

Value = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and what it tells."""

    heading: str
    width: int
    meaning: str


COLUMNS = (
    Column("机关代码", 14, "机关在编制系统中的代码"),
    Column("机关名称", 24, "机关全称"),
    Column("年度", 8, "年报的年度"),
    Column("格式", 8, "年报所用统一格式的版本"),
    Column("编号", 26, "数据的编号：一份年报里不重复，同一格式的各年度相同"),
    Column("名称", 38, "数据的简称"),
    Column("指标", 56, "表中的行和列，或图表中的名称；注“（上年）”的是上一年度的数"),
    Column("数值", 14, "十进制数。空着的，是年报中空白或不是数字的，不是零"),
    Column("单位", 8, "计量单位；年报没有写明的，空着"),
    Column("分类", 34, "法定表格的名称，或数据的类别；没有的，空着"),
    Column("状态", 12, "草稿：还不得公开；示例：机关和数据都是虚构的；空着：没有这两种情况"),
)
HEADINGS = tuple(column.heading for column in COLUMNS)
VALUE = HEADINGS.index("数值")

Row = tuple[Value, ...]


def open_rows(document: Document) -> list[Row]:
    """Give the rows of the open data, below `HEADINGS`: the figures that everybody may see.

    Raises
    ------
    RenderError
        A value that is no number, or too large to hold.
    """
    shown = dict(_shown(document))
    masthead = document.masthead
    before: Row = ("", "", None, "")
    if masthead:
        before = (masthead.code, masthead.agency, masthead.year, f"{masthead.form}版")
    state = "、".join(_states(document))
    return [
        (
            *before,
            *(figure["ref"], figure["name"], figure["label"]),
            _rounded(decimal_of(figure)),
            *(figure["unit"], figure["category"] or shown[figure["ref"]], state),
        )
        for figure in document.figures
        if figure["ref"] in shown
    ]


def figures_csv(document: Document) -> bytes:
    """Give the open data as CSV (RFC 4180): UTF-8 with its mark, so that Excel knows it.

    A text that a spreadsheet would take for a formula stands behind an apostrophe; a number never.

    Raises
    ------
    RenderError
        As for `open_rows`.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows([_csv_cell(value) for value in row] for row in open_rows(document))
    return stream.getvalue().encode("utf-8-sig")


def figures_xlsx(document: Document) -> bytes:
    """Give the open data as a workbook of two sheets, 数据 and 说明: same document, same bytes.

    Raises
    ------
    RenderError
        As for `open_rows`.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as workbook:
        workbook.set_properties(
            {"title": _name(document), "created": document.date.replace(tzinfo=None)}
        )
        head = workbook.add_format(_HEAD)
        _write_data(workbook, head, open_rows(document))
        _write_about(workbook, head, document)
    return buffer.getvalue()


def _shown(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the figures of the reader's edition, and what they are classed by: the table, or ""."""
    tables: list[tuple[str, str]] = []
    for block in document.shown(Edition.BOTH):
        if isinstance(block, StatTable):
            tables += [(cell.ref, block.caption) for row in block.rows for cell in row if cell.ref]
        elif isinstance(block, Chart):
            yield from ((ref, "") for ref in block.refs)
        elif isinstance(block, Paragraph):
            numbers = (part for part in block.inlines if isinstance(part, Number))
            # One that was typed is not known to be the figure that it equals.
            yield from ((part.ref, "") for part in numbers if part.ref and part.status == "bound")
    yield from tables  # last: the caption counts, wherever else the figure is shown


def _rounded(value: Decimal | None) -> Decimal | None:
    """Give a value as the Parquet has it, but no more places than it has itself."""
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    is_longer = isinstance(exponent, int) and exponent < -PLACES
    return value.quantize(STEP) if is_longer else value


def _states(document: Document) -> Iterator[str]:
    if document.is_draft:
        yield DRAFT
    if document.masthead and document.masthead.is_sample:
        yield SAMPLE


def _csv_cell(value: Value) -> str:
    if isinstance(value, str):
        return QUOTE + value if _is_like_a_formula(value) else value
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _is_like_a_formula(text: str) -> bool:
    """Tell whether a program might compute a text: by the first character that one sees.

    Wide forms (＝) count as the plain ones, which a program may make of them.
    """
    first = text[:1]
    if first.isalnum() or not first:  # as nearly always
        return False
    if first in BREAKS:
        return True
    plain = unicodedata.normalize("NFKC", text)
    return without_spaces(plain)[:1] in STARTS_A_FORMULA


def _write_data(workbook: Any, head: Any, rows: Sequence[Row]) -> None:
    sheet = workbook.add_worksheet(DATA)
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.heading, head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _fit_on_paper(sheet)
    sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    formats: dict[str, Any] = {}
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _write(workbook, sheet, (number, place), value, formats)


def _fit_on_paper(sheet: Any) -> None:
    """Print on A4, upended, as wide as the page."""
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write(
    workbook: Any, sheet: Any, place: tuple[int, int], value: Value, formats: dict[str, Any]
) -> None:
    """Write a cell: texts as texts, whatever they look like, and nothing for a blank."""
    if isinstance(value, str):
        if value:
            sheet.write_string(*place, value[:MOST_CHARACTERS])
    elif value is not None:
        written = f"{value:f}" if isinstance(value, Decimal) else str(value)
        places = len(written.partition(".")[2])
        code = f"0.{'0' * places}" if places else "0"
        align = "right" if place[1] == VALUE else "left"
        style = formats.get(code + align)
        if style is None:
            style = workbook.add_format({"num_format": code, "align": align})
            formats[code + align] = style
        if is_exact(value):
            sheet.write_number(*place, value, style)
        else:
            sheet.write_string(*place, written, style)


def _write_about(workbook: Any, head: Any, document: Document) -> None:
    sheet = workbook.add_worksheet(ABOUT)
    wrapped, title = workbook.add_format(_WRAPPED), workbook.add_format(_TITLE)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    _fit_on_paper(sheet)
    sheet.write_string(0, 0, _name(document)[:MOST_CHARACTERS], title)
    line = 0
    meanings = {column.heading: column.meaning for column in COLUMNS}
    for heading, lines in ("项目", _about(document)), ("字段", meanings):
        line += 2
        for place, text in enumerate((heading, "内容" if heading == "项目" else "说明")):
            sheet.write_string(line, place, text, head)
        for name, text in lines.items():
            line += 1
            sheet.write_string(line, 0, name, wrapped)
            sheet.write_string(line, 1, text[:MOST_CHARACTERS], wrapped)


def _name(document: Document) -> str:
    return f"{document.title}：数据"


def _about(document: Document) -> Mapping[str, str]:
    """Say what the file is: all that a reader needs who has only it."""
    masthead = document.masthead
    about = {}
    if document.is_draft:
        about[DRAFT] = document.draft_reason
    if masthead and masthead.is_sample:
        about[SAMPLE] = "机关和数据都是虚构的"
    about["来源"] = f"《{document.title}》公开版"
    if masthead:
        about["机关"] = f"{masthead.agency}（{masthead.code}）"
        about["年度"] = f"{masthead.year}年"
        about["格式"] = f"{masthead.form}版，{masthead.notice}"
    about["范围"] = (
        "公开版刊登的数据：法定表格的全部单元格，图中画出的数，正文引用的数。"
        "数值与公开版一致：怎样填报，就怎样列出"
    )
    about["精度"] = f"小数最多 {PLACES} 位；超过 {SHOWN_DIGITS} 位有效数字的数，写成文本，一位不少"
    return about
