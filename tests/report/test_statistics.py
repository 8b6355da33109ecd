"""Statistics: what is computed, how it says so, and what is withheld."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.report import frame
from nianbao.report.statistics import share
from workbooks import content

counts = st.integers(0, 10**9)


@given(counts, st.integers(1, 10**9))
def test_share_is_within_half_a_hundredth_of_the_quotient(part, whole):
    value = share(part, whole)
    assert abs(value * whole - part * 100) <= Decimal("0.005") * whole


@given(counts, counts, st.integers(1, 10**9))
def test_share_grows_with_its_part(part, more, whole):
    assert share(part + more, whole) >= share(part, whole)


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (None, 3), (3, None), (0, 0)])
def test_share_without_meaning_is_none(part, whole):
    assert share(part, whole) is None


@pytest.mark.parametrize(
    ("part", "whole", "printed"), [(108, 108, "100"), (1, 3, "33.33"), (1, 8, "12.5"), (0, 5, "0")]
)
def test_share_prints_without_idle_zeros(part, whole, printed):
    assert f"{share(part, whole):f}" == printed


def test_groups_sum_the_reasons_over_all_applicants(load):
    figure = load().figures["groups.无法提供"]
    assert (figure.value, figure.unit) == (2, "件")
    assert "（四）无法提供" in figure.derivation


def test_rates_are_computed_from_the_form_identities(load):
    figures = load().figures
    # 7 closed of 7 new and 1 carried over.
    assert figures["rates.申请办结率"].value == Decimal("87.5")
    assert figures["rates.予以公开占比"].value == Decimal("57.14")


def test_rates_on_wrong_figures_are_withheld_and_say_why(load):
    figures = load(now=content(values={"table3.t.total": 6})).figures
    assert figures["rates.申请办结率"].value is None
    assert "改正前不计算" in figures["rates.申请办结率"].derivation


def test_a_share_of_a_group_with_a_wrong_row_is_withheld(load):
    # One too many and one too few: the column still adds up, the two rows do not.
    made = load(now=content(values={"table3.u1.total": 3, "table3.g.total": 3}))
    assert made.figures["groups.无法提供"].value == 3
    assert made.figures["rates.无法提供占比"].value is None


def test_a_group_with_a_blank_cell_is_blank(load):
    figures = load(now=content(values={"table3.u2.natural": None, "table3.u2.total": None})).figures
    assert figures["groups.无法提供"].value is None
    assert figures["rates.无法提供占比"].value is None


def test_a_total_left_open_is_computed_and_says_so(load):
    figure = load(now=content(values={"table3.t.natural": None})).figures["table3.t.natural"]
    assert figure.value == 5
    assert "相加得出" in figure.derivation
    assert figure.raw == ""


def test_a_total_filed_as_a_dash_is_not_filled_in(load):
    figure = load(now=content(values={"table3.t.natural": "—"})).figures["table3.t.natural"]
    assert figure.value is None
    assert figure.raw == "—"


def test_comparison_gives_value_change_and_percent(load):
    before = content(values={"table2.permits.decisions": 8})
    now = content(values={"table2.permits.decisions": 10})
    figures = load(now=now, before=before).figures
    ref = "table2.permits.decisions"
    assert [figures[f"{word}.{ref}"].value for word in ("上年", "增减", "同比")] == [8, 2, 25]
    assert "2023.xlsx#主动公开!" in figures[f"上年.{ref}"].derivation


def test_comparison_on_a_zero_base_has_no_percent(load):
    now = content(values={"table2.permits.decisions": 10})
    figures = load(now=now, before=content()).figures
    assert figures["增减.table2.permits.decisions"].value == 10
    assert figures["同比.table2.permits.decisions"].value is None


def test_comparison_on_a_negative_base_has_no_percent(load):
    ref = "table2.permits.change"
    now, before = (content("2019", values={ref: value}) for value in (10, -20))
    figures = load(2020, now=now, before=before).figures
    assert [figures[f"{word}.{ref}"].value for word in ("上年", "增减", "同比")] == [-20, 30, None]


def test_between_percents_the_change_is_in_points_and_has_no_percent(load):
    now, before = (
        content(facts=[("热线办理", "满意率", value, "%", "")])
        for value in (Decimal("98.5"), Decimal(96))
    )
    figures = load(now=now, before=before).figures
    change, percent = (figures[f"{word}.facts.满意率"] for word in ("增减", "同比"))
    assert (change.value, change.unit) == (Decimal("2.5"), "百分点")
    assert percent.value is None


def test_a_change_has_no_idle_zeros(load):
    now, before = (
        content(values={"table2.fees.amount": Decimal(value)}) for value in ("10.5", "0.5")
    )
    assert str(load(now=now, before=before).figures["增减.table2.fees.amount"].value) == "10"


@pytest.mark.parametrize("wrong", ["now", "before"])
def test_percent_of_a_wrong_figure_is_withheld_and_says_why(load, wrong):
    years = {"now": content(), "before": content()}
    years[wrong] = content(values={"table3.t.total": 6})
    figures = load(**years).figures
    assert figures["增减.table3.t.total"].value is not None
    assert figures["同比.table3.t.total"].value is None
    assert "改正前不计算" in figures["同比.table3.t.total"].derivation


def test_last_years_rate_on_wrong_figures_is_withheld_too(load):
    made = load(before=content(values={"table3.t.total": 6}))
    assert made.figures["rates.申请办结率"].value == Decimal("87.5")
    assert "上年.rates.申请办结率" not in made.figures


def test_a_name_in_the_filing_means_what_is_filed(load):
    facts = [
        ("热线办理", "热线受理", 10, "件", ""),
        ("热线办理", "热线办结", 9, "件", ""),
        ("热线办理", "热线办结率", 95, "%", ""),
    ]
    made = load(now=content(facts=facts))
    assert made.figures["rates.热线办结率"].value == 90
    assert made.names["热线办结率"].ref == "facts.热线办结率"


def test_without_last_year_nothing_is_compared(load):
    made = load()
    assert made.previous is None
    assert not [ref for ref in made.figures if ref.startswith("上年")]


def test_between_the_forms_only_what_means_the_same_is_compared(load):
    figures = load(2021, now=content("2021"), before=content("2019")).figures
    assert figures["上年.table3.a.total"].value == 7
    assert "上年.table2.permits.decisions" not in figures
    assert "上年.table2.documents.valid" not in figures


def test_frame_has_one_row_per_figure_with_exact_values(load):
    made = load(now=content(values={"table2.fees.amount": Decimal("4166.241619")}))
    rows = frame(made).set_index("ref")
    assert rows.index.is_unique
    assert len(rows) == len(made.figures)
    assert rows.loc["table2.fees.amount", "value"] == Decimal("4166.241619")
    assert rows.loc["table2.fees.amount", "address"].endswith("#主动公开!B15")


def test_frame_shows_a_total_left_open_as_it_is_printed(load):
    rows = frame(load(now=content(values={"table3.t.natural": None}))).set_index("ref")
    assert rows.loc["table3.t.natural", "text"] == "5"
    assert "相加得出" in rows.loc["table3.t.natural", "derivation"]
