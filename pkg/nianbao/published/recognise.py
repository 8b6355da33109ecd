"""A document into a filing: title, sections and tables found, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nianbao.errors import PublishedError, listed
from nianbao.filing.figure import Address, Figure, Trouble
from nianbao.filing.filing import Filing, Passage, Remark, Text, cell_ref
from nianbao.filing.numbers import parse_number
from nianbao.filing.printed import Line as PrintedLine
from nianbao.filing.printed import Printed
from nianbao.filing.register import Register
from nianbao.filing.tables import figure_label, figure_name
from nianbao.filing.workbook import AGENCY_LABEL, YEAR_LABEL
from nianbao.forms import Column, Form, Row, Table, form_for_year, load_form
from nianbao.forms.form import FORM_KEYS
from nianbao.published.characters import as_meant
from nianbao.published.found import Found
from nianbao.published.glued import unglued
from nianbao.published.model import Document, Line
from nianbao.published.sections import find_headings, passages
from nianbao.published.tables import find_table2, find_table3, find_table4
from nianbao.published.title import Title, agency_of, author_of, period_year, titles

FINDERS: Mapping[str, Callable[[Sequence[Line]], Iterator[Found]]] = {
    "table2": find_table2,
    "table3": find_table3,
    "table4": find_table4,
}
# What a website prints around a report.
_METADATA = re.compile(
    r"(?:(?:发布|发文|公开|成文)?(?:时间|日期)|(?:信息|文章)?来源|索引号|浏览次数|访问量|字体|字号"
    r"|文号|栏目|原文链接|本地目录|点击数|阅读次数|发布机构|作者)\s*[:：].{0,60}|【?字体.{0,12}|【?打印.{0,12}|[=*-]{4,}.{0,20}[=*-]{4,}"
    r"|(?:草稿|示例)[:：].{0,40}(?:不得公开|是虚构的)"  # as ours say on their face
)
_FOOT = re.compile(
    r"扫一扫|版权所有|主办单位|主办：|承办|上一篇|下一篇|【?关闭窗口|分享到|网站地图|相关(?:链接|文章|附件)"
    r"|.?ICP备|网站标识码"
)
NAMES = {"table2": "表二", "table3": "表三", "table4": "表四"}


@dataclass(frozen=True, slots=True)
class Published:
    """A published report as it was recognised.

    Attributes
    ----------
    tables
        The statutory tables that were found, by their keys.
    lacking
        Why it is no whole report, where it is none; the filing then has what was found.
    """

    filing: Filing
    tables: Mapping[str, Found]
    lacking: PublishedError | None = None


def recognise(document: Document, register: Register | None = None) -> Published:
    """Recognise a report.

    Parameters
    ----------
    register
        Names the agencies; without it they are told by what their names say.

    Raises
    ------
    PublishedError
        It is no annual report, has no title that names agency and year, is of a year without a
        form, or is more than one report.
    """
    document = unglued(as_meant(document))
    lines = document.lines
    found = {key: [*find(lines)] for key, find in FINDERS.items()}
    spans = [f.lines for copies in found.values() for f in copies]
    named = _titles_before(lines, spans) or [*titles(lines)][:1]
    if not any(found.values()) and not named:
        raise _no_report(document)
    _require_one(document, [*titles(lines)], found)
    title = _title(document, named)
    chosen = {key: _first_whole(copies) for key, copies in found.items() if copies}
    filing = _filing(document, title, chosen, found, register)
    return Published(filing, chosen, _lacking(document, chosen))


def _filing(
    document: Document,
    title: Title,
    chosen: Mapping[str, Found],
    found: Mapping[str, list[Found]],
    register: Register | None,
) -> Filing:
    lines = document.lines
    form = _form(document, title.year, chosen)
    headings = find_headings(lines, form.sections)
    tables = {n for copies in found.values() for f in copies for n in range(*f.lines)}
    prose, printed = passages(lines, headings, tables | _outside(lines, title))
    remarks = [*document.remarks, *_table_remarks(chosen, found)]
    missing = [s.title for s in form.sections if s.number not in {h.number for h in headings}]
    if missing:
        remarks.append(Remark(f"没有找到标题：{'、'.join(missing)}", lines[0].address))
    return Filing(
        agency=agency_of(title.agency, register),
        year=title.year,
        form=form,
        file=document.file,
        basics={
            AGENCY_LABEL: Text(title.agency, title.address),
            YEAR_LABEL: Text(str(title.year), title.address),
        },
        figures={f.ref: f for f in _figures(form, chosen, document)},
        prose=_without_title(prose, title),
        remarks=tuple(remarks),
        digest=document.digest,
        printed=Printed(
            title=PrintedLine(title.text, title.address),
            headings=printed,
            tables={key: _form_of(f, title.year) for key, f in chosen.items()},
            misprints=tuple(m for f in chosen.values() for m in f.misprints),
        ),
    )


def _form_of(found: Found, year: int) -> str:
    """Give the form that a table is on: of several that have it alike, the year's."""
    usual = form_for_year(year)
    is_alike = usual is not None and _labels(usual.table(found.table.key)) == _labels(found.table)
    return usual.key if usual is not None and is_alike else found.form


def _labels(table: Table) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(row.path, column.path) for _, row, column in table.cells()]


def _titles_before(lines: Sequence[Line], spans: list[tuple[int, int]]) -> list[Title]:
    """Give the titles above the first table and the first heading."""
    sections = load_form(FORM_KEYS[-1]).sections
    starts = [first for first, _ in spans] + [h.line for h in find_headings(lines, sections)]
    return [*titles(lines[: min(starts, default=len(lines))])]


def _no_report(document: Document) -> PublishedError:
    return PublishedError(
        "不是政府信息公开工作年度报告",
        where=document.file,
        found="没有标题，也没有三张法定表格",
        hint="检查文件是否给错，网页是否只保存了框架",
    )


def _title(document: Document, named: list[Title]) -> Title:
    text = "".join(line.text for line in document.lines)
    year = period_year(text)
    if named:
        title = named[-1]  # above it a page may list the reports of other years
        agency = title.agency or author_of(text)
        if agency:
            return replace(title, agency=agency)
    raise PublishedError(
        "没有找到年报的标题，不知道是哪个机关的",
        where=document.file,
        found=f"只找到统计期限：{year} 年" if year else "",
        expected="“机关名称＋年度＋政府信息公开工作年度报告”",
        hint="在文件开头补上标题",
    )


def _require_one(document: Document, named: list[Title], found: Mapping[str, list[Found]]) -> None:
    """Refuse two reports in one file: two titles of different years or offices, tables twice."""
    years = {(title.agency, title.year) for title in named if title.agency}
    whole = [f for f in found["table3"] if f.is_whole]
    if len({f.values for f in whole}) > 1:
        places = [str(next(iter(f.cells.values())).address) for f in whole]
        raise PublishedError(
            "文件里不止一份年报",
            where=document.file,
            found=f"表三有 {len(whole)} 张，数不相同：{listed(places)}",
            hint="把每份年报分别存成一个文件",
        )
    if len(years) > 1 and len(whole) > 1:
        told = listed(f"{year} {name}" for name, year in sorted(years))
        raise PublishedError(
            "文件里不止一份年报", where=document.file, found=told, hint="把每份年报分别存成一个文件"
        )


def _first_whole(copies: list[Found]) -> Found:
    return next((found for found in copies if found.is_whole), copies[0])


def _form(document: Document, year: int, found: Mapping[str, Found]) -> Form:
    usual = form_for_year(year)
    if usual is None:
        raise PublishedError(
            "这一年度没有统一格式", where=document.file, found=year, expected="2019 年度及以后"
        )
    return composed(usual.key, tuple((key, f.form) for key, f in sorted(found.items())))


@cache
def composed(usual: str, tables: tuple[tuple[str, str], ...]) -> Form:
    """Give the form that a report is on: the usual one, with tables of others where it has them.

    Parameters
    ----------
    tables
        Keys of tables and of the forms that these are on.
    """
    form = load_form(usual)
    on = {**{table.key: usual for table in form.tables}, **dict(tables), "table4": usual}
    if set(on.values()) == {usual}:
        return form
    parts = {key: load_form(of) for key, of in on.items()}
    return replace(
        form,
        key="+".join(f"{key}:{of}" for key, of in on.items()),
        tables=tuple(parts[table.key].table(table.key) for table in form.tables),
        identities=tuple(i for k, part in parts.items() for i in part.identities if i.table == k),
        continuities=tuple(
            c for k, part in parts.items() for c in part.continuities if c.table == k
        ),
    )


def _figures(form: Form, found: Mapping[str, Found], document: Document) -> Iterator[Figure]:
    nowhere = Address(document.file, "没有找到", "")
    for table in form.tables:
        own = found.get(table.key)
        for _, row, column in table.cells():
            yield _figure(table, row, column, own, nowhere)


def _figure(
    table: Table, row: Row, column: Column, found: Found | None, nowhere: Address
) -> Figure:
    at = row.key, column.key
    unread = found.unread.get(at) if found else None
    cell = found.cells.get(at) if found else None
    reading = parse_number(cell.text or None if cell else None, column)
    source = cell or unread
    is_first = column is next(b for b in table.blocks if row in b.rows).columns[0]
    kept = unread.text if unread and is_first else ""
    return Figure(
        ref=cell_ref(table.key, row.key, column.key),
        name=figure_name(row, column),
        label=figure_label(row, column),
        value=reading.value,
        unit=reading.unit,
        raw=reading.text if cell else kept,
        address=source.address if source else nowhere,
        trouble=reading.trouble if cell else Trouble.UNREAD,
        hidden=reading.hidden,
    )


def _outside(lines: Sequence[Line], title: Title) -> set[int]:
    """Give the numbers of the lines of the title and of what a page has around the report."""
    numbers = set(range(title.end))
    numbers |= {n for n, line in enumerate(lines) if _METADATA.fullmatch(line.text.strip())}
    foot = next((n for n, line in enumerate(lines) if n >= title.end and is_foot(line.text)), None)
    return numbers if foot is None else numbers | set(range(foot, len(lines)))


def is_foot(text: str) -> bool:
    """Tell whether a line is where the foot of a web page begins."""
    return _FOOT.match(text.strip()) is not None


def _without_title(prose: Sequence[Passage], title: Title) -> tuple[Passage, ...]:
    """Leave out what is but the title again, as above a page's text."""
    return tuple(p for p in prose if "".join(p.template.split()) != title.text)


def _table_remarks(
    chosen: Mapping[str, Found], found: Mapping[str, list[Found]]
) -> Iterator[Remark]:
    for key, table in chosen.items():
        yield from table.remarks
        for other in found[key]:
            if other is not table and other.is_whole and other.values != table.values:
                where = next(iter(other.cells.values())).address
                yield Remark(f"{NAMES[key]}在文件里有两张，数不相同，按第一张读取", where)


def _lacking(document: Document, found: Mapping[str, Found]) -> PublishedError | None:
    missing = [name for key, name in NAMES.items() if key not in found]
    if not missing:
        return None
    return PublishedError(
        "只认出年报的一部分",
        where=document.file,
        found=f"没有找到{'、'.join(missing)}",
        expected="表二、表三、表四都有",
        hint="检查文件是否完整，表格是不是图片，数字是不是连在一起了",
    )
