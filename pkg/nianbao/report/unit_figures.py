"""What a government's prose may name of its units: one unit's figures, those of a kind, counts.

``示例区教育局_新收申请`` is one unit's, by any of its names; ``部门_新收申请`` the sum of a kind;
``单位数``, ``已汇总单位数`` and ``缺报单位数`` are counts. Only what is named is looked for: of 45
units there would be some 9,000.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nianbao.errors import TemplateError, listed, nearest
from nianbao.filing.figure import Figure
from nianbao.filing.filing import Filing, Passage
from nianbao.filing.rollup import Rollup, Unit, table_refs
from nianbao.filing.template import Name, template_parts
from nianbao.filing.totals import sum_of
from nianbao.report.statistics import OUTCOME_GROUPS, outcome_parts

UNITS = "units."
COUNTS = "counts."
OF_A_KIND = ("部门", "乡镇", "政府", "政府办公室")
_UNNAMEABLE = re.compile(r"\W")  # what cannot stand in a name: （） and the like


def names_in(prose: Iterable[Passage]) -> tuple[str, ...]:
    """Give the names that prose uses, each once; none of a passage that cannot be read."""
    return tuple(dict.fromkeys(name for passage in prose for name in _names_of(passage)))


def _names_of(passage: Passage) -> Iterator[str]:
    try:
        parts = tuple(template_parts(passage.template, passage.address))
    except TemplateError:
        return
    yield from (name for part in parts if isinstance(part, Name) for name in part.needs)


@dataclass(frozen=True)
class UnitFigures:
    """The figures of a government's units, each made when it is asked for.

    Attributes
    ----------
    filing
        The government's, with `Filing.rollup`.
    """

    filing: Filing
    rollup: Rollup

    def get(self, name: str) -> Figure | None:
        """Give what a name in the prose stands for; None where it stands for nothing."""
        if name in self._counts:
            return self._counts[name]
        whose, what = self._cut(name)
        if not what or not whose:
            return None
        if whose in OF_A_KIND:
            return self._of_kind(whose, what)
        unit = self._units.get(whose)
        return None if unit is None else self._of_unit(unit, whose, what)

    def nearest(self, name: str) -> str:
        """Give the name that may have been meant by one that stands for nothing, or ``""``."""
        whose, what = self._cut(name)
        if not whose:
            said, _, what = name.partition("_")
            whose = nearest(said, [*self._units, *OF_A_KIND]) if what else ""
        if not whose:
            return nearest(name, self._counts)
        meant = what if what in self._refs else nearest(what, self._refs)
        return f"{whose}_{meant}" if meant else ""

    def doubt(self, name: str) -> str:
        """Say that several units have the name by which one was meant; empty where none has."""
        whose = next((item for item in self._twice if name.startswith(f"{item}_")), "")
        return f"有 {self._twice[whose]} 个单位叫“{whose}”，写全称" if whose else ""

    def _cut(self, name: str) -> tuple[str, str]:
        """Cut a name after the unit's own, which may have a stroke itself."""
        known = [item for item in (*self._units, *OF_A_KIND) if name.startswith(f"{item}_")]
        whose = max(known, key=len, default="")
        return whose, name[len(whose) + 1 :] if whose else ""

    @cached_property
    def _counts(self) -> Mapping[str, Figure]:
        missing, counted = len(self.rollup.missing), len(self.rollup.counted)
        values = {"单位数": counted + missing, "已汇总单位数": counted, "缺报单位数": missing}
        return {
            name: Figure(COUNTS + name, name, name, value, "个", derivation="由名册和填报表数出")
            for name, value in values.items()
        }

    @cached_property
    def _named(self) -> Sequence[tuple[str, Unit]]:
        return [
            (_UNNAMEABLE.sub("", name), unit)
            for unit in self.rollup.units
            for name in unit.agency.names
        ]

    @cached_property
    def _units(self) -> Mapping[str, Unit]:
        return {name: unit for name, unit in self._named if name not in self._twice}

    @cached_property
    def _twice(self) -> Mapping[str, int]:
        """Names that several units have: nobody knows who is meant."""
        codes: dict[str, set[str]] = {}
        for name, unit in self._named:
            codes.setdefault(name, set()).add(unit.agency.code)
        return {name: len(found) for name, found in codes.items() if len(found) > 1}

    @cached_property
    def _refs(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """By name: the reference, and the cells that it is the sum of."""
        form = self.filing.form
        cells = {self.filing.figures[ref].name: (ref, (ref,)) for ref in table_refs(form)}
        groups = {name: (OUTCOME_GROUPS + name, refs) for name, refs in outcome_parts(form)}
        return {**groups, **cells}

    def _of_unit(self, unit: Unit, whose: str, what: str) -> Figure | None:
        ref, refs = self._refs.get(what) or (_fact_ref(unit, what), ())
        if not ref:
            return None
        named = f"{UNITS}{unit.agency.code}.{ref}", f"{whose}_{what}"
        own = unit.filing.figures.get(ref) if unit.filing else None
        if own is not None:
            return _renamed(own, unit, named)
        told = f"{unit.agency.name}各分项之和" if unit.filing else unit.missing or unit.left_out
        value = sum_of(refs, unit.values) if unit.filing else None
        label, unit_of = self._label(what)
        return Figure(*named, f"{unit.agency.name} · {label}", value, unit_of, derivation=told)

    def _of_kind(self, kind: str, what: str) -> Figure | None:
        if what not in self._refs:
            return None
        ref, refs = self._refs[what]
        units = [unit for unit in self.rollup.counted if unit.agency.kind == kind]
        sums = [sum_of(refs, unit.values) for unit in units]
        known = [value for value in sums if value is not None]
        label, unit_of = self._label(what)
        blank = [u.agency.name for u, value in zip(units, sums, strict=True) if value is None]
        told = f"{len(known)} 个{kind}之和" + (f"；空白：{listed(blank)}" if blank else "")
        name = f"{kind}_{what}"
        value = sum(known) if known else None
        return Figure(
            f"{UNITS}{kind}.{ref}", name, f"{kind} · {label}", value, unit_of, derivation=told
        )

    def _label(self, what: str) -> tuple[str, str]:
        """Give the label and the unit of what is named."""
        if what not in self._refs:
            return what, ""
        ref, refs = self._refs[what]
        figure = self.filing.figures[refs[0]]
        return (figure.label if ref == refs[0] else what), figure.unit


def _fact_ref(unit: Unit, what: str) -> str:
    """Give the reference of a fact of this name; of a unit that filed nothing, it may have been."""
    if unit.filing is None:
        return f"facts.{what}"
    return next((item.ref for item in unit.filing.figures.values() if item.name == what), "")


def _renamed(own: Figure, unit: Unit, named: tuple[str, str]) -> Figure:
    """Give a unit's figure under the name that the government's prose has for it."""
    value = unit.values.get(own.ref, own.value)
    is_open = own.value is None and not own.raw
    told = own.derivation or ("由分项相加得出" if is_open and value is not None else "")
    label = f"{unit.agency.name} · {own.label}"
    made = replace(own, ref=named[0], name=named[1], label=label, value=value, parts=())
    return replace(made, address=None, derivation=told) if told else made
