"""Made-up reports, as blocks and as the executed notebooks that carry them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode, v4

from nianbao.forms import LayoutCell, load_form
from nianbao.report.blocks import (
    MIME,
    Block,
    Cell,
    Chart,
    Composition,
    Coverage,
    FindingList,
    Heading,
    Masthead,
    Paragraph,
    Picture,
    Provenance,
    StatTable,
)
from nianbao.report.inlines import Number
from nianbao.report.parts import CellParts, Member, Share

WIDTHS = {
    "table2": (42, 38, 38, 38),
    "table3": (13, 20, 47, *(76 / 7,) * 7),
    "table4": (10.4,) * 15,
}
FILE = "sources/shili/2021.xlsx"
SVG = """<?xml version="1.0" encoding="utf-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     width="432pt" height="180pt" viewBox="0 0 432 180" version="1.1">
 <defs><style type="text/css">*{stroke-linejoin: round}</style>
  <clipPath id="frame"><rect x="40" y="20" width="360" height="120"/></clipPath></defs>
 <g id="axes_1">
  <rect x="60" y="40" width="90" height="100" clip-path="url(#frame)" style="fill: #1f5f8b"/>
  <rect x="260" y="90" width="90" height="50" clip-path="url(#frame)" style="fill: #1f5f8b"/>
  <path d="M 40 140 L 400 140" style="stroke: #000000; fill: none"/>
  <text x="105" y="160" style="font-family: 'Noto Sans SC'; text-anchor: middle">自然人</text>
  <text x="305" y="160" style="font-family: 'Noto Sans SC'; text-anchor: middle">商业企业</text>
 </g>
</svg>
"""
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJ"
    "RU5ErkJggg=="
)


def statutory(key: str, form: str = "2021", *, wrong: bool = False) -> StatTable:
    """A statutory table whose values count up; `wrong` gives its last row findings."""
    table = load_form(form).table(key)
    rows = []
    for line in table.layout():
        cells = [_cell(cell, len(rows), column) for column, cell in enumerate(line)]
        rows.append(tuple(cells))
    if wrong:
        *labels, last = rows[-1]
        rows[-1] = (*labels, _wrong(last))
    block = table.blocks[0]
    return StatTable(
        key=key,
        caption=table.caption,
        rows=tuple(rows),
        head_rows=0 if block.title else block.depth,
        widths=WIDTHS[key],
        notes=("数据来源：示例",),
    )


def filled(table: StatTable, text: str) -> StatTable:
    """The same table with one text for all its values."""
    return replace(
        table,
        rows=tuple(
            tuple(replace(cell, text=text) if cell.role == "value" else cell for cell in row)
            for row in table.rows
        ),
    )


def _cell(cell: LayoutCell, row: int, column: int) -> Cell:
    if cell.role == "value":
        ref, address = f"t.{cell.row}.{cell.column}", f"{FILE}#示例!C{row + 1}"
        return Cell(str(10 * row + column), colspan=cell.colspan, ref=ref, address=address)
    if cell.role == "stub":
        scope = "rowgroup" if cell.rowspan > 1 else "row"
    else:
        scope = "colgroup" if cell.colspan > 1 and cell.role != "corner" else "col"
    return Cell(cell.text, cell.role, cell.rowspan, cell.colspan, scope)


def _wrong(cell: Cell) -> Cell:
    return Cell("0", ref=cell.ref, address=cell.address, computed="2", findings=("A2", "A3"))


MASTHEAD = Masthead(
    title="示例市示例区示例局2021年政府信息公开工作年度报告",
    agency="示例市示例区示例局",
    code="shili",
    year=2021,
    form="2021",
    notice="国办公开办函〔2021〕30号",
    is_sample=True,
)
PARAGRAPH = Paragraph(
    inlines=(
        "2021年，本机关收到政府信息公开申请",
        Number("12", ref="table3.a.total", address=f"{FILE}#依申请公开!J5", unit="件"),
        "件，办结",
        Number("11", ref="table3.t.total", address=f"{FILE}#依申请公开!J27", status="matched"),
        "件，满意率",
        Number("99.5", status="loose"),
        "%（示例）。自然人2件，企业7件。",
    )
)
CHART = Chart(
    key="applicants",
    svg=SVG,
    alt="条形图：自然人 2 件，商业企业 1 件",
    caption="图1 申请人构成（示例）",
    source="数据来源：表三第一项",
    columns=("申请人", "件数"),
    rows=(("自然人", "2"), ("商业企业", "1")),
    refs=("table3.a.natural", "table3.a.business"),
)
PICTURE = Picture(mimetype="image/png", data=PNG, alt="一个示例色块", caption="图2 示例")


def finding(name: str = "A2", severity: str = "error", **changes: Any) -> dict[str, Any]:
    made = {
        "id": name,
        "name": "result-total",
        "severity": severity,
        "title": "办理结果合计不符（示例）",
        "message": "表三“（七）总计”与（一）至（六）之和不符：自然人应为 2，填报为 0",
        "source": "国办公开办函〔2021〕30号",
        "where": [f"{FILE}#依申请公开!D27"],
        "refs": ["table3.t.natural"],
        "expected": {"自然人": 2},
        "found": {"自然人": 0},
        "agency": "shili",
        "year": 2021,
        "cause": "",
        "mends": [],
        **changes,
    }
    return made | {"labels": list(made["expected"])}


FINDINGS = FindingList(
    findings=(
        finding(mends=["A3"]),
        finding("A3", cause="A2", title="总数不符（示例）", found={"自然人": None}),
        finding("A5", "warning", expected={}, found={}, where=[], source=""),
    )
)


def figure(ref: str, value: str | None, **changes: str) -> dict[str, Any]:
    return {
        "ref": ref,
        "name": "总计_自然人",
        "label": "（七）总计 · 自然人",
        "value": value,
        "unit": "件",
        "raw": value or "",
        "file": FILE,
        "sheet": "依申请公开",
        "cell": "D27",
        "derivation": "",
        "category": "",
        **changes,
    }


PROVENANCE = Provenance(
    inputs={FILE: "0" * 64},
    environment={"Python": "3.11", "typst": "0.15.2"},
    figures=(
        figure("table3.t.natural", "2", previous="1"),
        figure("table3.f.natural", None),
        figure("rates.办结率", "91.666666666", unit="%", raw="", file="", sheet="", cell=""),
    ),
)
SIGNATURE = (
    Paragraph(inlines=("示例市示例区示例局",), role="signature"),
    Paragraph(inlines=("2022年1月20日",), role="signature"),
)


def report_blocks(form: str = "2021", findings: FindingList = FINDINGS) -> list[Block]:
    """A whole made-up report of six sections."""
    sections = [Heading(level=2, text=section.title) for section in load_form(form).sections]
    sub = Heading(level=3, text="（一）示例情况")
    wrong = bool(findings.findings)
    body = [PARAGRAPH] * 3
    return [
        MASTHEAD,
        *(PARAGRAPH, sections[0], sub, *body, CHART, Paragraph(inlines=("示例注。",), role="note")),
        *(sections[1], statutory("table2", form)),
        *(sections[2], statutory("table3", form, wrong=wrong)),
        *(sections[3], statutory("table4", form)),
        *(sections[4], *body, sections[5], *body, PICTURE, *SIGNATURE),
        *(Heading(level=2, text="核查结果", edition=findings.edition), findings, PROVENANCE),
    ]


def output(block: Block) -> NotebookNode:
    return v4.new_output("display_data", {MIME: block.to_json(), "text/plain": "示例"})


def code_cell(*outputs: NotebookNode, **metadata: Any) -> NotebookNode:
    return v4.new_code_cell("示例()", outputs=list(outputs), execution_count=1, metadata=metadata)


def notebook(*cells: NotebookNode) -> NotebookNode:
    """An executed notebook whose cell ids do not change from run to run."""
    made = v4.new_notebook(cells=list(cells))
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
    return made


def notebook_of(blocks: Iterable[Block]) -> NotebookNode:
    """An executed notebook with a cell for each block."""
    return notebook(*(code_cell(output(block)) for block in blocks))


COVERAGE = Coverage(
    counted=2,
    missing=("示例区丙局",),
    partial=("示例区丁政府",),
    left_out=("示例区税务局",),
)
COMPOSITION = Composition(
    units=(
        Member("jia", "示例区甲局", "sources/jia/2022.xlsx"),
        Member("yi", "示例区乙局", "sources/yi/2022.xlsx"),
        Member("bing", "示例区丙局", "", "missing", "没有填报表"),
        Member("swj", "示例区税务局", "sources/swj/2022.xlsx", "left_out", "垂直管理"),
    ),
    tables={"table3": "收到和处理政府信息公开申请情况", "table4": "复议、诉讼情况"},
    cells=(
        CellParts(
            "table3.a.natural", "table3", "一、本年新收", "自然人", "件", "12", "13",
            (Share("jia", "5", "sources/jia/2022.xlsx#依申请公开!D6"), Share("yi", "7", "台账")),
        ),
        CellParts("table3.a.other", "table3", "一、本年新收", "其他", "件", "0.3", "",
                  (Share("jia", "0.1", "x"), Share("yi", "0.2", "y"))),
        CellParts("table3.b.natural", "table3", "二、上年结转", "自然人", "件", "4", "",
                  (Share("yi", "4", "x"),), ("jia",)),
        CellParts("table3.b.other", "table3", "二、上年结转", "其他", "件", "0"),
        CellParts("table4.cases.x", "table4", "", "行政复议 结果维持", "件", "", "", (),
                  ("jia", "yi")),
    ),
)  # fmt: skip
