"""A report made for nobody, in the template process: each kernel then finds everything warm."""

from __future__ import annotations

import os
from collections.abc import Iterator

from nianbao import report
from nianbao.project import ENVIRONMENT_VARIABLE, sample_project
from nianbao.report.blocks import Block

AGENCY, YEAR = "shili-jyj", 2022  # made up, and with a year before to compare with


def rehearse() -> None:
    """Load the made-up agency's report, and give each of its blocks as a notebook would show it.

    Raises
    ------
    NianbaoError
        The sample is not there, or is not as it was.
    """
    before = os.environ.get(ENVIRONMENT_VARIABLE)
    os.environ[ENVIRONMENT_VARIABLE] = str(sample_project().root)
    try:
        for block in _blocks():
            block._repr_mimebundle_()
    finally:
        del os.environ[ENVIRONMENT_VARIABLE]
        if before is not None:
            os.environ[ENVIRONMENT_VARIABLE] = before


def _blocks() -> Iterator[Block]:
    filed = report.load(AGENCY, YEAR)
    shown = [
        report.masthead(filed),
        report.introduction(filed),
        *(report.section(filed, number) for number in range(1, 7)),
        *(report.statutory_table(filed, table.key) for table in filed.filing.form.tables),
        report.channels(filed),
        report.applicants(filed),
        report.year_on_year(filed),
        report.ledger_charts(filed, "publications"),
        report.ledger_charts(filed, "applications"),
        report.ledger_review(filed),
        report.rates_table(filed),
        report.change_table(filed),
        report.finding_list(filed),
        report.provenance(filed),
    ]
    for item in shown:
        if isinstance(item, Block):
            yield item
        else:
            yield from item
