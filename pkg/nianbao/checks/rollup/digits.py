"""How one number is miswritten for another: digits swapped, lost or added; rounded; 元 for 万元."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from nianbao.filing.figure import format_value

YUAN = 10_000
"""In one 万元."""

_ROUNDINGS = (
    (ROUND_HALF_UP, "四舍五入到 {} 位小数"),
    (ROUND_DOWN, "只保留 {} 位小数，余下的舍去了"),
    (ROUND_HALF_EVEN, "四舍六入五成双到 {} 位小数"),
)
_WHOLE_ROUNDINGS = ((ROUND_HALF_UP, "四舍五入到{}"), (ROUND_DOWN, "只写到{}，余下的舍去了"))
_WHOLE_PLACES = ("十位", "百位", "千位", "万位")
_LONG = 3
"""Of so many digits a slip can hardly be chance …"""
_LONGER = 4
"""… and of so many with one too much, or one that was lost."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A way in which a number came to be another.

    Attributes
    ----------
    text
        In Chinese, as a part of a sentence.
    is_strong
        It can hardly be chance; else a child's number may explain the difference as well.
    """

    text: str
    is_strong: bool = True


def slips(right: int | Decimal, written: int | Decimal, *, is_money: bool) -> Iterator[Slip]:
    """Yield the ways in which a number can have been written for another.

    Parameters
    ----------
    right, written
        What it should be, and what it is; they differ.
    is_money
        In 万元; then it can be in 元, too.
    """
    if is_money and right and written in {right * YUAN, Decimal(right) / YUAN}:
        yield Slip("以元填报，应以万元计" if written == right * YUAN else "把万元又除以了一万")
    yield from _rounded(right, written)
    yield from _rounded_whole(right, written)
    yield from _transposed(right, written)
    yield from _one_more_or_less(right, written)


def rounded_parts(parts: Iterable[int | Decimal], written: int | Decimal) -> Slip | None:
    """Tell whether a number is the sum of rounded parts; None where it is not."""
    known = list(parts)
    most = max(map(_places, known), default=0)
    for places in range(_places(written), most):
        for mode, said in _ROUNDINGS:
            if sum(_round(part, places, mode) for part in known) == written:
                return Slip(f"各单位的数先{said.format(places)}再相加")
    return None


def _rounded(right: int | Decimal, written: int | Decimal) -> Iterator[Slip]:
    for places in range(_places(written), _places(right)):
        for mode, said in _ROUNDINGS:
            if _round(right, places, mode) == written:
                yield Slip(said.format(places))
                return


def _rounded_whole(right: int | Decimal, written: int | Decimal) -> Iterator[Slip]:
    """Yield a rounding to tens, hundreds and so on; one number in ten ends with a zero anyhow."""
    for zeros, name in enumerate(_WHOLE_PLACES, start=1):
        for mode, said in _WHOLE_ROUNDINGS:
            if right >= 10 ** (zeros + 1) and _round(right, -zeros, mode) == written:
                yield Slip(f"{said.format(name)}（{_told(right, written)}）", zeros > 1)
                return


def _round(value: int | Decimal, places: int, mode: str) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=mode)


def _transposed(right: int | Decimal, written: int | Decimal) -> Iterator[Slip]:
    places = max(_places(right), _places(written))
    first, second = (f"{value:.{places}f}" for value in (right, written))
    wrong = [n for n, pair in enumerate(zip(first, second, strict=False)) if len(set(pair)) > 1]
    if len(first) != len(second) or len(wrong) != 2:  # noqa: PLR2004 - a pair
        return
    here, there = wrong
    beside = there - here == 1 or first[here + 1 : there] == "."
    if beside and (first[here], first[there]) == (second[there], second[here]):
        is_long = len(first.replace(".", "")) >= _LONG
        yield Slip(f"相邻两位数字换位（{_told(right, written)}）", is_long)


def _one_more_or_less(right: int | Decimal, written: int | Decimal) -> Iterator[Slip]:
    first, second = _plain(right), _plain(written)
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    is_one = len(longer) == len(shorter) + 1 and len(longer.replace(".", "")) >= _LONG
    is_cut = "." in longer and longer.startswith(shorter)  # which rounding says already
    if (
        is_one
        and not is_cut
        and any(
            longer[:n] + longer[n + 1 :] == shorter for n, char in enumerate(longer) if char != "."
        )
    ):
        what = "漏写了一位数字" if longer is first else "多写了一位数字"
        is_long = len(longer.replace(".", "")) >= _LONGER
        yield Slip(f"{what}（{_told(right, written)}）", is_long)


def _told(right: int | Decimal, written: int | Decimal) -> str:
    return f"{_plain(right)} 写成 {_plain(written)}"


def _plain(value: int | Decimal) -> str:
    """Print a number without zeros at the end of its decimals."""
    text = format_value(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _places(value: int | Decimal) -> int:
    return len(_plain(value).partition(".")[2])
