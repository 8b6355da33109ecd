"""The words: masthead, introduction, the six sections, signature, from the templates of sheet 正文.

A template is plain text in which ``{{ 名称 }}`` stands for a figure or for a line of 基本信息.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from nianbao.errors import TemplateError, nearest
from nianbao.filing.figure import Address, Figure
from nianbao.filing.filing import Passage, Text
from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.cells import parse_date
from nianbao.filing.lists import DATE_LABEL, SIGNER_LABEL
from nianbao.filing.template import COMPARISONS, Filling, Name, filling, template_parts
from nianbao.report.blocks import Block, Heading, Masthead, Paragraph
from nianbao.report.inlines import Inline, Number
from nianbao.report.load import Report
from nianbao.report.matching import with_typed
from nianbao.report.shown import Blocks
from nianbao.report.unit_figures import UnitFigures

INTRODUCTION = 0


def masthead(report: Report) -> Masthead:
    """Give the title and the facts that the document's metadata states."""
    filing = report.filing
    return Masthead(
        title=report.title,
        agency=filing.agency.name,
        code=filing.agency.code,
        year=filing.year,
        form=filing.form.key,
        notice=filing.form.document,
        is_sample=filing.agency.is_sample,
    )


def introduction(report: Report) -> Blocks:
    """Give the paragraphs before the first section.

    Raises
    ------
    TemplateError
        A template that names an unknown figure, or holds more than text and names.
    """
    return Blocks(tuple(_passages(report, INTRODUCTION)))


def section(report: Report, number: int) -> Blocks:
    """Give one of the six sections: its exact title and its paragraphs.

    Parameters
    ----------
    number
        From one to six.

    Raises
    ------
    TemplateError
        As for `introduction`.
    """
    title = report.filing.form.sections[number - 1].title
    passages = tuple(_passages(report, number)) or tuple(_unwritten(report, number))
    return Blocks((Heading(level=2, text=title), *passages))


def _unwritten(report: Report, number: int) -> Iterator[Block]:
    """Say of a government without a workbook that nobody has written a section without a table."""
    filing = report.filing
    has_table = any(table.section == number for table in filing.form.tables)
    if filing.rollup is not None and not filing.file and not has_table:
        place = f"sources/{filing.agency.code}/{filing.year}.xlsx"
        said = f"（这一部分的文字还没有写。写在填报表 {place} 的“正文”工作表中。）"
        yield Paragraph(inlines=(said,), role="note")


def signature(report: Report) -> Blocks:
    """Give who signs and when: 署名, else the agency, and 成文日期 of sheet 基本信息.

    Nothing where no date is filled in: most reports on a website are not signed.
    """
    basics = {normalise(label): text.text for label, text in report.filing.basics.items()}
    date = basics.get(DATE_LABEL, "")
    if not date:
        return Blocks(())
    lines = (basics.get(SIGNER_LABEL) or report.filing.agency.name, _printed_date(date))
    return Blocks(tuple(Paragraph(inlines=(line,), role="signature") for line in lines))


def _printed_date(text: str) -> str:
    """Give a date as documents have it, 2023年1月5日, however it was typed; else as it was."""
    days = parse_date(text).value
    if days is None:
        return text
    day = dt.date(1970, 1, 1) + dt.timedelta(days)
    return f"{day.year}年{day.month}月{day.day}日"


def _passages(report: Report, number: int) -> Iterator[Block]:
    for passage in report.filing.prose:
        if passage.section == number:
            yield from _passage(passage, report)


def _passage(passage: Passage, report: Report) -> Iterator[Block]:
    if passage.heading:
        yield Heading(level=3, text=passage.heading)
    for parts in _filled_lines(passage, report):
        yield Paragraph(inlines=with_typed(parts, passage, report))


def _filled_lines(passage: Passage, report: Report) -> Iterator[tuple[Inline, ...]]:
    for line in passage.template.splitlines():
        if line.strip():
            yield tuple(fill(line.strip(), report.names, passage.address, report.units))


def prose_errors(report: Report) -> Iterator[TemplateError]:
    """Yield what keeps the prose from being written, one error for each passage."""
    for passage in report.filing.prose:
        try:
            tuple(_filled_lines(passage, report))
        except TemplateError as error:
            yield error


def fill(
    template: str,
    names: Mapping[str, Figure | Text],
    address: Address,
    units: UnitFigures | None = None,
) -> Iterator[Inline]:
    """Put figures into a template.

    Parameters
    ----------
    template
        Text with ``{{ 名称 }}`` and ``{{ 名称|增减 }}``.
    names
        What may be named.
    address
        Of the template, for messages.
    units
        Of a government's report, for telling what may have been meant.

    Raises
    ------
    TemplateError
        An unknown name, or anything but text and names in the template.
    """
    for part in template_parts(template, address):
        if isinstance(part, str):
            yield part
            continue
        filled = filling(part, names)
        if filled is None:
            raise TemplateError(
                "正文引用了不存在的数据", where=address, found=part, hint=_hint(part, names, units)
            )
        yield from _inlines(filled)


def _inlines(filled: Filling) -> Iterator[Inline]:
    figure = filled.figure
    if figure is None:
        yield filled.text
        return
    address = figure.derivation or str(figure.address)
    number = Number(filled.number, ref=figure.ref, address=address, unit=figure.unit)
    yield from (part for part in (filled.before, number, filled.after) if part)


def _hint(part: Name, names: Mapping[str, Figure | Text], units: UnitFigures | None) -> str:
    name = part.name
    before, _, rest = name.partition("_")
    if (name in names and part.filter) or (before in COMPARISONS and rest in names):
        return "这一项不与上一年比较（表三只比较总计列，文字不比较）：改写这一句"
    if units is not None and (doubt := units.doubt(name)):
        return doubt
    close = nearest(
        name, filter(None, (nearest(name, names), units.nearest(name) if units else ""))
    )
    return f"最接近的名称是 {close}" if close else "名称见工作数据表和三张表的行列"
