"""The workbooks of the made-up district, written and read back: right, or wrong as planted."""

from itertools import islice, pairwise
from string import ascii_uppercase

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from laws import examples
from nianbao.checks import run_checks
from nianbao.demo import KINDS, District, filled_in
from nianbao.demo.mistakes import MISFILED
from nianbao.filing.blank import write_workbook
from nianbao.filing.ledgers.kinds import ledger_kind
from nianbao.filing.lists import CHANNELS
from nianbao.filing.workbook import read_filing
from nianbao.fonts import missing_glyphs
from nianbao.report.load import Report
from nianbao.report.narrative import prose_errors
from nianbao.report.statistics import HOTLINE_CLOSED, HOTLINE_RECEIVED

COLUMNS = [column.key for column in ledger_kind("applications").columns]
# What hangs on how many there are, and on which holidays are known yet.
PASSING = {"C4", "L6", "L7"}


def told(report):
    """The checks that have found something which does not follow from another."""
    return {item.id for item in report.findings if not item.cause} - PASSING


spans = st.tuples(st.integers(2019, 2027), st.integers(1, 3)).map(
    lambda drawn: tuple(range(drawn[0], drawn[0] + drawn[1]))
)
read_back = settings(
    max_examples=examples(3),
    phases=set(Phase) - {Phase.shrink},  # which would write workbooks for minutes
)


def of_agency(number, years, errors, seed):
    district = District(number + 1, years, errors, seed)
    return list(islice(filled_in(district), number * len(years), None))


@pytest.fixture
def reports(tmp_path):
    """Write workbooks, read them back, and give a report for each, as a notebook has it."""

    def make(workbooks):
        made, previous = [], None
        for book in workbooks:
            path = tmp_path / "book.xlsx"
            write_workbook(path, book.content)
            filing = read_filing(path, book.agency, book.year, shown="book.xlsx")
            made.append(Report(filing, previous, run_checks(filing, previous), inputs={}))
            previous = filing
        return made

    return make


@read_back
@given(st.integers(0, 70), spans, st.integers())
def test_a_workbook_without_a_mistake_has_no_finding(reports, number, years, seed):
    workbooks = of_agency(number, years, 0, seed)
    assert [book.year for book in workbooks] == list(years)
    for book, report in zip(workbooks, reports(workbooks), strict=True):
        assert book.planted == ()
        assert told(report) == set()
        assert list(report.filing.facts(CHANNELS))
        assert {HOTLINE_RECEIVED, HOTLINE_CLOSED} <= report.filing.figures.keys()
        assert list(prose_errors(report)) == []


@read_back
@given(st.integers(0, 70), spans, st.integers())
def test_a_mistake_is_found_by_its_check_and_what_else_is_found_follows(
    reports, number, years, seed
):
    workbooks = of_agency(number, years, 1, seed)
    right = of_agency(number, years, 0, seed)
    for book, good, report in zip(workbooks, right, reports(workbooks), strict=True):
        ((kind, check),) = {(item.kind, item.check) for item in book.planted}
        assert {**KINDS, MISFILED: ("L2", None)}[kind][0] == check
        assert told(report) == {check}
        assert list(prose_errors(report)) == []
        if kind == MISFILED:
            assert_misfiled(book, good, report)
            continue
        figures = {
            (figure.address.sheet, figure.address.cell): figure
            for figure in report.filing.figures.values()
        }
        stated = {figures[item.sheet, item.cell].ref: item for item in book.planted}
        assert {ref: figures[i.sheet, i.cell].raw for ref, i in stated.items()} == {
            ref: item.stated for ref, item in stated.items()
        }
        assert {ref: str(good.content.values[ref]) for ref in stated} == {
            ref: item.expected for ref, item in stated.items()
        }
        rest = book.content.values.keys() - stated.keys()
        assert all(book.content.values[ref] == good.content.values[ref] for ref in rest)


def assert_misfiled(book, good, report):
    """One row of the ledger says another outcome; the finding names it."""
    (item,) = book.planted
    assert book.content.values == good.content.values
    (finding,) = [finding for finding in report.findings if finding.id == "L2"]
    places = [str(place) for place in finding.where]
    row = item.cell.lstrip(ascii_uppercase)
    assert f"book.xlsx#申请台账!A{row}" in places
    before, now = (
        [dict(zip(COLUMNS, line, strict=True)) for line in page.content.ledgers["applications"]]
        for page in (good, book)
    )
    (differs,) = [place for place, line in enumerate(now) if line != before[place]]
    assert str(differs + 2) == row
    assert before[differs]["outcome"] == item.expected
    assert now[differs]["outcome"] == item.stated


@read_back
@given(st.integers(0, 70), spans, st.integers())
def test_counting_the_ledgers_gives_what_is_typed(reports, number, years, seed):
    for report in reports(of_agency(number, years, 0, seed)):
        assert report.filing.ledgers
        for ref, item in report.filing.counts.items():
            assert report.filing.figures[ref].value == item.value
            assert not report.filing.figures[ref].derivation
        for ledger in report.filing.ledgers:
            assert (ledger.rejected, ledger.elsewhere, ledger.oddities) == (0, 0, ())


def test_every_kind_of_mistake_occurs():
    district = District(60, tuple(range(2019, 2026)), errors=1, seed=2)
    kinds = {item.kind for book in filled_in(district) for item in book.planted}
    assert kinds == {*KINDS, MISFILED}


def test_about_the_given_share_of_workbooks_has_a_mistake():
    def spoiled(share):
        return sum(bool(book.planted) for book in filled_in(District(60, (2021, 2022), share)))

    assert spoiled(0) == 0
    assert 6 <= spoiled(0.1) <= 20
    assert spoiled(1) == 120


@given(st.integers(1, 8), spans, st.floats(0, 1), st.integers())
@settings(max_examples=examples(5))
def test_one_more_agency_changes_no_other(count, years, errors, seed):
    more = filled_in(District(count + 1, years, errors, seed))
    fewer = list(filled_in(District(count, years, errors, seed)))
    assert list(islice(more, len(fewer))) == fewer


def test_another_seed_is_another_district():
    first, second = (
        [book.content.values for book in filled_in(District(3, (2023,), seed=seed))]
        for seed in (0, 1)
    )
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_every_character_can_be_printed():
    for book in filled_in(District(60, (2020, 2021), errors=1)):
        cells = [book.agency.name, *book.content.basics.values()]
        cells += [cell for line in (*book.content.prose, *book.content.facts) for cell in line]
        assert missing_glyphs("".join(map(str, cells))) == []


def test_no_year_says_the_same_about_problems_as_the_one_before():
    problems = [
        [text for _, heading, text in book.content.prose if "问题" in heading]
        for book in filled_in(District(1, tuple(range(2019, 2030))))
    ]
    assert all(now != before for before, now in pairwise(problems))
