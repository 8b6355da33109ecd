"""``nianbao audit`` over several years of one agency, across the change of form in 2021."""

import json

import pytest

from published_reports import Report, as_html


@pytest.fixture
def findings(nianbao):
    """Audit some files together; give what is found by year."""

    def find(*paths):
        _, out, _ = nianbao("audit", *map(str, paths), "--format", "json")
        return {report["year"]: report["findings"] for report in json.loads(out)}

    return find


def of_years(found):
    """The findings that compare a year with the one before: id, and the numbers."""
    return [(f["id"], f["expected"], f["found"]) for f in found if f["id"][0] == "C"]


@pytest.fixture
def trend(tmp_path):
    """2019 and 2020 on the form of 2019, 2022 and 2023 on that of 2021; nobody has 2021."""
    made = {
        2019: ("2019", {}),
        2020: ("2019", {"regulations.public": "7"}),
        2022: ("2021", {"documents.made": "9", "documents.valid": "698"}),
        2023: ("2021", {"documents.made": "77", "documents.repealed": "132",
                        "documents.valid": "470"}),
    }  # fmt: skip
    files = {}
    for year, (form, table2) in made.items():
        values = {f"table2.{cell}": value for cell, value in table2.items()}
        files[year] = tmp_path / f"{year}.html"
        files[year].write_bytes(as_html(Report(values, table2=form, table3=form, year=year)))
    return files


def test_the_trend_of_one_agency_has_the_findings_that_belong_to_it(findings, trend):
    found = findings(*trend.values())
    assert {year: of_years(items) for year, items in found.items()} == {
        2019: [],
        2020: [("C3", {"规章": 0}, {"规章": 7})],
        2022: [],  # the year before is not there
        2023: [("C2", {"行政规范性文件": 643}, {"行政规范性文件": 470})],  # 698+77-132
    }
    assert [f["id"] for items in found.values() for f in items if f["id"] == "D2"] == []


def test_the_order_of_the_files_does_not_matter(findings, trend):
    assert findings(*trend.values()) == findings(*reversed(trend.values()))


def test_a_year_that_is_not_given_is_not_compared(findings, trend):
    assert of_years(findings(trend[2020])[2020]) == []
    assert of_years(findings(trend[2020], trend[2022])[2022]) == []


def carried(key, year, values, rows):
    table = {f"table3.{row}.{c}": n for row, n in rows.items() for c in ("natural", "total")}
    return as_html(Report({**values, **table}, table2=key, table3=key, year=year))


@pytest.mark.parametrize(("taken", "found"), [("4", []), ("3", ["C1"])], ids=["joins", "breaks"])
def test_what_is_carried_over_is_compared_across_the_change_of_form(
    tmp_path, findings, taken, found
):
    old = carried("2019", 2020, {"table2.documents.made": "9"}, {"a": "4", "f": "4"})
    permits = {"table2.permits.decisions": "3", "table2.documents.valid": "50"}
    new = carried("2021", 2021, permits, {"b": taken, "g": taken, "t": taken})
    for name, data in (("旧.html", old), ("新.html", new)):
        (tmp_path / name).write_bytes(data)
    # Tables two of the two forms count other things: only the applications are compared.
    told = of_years(findings(tmp_path / "旧.html", tmp_path / "新.html")[2021])
    assert [item[0] for item in told] == found
    assert all(item[1] == {"自然人": 4, "总计": 4} for item in told)
