"""Write ``docs/reference/checks.md`` from the registry of checks (``make docs``)."""

from pathlib import Path

from nianbao.checks import CHECKS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "checks.md"

HEAD = """\
# 核查项目

由 `make docs` 从核查登记表生成，不要手改。
级别：必须改的问题未改正前，年报标“草稿”；请说明的要核实或写明原因；提示仅供参考。

| 编号 | 名称 | 级别 | 内容 | 依据 |
|---|---|---|---|---|
"""


def checks_page() -> str:
    """Give the page: one line per check, by family and number."""
    rows = [
        f"| {item.id} | {item.name} | {item.severity.label} | {item.title} | {item.source} |\n"
        for item in sorted(CHECKS, key=lambda check: (check.id[0], int(check.id[1:])))
    ]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(checks_page(), encoding="utf-8")
