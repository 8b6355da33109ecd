"""Every figure as a pandas DataFrame, for an analyst's own cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.report.load import Report

if TYPE_CHECKING:
    import pandas as pd


def frame(report: Report) -> pd.DataFrame:
    """Every figure of a report as a table.

    Returns
    -------
    DataFrame
        One row per figure: as filed, in the order of the form; then what is computed. Key:
        ``ref``, unique. Columns: ref, name, label, value (int, Decimal or None), unit, text (as
        printed), address (of its cell, empty without one), derivation (how it was computed, empty
        for a figure as filed), category (of a fact).
    """
    import pandas as pd  # noqa: PLC0415 - half of the package's import time, and only needed here

    rows = [
        {
            "ref": item.ref,
            "name": item.name,
            "label": item.label,
            "value": item.value,
            "unit": item.unit,
            "text": item.text,
            "address": str(item.address or ""),
            "derivation": item.derivation,
            "category": item.category,
        }
        for item in report.figures.values()
    ]
    return pd.DataFrame(rows).astype({"value": object})
