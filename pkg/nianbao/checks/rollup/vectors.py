"""Which units a stated roll-up lacks or has twice: told from all its cells at once.

A unit that was left out changes every cell in which it has a number, so a cause is looked for that
mends many cells and breaks none. One to three of them may come together. They are found by a
fingerprint, a weighted sum over the cells: it is linear, so that the fingerprints of the causes add
up to that of the differences. What is found so is then compared cell by cell, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import islice
from random import Random

from nianbao.filing.figure import Value
from nianbao.filing.filing import Filing
from nianbao.filing.rollup import Unit, table_values

Vector = Mapping[str, int]
"""By reference, without zeros; in units of the last decimal of any of the numbers."""

LEAST = {1: 2, 2: 5, 3: 8}
"""So many cells, totals apart, must be as one, two or three causes say: fewer may be chance."""
HITS_AT_MOST = 200


class Kind(StrEnum):
    """What was done to a unit; each value names it in Chinese, for a name to follow."""

    MISSING = "漏计了"
    DOUBLED = "重复计了"
    EARLIER = "用了早先一稿："
    LEFT_OUT = "计入了不应计入的"


@dataclass(frozen=True, eq=False)
class Effect:
    """What becomes of the sums if something is done to a unit.

    Attributes
    ----------
    cells
        By how much each sum changes.
    filing
        Whose numbers these are: the unit's own, or its earlier version.
    """

    kind: Kind
    unit: Unit
    cells: Vector
    filing: Filing

    @cached_property
    def text(self) -> str:
        """What was done, in Chinese."""
        name = self.unit.agency.name
        if self.kind is Kind.EARLIER:
            return f"{self.kind}{name}（{self.filing.file}）"
        reason = f"（{self.unit.left_out}）" if self.kind is Kind.LEFT_OUT else ""
        return f"{self.kind}{name}{reason}"


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers as integers: with so many decimals."""

    places: int

    @classmethod
    def of(cls, values: Iterable[Value]) -> Scale:
        """Give the one that all these numbers fit."""
        exponents = [int(v.as_tuple().exponent) for v in values if isinstance(v, Decimal)]
        return cls(max([0, *(-exponent for exponent in exponents)]))

    def integer(self, value: int | Decimal) -> int:
        """Give a number as an integer, exactly."""
        if isinstance(value, int):
            return int(value * 10**self.places)
        sign, digits, exponent = value.as_tuple()
        known = int("".join(map(str, digits)))
        return int((-known if sign else known) * 10 ** (self.places + int(exponent)))

    def number(self, integer: int) -> int | Decimal:
        """Give the number back: whole where it is."""
        whole, rest = divmod(integer, 10**self.places)
        return Decimal(integer).scaleb(-self.places).normalize() if rest else whole

    def vector(self, values: Mapping[str, Value], refs: Iterable[str]) -> dict[str, int]:
        """Give some cells; a blank one is nothing."""
        known = ((ref, values.get(ref)) for ref in refs)
        return {ref: self.integer(value) for ref, value in known if value}


@dataclass(frozen=True, eq=False)
class Known:
    """A unit with its numbers, read once.

    Attributes
    ----------
    earlier
        What it handed in before on the same form, with the numbers of each.
    """

    unit: Unit
    values: Mapping[str, Value]
    earlier: tuple[tuple[Filing, Mapping[str, Value]], ...] = ()

    @classmethod
    def of(cls, unit: Unit) -> Known:
        """Read a unit's numbers."""
        key = unit.filing.form.key if unit.filing else ""
        earlier = ((old, table_values(old)) for old in unit.earlier if old.form.key == key)
        return cls(unit, unit.values, tuple(earlier))

    @property
    def numbers(self) -> Iterator[Value]:
        """Yield all its numbers."""
        for values in (self.values, *(values for _, values in self.earlier)):
            yield from values.values()

    def effects(self, refs: Sequence[str], scale: Scale) -> Iterator[Effect]:
        """Yield what may have been done to it, if it changes any of these cells."""
        if self.unit.filing is None:
            return
        now = scale.vector(self.values, refs)
        if self.unit.left_out:
            yield Effect(Kind.LEFT_OUT, self.unit, now, self.unit.filing)
            return
        gone = {ref: -value for ref, value in now.items()}
        yield Effect(Kind.MISSING, self.unit, gone, self.unit.filing)
        yield Effect(Kind.DOUBLED, self.unit, now, self.unit.filing)
        seen: list[Vector] = []
        for earlier, values in self.earlier:
            change = less(scale.vector(values, refs), now)
            if change not in seen:
                seen.append(change)
                yield Effect(Kind.EARLIER, self.unit, change, earlier)


def distinct(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Give each unit once, in their order."""
    return tuple({id(unit): unit for unit in units}.values())


def less(first: Vector, second: Vector) -> Vector:
    """Subtract a vector from another."""
    both = {ref: first.get(ref, 0) - second.get(ref, 0) for ref in (*first, *second)}
    return {ref: value for ref, value in both.items() if value}


def rest_of(delta: Vector, chosen: Iterable[Effect]) -> Vector:
    """Give what is left of the differences."""
    rest = delta
    for effect in chosen:
        rest = less(rest, effect.cells)
    return rest


Combination = tuple[Effect, ...]


def best_combinations(
    delta: Vector, possible: Sequence[Effect], totals: frozenset[str]
) -> list[Combination]:
    """Give the effects that together leave the least of the differences: several if all do.

    Parameters
    ----------
    delta
        Stated minus sum, where they differ.
    totals
        References of the totals, which say again what their parts say.
    """
    best: list[Combination] = []
    known = lowest = sum(ref not in totals for ref in delta)
    changed = delta.keys() | {ref for effect in possible for ref in effect.cells}
    cells = sorted(changed - totals)
    for size, least in LEAST.items():
        if known < least or lowest <= size:  # it could not be any better
            break
        for found in dict.fromkeys(_candidates(delta, possible, size, cells)):
            cost = _cost(delta, found, totals)
            if cost is not None and cost <= lowest:
                best = [*best, found] if cost == lowest and best else [found]
                lowest = cost
    return best


def _cost(delta: Vector, chosen: Combination, totals: frozenset[str]) -> int | None:
    """Give how much a combination leaves unexplained; None where it does not fit."""
    if _breaks(delta, chosen):
        return None
    rest = rest_of(delta, chosen)
    own = delta.keys() - totals
    touched = own & {ref for effect in chosen for ref in effect.cells}
    matched = touched - rest.keys()
    if len(matched) < LEAST[len(chosen)] or 4 * len(matched) < 3 * len(touched):
        return None
    return len(own & rest.keys()) + len(chosen)  # one more cause must mend more than one cell


def _breaks(delta: Vector, chosen: Combination) -> bool:
    """Tell whether a combination changes a cell that is right."""
    return any(
        ref not in delta and sum(other.cells.get(ref, 0) for other in chosen)
        for effect in chosen
        for ref in effect.cells
    )


def _candidates(
    delta: Vector, possible: Sequence[Effect], size: int, cells: Sequence[str]
) -> Iterator[Combination]:
    """Yield what may be it: single effects, and those whose fingerprints add up.

    Parameters
    ----------
    cells
        References of all cells but the totals.
    """
    if size == 1:
        yield from ((e,) for e in possible if e.cells.keys() <= delta.keys())
        return
    # A slip of the pen in one table leaves the fingerprints of the others as they are.
    groups: list[Callable[[str], str]] = [lambda _: "", _table]
    groups += [_row] if size == 2 else []  # noqa: PLR2004 - pairs are quickly looked up
    for group in groups:
        by_key: dict[str, list[str]] = {}
        for ref in cells:
            by_key.setdefault(group(ref), []).append(ref)
        for refs in by_key.values():
            if not delta.keys().isdisjoint(refs):
                found = _adding_up(delta, possible, _weights(refs), size)
                yield from islice(found, HITS_AT_MOST)


def _table(ref: str) -> str:
    return ref.partition(".")[0]


def _row(ref: str) -> str:
    return ref.rpartition(".")[0]


def _weights(refs: Iterable[str]) -> dict[str, int]:
    rng = Random(0)  # noqa: S311 - the same for the same cells
    return {ref: rng.getrandbits(64) for ref in refs}


def _adding_up(
    delta: Vector, possible: Sequence[Effect], weights: Mapping[str, int], size: int
) -> Iterator[Combination]:
    """Yield the effects whose fingerprints add up to that of the differences."""

    def fingerprint(cells: Vector) -> int:
        return sum(weights[ref] * value for ref, value in cells.items() if ref in weights)

    known = [(mark, effect) for effect in possible if (mark := fingerprint(effect.cells))]
    by_mark: dict[int, list[int]] = {}
    for place, (mark, _) in enumerate(known):
        by_mark.setdefault(mark, []).append(place)
    for places in _places_adding_up(fingerprint(delta), [mark for mark, _ in known], by_mark, size):
        found = tuple(known[place][1] for place in places)
        if len({id(effect.unit) for effect in found}) == size:
            yield found


def _places_adding_up(
    goal: int, marks: Sequence[int], by_mark: Mapping[int, Sequence[int]], size: int, start: int = 0
) -> Iterator[tuple[int, ...]]:
    """Yield the places of two or three marks that add up, each before the next."""
    for place in range(start, len(marks)):
        left = goal - marks[place]
        if size > 2:  # noqa: PLR2004 - the last two are looked up
            rest = _places_adding_up(left, marks, by_mark, size - 1, place + 1)
            yield from ((place, *others) for others in rest)
        elif left in by_mark:
            yield from ((place, last) for last in by_mark[left] if last > place)
