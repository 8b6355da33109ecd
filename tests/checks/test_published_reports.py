"""The checks against published reports: what they find there is known and true.

Their tables are typed out in ``tests/published_tables.json``. 002 and 003 mix both forms: their
one row （六）其他处理 is put into 3.其他, as both leave it zero.
Cells that the archive of 010 and 011 has garbled are taken as blank.
"""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from nianbao.checks import run_checks
from nianbao.filing.filing import cell_ref
from nianbao.filing.printed import Printed
from nianbao.forms import form_for_year

TABLES = Path(__file__).parents[1] / "published_tables.json"

# 004, 013, 014, 024, 025: kinds as registered; 平潭 is a zone without power to make 规章.
LEVELS = {"004": "市", "005": "市", "006": "市", "007": "省"}
PREVIOUS = {"003": "002", "006": "005", "014": "013", "011": "010", "025": "024"}
AMOUNTS = {"4299 万元": Decimal(4299), "251000元": Decimal("25.1")}

# Findings as id, or id<cause; what is true about each.
EXPECTED = {
    "001": ["A2", "A3<A2", "A11"],  # 2≠0 in the total row; a bureau of natural resources
    "002": ["A4"],  # 11≠0 and 5≠0
    "003": ["A13", "C4"],  # one suit without review in 2024; 550 permits and then 9,487
    "004": ["A13"],
    "005": [],
    "006": ["A9", "A13"],  # 3.其他 is 354 of 3,521: 10.05 %
    "007": ["A5", "A5"],  # blanks in tables three and four, never compared
    "010": ["A5"],
    "011": ["A2", "A12", "A5", "A7", "A9", "C3"],  # 27≠21 by the 6 of p; 7 规章, none before
    "013": [],
    "014": ["C2"],  # 698+77-132=643≠470
    "020": [],
    "024": ["A11"],
    "025": ["C2"],  # 3+8-0=11≠8
}


@pytest.fixture(scope="module")
def reports():
    return {report["id"]: report for report in json.loads(TABLES.read_text(encoding="utf-8"))}


@pytest.fixture
def published(make, reports):
    def read(key):
        report = reports[key]
        form = form_for_year(report["year"])
        filing = make(
            form.key,
            dict(cells(form, report)),
            year=report["year"],
            level=LEVELS.get(key, "县"),
            kind="部门" if report["kind"] == "部门" else "政府",
        )
        return replace(filing, printed=Printed())

    return read


def cells(form, report):
    rows = [row for block in form.table("table2").blocks for row in block.rows]
    columns = [block.columns for block in form.table("table2").blocks for _ in block.rows]
    for row, across, found in zip(rows, columns, report["table2"], strict=True):
        values = found if len(found) == len(across) else [None] * len(across)
        for column, value in zip(across, values, strict=True):
            yield cell_ref("table2", row.key, column.key), number(value)
    (block,) = form.table("table3").blocks
    for row, found in report["table3"].items():
        key = "o3" if row == "o" and form.key == "2021" else row
        for column, value in zip(block.columns, found, strict=True):
            yield cell_ref("table3", key, column.key), value
    (block,) = form.table("table4").blocks
    for column, value in zip(block.columns, report["table4"], strict=True):
        yield cell_ref("table4", "cases", column.key), value


def number(value):
    if isinstance(value, float):
        return Decimal(repr(value))
    return AMOUNTS.get(value) if isinstance(value, str) else value


def test_every_report_has_its_expectation(reports):
    assert reports.keys() == EXPECTED.keys()


@pytest.mark.parametrize("key", EXPECTED)
def test_published_report(published, key):
    previous = published(PREVIOUS[key]) if key in PREVIOUS else None
    found = run_checks(published(key), previous)
    assert [f"{f.id}<{f.cause}" if f.cause else f.id for f in found] == EXPECTED[key]


def test_xixia_2020_says_it_once(published):
    a2, a3, _ = run_checks(published("001"))
    assert a2.message == (
        "表三“（七）总计”与（一）至（六）之和不符：自然人应为 2，填报为 0；总计应为 2，填报为 0"
    )
    assert (a2.expected, a2.found) == ({"自然人": 2, "总计": 2}, {"自然人": 0, "总计": 0})
    assert (a3.expected, a3.found) == ({"自然人": 2, "总计": 2}, {"自然人": 0, "总计": 0})
    assert (a2.cause, a2.mends, a3.cause, a3.mends) == ("", ("A3",), "A2", ())


def test_pingtan_2020_counts_six_twice(published):
    found = {finding.id: finding for finding in run_checks(published("011"))}
    assert found["A2"].expected == {"自然人": 26, "总计": 27}
    assert found["A2"].found == {"自然人": 20, "总计": 21}
    assert "自然人多 6 件；总计多 6 件" in found["A7"].message
