"""The list of checks, and how they are run."""

import json
import re

import pytest

from nianbao.checks import CHECKS, Registry, Severity, run_checks
from nianbao.filing.figure import Trouble

FAMILY_A = [f"A{number}" for number in range(1, 14)]


def declare(registry, identifier, name):
    return registry.check(
        identifier, name=name, severity=Severity.INFO, title="示例", source="示例"
    )(lambda _: iter(()))


def test_all_of_family_a_is_there():
    assert {check.id for check in CHECKS} >= {*FAMILY_A, "S1"}


def test_each_check_tells_what_it_is():
    for check in CHECKS:
        assert re.fullmatch(r"[A-Z]\d+", check.id)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", check.name)
        assert check.title
        assert check.source
        assert check.function.__doc__


def test_severities_are_those_of_the_list():
    severities = {check.id: check.severity.value for check in CHECKS if check.id in FAMILY_A}
    errors = {"A1", "A2", "A3", "A4", "A5", "A6", "A12"}
    warnings = {"A7", "A10"}
    rest = {"A8", "A9", "A11", "A13"}
    assert severities == (
        dict.fromkeys(errors, "error")
        | dict.fromkeys(warnings, "warning")
        | dict.fromkeys(rest, "info")
    )


@pytest.mark.parametrize(("identifier", "name"), [("B1", "other"), ("B2", "received")])
def test_two_checks_cannot_share_an_id_or_a_name(identifier, name):
    registry = Registry()
    declare(registry, "B1", "received")
    with pytest.raises(ValueError, match="there already"):
        declare(registry, identifier, name)
    assert len(registry) == 1


def test_findings_carry_agency_year_and_check(make):
    (found,) = run_checks(make("2021", {"table4.cases.review_total": 1}, year=2022))
    assert (found.id, found.name, found.title) == ("A4", "table4", "复议诉讼合计不符")
    assert (found.agency, found.year) == ("shili", 2022)


def test_findings_are_sorted_by_severity_id_and_address(make):
    far = {f"table3.{row}.total": 1 for row in ("n5", "u3", "o3", "d1")}
    values = far | {"table2.fees.amount": 250_000, "table2.regulations.made": 1}
    values |= {"table2.penalties.decisions": {"value": None, "trouble": Trouble.BLANK}}
    found = run_checks(make("2021", values, year=2024))
    assert [f.id for f in found] == ["A1", "A1", "A1", "A1", "A2", "A5", "A12", "A10"]
    assert [f.refs[0].split(".")[1] for f in found[:4]] == ["d1", "u3", "n5", "o3"]


def test_the_same_filing_gives_the_same_findings(make):
    values = {"table3.t.total": 1, "table2.regulations.made": 1}
    first, second = (run_checks(make("2021", values)) for _ in range(2))
    assert first == second


def test_findings_are_plain_json(make):
    values = {"table3.g.total": None, "table3.t.natural": 5, "table2.fees.amount": 250_000}
    for finding in run_checks(make("2021", values)):
        data = finding.to_json()
        assert json.loads(json.dumps(data)) == data


def test_every_message_is_one_sentence_without_its_stop(make):
    values = {"table3.t.natural": 5, "table2.fees.amount": 250_000, "table2.regulations.made": 1}
    values |= {"table3.g.natural": None, "table4.cases.direct_total": 1}
    found = run_checks(make("2021", values, year=2024))
    assert len(found) >= 6
    for finding in found:
        assert "。" not in finding.message
        assert "\n" not in finding.message
