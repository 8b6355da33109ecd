"""Made-up reports, set as published ones are: text of four kinds, web pages, Word."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html import escape

import docx
from docx.shared import Pt

from nianbao.filing.filing import cell_ref
from nianbao.forms import load_form

TITLE = "示例县示例局{year}年政府信息公开工作年度报告"
INTRODUCTION = "本报告由示例县示例局编制。统计期限自{year}年1月1日起至{year}年12月31日止。"
PROSE = {
    1: (
        "（一）主动公开情况",
        "全年主动公开政府信息若干条，重点是办事指南和政策解读，答疑也一并公开。",
    ),
    5: ("", "一是解读形式单一；二是培训不够。下一步增加图解，分批培训经办人员，逐项落实责任。"),
    6: ("", "本年度没有收取信息处理费。"),
}


@dataclass(frozen=True)
class Report:
    """A made-up report: forms of its tables, and what is printed in their cells."""

    values: dict[str, str]
    table2: str = "2021"
    table3: str = "2021"
    year: int = 2022
    prose: dict[int, tuple[str, str]] = field(default_factory=lambda: PROSE)

    def tables(self):
        forms = {"table2": self.table2, "table3": self.table3, "table4": "2021"}
        return [load_form(form).table(key) for key, form in forms.items()]

    def value(self, table, row, column):
        return self.values.get(cell_ref(table.key, row, column), "0")

    def parts(self):
        """The report from top to bottom: (kind, text or table)."""
        yield "title", TITLE.format(year=self.year)
        yield "text", INTRODUCTION.format(year=self.year)
        tables = {table.section: table for table in self.tables()}
        for section in load_form("2021").sections:
            yield "heading", section.title
            heading, text = self.prose.get(section.number, ("", ""))
            if heading:
                yield "text", heading
            if text:
                yield "text", text
            if section.number in tables:
                yield "table", tables[section.number]


def all_refs(report):
    return [
        cell_ref(table.key, row.key, column.key)
        for table in report.tables()
        for _, row, column in table.cells()
    ]


def lines_of(report, table):
    for line in table.layout():
        yield (
            [
                report.value(table, cell.row, cell.column) if cell.role == "value" else cell.text
                for cell in line
            ],
            [cell.role for cell in line],
        )


def as_text(report, table_text):
    """Text whose tables are set by `table_text`."""
    lines = []
    for kind, part in report.parts():
        lines += table_text(report, part) if kind == "table" else [part]
        lines.append("")
    return "\n".join(lines).encode("utf-8")


def tabs(report, table):
    for texts, _ in lines_of(report, table):
        yield "\t".join(texts) if len(texts) > 1 else f"{texts[0]}\t"


def spaces(report, table):
    for texts, roles in lines_of(report, table):
        labels = "   ".join(t for t, r in zip(texts, roles, strict=True) if r != "value")
        values = [t for t, r in zip(texts, roles, strict=True) if r == "value"]
        yield labels + " " * max(2, 60 - 2 * len(labels)) + "".join(f" {v:>8}" for v in values)


def run_together(report, table):
    for texts, _ in lines_of(report, table):
        yield " ".join(texts)


def one_a_line(report, table):
    for texts, _ in lines_of(report, table):
        yield from texts


def as_html(report, *, blank="&nbsp;"):
    pieces = ["<html><head><title>x</title><script>var a = '0';</script></head><body><div>"]
    for kind, part in report.parts():
        if kind == "table":
            pieces.append(html_table(report, part, blank))
        else:
            pieces.append(f"<p><span>{escape(part[:3])}</span>{escape(part[3:])}</p>")
    return "".join([*pieces, "<p style='display: none'>隐藏</p></div></body></html>"]).encode()


def html_table(report, table, blank):
    rows = []
    for line in table.layout():
        cells = []
        for cell in line:
            is_value = cell.role == "value"
            text = report.value(table, cell.row, cell.column) if is_value else cell.text
            spans = f'rowspan="{cell.rowspan}" colspan="{cell.colspan}"'
            cells.append(f"<td {spans}><p>{escape(text) or blank}</p></td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def as_docx(report):
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(10)
    for kind, part in report.parts():
        if kind == "table":
            docx_table(document, report, part)
        else:
            document.add_paragraph(part)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def docx_table(document, report, table):
    layout = table.layout()
    made = document.add_table(rows=len(layout), cols=table.width)
    taken = set()
    for number, line in enumerate(layout):
        column = 0
        for cell in line:
            while (number, column) in taken:
                column += 1
            last = number + cell.rowspan - 1, column + cell.colspan - 1
            merged = made.cell(number, column)
            if last != (number, column):
                merged = merged.merge(made.cell(*last))
            is_value = cell.role == "value"
            merged.text = report.value(table, cell.row, cell.column) if is_value else cell.text
            taken |= {
                (row, at) for row in range(number, last[0] + 1) for at in range(column, last[1] + 1)
            }


def wrapped(report, table):
    """Columns made by spaces; a long label is set in several lines, its values beside one."""
    for texts, roles in lines_of(report, table):
        labels = [t for t, r in zip(texts, roles, strict=True) if r != "value"]
        values = [t for t, r in zip(texts, roles, strict=True) if r == "value"]
        last = labels[-1] if labels else ""
        pieces = [last[n : n + 14] for n in range(0, len(last), 14)] or [""]
        for number, piece in enumerate(pieces):
            at = number == len(pieces) // 2
            before = "    ".join([*labels[:-1], piece]) if at else " " * 20 + piece
            width = sum(2 if ord(c) > 0x2000 else 1 for c in before)
            yield before + " " * max(2, 70 - width) + "".join(f" {v:>8}" for v in values * at)


def broken_a_line(report, table):
    """One cell a line, blank lines between, long labels broken."""
    for texts, roles in lines_of(report, table):
        for text, role in zip(texts, roles, strict=True):
            width = 12 if role == "stub" else 99
            for start in range(0, len(text), width):
                yield text[start : start + width]
            yield ""


def as_glued(report):
    """All in one line, without any break."""
    pieces = [f"{TITLE.format(year=report.year)}\n"]
    for kind, part in report.parts():
        if kind == "table":
            pieces += [text for texts, _ in lines_of(report, part) for text in texts]
        elif kind != "title":
            pieces.append(part)
    return "".join(pieces).encode()


WITH_CELLS = {
    "tabs": lambda report: as_text(report, tabs),
    "html": as_html,
    "docx": as_docx,
}
WITHOUT_CELLS = {
    "spaces": lambda report: as_text(report, spaces),
    "run together": lambda report: as_text(report, run_together),
    "one a line": lambda report: as_text(report, one_a_line),
    "wrapped": lambda report: as_text(report, wrapped),
    "broken, one a line": lambda report: as_text(report, broken_a_line),
}
