"""Breakdowns in prose: a number, and the parts that it is said to consist of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate

from nianbao.checks.prose.numbers import MONEY, Quantity, plain, quantities
from nianbao.checks.prose.text import Said
from nianbao.filing.figure import PERCENT, POINTS

_OPENING = re.compile(r"[^，。；;\d]{0,8}[，,；;：:。]?\s*其中\s*[，,：:]?")
_CHANGE = re.compile(r"\s*[，,]\s*(?:同比|较上年|比上年)[^，,。；;]{1,14}")
_WHAT_IT_COST = re.compile(r"[^，。；;\d]{0,24}[\d.,]+万?元")
_PARENTHESIS = re.compile(r"[（(](?!含|包括|其中含|另)(?:其中[，,：:]?)?")
_ONLY_SOME = re.compile("^\\s*[^，。；;、\\d]{0,4}(?:等|以及其他|余)")
_NOT_A_PART = re.compile("同比|较|比上|增长|增加|减少|下降|占|超|平均|每|另|第|年|未|又|还|其中")
_BODY = re.compile(
    "(?:县|区|市|镇|乡|街道|局|委|办|部门|政府|园|分局|办公室|中心|级)(?:各有关部门)?$"
)
_NEW_MATTER = re.compile("复议|诉讼|另|此外|同时|全年|收到|办理|组织|开展|举办|印发|发布")
_STATUS = re.compile("办结|答复|回复|满意|采纳|立案|整改|反馈")
_CHANNEL = re.compile(
    "网站|网上|微信|微博|公众号|新媒体|客户端|公报|平台|公开栏|渠道|电视|报纸|报刊"
)
_DATES = frozenset("年月日号")
_LEAST_PARTS, _LEAST_INSIDE = 2, 3
_NEARLY_ALL = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A number with its parts.

    Attributes
    ----------
    groups
        The parts, by what stands between semicolons: each may be a breakdown of its own.
    labels
        What is said to be counted by each part, all groups together.
    is_open
        The list ends with 等: there are more parts.
    is_of_bodies
        The parts are those of offices or places.
    may_overlap
        The parts are channels: what is published in one may be in another as well.
    """

    whole: Quantity
    groups: tuple[tuple[Quantity, ...], ...]
    said: Said
    is_open: bool
    is_of_bodies: bool
    may_overlap: bool
    labels: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Quantity, ...]:
        """All parts."""
        return tuple(part for group in self.groups for part in group)

    @property
    def span(self) -> tuple[int, int]:
        """From the whole to its last part."""
        return self.whole.start, self.parts[-1].end

    def is_even(self, least: int = 3, share: Decimal = _NEARLY_ALL) -> bool:
        """Tell whether the parts are the whole: the first ones of the list, or one group.

        Parameters
        ----------
        least
            Fewer parts than these may be examples, and less than the whole.
        share
            So may parts that are a smaller share of it than this.
        """
        whole = self.whole.value
        sums = [sum(part.value for part in group) for group in self.groups]
        # What comes after a list that is whole already is about something else.
        if whole in sums or whole in accumulate(part.value for part in self.parts):
            return True
        if sum(sums) > whole:
            return self.may_overlap
        return self.is_open or len(self.parts) < least or sum(sums) < whole * share


def breakdowns(said: Said, *, unit: str = "") -> Iterator[Breakdown]:
    """Yield the breakdowns of a paragraph.

    Parameters
    ----------
    unit
        Only those in this unit; money is left out unless it is asked for.
    """
    for start, sentence in said.sentences():
        text = plain(sentence)
        found = [item for item in quantities(text) if item.unit not in _DATES]
        for index, whole in enumerate(found):
            if not _may_be_whole(whole, unit):
                continue
            end, is_inside = _list_span(text, whole)
            parts = [item for item in found[index + 1 :] if item.start < end]
            made = _breakdown(said, text, whole, parts, end, is_inside=is_inside)
            if made is not None:
                yield _moved(made, start)


def _may_be_whole(whole: Quantity, unit: str) -> bool:
    is_wanted = whole.unit == unit if unit else whole.unit not in {"", MONEY, PERCENT, POINTS}
    return is_wanted and whole.is_exact and whole.value > 0


def _list_span(text: str, whole: Quantity) -> tuple[int, bool]:
    """Give where the list of parts after a number ends, 0 for no list; whether in parentheses."""
    rest = text[whole.end :]
    if _PARENTHESIS.match(rest):
        closing = re.search("[）)]", rest)
        return (whole.end + closing.start(), True) if closing else (0, True)
    return (len(text), False) if _opens(rest) else (0, False)


def _opens(rest: str) -> bool:
    """Tell whether 其中 follows, after a change on last year or an amount at most."""
    between = _CHANGE.match(rest) or _WHAT_IT_COST.match(rest)
    return _OPENING.match(rest[between.end() :] if between else rest) is not None


def _breakdown(
    said: Said, text: str, whole: Quantity, items: list[Quantity], end: int, *, is_inside: bool
) -> Breakdown | None:
    groups: list[list[Quantity]] = [[]]
    labels: list[str] = []
    stop = whole.end
    for item in items:
        gap = text[stop : item.start]
        label = re.split("[，,、；;：:（(]|其中", gap)[-1].strip(" 共有收到计为")
        if item.unit != whole.unit:
            stop = item.end if item.unit else stop
            continue
        if not item.is_exact or _NOT_A_PART.search(label) or (not is_inside and _nested(gap)):
            return None
        if labels and _is_new_matter(gap, label, labels[-1]):
            break
        if re.search("[；;]", gap) and groups[-1]:
            groups.append([])
        groups[-1].append(item)
        labels.append(label)
        stop = item.end
    parts = [part for group in groups for part in group]
    if len(parts) < _LEAST_PARTS or (is_inside and len(parts) < _LEAST_INSIDE):
        return None
    is_open = _ONLY_SOME.match(text[parts[-1].end : end]) is not None
    return Breakdown(
        whole,
        tuple(map(tuple, groups)),
        said,
        is_open=is_open,
        is_of_bodies=all(map(_BODY.search, labels)),
        may_overlap=any(map(_CHANNEL.search, labels)),
        labels=tuple(labels),
    )


def _is_new_matter(gap: str, label: str, before: str) -> bool:
    """Tell whether a list has ended: what comes is of another kind than what came before."""
    is_other_kind = bool(_STATUS.search(label)) is not bool(_STATUS.search(before))
    return is_other_kind or bool(re.search("[；;]", gap) and _NEW_MATTER.search(label))


def _nested(gap: str) -> bool:
    return "（" in gap or "(" in gap or gap.count("其中") > 1


def _moved(made: Breakdown, start: int) -> Breakdown:
    def move(item: Quantity) -> Quantity:
        return replace(item, start=item.start + start, end=item.end + start)

    groups = tuple(tuple(map(move, group)) for group in made.groups)
    return replace(made, whole=move(made.whole), groups=groups)
