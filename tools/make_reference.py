"""Write the pages of docs/reference that are made from the code (``make docs``)."""

from pathlib import Path

from nianbao.checks import CHECKS
from nianbao.filing.ledgers.kinds import LedgerColumn, LedgerKind, ledger_kinds
from nianbao.forms import load_form

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
BEGIN, END = "<!-- 以下由 make docs 生成，不要手改 -->\n", "<!-- 生成部分结束 -->\n"

CHECKS_HEAD = """\
# 核查项目

由 `make docs` 从核查登记表生成，不要手改。
级别：必须改的问题未改正前，年报标“草稿”；请说明的要核实或写明原因；提示仅供参考。

| 编号 | 名称 | 级别 | 内容 | 依据 |
|---|---|---|---|---|
"""
KINDS = {
    "text": "文字",
    "date": "日期",
    "choice": "从几个词中选",
    "flag": "是、否",
    "money": "金额",
}
FORM = load_form("2021")


def checks_page() -> str:
    """Give the page of the checks: one line per check, by family and number."""
    rows = [
        f"| {item.id} | {item.name} | {item.severity.label} | {item.title} | {item.source} |\n"
        for item in sorted(CHECKS, key=lambda check: (check.id[0], int(check.id[1:])))
    ]
    return CHECKS_HEAD + "".join(rows)


def ledgers_page() -> str:
    """Give the page of the ledgers: what is written by hand, then a table per kind."""
    before, _, rest = (FOLDER / "ledgers.md").read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "".join(map(_ledger, ledger_kinds())) + END + after


def _ledger(kind: LedgerKind) -> str:
    forms = "".join(f"只用于 {form} 版格式。" for form in kind.forms)
    lines = [
        f"\n### {kind.sheet}\n",
        f"{kind.about}{forms}\n",
        "| 列 | 必有 | 填什么 | 也可写作 |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *map(_column, kind.columns)]) + "\n"


def _column(column: LedgerColumn) -> str:
    required = "是" if column.required else ""
    if column.blank:
        required = "列要有，格可空"
    return f"| {column.name} | {required} | {_filled_with(column)} | {'、'.join(column.aliases)} |"


def _filled_with(column: LedgerColumn) -> str:
    what = KINDS[column.kind] + ("，不重复" if column.unique else "")
    match column.choices:
        case "form-columns":
            return f"表三的六类申请人：{'、'.join(column.shown(FORM))}"
        case "form-rows":
            return "表三第三项的各行，照格式写，编号可略"
        case "cases":
            return "、".join(column.shown(FORM))
    if column.kind != "choice":
        return what
    words = "、".join(column.shown(FORM))
    own = "可用自己的词" if column.open else ""
    return "；".join(filter(None, [words, own]))


PAGES = {"checks.md": checks_page, "ledgers.md": ledgers_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
