"""Governments with made-up agencies, in memory: what they hand in, and what is stated of them."""

from nianbao.checks import run_checks
from nianbao.demo import District, filled_in
from nianbao.filing.figure import Address, Figure, format_value
from nianbao.filing.filing import Filing, cell_ref
from nianbao.filing.register import Agency
from nianbao.filing.rollup import Unit, roll_up, table_refs
from nianbao.filing.tables import figure_label, figure_name
from nianbao.forms import load_form

YEAR, FORM = 2022, load_form("2021")
GOVERNMENT = Agency(code="shili-xian", name="示例县人民政府", kind="政府", level="县")
ZEROS = dict.fromkeys(table_refs(FORM), 0)


def filing(agency, values, *, form=FORM, year=YEAR, file="", **fields):
    """A filing of these values; None is a blank cell."""
    file = file or f"sources/{agency.code}/{year}.xlsx"
    figures = {}
    for table in form.tables:
        for line, (_, row, column) in enumerate(table.cells(), start=1):
            ref = cell_ref(table.key, row.key, column.key)
            value = values.get(ref)
            figures[ref] = Figure(
                ref, figure_name(row, column), figure_label(row, column), value,
                "万元" if column.kind == "money" else column.unit, raw=format_value(value),
                address=Address(file, table.sheet, f"B{line}"),
            )  # fmt: skip
    return Filing(agency, year, form, file, {}, figures, (), **fields)


def unit(number, values, *, name="", earlier=(), **fields):
    """A unit that hands in these values, and handed in others before."""
    agency = Agency(code=f"jg{number}", name=name or f"示例县第{number}局", **fields)
    return Unit(
        agency,
        filing(agency, ZEROS | values),
        earlier=tuple(
            filing(agency, ZEROS | old, file=f"sources/jg{number}/received/{YEAR}-{n}.xlsx")
            for n, old in enumerate(earlier, start=1)
        ),
    )


def district(count, seed=0):
    """Units with the numbers of a made-up district."""
    filled = filled_in(District(count, (YEAR,), seed=seed))
    return [
        Unit(replaced := item.agency, filing(replaced, dict(item.content.values)))
        for item in filled
    ]


def sums(units):
    """What is right to state."""
    known = roll_up(filing(GOVERNMENT, {}), units).rollup
    return {ref: known.total(ref) for ref in ZEROS}


def government(units, changes=(), *, stated=None, **fields):
    """A government that states the sums, but for some changes."""
    right = sums(units) if stated is None else stated
    return roll_up(filing(GOVERNMENT, right | dict(changes), **fields), units)


def plus(values, unit, sign=1):
    """Sums with a unit more, or one less."""
    return {ref: value + sign * (unit.values[ref] or 0) for ref, value in values.items()}


def found(filed, *ids, previous=None):
    """The findings of some checks."""
    return [finding for finding in run_checks(filed, previous) if finding.id in ids]
