"""Ledgers in the report: charts by month and by days to reply, and the reviewer's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nianbao.filing.figure import format_value
from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.breakdowns import (
    EXTENDED_WORKDAYS,
    LEGAL_WORKDAYS,
    MONTHS,
    SPANS,
    by_month,
    by_reply_days,
)
from nianbao.filing.ledgers.kinds import ledger_kind
from nianbao.filing.ledgers.ledger import Ledger, rows_text
from nianbao.filing.ledgers.personal import masked
from nianbao.report.bars import Series
from nianbao.report.blocks import Cell, Chart, Heading, Paragraph, StatTable
from nianbao.report.columns import draw_columns
from nianbao.report.ledger_figures import LEDGERS
from nianbao.report.left_out import left_out
from nianbao.report.shown import Blocks
from nianbao.report.tables import plain_table, stub_cell

if TYPE_CHECKING:
    from nianbao.filing.filing import Filing
    from nianbao.report.load import Report

LIMITS = ((LEGAL_WORKDAYS, "法定期限"), (EXTENDED_WORKDAYS, "延期后"))
RANGES_SHOWN = 40
ROWS_SHOWN = 50
MASKED = "（个人信息，未读取）"

# What has happened in which month, by the key of a ledger's column, and its unit.
MONTHLY = {
    "publications": ("date", "各月发布政府信息数量", "条"),
    "applications": ("received", "各月收到政府信息公开申请数量", "件"),
}


def ledger_charts(report: Report, key: str) -> Blocks:
    """Draw what a ledger tells: by month, and for applications the working days to reply.

    Parameters
    ----------
    key
        ``publications`` or ``applications``.

    Returns
    -------
    Blocks
        For the reviewer why there is none, such as where the office does not keep this ledger.
    """
    _, caption, _ = MONTHLY[key]
    ledger = _ledger(report.filing, key)
    if ledger is None:
        return Blocks((left_out(f"{report.filing.year}年{caption}", _lack(report.filing, key)),))
    charts = [_months(report, key, ledger)]
    if key == "applications":
        charts.append(_reply_days(report, ledger))
    return Blocks(tuple(charts))


def ledger_review(report: Report) -> Blocks:
    """Show the reviewer how the ledgers were read, what they gave, and the rows behind that."""
    if not report.filing.ledgers:
        return Blocks((left_out("台账统计", "没有台账"),))
    tables = [_summary(report), _statistics(report), _counts(report), *_rows_in_question(report)]
    return Blocks((Heading(level=3, text="台账"), *(table for table in tables if table)))


def _ledger(filing: Filing | None, key: str) -> Ledger | None:
    found = (ledger for ledger in (filing.ledgers if filing else ()) if ledger.kind.key == key)
    return next((ledger for ledger in found if not ledger.flaws), None)


def _lack(filing: Filing, key: str) -> str:
    """Say why there is no ledger to draw from."""
    flaws = [flaw for item in filing.ledgers if item.kind.key == key for flaw in item.flaws]
    sheet = ledger_kind(key).sheet
    return f"{sheet}不能用：{'；'.join(flaws)}" if flaws else f"没有{sheet}"


def _months(report: Report, key: str, ledger: Ledger) -> Chart | Paragraph:
    column, caption, unit = MONTHLY[key]
    before = _ledger(report.previous, key)
    years = [(report.filing.year, by_month(ledger.frame[column], report.filing.year))]
    if before is not None and report.previous is not None:
        last = report.previous.year
        years.insert(0, (last, by_month(before.frame[column], last)))
    if not any(years[-1][1].values()):
        why = f"{ledger.kind.sheet}中没有这一年的日期"
        return left_out(f"{report.filing.year}年{caption}", why)
    names = [f"{year}年" for year, _ in years]
    series = [
        Series(name, tuple(map(float, months.values())), tuple(map(str, months.values())))
        for name, (_, months) in zip(names, years, strict=True)
    ]
    labels = [f"{month}月" for month in MONTHS]
    rows = [
        (label, *(f"{months[month]} {unit}" for _, months in years))
        for month, label in zip(MONTHS, labels, strict=True)
    ]
    said = "；".join(f"{label} {months}" for label, *_, months in rows)
    return Chart(
        key=f"months-{key}",
        svg=draw_columns(f"months-{key}", labels, series),
        alt=f"{report.filing.year}年{caption}：{said}",
        caption=f"{report.filing.year}年{caption}（{unit}）",
        source=f"数据来源：{report.filing.agency.name}{ledger.kind.sheet}",
        columns=("月份", *names),
        rows=tuple(rows),
    )


def _reply_days(report: Report, ledger: Ledger) -> Chart | Paragraph:
    reckoned = report.filing.deadlines
    caption = f"{report.filing.year}年答复政府信息公开申请所用工作日（件）"
    counts = {} if reckoned is None else by_reply_days(reckoned)
    if not counts:
        return left_out(caption, f"{ledger.kind.sheet}中没有能计算答复时间的申请")
    rows = tuple((label, str(count)) for label, count in counts.items())
    said = "；".join(f"{label} 个工作日 {count} 件" for label, count in rows)
    legal = "；".join(f"{limit}为 {days} 个工作日" for days, limit in LIMITS)
    return Chart(
        key="reply-days",
        svg=draw_columns(
            "reply-days",
            list(counts),
            [Series("", tuple(map(float, counts.values())), tuple(count for _, count in rows))],
            limits={SPANS.index(days) + 1: f"{limit} {days} 个工作日" for days, limit in LIMITS},
        ),
        alt=f"{caption}：{said}；{legal}",
        caption=caption,
        source=f"数据来源：{report.filing.agency.name}{ledger.kind.sheet}；征求意见的时间不计",
        columns=("工作日", "件数"),
        rows=rows,
    )


def _summary(report: Report) -> StatTable:
    """Say of each ledger how many rows were read, used, of another year, rejected."""
    head = ("台账", "文件", "读", "用", "非本年度", "不能用", "列")
    rows = [
        (
            stub_cell(ledger.kind.sheet),
            Cell(f"{ledger.file}#{ledger.sheet}"),
            *(
                Cell(str(number))
                for number in (ledger.read, ledger.used, ledger.elsewhere, ledger.rejected)
            ),
            Cell(_columns_read(ledger)),
        )
        for ledger in report.filing.ledgers
    ]
    return plain_table("ledgers", "台账的读取", head, rows, (22, 40, 12, 12, 14, 12, 44))


def _columns_read(ledger: Ledger) -> str:
    if ledger.flaws:
        return "没有据以计数：" + "；".join(ledger.flaws)
    named = [
        f"{heading.text}→{ledger.kind.column(key).name}" if heading.how == "near" else heading.text
        for key, heading in ledger.headings.items()
    ]
    return "、".join([*named, *(f"{text}{MASKED}" for text in ledger.personal)])


def _statistics(report: Report) -> StatTable | None:
    figures = [item for item in report.figures.values() if item.ref.startswith(LEDGERS)]
    rows = [
        (
            stub_cell(item.name),
            Cell(
                "—" if item.value is None else f"{format_value(item.value)} {item.unit}",
                ref=item.ref,
                address=item.derivation,
            ),
            Cell(item.derivation),
        )
        for item in figures
    ]
    head = ("名称", "数值", "怎样数出")
    caption = "台账统计（正文可用这些名称）"
    return plain_table("ledger-figures", caption, head, rows, (40, 24, 92)) if rows else None


def _counts(report: Report) -> StatTable | None:
    """Give what was counted for the three tables, and from which rows; zeros left out."""
    rows = []
    for ref, count in report.filing.counts.items():
        figure = report.figures[ref]
        is_same = figure.value == count.value
        if count.value == 0 and is_same:
            continue
        rows.append(
            (
                stub_cell(figure.label),
                Cell("台账" if figure.derivation else figure.text or "—", ref=ref),
                Cell(format_value(count.value), computed="" if is_same else "不符"),
                Cell(f"{count.ledger.kind.sheet}{rows_text(count.rows, most=RANGES_SHOWN)}"),
            )
        )
    head = ("数据", "填报", "台账", "台账的行")
    caption = "三张表的数与台账（都是零的不列）"
    return plain_table("ledger-counts", caption, head, rows, (52, 16, 20, 68)) if rows else None


def _rows_in_question(report: Report) -> Iterator[StatTable]:
    """Show the rows that findings are about, as they were read; personal columns are masked."""
    for ledger in report.filing.ledgers:
        named = {
            int(place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            for finding in report.findings
            for place in finding.where
            if (place.file, place.sheet) == (ledger.file, ledger.sheet)
        }
        rows = ledger.frame.loc[sorted(named & set(ledger.frame.index))].head(ROWS_SHOWN)
        if len(rows):
            yield _rows_table(ledger, rows, report)


def _rows_table(ledger: Ledger, rows: Any, report: Report) -> StatTable:
    keys = [key for key in ledger.headings if key in rows.columns]
    words = {key: _printer(ledger, key, report) for key in keys}
    lines = [
        (
            stub_cell(f"第 {row} 行"),
            *(Cell(words[key](value)) for key, value in zip(keys, values, strict=True)),
            *(Cell(MASKED) for _ in ledger.personal),
        )
        for row, values in zip(rows.index, rows[keys].itertuples(index=False), strict=True)
    ]
    head = ("行", *(ledger.headings[key].text for key in keys), *ledger.personal)
    caption = f"{ledger.kind.sheet}：核查问题涉及的行"
    return plain_table(f"rows-{ledger.kind.key}", caption, head, lines, (16.0,) * len(head))


def _printer(ledger: Ledger, key: str, report: Report) -> Callable[[Any], str]:
    """Give how the values of a column are printed."""
    import pandas as pd  # noqa: PLC0415 - where there is a ledger it is loaded

    column = ledger.kind.column(key)
    shown: Mapping[str, str] = {}
    if column.kind == "choice":
        vocabulary = column.vocabulary(report.filing.form)
        words = column.shown(report.filing.form)
        shown = {vocabulary[normalise(word)]: word for word in words}

    def text(value: Any) -> str:
        if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN
            return ""
        if column.kind == "date":
            return f"{value:%Y-%m-%d}"
        if column.kind == "flag":
            return "是" if value else "否"
        return shown.get(value) or masked(str(value))

    return text
