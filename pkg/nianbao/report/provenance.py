"""Where everything comes from: files, versions, and every figure with its address."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Any

import nianbao
from nianbao.filing.figure import Figure, format_value
from nianbao.report.blocks import FindingList, Provenance
from nianbao.report.load import Report

PACKAGES = (
    "papermill", "nbclient", "ipykernel", "pandas", "matplotlib", "python-calamine",
    "nbconvert", "typst", "pyarrow",
)  # fmt: skip


def finding_list(report: Report) -> FindingList:
    """Give what the checks say, gravest first."""
    return FindingList(findings=tuple(item.to_json() for item in report.findings))


def provenance(report: Report) -> Provenance:
    """Give the files read, what computed the report, and every figure."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    environment = {"Python": python, "nianbao": nianbao.__version__}
    environment |= {name: metadata.version(name) for name in PACKAGES}
    return Provenance(
        inputs=report.inputs,
        environment=environment,
        figures=tuple(
            _row(figure, report.before.get(ref)) for ref, figure in report.figures.items()
        ),
    )


def _row(figure: Figure, before: Figure | None) -> dict[str, Any]:
    address = figure.address
    row = {
        "ref": figure.ref,
        "name": figure.name,
        "label": figure.label,
        "value": None if figure.value is None else format_value(figure.value),
        "unit": figure.unit,
        "raw": figure.raw,
        "file": address.file if address else "",
        "sheet": address.sheet if address else "",
        "cell": address.cell if address else "",
        "derivation": figure.derivation,
        "category": figure.category,
    }
    return row if before is None else {**row, "previous": format_value(before.value)}
