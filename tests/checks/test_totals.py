"""Totals are computed from the parts, never from other stated totals that can be computed."""

from decimal import Decimal

import pytest

from nianbao.filing.totals import computed_totals, identity_lines
from nianbao.forms import load_form

FORMS = ["2019", "2021"]
PARTS = {
    "table3.g.natural": 1,
    "table3.g.business": 4,
    "table3.u1.natural": 2,
    "table4.cases.review_upheld": 3,
    "table4.cases.review_pending": 1,
}
TOTALS = {
    "table3.g.total": 5,
    "table3.u1.total": 2,
    "table3.t.natural": 3,
    "table3.t.business": 4,
    "table3.t.total": 7,
    "table4.cases.review_total": 4,
}


def totals_of(filing):
    return computed_totals(filing.form, filing.figures)


def nonzero(totals):
    return {ref: value for ref, value in totals.items() if value != 0}


@pytest.mark.parametrize("form", FORMS)
def test_every_total_is_the_sum_of_its_parts(make, form):
    assert nonzero(totals_of(make(form, PARTS))) == TOTALS


@pytest.mark.parametrize(("form", "rows"), [("2019", 23), ("2021", 25)])
def test_each_cell_that_an_identity_defines_is_there(make, form, rows):
    assert len(totals_of(make(form))) == rows + 6 + 3


def test_blank_totals_are_computed(make):
    assert nonzero(totals_of(make("2021", PARTS | dict.fromkeys(TOTALS)))) == TOTALS


def test_wrong_stated_totals_do_not_spread(make):
    assert nonzero(totals_of(make("2021", PARTS | dict.fromkeys(TOTALS, 99)))) == TOTALS


def test_a_sum_over_a_blank_is_none(make):
    totals = totals_of(make("2021", {**PARTS, "table3.g.natural": None, "table3.g.total": None}))
    nothing = {ref for ref, value in totals.items() if value is None}
    assert nothing >= {"table3.g.total", "table3.t.natural"}
    assert totals["table3.t.business"] == 4


def test_the_corner_counts_a_stated_total_whose_parts_are_blank(make):
    blank = {ref: None for ref in make().figures if ref.startswith("table3.g.")}
    stated = {"table3.g.total": 7, "table3.t.natural": 7, "table3.t.total": None}
    assert totals_of(make("2021", blank | stated))["table3.t.total"] == 7


def test_the_corner_is_none_where_its_row_and_its_column_disagree(make):
    blank = {ref: None for ref in make().figures if ref.startswith("table3.g.")}
    stated = {"table3.g.total": 7, "table3.t.natural": 6, "table3.t.total": None}
    assert totals_of(make("2021", blank | stated))["table3.t.total"] is None


def test_decimals_stay_decimals(make):
    total = totals_of(make("2021", {"table3.a.natural": Decimal("1.5")}))["table3.a.total"]
    assert (total, type(total)) == (Decimal("1.5"), Decimal)


def test_figures_that_are_not_there_count_as_blank():
    assert set(computed_totals(load_form("2021"), {}).values()) == {None}


def test_nothing_is_changed(make):
    filing = make("2021", PARTS)
    before = dict(filing.figures)
    totals_of(filing)
    assert filing.figures == before


@pytest.mark.parametrize("form", FORMS)
def test_lines_speak_of_cells_of_the_form(make, form):
    figures = make(form).figures
    lines = identity_lines(load_form(form))
    assert {ref for line in lines for ref in line.parts + line.whole} <= figures.keys()
    assert len(lines) == len({(line.identity, line.place) for line in lines})
