"""The tables of the comparison's page, as HTML; each cell leads into a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from nianbao.catalog.comparison import Comparison
from nianbao.catalog.copies import Copy, Place
from nianbao.catalog.entry import Entry, Found, Status
from nianbao.catalog.measures import MEASURES, Measure, Reading, read_measure
from nianbao.checks.finding import Severity
from nianbao.filing.figure import format_value
from nianbao.report.characters import escape
from nianbao.report.shares import trim

NONE = "—"
MARKS = {Severity.ERROR: "●", Severity.WARNING: "○", Severity.INFO: "·"}
CLASSES = {Severity.ERROR: "e", Severity.WARNING: "w", Severity.INFO: "i"}
STATUS_MARKS = {
    Status.DONE: "✓", Status.DRAFT: "✎", Status.FAILED: "✕", Status.UNREADABLE: "✕",
    Status.MISSING: "✕", Status.UNASKED: "",
}  # fmt: skip
OVERVIEW = (
    "状态",
    Severity.ERROR.label,
    Severity.WARNING.label,
    "新收申请",
    "办理结果总计",
    "雷同",
)
_FIRST_TWO = MEASURES[:2]


def overview(comparison: Comparison) -> str:
    """Give the table of all: agencies down, years across, what there is of each report."""
    years = comparison.years
    groups = "".join(
        f'<th class="first" scope="colgroup" colspan="{len(OVERVIEW)}">{year} 年度</th>'
        for year in years
    )
    heads = "".join(map(_overview_head, OVERVIEW)) * len(years)
    head = f'<tr><th scope="col" rowspan="2">机关</th>{groups}</tr><tr>{heads}</tr>'
    rows = (
        _row(comparison, code, (_overview_cells(comparison, code, year) for year in years))
        for code in comparison.names
    )
    return _table("一览", head, rows, "all")


def _overview_head(name: str) -> str:
    first = ' class="first"' if name == OVERVIEW[0] else ""
    return f'<th{first} scope="col">{name}</th>'


def _overview_cells(comparison: Comparison, code: str, year: int) -> str:
    entry = comparison.entries[code, year]
    counts = "".join(_count(entry, kind) for kind in (Severity.ERROR, Severity.WARNING))
    figures = "".join(_figure(entry, measure) for measure in _FIRST_TWO)
    copied = comparison.copied(entry)
    same = f'<a href="#copy-{copied[0] + 1}">{len(copied)} 处</a>' if copied else NONE
    plain = "" if copied else " z"
    return (
        f'<td class="first s {entry.status.value}">{_state(entry)}</td>{counts}{figures}'
        f'<td class="n{plain}">{same}</td>'
    )


def _state(entry: Entry) -> str:
    """Give the status, and whether there is more to know: below, among the troubles."""
    told = f"#{trouble_anchor(entry)}" if entry.note or entry.troubles else ""
    text = f"{STATUS_MARKS[entry.status]} {entry.status.word}".strip()
    if entry.status is Status.FAILED and entry.counts:
        return f"{_link(told, text)}<small>{_link(entry.link(), '（各数为上次做成的）')}</small>"
    more = f"<small>{_link(told, '（有读不了的）')}</small>" if told and entry.page else ""
    return _link(entry.link() or told, text) + more


def trouble_anchor(entry: Entry) -> str:
    """Give the id under which the page tells what is wrong with the files of a report."""
    return f"trouble-{entry.year}-{entry.agency}"


def _count(entry: Entry, kind: Severity) -> str:
    count = entry.counts.get(kind)
    if not count:
        return f'<td class="n z">{NONE if count is None else _link(entry.link(), "0")}</td>'
    first = next((item.anchor for item in entry.findings if item.severity is kind), "")
    return f'<td class="n {CLASSES[kind]}">{_link(entry.link(first), str(count))}</td>'


def figures_table(comparison: Comparison, year: int) -> str:
    """Give the main figures of a year, each with its change on last year."""
    heads = "".join(
        f'<th scope="col">{measure.name}（{measure.unit}）</th>' for measure in MEASURES
    )
    head = f'<tr><th scope="col">机关</th>{heads}</tr>'
    rows = (
        _row(comparison, entry.agency, [_figure_cells(entry)]) for entry in comparison.of_year(year)
    )
    return _table(f"{year} 年度主要数据", head, rows, "numbers figures")


def _figure_cells(entry: Entry) -> str:
    if not entry.figures:
        word = entry.status.word if not entry.counts else "数据读不了"
        return f'<td class="z" colspan="{len(MEASURES)}">{word}</td>'
    return "".join(_figure(entry, measure) for measure in MEASURES)


def _figure(entry: Entry, measure: Measure) -> str:
    reading = read_measure(measure, entry.figures)
    if not reading.is_there:
        return f'<td class="n z">{NONE}</td>'
    blank = "不算" if measure.is_rate else "空白"
    text = blank if reading.value is None else format_value(trim(reading.value))
    value = _link(entry.section_link(measure.section), text)
    spike = " spike" if reading.is_spike else ""
    return f'<td class="n{spike}">{value}{_flag(entry, measure)}{_change(reading)}</td>'


def _change(reading: Reading) -> str:
    change = reading.change
    if change is None:
        return ""
    word = ("突增 " if change > 0 else "突减 ") if reading.is_spike else ""
    return f"<small>{word}{signed(change)}</small>"


def signed(change: Decimal) -> str:
    """Print a change with its sign; 持平 for none."""
    if not change:
        return "持平"
    return f"{'+' if change > 0 else '−'}{format_value(trim(abs(change)))}"


def _flag(entry: Entry, measure: Measure) -> str:
    """Give a link to the first error that concerns a figure."""
    for item in entry.findings:
        if item.severity is Severity.ERROR and not set(measure.refs).isdisjoint(item.refs):
            return f'<a class="flag" href="{escape(entry.link(item.anchor))}">{escape(item.id)}</a>'
    return ""


def check_list(comparison: Comparison) -> str:
    """Give the checks that found something, each with what is wrong."""
    titles = {
        item.id: item.title for entry in comparison.entries.values() for item in entry.findings
    }
    lines = "".join(
        f'<li id="check-{escape(name)}"><b>{escape(name)}</b>{escape(titles[name])}</li>\n'
        for name in sorted(titles, key=check_order)
    )
    return f'<ul class="checks">\n{lines}</ul>' if lines else "<p>没有核查问题。</p>"


def check_order(name: str) -> tuple[str, int, str]:
    """Give the key by which checks are in order: A2 before A10."""
    number = name[1:]
    return name[:1], int(number) if number.isdecimal() else 0, name


def findings_table(comparison: Comparison, year: int) -> str:
    """Give how often each check found something in each report of a year."""
    entries = [entry for entry in comparison.of_year(year) if entry.findings]
    checks = sorted({item.id for entry in entries for item in entry.findings}, key=check_order)
    if not checks:
        return "<p>没有核查问题。</p>"
    heads = "".join(
        f'<th scope="col"><a href="#check-{escape(name)}">{escape(name)}</a></th>'
        for name in checks
    )
    rows = (_row(comparison, entry.agency, [_finding_cells(entry, checks)]) for entry in entries)
    head = f'<tr><th scope="col">机关</th>{heads}</tr>'
    return _table(f"{year} 年度核查问题", head, rows, "numbers")


def _finding_cells(entry: Entry, checks: Sequence[str]) -> str:
    by_check: defaultdict[str, list[Found]] = defaultdict(list)
    for item in entry.findings:
        by_check[item.id].append(item)
    return "".join(_found(entry, by_check[name]) for name in checks)


def _found(entry: Entry, found: Sequence[Found]) -> str:
    if not found:
        return "<td></td>"
    kind = min((item.severity for item in found), key=lambda severity: severity.rank)
    first = next(item for item in found if item.severity is kind)
    text = _link(entry.link(first.anchor), f"{MARKS[kind]} {len(found)}")
    return f'<td class="n {CLASSES[kind]}">{text}</td>'


def between_agencies(comparison: Comparison, year: int) -> str:
    """Give what is the same between the agencies of a year."""
    found = [
        (number, copy)
        for number, copy in enumerate(comparison.copies.between_agencies)
        if copy.places[0].year == year
    ]
    return _copies_table(comparison, f"{year} 年度各机关之间的雷同", "机关", found)


def between_years(comparison: Comparison) -> str:
    """Give what is the same between the years of an agency."""
    found = [*enumerate(comparison.copies.between_years, len(comparison.copies.between_agencies))]
    return _copies_table(comparison, "同一机关各年度之间的雷同", "机关和年度", found)


def _copies_table(
    comparison: Comparison, caption: str, who: str, found: Sequence[tuple[int, Copy]]
) -> str:
    if not found:
        return "<p>没有雷同。</p>"
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("部分", who, "相同", "开头"))
    rows = (
        f'<tr id="copy-{number + 1}"><th scope="row">{escape(copy.title)}</th>'
        f"<td>{_members(comparison, copy)}</td>"
        f'<td class="n">{shares(copy)}</td><td>{escape(copy.excerpt)}</td></tr>\n'
        for number, copy in found
    )
    return _table(caption, f"<tr>{heads}</tr>", rows, "copies")


def shares(copy: Copy) -> str:
    """Print the shares of a copy: 93%, or 81%—100%; below whole percents it is cut off."""
    low, high = (f"{int(share * 100)}%" for share in copy.shares)
    return low if low == high else f"{low}—{high}"


def _members(comparison: Comparison, copy: Copy) -> str:
    """Link all passages: by agency, or by the years of the one."""
    first = copy.places[0]
    if any(place.agency != first.agency for place in copy.places):
        return " ".join(
            _passage(comparison, place, comparison.name(place.agency)) for place in copy.places
        )
    years = " ".join(_passage(comparison, place, str(place.year)) for place in copy.places)
    return f"{escape(comparison.name(first.agency))}：{years}"


def _passage(comparison: Comparison, place: Place, text: str) -> str:
    entry = comparison.entries[place.agency, place.year]
    return _link(entry.section_link(place.section), text)


def common_sentences(comparison: Comparison) -> str:
    """Give the sentences that many agencies have, by year; empty for none."""
    blocks = []
    for year, sentences in (comparison.copies.common or {}).items():
        if sentences:
            lines = "".join(
                f"<li>{escape(said)}（{count} 个机关）</li>\n" for said, count in sentences
            )
            blocks.append(
                f"<details><summary>{year} 年度 {len(sentences)} 句</summary>\n"
                f"<ul>\n{lines}</ul></details>\n"
            )
    return "".join(blocks)


def trouble_list(comparison: Comparison) -> str:
    """Give what was not made and why, and what could not be read; empty for none."""
    own = (
        f'<li id="{trouble_anchor(entry)}">'
        f"{_link(entry.link(), f'{comparison.name(entry.agency)} {entry.year} 年度')}："
        f"{escape('；'.join(filter(None, (entry.note, *entry.troubles))))}</li>\n"
        for entry in comparison.troubled
    )
    strange = (f"<li>{escape(trouble)}</li>\n" for trouble in comparison.troubles)
    lines = "".join((*own, *strange))
    return f"<ul>\n{lines}</ul>" if lines else ""


def _row(comparison: Comparison, code: str, cells: Iterable[str]) -> str:
    name = escape(comparison.name(code))
    return f'<tr><th scope="row">{name}</th>{"".join(cells)}</tr>\n'


def _table(caption: str, head: str, rows: Iterator[str] | Iterable[str], kind: str = "") -> str:
    name = f' class="{kind}"' if kind else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}">\n'
        f"<table{name}>\n<thead>{head}</thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n</div>"
    )


def _link(address: str, text: str) -> str:
    shown = escape(text)
    return f'<a href="{escape(address)}">{shown}</a>' if address else shown
