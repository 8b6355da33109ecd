"""What a form's identities define, and what follows from last year, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from nianbao.filing.figure import Figure, Value
from nianbao.filing.filing import cell_ref
from nianbao.forms import Continuity, Form, Identity, Table


@dataclass(frozen=True, slots=True)
class Line:
    """One row or column in which an identity must hold.

    Attributes
    ----------
    place
        Key of the row (identity along ``row``) or of the column in which it holds.
    parts, whole
        References of the cells whose sums must be equal.
    """

    identity: Identity
    place: str
    parts: tuple[str, ...]
    whole: tuple[str, ...]

    @property
    def total(self) -> str:
        """Reference of the one cell that the parts define, or ``""``."""
        return self.whole[0] if self.identity.defines else ""

    @property
    def label(self) -> str:
        """The equation in a few words."""
        return self.identity.label

    @property
    def cells(self) -> tuple[str, ...]:
        """References of all cells that it is about."""
        return self.parts + self.whole


@dataclass(frozen=True, slots=True)
class Link:
    """One row or column in which a continuity with last year usually holds.

    Attributes
    ----------
    whole, plus, minus
        References of this year's cells: whole = sum of before + sum of plus - sum of minus.
    before
        References of last year's cells.
    """

    continuity: Continuity
    whole: str
    before: tuple[str, ...]
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The equation in a few words."""
        return self.continuity.label

    @property
    def cells(self) -> tuple[str, ...]:
        """References of all cells of this year that it is about."""
        return (self.whole, *self.plus, *self.minus)

    def expected(self, before: Mapping[str, Value], values: Mapping[str, Value]) -> Value:
        """Give what the whole should be; None where a cell that it follows from is not known."""
        sums = sum_of(self.before, before), sum_of(self.plus, values), sum_of(self.minus, values)
        if sums[0] is None or sums[1] is None or sums[2] is None:
            return None
        return sums[0] + sums[1] - sums[2]


@cache
def continuity_links(form: Form) -> tuple[Link, ...]:
    """Give every row and column in which a continuity of the form usually holds, in its order."""
    return tuple(
        link
        for continuity in form.continuities
        for link in _links(form.table(continuity.table), continuity)
    )


def _links(table: Table, continuity: Continuity) -> Iterator[Link]:
    wanted = {continuity.whole, *continuity.before, *continuity.plus, *continuity.minus}
    for block in table.blocks:
        rows, columns = ([item.key for item in items] for items in (block.rows, block.columns))
        places, keys = (rows, columns) if continuity.along == "row" else (columns, rows)
        for place in places if wanted <= set(keys) else ():
            yield Link(
                continuity,
                _ref(continuity, place, continuity.whole),
                _refs(continuity, place, continuity.before),
                _refs(continuity, place, continuity.plus),
                _refs(continuity, place, continuity.minus),
            )


def _refs(of: Identity | Continuity, place: str, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(_ref(of, place, key) for key in keys)


@cache
def identity_lines(form: Form) -> tuple[Line, ...]:
    """Give every row and column in which an identity of the form must hold, in its order."""
    return tuple(
        line
        for identity in form.identities
        for line in _lines(form.table(identity.table), identity)
    )


def _lines(table: Table, identity: Identity) -> Iterator[Line]:
    for block in table.blocks:
        places = block.rows if identity.along == "row" else block.columns
        for place in places:
            parts = _refs(identity, place.key, identity.parts)
            whole = _refs(identity, place.key, identity.whole)
            yield Line(identity, place.key, parts, whole)


def _ref(of: Identity | Continuity, place: str, key: str) -> str:
    if of.along == "row":
        return cell_ref(of.table, place, key)
    return cell_ref(of.table, key, place)


def sum_of(refs: Iterable[str], values: Mapping[str, Value]) -> Value:
    """Give the sum of some cells; None where any of them is blank, unreadable or not there."""
    found = [values.get(ref) for ref in refs]
    known = [value for value in found if value is not None]
    return sum(known) if len(known) == len(found) else None


def computed_totals(form: Form, figures: Mapping[str, Figure]) -> dict[str, Value]:
    """Give what each total should be: reference to sum of its parts.

    A part that is itself a total counts as computed, and as stated only where it cannot be
    computed; so a wrong stated total does not spread. Where two identities define a cell (the
    corner of table three) and give different sums, it is None.

    Parameters
    ----------
    form
        Whose identities define the totals.
    figures
        The figures of a filing, by reference.

    Returns
    -------
    dict
        Every cell that an identity defines; None where a part is blank or unreadable.
    """
    best = {ref: figure.value for ref, figure in figures.items()}
    computed: dict[str, Value] = {}
    for ref, lines in defining_lines(form):
        sums = {sum_of(line.parts, best) for line in lines} - {None}
        computed[ref] = sums.pop() if len(sums) == 1 else None
        if computed[ref] is not None:
            best[ref] = computed[ref]
    return computed


@cache
def parts_of_totals(form: Form) -> Mapping[str, tuple[str, ...]]:
    """Give for each cell that an identity defines the references of all that its sum depends on.

    A part that is itself a total counts as computed, so its own parts are among them.
    """
    parts: dict[str, tuple[str, ...]] = {}
    for ref, lines in defining_lines(form):
        own = [part for line in lines for part in line.parts]
        deeper = [below for part in own for below in parts.get(part, ())]
        parts[ref] = tuple(dict.fromkeys([*own, *deeper]))
    return parts


@cache
def defining_lines(form: Form) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Give each total with the lines that define it, a total after those that it is a sum of."""
    defining: dict[str, tuple[Line, ...]] = {}
    for line in identity_lines(form):
        if line.total:
            defining[line.total] = (*defining.get(line.total, ()), line)

    def depth(ref: str) -> int:
        return 1 + max((depth(p) for line in defining.get(ref, ()) for p in line.parts), default=0)

    return tuple(sorted(defining.items(), key=lambda item: depth(item[0])))
