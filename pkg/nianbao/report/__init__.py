"""What a cell of the master notebook calls; each function gives blocks to show."""

from nianbao.report.charts import (
    applicants,
    channels,
    hotline,
    outcome_chart,
    units_chart,
    year_on_year,
)
from nianbao.report.frame import frame
from nianbao.report.kernel import prepare_kernel
from nianbao.report.ledger_blocks import ledger_charts, ledger_review
from nianbao.report.load import Report, load
from nianbao.report.narrative import introduction, masthead, section, signature
from nianbao.report.provenance import finding_list, provenance
from nianbao.report.rollup import composition, coverage, load_rollup
from nianbao.report.tables import change_table, rates_table, statutory_table

__all__ = [
    "Report",
    "applicants",
    "change_table",
    "channels",
    "composition",
    "coverage",
    "finding_list",
    "frame",
    "hotline",
    "introduction",
    "ledger_charts",
    "ledger_review",
    "load",
    "load_rollup",
    "masthead",
    "outcome_chart",
    "provenance",
    "rates_table",
    "section",
    "signature",
    "statutory_table",
    "units_chart",
    "year_on_year",
]

prepare_kernel()
