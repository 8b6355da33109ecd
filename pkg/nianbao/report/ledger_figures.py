"""What the ledgers tell beside the three tables: channels, months, days to reply, hotline cases.

Each is a figure with a name for the prose, and with how it was counted in the place of an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from nianbao.filing.figure import PERCENT, Figure, Value
from nianbao.filing.filing import Filing
from nianbao.filing.ledgers.breakdowns import by_month
from nianbao.filing.ledgers.ledger import Ledger, rows_text
from nianbao.report.shares import share

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Mask = np.ndarray[Any, np.dtype[np.bool_]] | pd.Series[Any]

LEDGERS = "ledgers."
CHANNELS_PUBLISHED = f"{LEDGERS}publications.发布_"
CASES_HANDLED = (f"{LEDGERS}hotline.工单受理", f"{LEDGERS}hotline.工单办结")
MONTH = "月"
WORKDAYS = "个工作日"
DAY_STEP = Decimal("0.1")


def ledger_figures(filing: Filing) -> Iterator[Figure]:
    """Yield the figures that a filing's ledgers give, by reference ``ledgers.<kind>.<name>``."""
    for ledger in filing.ledgers:
        tell = _TELLERS.get(ledger.kind.key)
        if tell is not None and not ledger.flaws:
            yield from tell(_Source(ledger, filing))


class _Source:
    """A ledger from which figures are made."""

    def __init__(self, ledger: Ledger, filing: Filing) -> None:
        self.ledger = ledger
        self.filing = filing
        self.frame = ledger.frame

    def figure(
        self, name: str, value: Value, unit: str, how: str, label: str = "", parts: Any = ()
    ) -> Figure:
        ref = f"{LEDGERS}{self.ledger.kind.key}.{name}"
        derivation = f"{self.ledger.kind.sheet}：{how}"
        return Figure(ref, name, label or name, value, unit, derivation=derivation, parts=parts)

    def rows(self, name: str, mask: Mask, unit: str, said: str, label: str = "") -> Figure:
        """Count rows."""
        rows = self.frame.index[mask]
        which = f"（{rows_text(rows)}）" if len(rows) else ""
        return self.figure(name, len(rows), unit, f"{said} 的 {len(rows)} 行{which}", label)

    def words(self, key: str, prefix: str, unit: str) -> Iterator[Figure]:
        """Count the rows by the words in a column, the most frequent first.

        Words that prose cannot tell apart are one: 教育（民办） and 教育 民办.
        """
        heading = self.ledger.kind.column(key).name
        alike: dict[str, list[str]] = {}
        for word, count in self.frame[key].value_counts().items():
            if count:
                alike.setdefault(_plain(str(word)), []).append(str(word))
        for plain, words in alike.items():
            if plain:
                said = "、".join(f"{heading}={word}" for word in words)
                mask = self.frame[key].isin(words)
                yield self.rows(f"{prefix}_{plain}", mask, unit, said, words[0])

    def busiest(self, key: str, name: str) -> Iterator[Figure]:
        """Tell the month of the year with most rows; none where several have."""
        months = by_month(self.frame[key], self.filing.year)
        most = max(months.values())
        first, *others = (month for month, number in months.items() if number == most)
        if most and not others:
            yield self.figure(name, first, MONTH, f"按月计数，最多的是 {first} 月，{most} 行")

    def rate(self, name: str, part: Figure, whole: Figure) -> Figure:
        how = f"{part.label} ÷ {whole.label}"
        value = share(part.value, whole.value)
        return self.figure(name, value, PERCENT, how, parts=(part.ref, whole.ref))


def _plain(word: str) -> str:
    """Give what prose can name: letters, digits and underscores."""
    return "".join(char for char in word if char.isalnum() or char == "_")


def _publications(source: _Source) -> Iterator[Figure]:
    yield source.rows("发布信息", _all(source), "条", "本年发布")
    yield from source.words("channel", "发布", "条")
    yield from source.words("category", "发布类别", "条")
    yield from source.busiest("date", "发布最多月份")


def _applications(source: _Source) -> Iterator[Figure]:
    frame = source.frame
    yield from source.words("channel", "申请渠道", "件")
    yield from source.busiest("received", "申请最多月份")
    yield source.rows("延期答复", _is(frame["extended"]), "件", "是否延期=是")
    yield source.rows("补正申请", frame["clarify_asked"].notna(), "件", "有要求补正日期")
    consulted = frame["consulted_from"].notna()
    yield source.rows("征求意见申请", consulted, "件", "有征求意见开始日期")
    yield source.rows("延迟公开", _is(frame["delayed"]), "件", "是否延迟公开=是")
    yield from _replies(source)


def _replies(source: _Source) -> Iterator[Figure]:
    """Tell the days to reply and what was late, of what was closed in the year."""
    reckoned = source.filing.deadlines
    if reckoned is None:
        return
    days = reckoned["workdays"].dropna()
    if len(days):
        mean = Decimal(int(days.sum())) / len(days)
        average = mean.quantize(DAY_STEP, ROUND_HALF_UP)
        how = f"本年办结、能计算的 {len(days)} 件，起算次日至答复日的工作日（征求意见的时间除外）"
        yield source.figure("平均答复工作日", average, WORKDAYS, f"{how}的平均数")
        middle = Decimal(str(days.median())).normalize()
        yield source.figure("答复工作日中位数", middle, WORKDAYS, f"{how}的中位数")
    judged = reckoned["is_late"].notna() & reckoned["is_closed"]
    late = judged & _is(reckoned["is_late"])
    ground = "答复日期与法定期限（条例第三十条至第三十三条）相比"
    known = source.rows("可判期限的答复", judged, "件", f"{ground}，能判断")
    on_time = source.rows("按期答复", judged & ~late, "件", f"{ground}，未超过")
    yield from (known, on_time)
    yield source.rows("超期答复", late, "件", f"{ground}，超过")
    yield source.rows("逾期未答复", _is(reckoned["is_overdue"]), "件", "年底未答复，已过法定期限")
    if known.value:
        yield source.rate("按期答复率", on_time, known)


def _decisions(source: _Source) -> Iterator[Figure]:
    yield source.rows("处理决定已公开", _is(source.frame["published"]), "件", "是否公开=是")


def _hotline(source: _Source) -> Iterator[Figure]:
    frame = source.frame
    received = source.rows("工单受理", _all(source), "件", "本年受理")
    closed = source.rows("工单办结", frame["closed"].notna(), "件", "有办结日期")
    yield from (received, closed)
    yield from source.words("source", "工单", "件")
    yield from source.words("subject", "问题分类", "件")
    yield from source.busiest("received", "工单最多月份")
    if received.value:
        yield source.rate("工单办结率", closed, received)
    rated = source.rows("工单已评价", frame["satisfied"].notna(), "件", "有满意与否")
    pleased = source.rows("工单满意", _is(frame["satisfied"]), "件", "满意")
    if rated.value:
        yield from (rated, pleased)
        yield source.rate("工单满意率", pleased, rated)


def _all(source: _Source) -> Mask:
    return source.frame.index == source.frame.index


def _is(flags: pd.Series[Any]) -> pd.Series[Any]:
    """Tell where a flag says yes; not where it says nothing."""
    return flags.fillna(value=False).astype(bool)


_TELLERS: Mapping[str, Any] = {
    "publications": _publications,
    "applications": _applications,
    "decisions": _decisions,
    "hotline": _hotline,
}
