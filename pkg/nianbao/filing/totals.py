"""The totals that a form's identities define, computed from what the agency states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from nianbao.filing.figure import Figure, Value
from nianbao.filing.filing import cell_ref
from nianbao.forms import Form, Identity, Table


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
            parts = tuple(_ref(identity, place.key, key) for key in identity.parts)
            whole = tuple(_ref(identity, place.key, key) for key in identity.whole)
            yield Line(identity, place.key, parts, whole)


def _ref(identity: Identity, place: str, key: str) -> str:
    if identity.along == "row":
        return cell_ref(identity.table, place, key)
    return cell_ref(identity.table, key, place)


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
