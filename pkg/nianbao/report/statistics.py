"""Statistics: totals left open, groups of outcomes, rates and shares, change on last year.

Each is a `Figure` with a derivation. A share is computed only where the form or the source states
how its two numbers are related, and is withheld (None) while an error-level finding concerns one
of them; so is a change in %.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import groupby

from nianbao.checks.finding import WITHHELD, Finding, Severity
from nianbao.filing.figure import PERCENT, POINTS, Figure, Value
from nianbao.filing.filing import Filing, Text, cell_ref
from nianbao.filing.template import CHANGE, CHANGE_SHARE, COMPARISONS, LAST_YEAR
from nianbao.filing.totals import computed_totals, parts_of_totals
from nianbao.forms import Form
from nianbao.report.ledger_figures import MONTH, ledger_figures
from nianbao.report.shares import share, trim

HOTLINE_RECEIVED, HOTLINE_CLOSED = "facts.热线受理", "facts.热线办结"
OUTCOME_GROUPS = "groups."
RATES = "rates."


def derive(filing: Filing, findings: Iterable[Finding]) -> dict[str, Figure]:
    """Give every figure of a filing, and what can be computed from it, by reference.

    A total that the filing leaves open gets its computed value. Then come the groups of outcomes
    (``groups.不予公开``, 件), the rates (``rates.申请办结率``, %), and what the ledgers tell.
    """
    figures = _with_open_totals(filing)
    figures.update((item.ref, item) for item in _outcome_groups(filing.form, figures))
    doubtful = doubtful_refs(filing.form, findings)
    figures.update((item.ref, item) for item in _rates(figures, doubtful))
    figures.update((item.ref, item) for item in ledger_figures(filing))
    return figures


def doubtful_refs(form: Form, findings: Iterable[Finding]) -> frozenset[str]:
    """Give the references of figures that an error-level finding concerns, groups among them."""
    found = {ref for item in findings if item.severity is Severity.ERROR for ref in item.refs}
    groups = {_group_ref(heading) for heading, refs in _groups(form) if not found.isdisjoint(refs)}
    return frozenset(found | groups)


def _with_open_totals(filing: Filing) -> dict[str, Figure]:
    figures = dict(filing.figures)
    for ref, value in computed_totals(filing.form, filing.figures).items():
        figure = figures[ref]
        if figure.value is None and not figure.raw and value is not None:
            derivation = f"{figure.label}：填报为空，由分项相加得出"
            parts = parts_of_totals(filing.form)[ref]
            figures[ref] = replace(figure, value=value, derivation=derivation, parts=parts)
    return figures


def _outcome_groups(form: Form, figures: Mapping[str, Figure]) -> Iterator[Figure]:
    """Sum the sub-rows of （三）不予公开 and its kin, over all applicants."""
    for heading, refs in _groups(form):
        yield Figure(
            ref=_group_ref(heading),
            name=_group_name(heading),
            label=heading,
            value=_sum(figures[ref].value for ref in refs),
            unit="件",
            derivation=f"表三{heading}各行总计列之和",
            parts=tuple(refs),
        )


def _groups(form: Form) -> Iterator[tuple[str, list[str]]]:
    """Yield each heading of outcomes that has sub-rows, with the references of their totals."""
    rows = [row for row in form.table("table3").blocks[0].rows if len(row.path) == 3]  # noqa: PLR2004 - part, group, reason
    for heading, members in groupby(rows, key=lambda row: row.path[1]):
        yield heading, [cell_ref("table3", row.key, "total") for row in members]


def outcome_parts(form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name of each group of outcomes, with the references of the totals that it sums."""
    for heading, refs in _groups(form):
        yield _group_name(heading), tuple(refs)


def _group_name(heading: str) -> str:
    """Give 不予公开 for （三）不予公开."""
    return heading.partition("）")[2]


def _group_ref(heading: str) -> str:
    return OUTCOME_GROUPS + _group_name(heading)


def outcomes(figures: Mapping[str, Figure]) -> list[Figure]:
    """Give the outcomes of applications （一） to （六）, over all applicants, in 件."""
    refs = [
        cell_ref("table3", "g", "total"),
        cell_ref("table3", "p", "total"),
        *(OUTCOME_GROUPS + name for name in ("不予公开", "无法提供", "不予处理", "其他处理")),
        cell_ref("table3", "o", "total"),
    ]
    return [figures[ref] for ref in refs if ref in figures]


def _rates(figures: Mapping[str, Figure], doubtful: AbstractSet[str]) -> Iterator[Figure]:
    new, carried, closed = (figures[cell_ref("table3", row, "total")] for row in "abt")
    ground = "表三（七）总计 ÷（一、本年新收 + 二、上年结转）"
    yield _rate("申请办结率", closed, [new, carried], ground, doubtful)
    for outcome in outcomes(figures):
        name = f"{outcome.name}占比"
        ground = f"{outcome.label.partition(' · ')[0]} ÷ 表三（七）总计"
        yield _rate(name, outcome, [closed], ground, doubtful)
    received, done = figures.get(HOTLINE_RECEIVED), figures.get(HOTLINE_CLOSED)
    if received is not None and done is not None:
        ground = f"{done.label} ÷ {received.label}"
        yield _rate("热线办结率", done, [received], ground, doubtful)


def _rate(
    name: str, part: Figure, whole: Sequence[Figure], ground: str, doubtful: AbstractSet[str]
) -> Figure:
    parts = (part.ref, *(item.ref for item in whole))
    is_sure = doubtful.isdisjoint(parts)
    value = share(part.value, _sum(item.value for item in whole)) if is_sure else None
    note = "" if is_sure else f"；{WITHHELD}"
    return Figure(RATES + name, name, name, value, PERCENT, derivation=ground + note, parts=parts)


def compare(
    current: Mapping[str, Figure],
    before: Mapping[str, Figure],
    doubtful: AbstractSet[str] = frozenset(),
) -> dict[str, Figure]:
    """Compare with last year: value then, change, and change in %.

    Only figures with the same reference, name and unit are compared: another form's rows of
    table two are not the same figures. Between two percents the change is in 百分点. The change
    in % is None between percents, on a base that is zero or negative, and where it is withheld.

    Parameters
    ----------
    current, before
        Figures of the two years by reference, as `derive` gives them.
    doubtful
        References whose change in % is withheld, as `doubtful_refs` gives them.

    Returns
    -------
    dict
        ``上年.<ref>``, ``增减.<ref>`` and ``同比.<ref>`` for each pair whose values are known.
    """
    pairs = [
        (figure, before[ref])
        for ref, figure in current.items()
        if ref in before and is_same_kind(figure, before[ref]) and _is_headline(figure)
    ]
    return {
        item.ref: item
        for now, then in pairs
        for item in _comparison(now, then, is_sure=now.ref not in doubtful)
    }


def absent_comparison(
    name: str, names: Mapping[str, Figure | Text], *, has_before: bool
) -> Figure | None:
    """Give ``增减_新收申请`` without a value, where nothing is to be compared with.

    Parameters
    ----------
    names
        What this year's report has by name.
    has_before
        Whether there is a filing of last year.

    Returns
    -------
    Figure or None
        None for a name that is no comparison of a figure that is compared.
    """
    word, _, rest = name.partition("_")
    now = names.get(rest)
    if word not in COMPARISONS or not isinstance(now, Figure) or not _is_headline(now):
        return None
    why = "本年的这一项没有数" if now.value is None else "上一年的年报没有这一项的数"
    return Figure(
        ref=f"{word}.{now.ref}",
        name=name,
        label=f"{now.label}（{word}）",
        value=None,
        unit=PERCENT if word == CHANGE_SHARE else now.unit,
        derivation=why if has_before else "没有上一年的填报表",
        parts=(now.ref,),
    )


def is_same_kind(now: Figure, then: Figure) -> bool:
    """Tell whether two years' figures of one reference mean the same."""
    return (now.name, now.unit, now.label) == (then.name, then.unit, then.label)


def _is_headline(figure: Figure) -> bool:
    """Tell whether a figure stands for itself: of table three, only the column of totals.

    The number of a month is more or less than no other, nor is one that compares already.
    """
    table, _, rest = figure.ref.partition(".")
    is_total = table != "table3" or rest.endswith(".total")
    return figure.unit != MONTH and table not in COMPARISONS and is_total


def _comparison(now: Figure, then: Figure, *, is_sure: bool) -> Iterator[Figure]:
    if now.value is None or then.value is None:
        return
    change = now.value - then.value
    has_share = is_sure and now.unit != PERCENT and then.value > 0
    origin = then.derivation or f"上年填报 {then.address}"
    note = "" if is_sure else f"；{WITHHELD}"
    last_year, step = f"{LAST_YEAR}.{now.ref}", f"{CHANGE}.{now.ref}"
    change_unit = POINTS if now.unit == PERCENT else now.unit
    percent = share(change, then.value) if has_share else None
    ground = f"增减 ÷ 上年（{origin}）{note}"
    # The value of last year is filed, or was computed, in last year's report.
    values = [
        (LAST_YEAR, then.value, now.unit, origin, ()),
        (CHANGE, trim(change), change_unit, f"本年减上年（{origin}）", (now.ref, last_year)),
        (CHANGE_SHARE, percent, PERCENT, ground, (step, last_year)),
    ]
    for word, value, unit, derivation, parts in values:
        yield Figure(
            ref=f"{word}.{now.ref}",
            name=f"{word}_{now.name}",
            label=f"{now.label}（{word}）",
            value=value,
            unit=unit,
            derivation=derivation,
            parts=parts,
        )


def _sum(values: Iterable[Value]) -> Value:
    """Add up; a sum over None is None."""
    total: Value = 0
    for value in values:
        if value is None or total is None:
            return None
        total += value
    return total
