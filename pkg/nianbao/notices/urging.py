"""The reminder: who is awaited, late, sent back, done, as lines to paste into a work group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nianbao.filing.workdays import CHINA
from nianbao.notices.make import Made
from nianbao.notices.page import compared_words
from nianbao.notices.record import Round
from nianbao.notices.words import date_words, day_words

NAME = "催报表.txt"
NAMED_BELOW = 12  # agencies without a time of receipt


class Status(StrEnum):
    """How an agency stands; each value says it in Chinese, in the order of urgency."""

    MISSING = "未交"
    UNSETTLED = "来件待定"  # it came, and nobody has said yet which version counts
    SENT_BACK = "已退回待改"
    EXPLAIN = "仅需说明"
    FAILED = "没有核查"
    DONE = "已完成"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one agency stands.

    Attributes
    ----------
    now
        What it was told of the version that counts; None where that says nothing.
    late
        Days after the office's date, or the legal one, on which its first version came, or today
        where none has; 0 for in time or not known.
    """

    made: Made
    status: Status
    now: Round | None
    late_office: int
    late_legal: int

    @property
    def name(self) -> str:
        """The agency's name in the year."""
        return self.made.order.name

    @property
    def came(self) -> dt.date | None:
        """The day on which its first version came; None where nobody noted it."""
        return _came(self.made)

    @property
    def is_late(self) -> bool:
        """It came late, or has not come and is due."""
        return bool(self.late_office or self.late_legal)

    @property
    def is_mended(self) -> bool:
        """It was sent back before, and nothing is left to be told."""
        told = self.status is Status.DONE and self.made.record.number > 0
        return told and not self.is_explained

    @property
    def is_explained(self) -> bool:
        """Nothing is left to be told, for it has explained what it was asked."""
        return self.status is Status.DONE and bool(self.made.record.explained)


def standing_of(made: Made) -> Standing:
    """Tell how an agency stands on the day of its order."""
    order, last = made.order, made.record.last
    now = last if made.is_in and last and last.lines else None
    day = _came(made) if made.is_in or made.received else order.today
    late_office, late_legal = (_days_after(day, by) for by in (order.due, order.legal))
    return Standing(made, _status(made, now), now, late_office, late_legal)


def _came(made: Made) -> dt.date | None:
    return made.received.astimezone(CHINA).date() if made.received else None


def _status(made: Made, now: Round | None) -> Status:
    if made.error is not None:
        return Status.FAILED
    if not made.is_in:
        return Status.UNSETTLED if made.received else Status.MISSING
    if now is None:
        return Status.DONE
    return Status.SENT_BACK if now.errors else Status.EXPLAIN


def _days_after(day: dt.date | None, by: dt.date | None) -> int:
    return max(0, (day - by).days) if day and by else 0


def urging(standings: Sequence[Standing]) -> str:
    """Give the reminder of one year: short lines, no table, nothing that a chat would break.

    Parameters
    ----------
    standings
        In the order of the batch; at least one.
    """
    sections = (_head(standings), *_groups(standings), _late(standings), _unknown(standings))
    return "\n\n".join("\n".join(lines) for section in sections if (lines := list(section))) + "\n"


def counts(standings: Sequence[Standing]) -> dict[Status, int]:
    """Give how many agencies stand how; what nobody is left out."""
    found = [item.status for item in standings]
    return {status: found.count(status) for status in Status if status in found}


def _head(standings: Sequence[Standing]) -> Iterator[str]:
    order = standings[0].made.order
    told = "，".join(f"{status} {count}" for status, count in counts(standings).items())
    yield f"【{order.year}年度政府信息公开年报催报】"
    yield f"截至{date_words(order.today)}，应交 {len(standings)} 家：{told}"
    if order.due:
        yield f"交稿：{_date(order.due, order.today)}"
    if order.due_again:
        yield f"退改后再交：{_date(order.due_again, order.today)}"
    kinds: dict[dt.date, list[str]] = {}
    for item in standings:
        if item.made.order.legal:
            kinds.setdefault(item.made.order.legal, []).append(item.made.order.agency.kind)
    for day, names in sorted(kinds.items()):
        yield f"法定公布：{'、'.join(dict.fromkeys(names))} {_date(day, order.today)}"


def _date(day: dt.date, today: dt.date) -> str:
    left = (day - today).days
    told = f"还有 {left} 天" if left > 0 else f"已过 {-left} 天" if left else "今天"
    return f"{date_words(day) if day.year != today.year else day_words(day)}（{told}）"


def _groups(standings: Sequence[Standing]) -> Iterator[list[str]]:
    for status in Status:
        group = [item for item in standings if item.status is status]
        if group and status is Status.DONE:
            mended = [item.name for item in group if item.is_mended]
            explained = [item.name for item in group if item.is_explained]
            yield [
                f"{status} {len(group)} 家",
                "、".join(item.name for item in group),
                *([f"其中退改后已改完 {len(mended)} 家：{'、'.join(mended)}"] if mended else []),
                *(
                    [f"其中已作说明 {len(explained)} 家：{'、'.join(explained)}"]
                    if explained
                    else []
                ),
            ]
        elif group:
            lines = [f"{n}. {item.name}{_said(item)}" for n, item in enumerate(group, 1)]
            yield [f"{status} {len(group)} 家", *lines]


def _said(item: Standing) -> str:
    """Say of an agency what the heading of its group does not."""
    made = item.made
    if made.error is not None:
        return f"：{made.error.what}"
    if item.status is Status.UNSETTLED:
        return "：收到的各版还没有定哪一版算数"
    if item.now is None:
        return f"（已过法定期限 {item.late_legal} 天）" if item.late_legal else ""
    again = _days_after(made.order.today, item.now.terms.again)
    parts = [
        f"第 {item.now.number} 次",
        "" if item.now.is_read else f"填报表读不了（{item.now.lines[0].title}）",
        f"必须改 {item.now.errors} 处" if item.now.errors else "",
        f"请说明 {item.now.warnings} 处" if item.now.warnings else "",
        f"已过再交日 {again} 天" if again and item.now.errors else "",
    ]
    comparison = compared_words(made.record.compared(len(made.record.rounds) - 1)).rstrip("。")
    return f"：{'，'.join(filter(None, parts))}" + (f"（{comparison}）" if comparison else "")


def _late(standings: Sequence[Standing]) -> Iterator[str]:
    late = [item for item in standings if item.is_late and item.status is not Status.MISSING]
    if late:
        yield f"迟交 {len(late)} 家"
    for number, item in enumerate(late, 1):
        came = item.came
        when = f"{day_words(came)}交，" if came else ""
        yield f"{number}. {item.name}：{when}{late_words(item)}"


def late_words(item: Standing) -> str:
    """Say by how much something came late; empty for in time."""
    office = f"迟于交稿日 {item.late_office} 天" if item.late_office else ""
    legal = f"迟于法定期限 {item.late_legal} 天" if item.late_legal else ""
    return "，".join(filter(None, [office, legal]))


def _unknown(standings: Sequence[Standing]) -> Iterator[str]:
    """Say of which workbooks nobody noted when they came."""
    unknown = [item.name for item in standings if item.made.is_in and item.came is None]
    there = sum(item.made.is_in for item in standings)
    if unknown:
        order = standings[0].made.order
        days = [day for day in (order.due, *(s.made.order.legal for s in standings)) if day]
        doubt = "，是否迟交不能判断" if days and order.today > min(days) else ""
        names = f"：{'、'.join(unknown)}" if len(unknown) < min(there, NAMED_BELOW) else ""
        yield f"已交（无收件时间）{len(unknown)} 家{doubt}{names}"
