"""Made-up figures, set in each of the ways of published reports, come back as they were."""

from decimal import Decimal

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from laws import examples
from nianbao.filing.figure import Trouble
from nianbao.published.files import read_document
from nianbao.published.recognise import recognise
from published_reports import WITH_CELLS, WITHOUT_CELLS, Report, all_refs, as_glued

FORMS = st.sampled_from([("2021", "2021"), ("2019", "2019"), ("2021", "2019"), ("2019", "2021")])
NUMBERS = st.one_of(st.integers(0, 9), st.integers(0, 5_000_000)).map(str)
MONEY = st.decimals(0, 99999, places=4).map(lambda d: format(d.normalize(), "f"))


@st.composite
def reports(draw, *, blanks):
    table2, table3 = draw(FORMS)
    year = 2020 if (table2, table3) == ("2019", "2019") else 2023
    refs = all_refs(Report({}, table2, table3, year))
    filled = draw(st.lists(st.sampled_from(refs), max_size=60, unique=True))
    values = {ref: draw(MONEY if ref.endswith(".amount") else NUMBERS) for ref in filled}
    if blanks:
        for ref in draw(st.lists(st.sampled_from(refs), max_size=25, unique=True)):
            values[ref] = draw(st.sampled_from(["", "/", "—"]))
    return Report(values, table2, table3, year)


def read(data):
    return recognise(read_document(data, "年报"))


def printed(published):
    return {ref: figure.raw for ref, figure in published.filing.figures.items()}


def wanted(report):
    return {ref: report.values.get(ref, "0") for ref in all_refs(report)}


@pytest.mark.parametrize("kind", WITH_CELLS)
@given(report=reports(blanks=True))
@settings(max_examples=examples(5))
def test_what_has_cells_comes_back_with_its_blanks(kind, report):
    published = read(WITH_CELLS[kind](report))
    assert printed(published) == wanted(report)
    assert published.lacking is None
    assert published.filing.printed.misprints == ()
    assert published.filing.remarks == ()


@pytest.mark.parametrize("kind", WITHOUT_CELLS)
@given(report=reports(blanks=False))
@settings(max_examples=examples(5))
def test_what_has_numbers_only_comes_back(kind, report):
    published = read(WITHOUT_CELLS[kind](report))
    assert printed(published) == wanted(report)
    assert published.filing.printed.misprints == ()


ALL_WITHOUT_CELLS = WITHOUT_CELLS | {"glued": as_glued}


@pytest.mark.parametrize("kind", ALL_WITHOUT_CELLS)
@example(
    report=Report({"table3.n5.research": "/", "table3.o2.natural": "/", "table3.n5.natural": ""})
)
@given(reports(blanks=True))
@settings(
    max_examples=examples(10),
    phases=set(Phase) - {Phase.shrink},
)
def test_a_blank_in_text_without_cells_is_unread_or_right_but_never_guessed(kind, report):
    published = read(ALL_WITHOUT_CELLS[kind](report))
    for ref, text in wanted(report).items():
        figure = published.filing.figures.get(ref)
        if figure is not None and figure.value is not None:
            assert text.replace(".", "").isdigit(), ref
            assert figure.value == Decimal(text), ref


@pytest.mark.parametrize("kind", [*WITH_CELLS, *WITHOUT_CELLS])
def test_the_rest_comes_back_as_well(kind):
    report = Report({})
    filing = read({**WITH_CELLS, **WITHOUT_CELLS}[kind](report)).filing
    assert (filing.agency.name, filing.year) == ("示例县示例局", 2022)
    assert [h.text for h in filing.printed.headings.values()] == [
        s.title for s in filing.form.sections
    ]
    prose = [(p.section, p.heading, p.template) for p in filing.prose]
    assert prose[1:] == [(n, *texts) for n, texts in report.prose.items()]
    assert prose[0][:2] == (0, "")
    assert all(f.trouble is None for f in filing.figures.values() if f.unit == "件")
    assert Trouble.UNREAD not in {f.trouble for f in filing.figures.values()}
    assert all(f.address and f.address.file == "年报" for f in filing.figures.values())


def balanced(rows):
    """Table three made of rows (g, p, …) of six numbers each, with all its totals."""
    values = {}
    keys = ("natural", "business", "research", "welfare", "legal", "other", "total")
    whole = [sum(column) for column in zip(*rows.values(), strict=True)]
    for row, numbers in {**rows, "a": whole, "t": whole}.items():
        for key, number in zip(keys, [*numbers, sum(numbers)], strict=True):
            values[f"table3.{row}.{key}"] = str(number)
    return values


def test_numbers_run_together_are_parted_where_everything_adds_up():
    values = balanced(
        {"g": [71, 0, 0, 0, 2, 0], "d4": [3, 1, 0, 0, 0, 0], "u1": [75, 0, 0, 0, 0, 0]}
    )
    published = read(as_glued(Report(values)))
    assert {r: f.raw for r, f in published.filing.figures.items() if f.raw != "0"} == {
        r: v for r, v in values.items() if v != "0"
    }
    (remark,) = published.filing.remarks
    assert "连在一起" in remark.message


def test_numbers_run_together_stay_unread_where_something_does_not_add_up():
    values = balanced({"g": [71, 0, 0, 0, 2, 0], "d4": [3, 1, 0, 0, 0, 0]})
    published = read(as_glued(Report(values | {"table3.t.natural": "75"})))
    figures = published.filing.figures
    assert figures["table3.g.natural"].value is None
    assert figures["table3.u1.natural"].value == 0


def test_numbers_run_together_are_parted_by_the_columns_where_a_row_alone_does_not_tell():
    # 1 11 0 0 0 0 12 could as well be 11 1 0 0 0 0 12.
    values = balanced({"g": [1, 11, 0, 0, 0, 0], "d4": [3, 1, 0, 0, 0, 0]})
    values |= {f"table3.{row}.natural": "4" for row in "at"}
    table4 = {"review_upheld": "10", "review_pending": "2", "review_total": "12"}
    values |= {f"table4.cases.{key}": value for key, value in table4.items()}
    figures = read(as_glued(Report(values))).filing.figures
    assert {r: f.raw for r, f in figures.items() if f.raw != "0"} == {
        r: v for r, v in values.items() if v != "0"
    }


def test_a_table_four_run_together_stays_unread_where_its_total_is_wrong():
    values = {"table4.cases.review_upheld": "10", "table4.cases.review_total": "12"}
    figures = read(as_glued(Report(values))).filing.figures
    assert {f.value for r, f in figures.items() if r.startswith("table4.")} == {None}
