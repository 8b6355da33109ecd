"""Why the cells of a stated roll-up are not the sums: the explanations found, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache

from nianbao.checks.rollup.digits import YUAN, rounded_parts, slips
from nianbao.checks.rollup.shifts import Shift, shifts
from nianbao.checks.rollup.vectors import (
    Combination,
    Effect,
    Kind,
    Known,
    Scale,
    best_combinations,
    distinct,
    rest_of,
)
from nianbao.errors import listed
from nianbao.filing.figure import Address, format_value
from nianbao.filing.rollup import Rollup, Unit
from nianbao.filing.totals import defining_lines
from nianbao.forms import Form

NAMED_AT_MOST = 3
"""Candidates: where a number of more units would explain a cell, none of them does."""

Numbers = Mapping[str, int | Decimal]


@dataclass(frozen=True, eq=False, slots=True)
class Explanation:
    """Why some cells are not the sums.

    Attributes
    ----------
    texts
        What may have happened, in Chinese, the likeliest first.
    refs
        The cells that it explains, in the form's order.
    is_certain
        All its cells are as they would be, and nothing else would do.
    kinds
        What was done to units, if anything.
    units
        To whom; of several candidates all.
    behind
        The units' cells behind each of its cells.
    follows
        Of a total that differs as its parts do: those parts.
    """

    texts: tuple[str, ...]
    refs: tuple[str, ...]
    is_certain: bool
    kinds: frozenset[Kind] = frozenset()
    units: tuple[Unit, ...] = ()
    behind: Mapping[str, tuple[Address, ...]] = field(default_factory=dict)
    follows: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """A part of a sentence: 漏计了甲局; 可能漏计了甲局，也可能漏计了乙局."""
        if self.is_certain:
            return self.texts[0]
        return "，也".join(f"可能{text}" for text in self.texts)


@dataclass(frozen=True, slots=True)
class Explained:
    """What is known of the reasons.

    Attributes
    ----------
    open
        References of the cells that differ, or still differ, for a reason that is not known.
    """

    explanations: tuple[Explanation, ...]
    open: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of a roll-up.

    Attributes
    ----------
    stated, sums
        What stands there, and what should.
    wrong
        References of those where the two differ, in the form's order.
    """

    form: Form
    units: Sequence[Known]
    stated: Numbers
    sums: Numbers
    wrong: tuple[str, ...]


def explain(
    form: Form, rollup: Rollup, stated: Numbers, sums: Numbers, wrong: Sequence[str]
) -> Explained:
    """Give the explanations that are found.

    Parameters
    ----------
    stated, sums
        What stands in the cells that can be compared, and what should.
    wrong
        Those where the two differ, in the form's order.
    """
    if not wrong:
        return Explained((), frozenset())
    units = [Known.of(unit) for unit in rollup.units]
    cells = _Cells(form, units, stated, sums, tuple(wrong))
    found, left = _by_units(cells)
    moved = [_of_shift(shift) for shift in shifts(form, left.stated, left.sums, left.wrong)]
    done = {ref for explanation in moved for ref in explanation.refs}
    single = {ref: _of_cell(left, ref) for ref in left.wrong if ref not in done}
    told = [explanation for explanation in single.values() if explanation]
    open_refs = frozenset(ref for ref, explanation in single.items() if explanation is None)
    return Explained((*found, *moved, *told), open_refs)


def _by_units(cells: _Cells) -> tuple[list[Explanation], _Cells]:
    """Explain what units explain over many cells; give it, and what is left."""
    numbers = (number for known in cells.units for number in known.numbers)
    scale = Scale.of([*cells.stated.values(), *cells.sums.values(), *numbers])
    delta = {
        ref: scale.integer(cells.stated[ref]) - scale.integer(cells.sums[ref])
        for ref in cells.wrong
    }
    refs = tuple(cells.sums)
    possible = [effect for known in cells.units for effect in known.effects(refs, scale)]
    best = best_combinations(delta, possible, _totals(cells.form))
    if not best:
        return [], cells
    rest = rest_of(delta, best[0])
    # From here on the sums are what they would be with these causes.
    shifted = {
        ref: scale.number(scale.integer(cells.stated[ref]) - rest.get(ref, 0)) for ref in delta
    }
    left = replace(cells, sums={**cells.sums, **shifted}, wrong=tuple(filter(rest.get, delta)))
    return list(_of_combinations(best, cells)), left


def _of_combinations(best: Sequence[Combination], cells: _Cells) -> Iterator[Explanation]:
    """Yield an explanation for each unit that is in all of them, and one for what may be else."""
    sure = [effect for effect in best[0] if all(effect in found for found in best)]
    for effect in sure:
        yield _made((effect.text,), [effect], cells, sure=True)
    others = [[effect for effect in found if effect not in sure] for found in best]
    named = [found for found in others if found][:NAMED_AT_MOST]
    if named:
        texts = tuple("，".join(effect.text for effect in found) for found in named)
        yield _made(texts, [effect for found in named for effect in found], cells, sure=False)


def _made(
    texts: tuple[str, ...], chosen: Sequence[Effect], cells: _Cells, *, sure: bool
) -> Explanation:
    refs = tuple(ref for ref in cells.wrong if any(ref in effect.cells for effect in chosen))
    return Explanation(
        texts,
        refs,
        sure,
        frozenset(effect.kind for effect in chosen),
        distinct(effect.unit for effect in chosen),
        {
            ref: tuple(
                address
                for effect in chosen
                if ref in effect.cells and (address := effect.filing.figures[ref].address)
            )
            for ref in refs
        },
    )


def _of_shift(shift: Shift) -> Explanation:
    return Explanation((shift.text,), shift.refs, shift.is_certain)


def _of_cell(cells: _Cells, ref: str) -> Explanation | None:
    """Explain one cell by itself; a total by its parts, if it differs as they do."""
    parts = _wrong_parts(cells, ref)
    if parts:
        return Explanation(("由分项的差带出",), (ref,), is_certain=True, follows=parts)
    right, written = cells.sums[ref], cells.stated[ref]
    found = [*slips(right, written, is_money=_is_money(cells.form, ref))]
    strong = [slip.text for slip in found if slip.is_strong]
    if _is_money(cells.form, ref):
        strong += [] if strong else _of_money(cells, ref)
    weak, units = _of_units(cells, ref)
    weak = [*(slip.text for slip in found if not slip.is_strong), *weak]
    texts = tuple([*strong, *weak][:NAMED_AT_MOST])
    if not texts:
        return None
    behind = tuple(
        address for unit in units if unit.filing and (address := unit.filing.figures[ref].address)
    )
    is_certain = len(strong) == 1 and not weak
    return Explanation(texts, (ref,), is_certain, units=units, behind={ref: behind})


def _wrong_parts(cells: _Cells, ref: str) -> tuple[str, ...]:
    """Give the wrong parts by whose differences a total differs."""
    own = cells.stated[ref] - cells.sums[ref]
    for parts in _parts(cells.form).get(ref, ()):
        wrong = tuple(part for part in parts if part in cells.wrong)
        if wrong and own == sum(cells.stated[part] - cells.sums[part] for part in wrong):
            return wrong
    return ()


def _of_money(cells: _Cells, ref: str) -> Iterator[str]:
    """Yield how the units' amounts give a stated one: in 元, or rounded before."""
    own = cells.stated[ref] - cells.sums[ref]
    shares = [(unit, value) for unit, value in _shares(cells, ref) if value]
    for unit, value in shares:
        if own == value * (YUAN - 1):
            yield f"{unit.agency.name}的 {format_value(value)} 万元以元计入"
        elif own == Decimal(value) / YUAN - value:
            yield f"{unit.agency.name}的 {format_value(value)} 万元又除以了一万"
    slip = rounded_parts([value for _, value in shares], cells.stated[ref])
    if slip:
        yield slip.text


def _shares(cells: _Cells, ref: str) -> Iterator[tuple[Unit, int | Decimal]]:
    """Yield what each counted unit gives to a cell; nothing for none."""
    for known in cells.units:
        if known.unit.is_counted:
            yield known.unit, known.values.get(ref) or 0


def _of_units(cells: _Cells, ref: str) -> tuple[list[str], tuple[Unit, ...]]:
    """Give which unit's number would explain a single cell, with these units."""
    own = cells.stated[ref] - cells.sums[ref]
    texts: list[str] = []
    everybody: list[Unit] = []
    for said, units in _candidates(cells, ref, own):
        if 0 < len(units) <= NAMED_AT_MOST:
            names = listed(unit.agency.name for unit in units)
            names += " 中某一个" if len(units) > 1 else ""
            texts.append(said.format(names, format_value(max(own, -own))))
            everybody += units
    return texts, distinct(everybody)


def _candidates(
    cells: _Cells, ref: str, own: int | Decimal
) -> Iterator[tuple[str, Sequence[Unit]]]:
    shares = list(_shares(cells, ref))
    yield "漏计了{}的 {}", [unit for unit, value in shares if value == -own]
    yield "重复计了{}的 {}", [unit for unit, value in shares if value == own]
    left_out = [known for known in cells.units if known.unit.left_out]
    wrongly = [known.unit for known in left_out if known.values.get(ref) == own]
    yield "计入了不应计入的{}的 {}", wrongly
    older = [
        known.unit
        for known in cells.units
        if known.unit.is_counted
        and any(
            (values.get(ref) or 0) - (known.values.get(ref) or 0) == own
            for _, values in known.earlier
        )
    ]
    yield "用了{}早先一稿的数，差 {}", older


def _is_money(form: Form, ref: str) -> bool:
    return ref in _money(form)


@cache
def _money(form: Form) -> frozenset[str]:
    return frozenset(
        f"{table.key}.{row.key}.{column.key}"
        for table in form.tables
        for _, row, column in table.cells()
        if column.kind == "money"
    )


@cache
def _parts(form: Form) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Give for each total the parts that define it, each way by itself."""
    return {ref: tuple(line.parts for line in lines) for ref, lines in defining_lines(form)}


def _totals(form: Form) -> frozenset[str]:
    return frozenset(_parts(form))
