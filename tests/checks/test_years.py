"""C1 to C7: this year's filing beside last year's."""

from dataclasses import replace

import pytest

from nianbao.checks import Severity, run_checks
from nianbao.filing.figure import Address
from nianbao.filing.filing import Passage


@pytest.fixture
def years(make):
    """Give what the family C finds of two filings made so, by id."""

    def find(before, now, **options):
        previous = make("2021", before, year=2021, **options)
        filing = make("2021", now, year=2022, **options)
        return {f.id: f for f in run_checks(filing, previous) if f.id.startswith("C")}

    return find


CARRIED = {"table3.f.natural": 4, "table3.f.total": 4}
TAKEN = {"table3.b.natural": 4, "table3.b.total": 4, "table3.g.natural": 4, "table3.g.total": 4}
TAKEN |= {"table3.t.natural": 4, "table3.t.total": 4}


def test_what_is_carried_on_is_taken_over(years):
    assert "C1" not in years(CARRIED, TAKEN)


def test_what_is_taken_over_was_not_carried_on(years):
    found = years({}, TAKEN)["C1"]
    assert (found.expected, found.found) == ({"自然人": 0, "总计": 0}, {"自然人": 4, "总计": 4})
    assert found.severity is Severity.WARNING


def test_applicants_may_be_told_apart_otherwise(years):
    found = years({"table3.f.business": 4, "table3.f.total": 4}, TAKEN)["C1"]
    assert found.severity is Severity.INFO
    assert "改判" in found.message


def test_a_wrong_carry_over_follows_from_the_identity_that_it_breaks(years):
    found = years({}, {"table3.b.natural": 2, "table3.b.total": 2})["C1"]
    assert found.cause == "A3"


def test_last_years_wrong_total_is_last_years(years):
    assert "C1" not in years(CARRIED | {"table3.f.total": 5}, TAKEN)


def test_valid_documents_follow(years):
    documents = {"table2.documents.made": 5, "table2.documents.repealed": 2}
    before = {"table2.documents.valid": 20}
    assert "C2" not in years(before, documents | {"table2.documents.valid": 23})
    found = years(before, documents | {"table2.documents.valid": 22})["C2"]
    assert (found.expected, found.found) == ({"行政规范性文件": 23}, {"行政规范性文件": 22})


def test_items_of_the_form_of_2019_follow(make):
    before = make("2019", {"table2.permits.items": 12, "table2.permits.change": -2}, year=2019)
    right = make("2019", {"table2.permits.items": 10}, year=2020)
    wrong = make("2019", {"table2.permits.items": 11, "table2.documents.public": 3}, year=2020)
    assert [f.id for f in run_checks(right, before)] == []
    warning, note = [f for f in run_checks(wrong, before) if f.id == "C3"]
    assert (warning.severity, warning.expected) == (Severity.WARNING, {"行政许可": 10})
    assert (note.severity, note.found) == (Severity.INFO, {"规范性文件": 3})


@pytest.mark.parametrize(
    ("before", "now", "is_found"),
    [(100, 499, False), (100, 501, True), (501, 100, True), (3, 40, False), (0, 900, False)],
)
def test_a_number_jumps(years, before, now, is_found):
    row = "table2.permits.decisions"
    assert ("C4" in years({row: before}, {row: now})) is is_found


PROBLEMS = (
    "{year}年，公开目录更新较慢，部分科室报送不及时，解读材料偏少。{more}"
    "下一步将修订目录，明确报送时限，并为重要文件配上图解，逐季检查落实情况。"
)


@pytest.mark.parametrize(
    ("now", "is_found"),
    [
        (PROBLEMS.format(year=2022, more=""), True),
        ("档案查询点少。拟增设三处查询点，配齐设备和人员，方便老人就近查询。" * 3, False),
        ("无。", False),
    ],
)  # fmt: skip
def test_problems_are_copied_from_last_year(make, now, is_found):
    def with_problems(filing, text):
        where = Address("f.xlsx", "正文", "C7")
        return replace(filing, prose=(Passage(5, "", text, where),))

    before = with_problems(make("2021", year=2021), PROBLEMS.format(year=2021, more=""))
    filing = with_problems(make("2021", year=2022), now)
    found = [f for f in run_checks(filing, before) if f.id == "C5"]
    assert bool(found) is is_found


def test_tables_are_copied_from_last_year(years):
    cells = {"table2.permits.decisions": 31, "table2.penalties.decisions": 7}
    documents = {"table2.documents.valid": 9}
    assert "C6" in years(cells | documents, cells | documents)
    assert "C6" not in years(cells | documents, cells | {"table2.documents.valid": 10})
    assert "C6" not in years({}, {})


def test_pending_cases_are_of_next_year(years):
    before = {"table4.cases.review_pending": 2, "table4.cases.review_total": 2}
    assert "C7" in years(before, {})
    now = {"table4.cases.review_upheld": 2, "table4.cases.review_total": 2}
    assert "C7" not in years(before, now)
