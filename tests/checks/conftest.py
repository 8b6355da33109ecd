"""Filings for the tests of checks: empty ones without any finding, and what a test changes."""

from decimal import Decimal

import pytest

from nianbao.checks import run_checks
from nianbao.filing.figure import Address, Figure, format_value
from nianbao.filing.filing import Filing, Passage, cell_ref
from nianbao.filing.register import Agency
from nianbao.forms import load_form

FILE = "sources/shili/示例.xlsx"
# An agency that decides on permits: else A11 would speak in every test.
DEFAULTS = {"table2.permits.decisions": 1}


# The words that every handed-in report has; none says a number.
WORDS = {
    1: "主动公开各类信息，受理依申请公开，规范政府信息管理，建设公开平台，加强监督保障，"
    "考核、社会评议和责任追究都有安排。",
    5: "目录更新较慢。下一步将修订目录，明确时限。",
    6: "没有收取信息处理费。",
}


def table_figures(form):
    for table in form.tables:
        for line, (_, row, column) in enumerate(table.cells(), start=1):
            ref = cell_ref(table.key, row.key, column.key)
            label = " · ".join(filter(None, [row.path[-1] if row.path else "", column.path[-1]]))
            if table.key == "table4":
                label = " · ".join(column.path[-2:])
            unit = "万元" if column.kind == "money" else column.unit
            yield Figure(
                ref, ref, label, 0, unit, raw="0", address=Address(FILE, table.sheet, f"B{line}")
            )


def change(figure, value):
    """The same figure with a number, blank (None), or fields by name."""
    fields = value if isinstance(value, dict) else {"value": value}
    raw = format_value(fields.get("value"))
    old = {name: getattr(figure, name) for name in Figure.__slots__}
    return Figure(**{**old, "raw": raw, **fields})


@pytest.fixture(scope="session")
def make():
    """Make a filing: all zero, but for what is given by reference; its words are complete.

    `prose` comes before them, in section one.
    """

    def make_filing(
        form="2021",
        values=(),
        *,
        year=None,
        level="县",
        kind="部门",
        facts=(),
        prose=(),
        remarks=(),
    ):
        filled = load_form(form)
        changed = {**DEFAULTS, **dict(values)}
        figures = {figure.ref: figure for figure in table_figures(filled)}
        unknown = changed.keys() - figures.keys()
        assert not unknown, unknown
        figures |= {ref: change(figures[ref], value) for ref, value in changed.items()}
        figures |= {fact.ref: fact for fact in facts}
        where = Address(FILE, "正文", "C2")
        said = [(1, text) for text in prose] + list(WORDS.items())
        return Filing(
            agency=Agency(code="shili", name="示例区示例局", level=level, kind=kind),
            year=year or filled.first_year,
            form=filled,
            file=FILE,
            basics={},
            figures=figures,
            prose=tuple(Passage(number, "", text, where) for number, text in said),
            remarks=tuple(remarks),
        )

    return make_filing


@pytest.fixture(scope="session")
def findings(make):
    """Run all checks on a filing made so; give the findings by id, one each."""

    def find(*args, previous=None, **options):
        found = run_checks(make(*args, **options), previous)
        by_id = {finding.id: finding for finding in found}
        assert len(by_id) == len(found), found
        return by_id

    return find


@pytest.fixture
def fact():
    """Make one figure of sheet 工作数据."""

    def make_fact(name, value, unit="件", **fields):
        fields.setdefault("raw", format_value(value) if isinstance(value, int | Decimal) else "")
        where = Address(FILE, "工作数据", "C2")
        return Figure(f"facts.{name}", name, name, value, unit, address=where, **fields)

    return make_fact
