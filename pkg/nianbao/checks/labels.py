"""D5: labels of the statutory tables that are printed otherwise than the form has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import check


@check(
    "D5",
    name="table-labels",
    severity=Severity.WARNING,
    title="表格的标签与格式不符",
    source="年度报告格式：表头和各行的名称照录",
)
def table_labels(case: Case) -> Iterator[Finding]:
    """Labels that a published report prints with other words than the form."""
    for misprint in case.filing.misprints:
        yield replace(
            table_labels.finding(
                f"表格中“{misprint.printed}”应为“{misprint.official}”",
                expected={"标签": misprint.official},
                found={"标签": misprint.printed},
            ),
            where=(misprint.address,),
        )
