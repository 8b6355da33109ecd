"""Shares in %, and numbers without idle zeros."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from nianbao.filing.figure import Value

SHARE_STEP = Decimal("0.01")
ROOM = Context(prec=60, rounding=ROUND_HALF_UP)  # a large number as a share of a tiny one


def share(part: Value, whole: Value) -> Value:
    """Give a share in %, to two decimals, rounded half up; None where it has no meaning."""
    if part is None or whole is None or whole == 0:
        return None
    return trim((Decimal(part) * 100 / Decimal(whole)).quantize(SHARE_STEP, context=ROOM))


def trim(value: int | Decimal) -> int | Decimal:
    """Give a number without idle zeros: 10 for 10.0."""
    if isinstance(value, int):
        return value
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
