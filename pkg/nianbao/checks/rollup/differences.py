"""Where a government's stated figures are not the sums of its agencies, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from nianbao.checks.rollup.explain import Explanation, explain
from nianbao.filing.figure import Figure, format_value
from nianbao.filing.filing import Filing

UNEXPLAINED, REST_UNEXPLAINED = "没有找到原因", "其余的差没有找到原因"


def joined_reasons(texts: Sequence[str], *, is_open: bool) -> str:
    """Join reasons to a part of a sentence, and say whether they are all."""
    if not texts:
        return UNEXPLAINED
    return "，又".join(texts) + (f"，{REST_UNEXPLAINED}" if is_open else "")


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that differs.

    Attributes
    ----------
    figure
        As stated.
    stated, total
        What stands there, and the sum of what is known.
    is_bound
        Units are missing, or left the cell blank: the sum is the least that can stand there.
    explanations
        Why it differs: none, one, or a unit and a slip of the pen on top of it.
    is_open
        They are not all of it.
    """

    figure: Figure
    stated: int | Decimal
    total: int | Decimal
    is_bound: bool
    explanations: tuple[Explanation, ...] = ()
    is_open: bool = False

    @property
    def ref(self) -> str:
        """Reference of the cell."""
        return self.figure.ref

    @property
    def reason(self) -> str:
        """Why, as a part of a sentence."""
        return joined_reasons([item.text for item in self.explanations], is_open=self.is_open)

    @property
    def sentence(self) -> str:
        """The whole in one Chinese sentence without its final stop."""
        least = "至少" if self.is_bound else ""
        return (
            f"应为{least} {format_value(self.total)}，填报为 {format_value(self.stated)}："
            f"{self.reason}"
        )


def differences(filing: Filing) -> tuple[Difference, ...]:
    """Give where a government's stated figures differ from the sums, in the form's order.

    Parameters
    ----------
    filing
        With its `rollup`; of one without there are none.

    Returns
    -------
    tuple of Difference
        Cells whose sum is known and is not what is stated; of a sum that lacks something, those
        that are less than what is known.
    """
    rollup = filing.rollup
    if rollup is None:
        return ()
    stated: dict[str, int | Decimal] = {}
    sums: dict[str, int | Decimal] = {}
    bounds: set[str] = set()
    is_partial = rollup.is_partial
    for ref, figure in rollup.stated.items():
        total = rollup.total(ref)
        if figure.value is None or total is None:
            continue
        is_bound = is_partial or bool(rollup.blank(ref))
        if is_bound and figure.value > total:  # what is missing may be the rest
            continue
        stated[ref], sums[ref] = figure.value, total
        bounds |= {ref} if is_bound else set()
    wrong = [ref for ref, value in stated.items() if value != sums[ref]]
    found = explain(filing.form, rollup, stated, sums, wrong)
    return tuple(
        Difference(
            rollup.stated[ref],
            stated[ref],
            sums[ref],
            ref in bounds,
            tuple(item for item in found.explanations if ref in item.refs),
            ref in found.open,
        )
        for ref in wrong
    )
