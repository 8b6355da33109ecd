"""Which of two versions is the newer one: by what their names call them, and by their times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from nianbao.filing.numerals import read_numeral

SAME_TIME = timedelta(minutes=1)
"""Files whose times are closer together were saved, or copied, in one go: that tells no order."""

FINAL = 1000
_NUMBER = "([0-9]{1,2}|[一二三四五六七八九十])"
_NUMBERED = (
    re.compile(f"第?{_NUMBER}(?:次修改)?稿"),
    re.compile(f"第{_NUMBER}版"),
    re.compile(r"(?<![a-z])v(?:er)?\.?\s?([0-9]{1,2})(?![0-9])", re.IGNORECASE),
)
_NAMED = (
    (re.compile("初稿|草稿|征求意见稿"), 1),
    (re.compile("送审[稿版]"), FINAL - 1),
    (re.compile("定稿|终稿|最终稿|最终版|最终|正式[稿版]"), FINAL),
)
_CHANGED = re.compile("修[改订][稿版]?|更正|重报")


@dataclass(frozen=True, slots=True)
class Stage:
    """What a name says of a version.

    Attributes
    ----------
    text
        The words themselves; empty where it says nothing.
    rank
        The later, the higher; None where the words tell no order, such as 修改 alone.
    """

    text: str = ""
    rank: int | None = None


def stage_of(name: str) -> Stage:
    """Tell by its words at which stage a version is: 初稿, 二稿, 定稿, v2, 修改."""
    found = dict(_ranked(name))
    rest = re.sub("|".join(map(re.escape, found)), " ", name) if found else name
    changed = [match[0] for match in _CHANGED.finditer(rest)]
    told = "、".join(dict.fromkeys([*found, *changed]))
    ranks = set(found.values())
    is_plain = len(ranks) == 1 and not changed  # no 定稿 that was changed again
    return Stage(told, ranks.pop() if is_plain else None)


def _ranked(name: str) -> Iterator[tuple[str, int]]:
    for pattern in _NUMBERED:
        for match in pattern.finditer(name):
            yield match[0], int(match[1]) if match[1].isdecimal() else read_numeral(match[1]) or 0
    for pattern, rank in _NAMED:
        for match in pattern.finditer(name):
            yield match[0], rank


class Version(Protocol):
    """What is known of a version before it is read."""

    @property
    def stage(self) -> str:
        """What its name says."""

    @property
    def modified(self) -> datetime | None:
        """When the file was last written."""


def order(first: Version, second: Version, *, came_later: bool) -> int:
    """Tell whether the second version is the newer (1), the older (-1), or nobody knows (0).

    Stage goes before time; where the two contradict each other, nobody knows.

    Parameters
    ----------
    came_later
        The second was handed in after the first, and not together with it.
    """
    by_stage = _sign(stage_of(first.stage).rank, stage_of(second.stage).rank)
    by_time = _by_time(first.modified, second.modified)
    if by_stage and by_time and by_stage != by_time:
        return 0
    if by_stage:
        return by_stage
    if not came_later:
        return by_time
    return 0 if by_time < 0 else 1  # what comes later and is older may be an old draft


def contradiction(first: Version, second: Version, *, came_later: bool) -> str:
    """Say what contradicts what where `order` cannot tell; empty where too little is known."""
    by_stage = _sign(stage_of(first.stage).rank, stage_of(second.stage).rank)
    by_time = _by_time(first.modified, second.modified)
    if by_stage * by_time < 0:
        return "稿次和文件时间先后相反"
    return "收到在后，文件时间却在前" if came_later and not by_stage and by_time < 0 else ""


def _sign(first: int | None, second: int | None) -> int:
    if first is None or second is None:
        return 0
    return (second > first) - (second < first)


def _by_time(first: datetime | None, second: datetime | None) -> int:
    if first is None or second is None or abs(second - first) < SAME_TIME:
        return 0
    return 1 if second > first else -1
