"""The charts of a report, each with its data in words and as a table.

They draw the report's figures, totals that were left open among them. Where there is nothing to
draw, the reviewer reads why, in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nianbao.errors import listed
from nianbao.filing.figure import Figure, format_value
from nianbao.filing.filing import cell_ref
from nianbao.filing.lists import CHANNELS, HOTLINE
from nianbao.filing.template import LAST_YEAR
from nianbao.report.bars import Series, draw_bars
from nianbao.report.blocks import Chart, Edition, Paragraph
from nianbao.report.ledger_figures import CASES_HANDLED, CHANNELS_PUBLISHED
from nianbao.report.left_out import NO_PREVIOUS, left_out, without_value
from nianbao.report.load import Report
from nianbao.report.statistics import outcomes

SHARE_UNIT = "%"
UNITS_DRAWN = 12
# As the public reads them; the names of the sheets are the same.
WORK_DATA, PUBLICATIONS, CASES = "工作数据", "信息发布台账", "热线工单台账"


@dataclass(frozen=True, slots=True)
class Bar:
    """One label and its number with its unit."""

    label: str
    figure: Figure

    @property
    def text(self) -> str:
        """The number as printed beside its bar."""
        return f"{format_value(self.figure.value)} {self.figure.unit}".strip()


def channels(report: Report) -> Chart | Paragraph:
    """Draw how much was published by each channel (sheet 工作数据, 类别 发布渠道).

    Where nothing is typed there, by the ledger. Last year stands beside it where every channel of
    this year had a number then.
    """
    bars = [Bar(item.label, item) for item in report.filing.facts(CHANNELS)]
    source = WORK_DATA if bars else PUBLICATIONS
    bars = bars or [
        Bar(item.label, item)
        for ref, item in report.figures.items()
        if ref.startswith(CHANNELS_PUBLISHED)
    ]
    caption = f"{report.filing.year}年各渠道发布政府信息数量"
    pairs = _with_last_year(report, bars)
    if bars and len(pairs) == len(bars):
        return _paired_chart(report, "channels", caption, pairs, source)
    nothing = f"“{WORK_DATA}”没有“{CHANNELS}”一类的数，也没有{PUBLICATIONS}"
    chart = _chart(report, "channels", caption, bars, source, nothing=nothing)
    alone = _alone(bars, pairs) if report.previous else ""
    if isinstance(chart, Paragraph) or not alone:
        return chart
    return replace(chart, omitted=f"{chart.omitted}没有与上年并列：{alone}。")


def applicants(report: Report) -> Chart | Paragraph:
    """Draw who applied: new applications by kind of applicant (table three, row 一)."""
    block = report.filing.form.table("table3").blocks[0]
    bars = [
        Bar(column.path[-1], report.figures[cell_ref("table3", "a", column.key)])
        for column in block.columns
        if column.key != "total"
    ]
    caption = f"{report.filing.year}年新收政府信息公开申请的申请人构成"
    return _chart(report, "applicants", caption, bars, "表三第一项")


def outcome_chart(report: Report) -> Chart | Paragraph:
    """Draw how applications ended: （一） to （六） of table three, and those carried over."""
    carried = report.figures[cell_ref("table3", "f", "total")]
    bars = [Bar(item.name, item) for item in outcomes(report.figures)]
    bars.append(Bar("结转下年度", carried))
    caption = f"{report.filing.year}年政府信息公开申请办理结果"
    return _chart(report, "outcomes", caption, bars, "表三第三项（一）至（六）、第四项，总计列")


def hotline(report: Report) -> Chart | Paragraph:
    """Draw hotline cases (类别 热线办理); for the reviewer unless the batch asks otherwise.

    They are no business of the Regulation's report (checks.md, D14), but many reports have them.
    """
    facts = list(report.filing.facts(HOTLINE))
    source = WORK_DATA if facts else CASES
    facts = facts or [report.figures[ref] for ref in CASES_HANDLED if ref in report.figures]
    bars = [Bar(item.label, item) for item in facts if item.unit != SHARE_UNIT]
    shares = [item for item in facts if item.unit == SHARE_UNIT and item.value is not None]
    stated = "，".join(f"{item.label} {format_value(item.value)}%" for item in shares)
    caption = f"{report.filing.year}年热线和留言办理情况" + (f"（{stated}）" if stated else "")
    edition = Edition.BOTH if report.public_hotline else Edition.REVIEW
    nothing = f"“{WORK_DATA}”没有“{HOTLINE}”一类的件数，也没有{CASES}"
    return _chart(report, "hotline", caption, bars, source, edition=edition, nothing=nothing)


def year_on_year(report: Report) -> Chart | Paragraph:
    """Draw applications received, closed and carried over, this year beside last year."""
    table = report.filing.form.table("table3")
    names = {row.key: row.name for row in table.blocks[0].rows}
    bars = [Bar(names[row], report.figures[cell_ref("table3", row, "total")]) for row in "atf"]
    pairs = _with_last_year(report, bars)
    caption = f"{report.filing.year}年与上年政府信息公开申请数量对比"
    if report.previous is None:
        return left_out(caption, NO_PREVIOUS)
    omitted = "、".join(filter(None, (_blank(report, bars), _alone(bars, pairs))))
    if not pairs:
        return left_out(caption, omitted)
    chart = _paired_chart(report, "year-on-year", caption, pairs, "表三总计列")
    return replace(chart, omitted=f"没有画的：{omitted}。" if omitted else "")


def units_chart(report: Report) -> Chart | Paragraph:
    """Draw which units of a government got most new applications; for the reviewer."""
    ref = cell_ref("table3", "a", "total")
    rollup = report.filing.rollup
    shares = [] if rollup is None else [item for item in rollup.shares(ref) if item[1]]
    most = sorted(shares, key=lambda item: -(item[1] or 0))[:UNITS_DRAWN]
    own = report.filing.figures[ref]
    place = report.filing.agency.name.removesuffix("人民政府")
    bars = [
        Bar(unit.agency.name.removeprefix(place), replace(own, value=value)) for unit, value in most
    ]
    caption = f"{report.filing.year}年新收政府信息公开申请最多的单位"
    nothing = "已汇总的单位都没有新收申请，或没有填"
    made = _chart(report, "units", caption, bars, "", edition=Edition.REVIEW, nothing=nothing)
    if isinstance(made, Paragraph):
        return made
    return replace(made, refs=(), source="数据来源：各单位表三第一项，总计列")


def _with_last_year(report: Report, bars: Sequence[Bar]) -> list[tuple[Bar, Bar]]:
    """Pair last year's number with this year's, where both are known."""
    pairs = []
    for bar in bars:
        then = report.figures.get(f"{LAST_YEAR}.{bar.figure.ref}")
        if then is not None and then.value is not None and bar.figure.value is not None:
            pairs.append((Bar(bar.label, then), bar))
    return pairs


def _alone(bars: Sequence[Bar], pairs: Sequence[tuple[Bar, Bar]]) -> str:
    """Name this year's numbers beside which last year's is missing."""
    paired = [now for _, now in pairs]
    known = (bar for bar in bars if bar.figure.value is not None and bar not in paired)
    return listed(f"“{bar.label}”上年没有数" for bar in known)


def _blank(report: Report, bars: Sequence[Bar]) -> str:
    """Name the bars that have no number."""
    return without_value(report, (bar.figure for bar in bars if bar.figure.value is None))


def _paired_chart(
    report: Report, key: str, caption: str, pairs: Sequence[tuple[Bar, Bar]], source: str
) -> Chart:
    """Draw two bars for each label, last year's first; all of one unit."""
    years = (f"{report.filing.year - 1}年", f"{report.filing.year}年")
    before, now = [then for then, _ in pairs], [bar for _, bar in pairs]
    said = "；".join(f"{bar.label}由 {then.text}变为 {bar.text}" for then, bar in pairs)
    series = [_series(years[0], before), _series(years[1], now)]
    return Chart(
        key=key,
        svg=draw_bars(key, [bar.label for bar in now], series, units=_units(now)),
        alt=f"{caption}：{said}",
        caption=caption,
        source=_source(report, f"{source}，上年数据取自上年年报填报"),
        columns=("项目", *years),
        rows=tuple((bar.label, then.text, bar.text) for then, bar in pairs),
        refs=tuple(bar.figure.ref for pair in pairs for bar in pair),
    )


def _chart(
    report: Report,
    key: str,
    caption: str,
    bars: Sequence[Bar],
    source: str,
    *,
    edition: Edition = Edition.BOTH,
    nothing: str = "",
) -> Chart | Paragraph:
    """Draw one bar for each label that has a number; `nothing` says why there is no label."""
    known = [bar for bar in bars if bar.figure.value is not None]
    omitted = _blank(report, bars)
    if not known:
        return left_out(caption, omitted or nothing)
    said = "；".join(f"{bar.label} {bar.text}" for bar in known)
    return Chart(
        key=key,
        svg=draw_bars(key, [bar.label for bar in known], [_series("", known)], units=_units(known)),
        alt=f"{caption}：{said}",
        caption=caption,
        source=_source(report, source),
        columns=("项目", "数量"),
        rows=tuple((bar.label, bar.text) for bar in known),
        refs=tuple(bar.figure.ref for bar in known),
        omitted=f"没有画的：{omitted}。" if omitted else "",
        edition=edition,
    )


def _source(report: Report, place: str) -> str:
    return f"数据来源：{report.filing.agency.name}{place}"


def _units(bars: Sequence[Bar]) -> list[str]:
    return [bar.figure.unit for bar in bars]


def _series(name: str, bars: Sequence[Bar]) -> Series:
    values = tuple(float(bar.figure.value or 0) for bar in bars)
    return Series(name, values, tuple(bar.text for bar in bars))
