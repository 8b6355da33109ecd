"""Which finding follows from which."""

import pytest

from nianbao.checks import Case, run_checks
from nianbao.checks.causes import resolve_causes
from nianbao.checks.finding import Finding, Severity

RIGHT = {
    f"table3.{row}.{column}": count
    for row, count in {"a": 4, "b": 1, "g": 3, "u1": 1, "t": 4, "f": 1}.items()
    for column in ("natural", "total")
}

CASES = {
    "total row left zero: A2, A3 follows": (
        {"t.natural": 0, "t.total": 0},
        [("A2", "", ("A3",)), ("A3", "A2", ())],
    ),
    "one applicant's total: A2, the row's sum and A3 follow": (
        {"t.natural": 9},
        [("A1", "A2", ()), ("A2", "", ("A1", "A3")), ("A3", "A2", ())],
    ),
    "the corner, which two identities define: the form's first is the root": (
        {"t.total": 9},
        [("A1", "A2", ()), ("A2", "", ("A1", "A3")), ("A3", "A2", ())],
    ),
    "a row total inside the outcomes: A1, A2 follows": (
        {"g.total": 9},
        [("A1", "", ("A2",)), ("A2", "A1", ())],
    ),
    "two row totals: A2 follows from both, and neither alone mends it": (
        {"g.total": 9, "u1.total": 9},
        [("A1", "", ()), ("A1", "", ()), ("A2", "A1", ())],
    ),
    "a row total of those received: A1, A3 follows": (
        {"a.total": 9},
        [("A1", "", ("A3",)), ("A3", "A1", ())],
    ),
    "A3 follows from A2 in one column, from A1 in another: it names the form's first": (
        {"a.total": 9, "t.natural": 9},
        [("A1", "", ()), ("A1", "A2", ()), ("A2", "", ("A1",)), ("A3", "A2", ())],
    ),
    "A3 follows from A1 and A2 together, and names no finding that itself follows": (
        {"a.total": 9, "t.total": 7},
        [("A1", "", ()), ("A1", "A2", ()), ("A2", "", ("A1",)), ("A3", "A2", ())],
    ),
    "two separate errors, and A3 follows from one alone": (
        {"g.total": 9, "t.total": 9},
        [("A1", "", ()), ("A1", "A2", ()), ("A2", "", ("A1", "A3")), ("A3", "A2", ())],
    ),
    "a wrong row total that the corner repeats": (
        {"g.total": 9, "t.total": 10},
        [("A1", "", ()), ("A1", "", ("A3",)), ("A3", "A1", ())],
    ),
    "A2 with a column of its own is a root, whatever else it says": (
        {"t.business": 1, "g.total": 9},
        [("A1", "", ()), ("A1", "A2", ()), ("A2", "", ("A1", "A3")), ("A3", "A2", ())],
    ),
    "four came in and were forgotten in all totals but those received: one A3, from A2": (
        {"g.natural": 7, "a.natural": 8, "a.total": 8},
        [("A1", "", ()), ("A2", "", ()), ("A3", "A2", ())],
    ),
    "one wrong part, where its row and its column cross: A1 names it, A2 follows": (
        {"g.natural": 7},
        [("A1", "", ("A2",)), ("A2", "A1", ())],
    ),
    "one wrong part of those received: A1 names it, A3 follows": (
        {"a.natural": 7},
        [("A1", "", ("A3",)), ("A3", "A1", ())],
    ),
    "one wrong part, and a row total of another row: A2 follows from both": (
        {"g.natural": 7, "u1.total": 9},
        [("A1", "", ()), ("A1", "", ()), ("A2", "A1", ())],
    ),
    "two wrong parts by different amounts: nothing follows": (
        {"g.natural": 7, "u1.natural": 2},
        [("A1", "", ()), ("A1", "", ()), ("A2", "", ())],
    ),
    "nothing balances: A3 is a root": (
        {"a.natural": 9, "a.total": 9},
        [("A3", "", ())],
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_causes(make, form, case):
    changes, expected = CASES[case]
    filing = make(form, RIGHT | {f"table3.{ref}": value for ref, value in changes.items()})
    found = [(f.id, f.cause, f.mends) for f in run_checks(filing) if f.id in {"A1", "A2", "A3"}]
    assert sorted(found) == sorted(expected)


def test_the_cell_where_row_and_column_cross_is_the_one_to_correct(make):
    filing = make("2021", RIGHT | {"table3.g.natural": 7})
    (found,) = (finding for finding in run_checks(filing) if finding.id == "A1")
    assert found.refs[0] == "table3.g.natural"
    assert found.where[0] == filing.figures["table3.g.natural"].address
    assert found.found == {"自然人": 7, "总计": 3}
    assert found.expected == {"自然人": 3, "总计": 3}
    assert found.message.endswith("只有自然人一格由 7 改为 3，这一行和所在的列才都平")


def test_table_four_has_no_part_in_it(make):
    filing = make("2021", {"table4.cases.review_total": 3, "table3.g.total": 1})
    found = {f.id: (f.cause, f.mends) for f in run_checks(filing)}
    assert found == {"A1": ("", ("A2",)), "A2": ("A1", ()), "A4": ("", ())}


def test_a_cause_that_a_check_names_is_kept(make):
    first = Finding("B1", "received", Severity.WARNING, "示例", "示例")
    second = Finding("B2", "closed", Severity.ERROR, "示例", "示例", cause="B1")
    resolved = resolve_causes([first, second], Case.of(make()))
    assert [(f.cause, f.mends) for f in resolved] == [("", ("B2",)), ("B1", ())]
