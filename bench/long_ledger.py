"""A very long ledger: what the report that counts it costs."""

import json
from dataclasses import replace
from itertools import cycle, islice

from loops import Bench, Report
from memory import TOGETHER, memory_of

from nianbao.demo import District, filled_in
from nianbao.filing.blank import write_workbook

LEDGER = "applications"


def lengthen(bench: Bench, rows: int) -> Report:
    """Put so many applications into the ledger of the last report; its tables stay as they were.

    The rows are those of the demo over and over, each with a number of its own.
    """
    agency, year = bench.reports[-1]
    agencies = len({code for code, _ in bench.reports})
    years = tuple(sorted({year for _, year in bench.reports}))
    workbooks = filled_in(District(agencies, years))
    content = next(w.content for w in workbooks if (w.agency.code, w.year) == (agency, year))
    again = islice(cycle(content.ledgers[LEDGER]), rows)
    ledger = [[f"{year}-{place:06}", *row[1:]] for place, row in enumerate(again, start=1)]
    path = bench.project / "sources" / agency / f"{year}.xlsx"
    write_workbook(path, replace(content, ledgers={**content.ledgers, LEDGER: ledger}))
    return agency, year


def cost_of(bench: Bench, report: Report) -> tuple[float, float]:
    """Make the batch; give the seconds that this report took, and the memory of all processes."""
    _, memory = memory_of(bench, 1)[TOGETHER]
    page = json.loads((bench.scratch / "outputs" / "batch.json").read_text(encoding="utf-8"))
    (seconds,) = (r["duration"] for r in page["reports"] if (r["agency"], r["year"]) == report)
    return seconds, memory
