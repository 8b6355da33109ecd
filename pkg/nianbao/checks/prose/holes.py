"""B11: figures without a value that the prose names, and units that no number stands before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from nianbao.checks.case import Case
from nianbao.checks.finding import WITHHELD, Finding, Severity
from nianbao.checks.prose.quoting import quoted, told
from nianbao.checks.prose.text import Said
from nianbao.checks.registry import check
from nianbao.errors import listed
from nianbao.filing.figure import PERCENT, Figure
from nianbao.filing.template import CHANGE, CHANGE_SHARE, COMPARISONS, Filling, Name, filling
from nianbao.filing.totals import parts_of_totals

NAMED_AT_MOST = 3
MISSING_UNIT = "E3"
UNITS_OF_PROSE = (
    "人次|件次|万元|亿元|元|件|条|次|份|篇|项|个|宗|起|例|期|场|户|家|人|名|部|类|批|册|则"
)

# Where a number was to be put in later; elsewhere a bare sign may be what is spoken of.
_BARE = re.compile(
    "(?<=[率占比例长加少降升高低约近为达至到了])[ \u3000]*(?:[%％]|个百分点)"
    f"|(?<=[\u4e00-\u9fff])[ \u3000]+(?:{UNITS_OF_PROSE})(?=[，。；、,;）)]|$)"
)


@check(
    "B11",
    name="hole-in-text",
    severity=Severity.ERROR,
    title="正文有缺数的地方",
    source="正文自身：引用的数据要有值，单位、百分号前要有数",
    reads_all=True,
)
def hole_in_text(case: Case) -> Iterator[Finding]:
    """A name whose figure has no value: one finding each; and units without a number."""
    for places in _named(case).values():
        yield _of_name(case, places)
    for said in () if case.filing.printed else case.written:
        bare = [found for found in _BARE.finditer(said.text) if not said.is_bound(*found.span())]
        if bare:
            words = quoted(said, *bare[0].span())
            yield told(hole_in_text, f"正文“{words}”缺数字：填上数，或删去这一句", [said])


def _named(case: Case) -> Mapping[Name, list[tuple[Said, int, Filling, Figure]]]:
    """Give the names that have no value, each with the places where it stands."""
    blank: dict[Name, list[tuple[Said, int, Filling, Figure]]] = {}
    for said in case.written if case.names else ():
        for start, filled in said.fillings:
            if filled.figure is not None and filled.figure.value is None:
                place = (said, start, filled, filled.figure)
                blank.setdefault(filled.name, []).append(place)
    return blank


def _of_name(case: Case, places: list[tuple[Said, int, Filling, Figure]]) -> Finding:
    said, start, filled, figure = places[0]
    by_ref = {item.ref: item for item in case.names.values() if isinstance(item, Figure)}
    sources = list(dict.fromkeys(_sources(case, figure, by_ref)))
    causes = _causes(case, figure, sources)
    reason, remedy = _reason(case, figure, by_ref, sources)
    remedy = _sentence(case, filled.name) or remedy
    found = told(
        hole_in_text,
        f"正文“{quoted(said, start, start + len(filled.text))}”中 {filled.name} 没有数："
        f"{reason}；{remedy}",
        dict.fromkeys(said for said, *_ in places),
        [replace(figure, address=None)],
    )
    return replace(found, cause=causes[0] if causes else "")


def _sources(case: Case, figure: Figure, by_ref: Mapping[str, Figure]) -> Iterator[Figure]:
    """Yield what was filed of what a figure is computed from; of a blank total, its parts."""
    parts = figure.parts
    if figure.value is None:
        parts = parts or parts_of_totals(case.filing.form).get(figure.ref, ())
    if not parts:
        yield figure
    for ref in parts:
        yield from _sources(case, by_ref.get(ref) or case.filing.figures[ref], by_ref)


def _causes(case: Case, figure: Figure, sources: list[Figure]) -> list[str]:
    """Give the checks that have found what keeps a figure from having a value."""
    refs = {figure.ref, *figure.parts, *(item.ref for item in sources)}
    return [
        item.id
        for item in case.found
        if (item.severity is Severity.ERROR and not refs.isdisjoint(item.refs))
        or (item.id == MISSING_UNIT and _is_of_missing_unit(case, figure))
    ]


def _is_of_missing_unit(case: Case, figure: Figure) -> bool:
    rollup = case.filing.rollup
    missing = rollup.missing if rollup else ()
    return any(figure.ref.startswith(f"units.{unit.agency.code}.") for unit in missing)


def _reason(
    case: Case, figure: Figure, by_ref: Mapping[str, Figure], sources: list[Figure]
) -> tuple[str, str]:
    """Say why a figure has no value, and what to do."""
    blank = [item for item in sources if item.value is None and item.address is not None]
    if blank:
        said = [f"{_place(case, item)}{'不是数' if item.raw else '空白'}" for item in blank]
        named = listed(said, most=NAMED_AT_MOST)
        return named, "填上数，没有的填 0；没有这项数据的，删去这一句"
    if figure.derivation.endswith(WITHHELD):
        return WITHHELD, "改正以后自动算出"
    if figure.unit == PERCENT and not figure.ref.startswith(COMPARISONS):
        return "作分母的数是 0", "改写这一句，不写百分比"
    if figure.ref.startswith(f"{CHANGE_SHARE}.") and figure.parts[0] in by_ref:
        return "上年是 0 或负数，或两年都是百分比，没有增长率", "改写这一句，不写增长率"
    if figure.ref.startswith(COMPARISONS):
        return figure.derivation, "删去与上年比较的话，或放好上一年的填报表"
    return figure.derivation or f"{_place(case, figure)}没有数", "填上数，或删去这一句"


def _place(case: Case, figure: Figure) -> str:
    return case.place(figure) if figure.ref in case.filing.figures else f"“{figure.label}”"


def _sentence(case: Case, name: Name) -> str:
    """Give what to write for a growth that is none: the change itself, in words."""
    word, _, rest = name.name.partition("_")
    if word != CHANGE_SHARE or name.filter:
        return ""
    better = next(Name(rest, item) for item in (CHANGE_SHARE, CHANGE))
    made = filling(better, case.names)
    if made is None or made.figure is None or made.figure.value is None:
        return ""
    return f"改写为 {better}，印作“{made.text}”"
