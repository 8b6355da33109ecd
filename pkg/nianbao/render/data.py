"""The figures as a table, and the findings as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq

from nianbao.errors import RenderError
from nianbao.render.document import Document

DIGITS, PLACES = 24, 6
LIMIT = Decimal(10) ** (DIGITS - PLACES)
STEP = Decimal(1).scaleb(-PLACES)

SCHEMA = pa.schema(
    [
        ("agency", pa.string()),
        ("year", pa.int32()),
        ("form", pa.string()),
        ("ref", pa.string()),
        ("name", pa.string()),
        ("label", pa.string()),
        ("value", pa.decimal128(DIGITS, PLACES)),
        ("unit", pa.string()),
        ("raw", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("cell", pa.string()),
        ("derivation", pa.string()),
        ("category", pa.string()),
    ]
)


def figures_table(document: Document) -> pa.Table:
    """Give all figures of a document.

    Returns
    -------
    pyarrow.Table
        One row per figure, in the document's order; ``agency`` (the code), ``year`` and ``ref``
        are the key. Besides: ``form``, ``name``, ``label``, ``value`` (decimal of 24
        digits, 6 of them after the point; null where the figure is blank or unreadable),
        ``unit`` (件, 万元, % …), ``raw``, ``file``, ``sheet``, ``cell``, ``derivation``,
        ``category``.

    Raises
    ------
    RenderError
        A value that is no number, or too large to hold.
    """
    masthead = document.masthead
    shared = {
        "agency": masthead.code if masthead else "",
        "year": masthead.year if masthead else None,
        "form": masthead.form if masthead else "",
    }
    rows = [orjson.dumps(_row(figure) | shared) for figure in document.figures]
    return _table(b"\n".join(rows)) if rows else SCHEMA.empty_table()


def _table(lines: bytes) -> pa.Table:
    # Not from Python's lists: for these Arrow imports pandas, 40 MB in each worker.
    return pj.read_json(
        io.BytesIO(lines),
        read_options=pj.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=pj.ParseOptions(explicit_schema=SCHEMA, unexpected_field_behavior="error"),
    )


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write figures as Parquet: the same table, the same bytes (for one version of Arrow)."""
    pq.write_table(table, path, compression="zstd")


def findings_json(document: Document) -> str:
    """Give the findings of a document as a JSON list, indented, with a final line feed."""
    findings = [_in_order(finding) for finding in document.findings]
    return json.dumps(findings, ensure_ascii=False, indent=2) + "\n"


def _in_order(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Give both sides in the order of the labels, which a saved notebook does not keep."""
    sides = {
        side: {label: finding[side][label] for label in finding["labels"] if label in finding[side]}
        for side in ("expected", "found")
    }
    return {**finding, **sides}


def _row(figure: dict[str, Any]) -> dict[str, str | None]:
    texts = {
        name: str(figure.get(name) or "")
        for name in SCHEMA.names
        if name not in {"agency", "year", "form", "value"}
    }
    value = decimal_of(figure)
    # All places written; a computed value with more is rounded, half to even.
    return {**texts, "value": None if value is None else f"{value.quantize(STEP):f}"}


def decimal_of(figure: Mapping[str, Any]) -> Decimal | None:
    """Give the value of a figure; None where it is blank or unreadable.

    Raises
    ------
    RenderError
        It is no number, or too large to hold.
    """
    if figure.get("value") is None:
        return None
    try:
        value = Decimal(str(figure["value"]))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= LIMIT:
        where = f"{figure.get('file')}#{figure.get('sheet')}!{figure.get('cell')}"
        raise RenderError(
            "数值无法存入数据文件",
            where=where if figure.get("file") else figure.get("ref", ""),
            found=figure["value"],
            expected=f"整数部分不超过 {DIGITS - PLACES} 位的数",
        )
    return value
