"""Each computed figure names the figures that it was computed from, and no number else moves it."""

from dataclasses import replace

import pytest

from nianbao.filing.figure import Figure
from nianbao.report.load import Report
from nianbao.report.statistics import COMPARISONS, LAST_YEAR
from workbooks import content

FACTS = (("热线办理", "热线受理", 40, "件", ""), ("", "热线办结", 30, "件", ""))
OPEN = {"table3.t.total": None, "table3.a.total": None}


@pytest.fixture
def report(load):
    return load(2024, content(values=OPEN, facts=FACTS), content(facts=FACTS))


def changed(report: Report, ref: str) -> Report:
    """The same report with another number in one cell of this year."""
    filed = report.filing.figures[ref]
    new = {**report.filing.figures, ref: replace(filed, value=filed.value + 7)}
    return Report(replace(report.filing, figures=new), report.previous, (), inputs={})


def closure(figures: dict[str, Figure], ref: str) -> set[str]:
    parts = figures[ref].parts
    return {ref, *(below for part in parts for below in closure(figures, part))}


def test_parts_are_figures_of_the_same_report(report):
    for figure in report.figures.values():
        assert set(figure.parts) <= report.figures.keys()
        is_computed = figure.address is None or figure.ref in OPEN
        is_of_last_year = figure.ref.startswith(f"{LAST_YEAR}.")
        assert bool(figure.parts) == (is_computed and not is_of_last_year)


def test_a_number_moves_only_what_names_it(report):
    base = Report(report.filing, report.previous, (), inputs={}).figures
    moved_at_all = set()
    for ref, filed in report.filing.figures.items():
        if filed.value is None:
            continue
        now = changed(report, ref).figures
        moved = {
            name for name, figure in base.items() if now.get(name, figure).value != figure.value
        }
        assert all(ref in closure(base, name) for name in moved), ref
        moved_at_all |= moved
    computed = {name for name in base if name.split(".")[0] in {"rates", "groups", *COMPARISONS}}
    assert {"rates.申请办结率", "groups.不予公开", "增减.table3.a.total", *OPEN} <= moved_at_all
    assert len(moved_at_all & computed) > 20
