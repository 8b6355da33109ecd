"""A government's own report: what it is made from, and of whom each cell is the sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from nianbao.checks.case import SMALL_GROUPS
from nianbao.errors import SourceError, WorkbookError, listed
from nianbao.filing.figure import Figure, format_value
from nianbao.filing.filing import Filing
from nianbao.filing.register import Register
from nianbao.filing.rollup import Rollup, Unit
from nianbao.filing.tree import Tree, entries_below
from nianbao.filing.workbook import read_filing
from nianbao.filing.workdays import Calendar
from nianbao.forms import form_for_year
from nianbao.project import Project
from nianbao.report.blocks import Composition, Coverage
from nianbao.report.kernel import prepare_kernel
from nianbao.report.load import Report, files_read, named_before, named_register, register_entry
from nianbao.report.parts import CellParts, Member, Share, State
from nianbao.report.unit_figures import UnitFigures


def load_rollup(
    agency: str,
    year: int,
    *,
    source: str = "",
    previous: str = "",
    register: str = "",
    public_hotline: bool = False,
    small_groups: int = SMALL_GROUPS,
) -> Report:
    """Load a government's report for one year: the sums of its units, and what it files itself.

    Last year is its own sum of that year, or its workbook; where neither is, there is none.

    Parameters
    ----------
    agency
        Code of the government in the register.
    year
        The report year.
    source, previous, register
        Its workbook of this year and of last year, both optional, and the register, as named from
        the project's root; empty for the usual places.
    public_hotline, small_groups
        As for `nianbao.report.load`.

    Raises
    ------
    ProjectError, ConfigError
        No project here; no such agency, or a register that cannot be.
    SourceError
        Nobody is below it, nothing is there to be summed up, or its own workbook cannot be taken
        as a filing.
    """
    prepare_kernel()
    project = Project.find()
    agencies = named_register(project, register)
    tree = Tree(project, agencies, Calendar.of(project))
    own = project.resolve(source) if source else None
    made = rollup_report(tree, agency, year, own=own, previous=previous, small_groups=small_groups)
    return replace(made, public_hotline=public_hotline)


def rollup_report(
    tree: Tree,
    code: str,
    year: int,
    *,
    own: Path | None = None,
    previous: str = "",
    small_groups: int = SMALL_GROUPS,
) -> Report:
    """Give a government's report before it is written, as `load_rollup` does; raises the same.

    Parameters
    ----------
    tree
        Where the filings are read.
    own, previous
        Its workbooks, where they are not in the usual places.
    """
    _require_units(tree.register, code, year)
    filing = tree.filing(code, year, own=own)
    rollup = _require_content(filing)
    before = _before(replace(tree, with_earlier=False), code, year - 1, previous)
    read = {
        **files_read(tree.calendar, *_filings(filing), *_filings(before)),
        **_entries(tree.register, code, year),
    }
    return Report(
        filing=filing,
        previous=before,
        inputs={name: digest for name, digest in read.items() if name},
        units=UnitFigures(filing, rollup),
    ).checked(small_groups=small_groups)


def _require_units(register: Register, code: str, year: int) -> None:
    agency = register.agency(code)
    if not register.children(code, year):
        raise SourceError(
            f"{agency.name}在 {year} 年度没有下级单位，不能汇总",
            where=register.file,
            found=code,
            expected=f"有机关写着 parent: {code}，并且这一年度要报",
            hint="在名册中给下级单位写 parent；自己的年报用 nianbao run",
        )


def _require_content(filing: Filing) -> Rollup:
    rollup = filing.rollup or Rollup(())
    if filing.file or rollup.counted:
        return rollup
    missing = [unit.agency.name for unit in rollup.missing]
    raise SourceError(
        "没有可以汇总的：下级单位都没有能读的填报表",
        where=filing.agency.name,
        found=f"缺 {listed(missing)}" if missing else "下级单位都不计入汇总",
        hint="先收下级单位的填报表，放到 sources/机关/年度.xlsx",
    )


def _before(tree: Tree, code: str, year: int, named: str) -> Filing | None:
    """Give last year's: as named, or the sum and the workbook of then; None for nothing."""
    agency, project = tree.register.agency(code), tree.project
    if named:
        path = named_before(project, named)
        return read_filing(path, agency, year, shown=named, calendar=tree.calendar)
    if form_for_year(year) is None or not agency.reports_in(year):
        return None
    has_units = bool(tree.register.children(code, year))
    if not has_units and not project.source(code, year).is_file():
        return None
    filing = tree.filing(code, year)
    has_content = filing.file or (filing.rollup and filing.rollup.counted)
    return filing if has_content else None


def _filings(filing: Filing | None) -> Iterator[Filing]:
    """Yield a filing and all that it is the sum of, earlier versions too."""
    if filing is None:
        return
    yield filing
    for unit in filing.rollup.units if filing.rollup else ():
        yield from unit.earlier
        yield from _filings(unit.filing)


def _entries(register: Register, code: str, year: int) -> dict[str, str]:
    below = (below for below, _ in entries_below(register, code, year))
    agencies = [register.agency(item).in_year(year) for item in (code, *below)]
    return {k: v for item in agencies for k, v in register_entry(register, item).items()}


def coverage(report: Report) -> Coverage:
    """Give whom the sums have, lack and leave out."""
    rollup = _rollup(report)
    return Coverage(
        counted=len(rollup.counted),
        missing=tuple(unit.agency.name for unit in rollup.missing),
        partial=tuple(unit.agency.name for unit in rollup.partial),
        left_out=tuple(unit.agency.name for unit in rollup.left_out),
    )


def composition(report: Report) -> Composition:
    """Give of whom each cell of the three tables is the sum."""
    rollup, form = _rollup(report), report.filing.form
    return Composition(
        units=tuple(map(_member, rollup.units)),
        tables={table.key: table.caption for table in form.tables},
        cells=tuple(_cells(report.filing, rollup)),
    )


def _rollup(report: Report) -> Rollup:
    if report.filing.rollup is None:
        raise WorkbookError(
            "这份年报不是汇总", where=report.filing.agency.name, hint="用 report.load_rollup 读取"
        )
    return report.filing.rollup


def _member(unit: Unit) -> Member:
    state: State = "left_out" if unit.left_out else "missing" if unit.is_missing else "counted"
    file = unit.filing.file if unit.filing else ""
    reason = unit.left_out or unit.missing
    return Member(unit.agency.code, unit.agency.name, file, state, reason)


def _cells(filing: Filing, rollup: Rollup) -> Iterator[CellParts]:
    for table in filing.form.tables:
        for _, row, column in table.cells():
            figure = filing.figure(table.key, row.key, column.key)
            stated = rollup.stated.get(figure.ref)
            yield CellParts(
                ref=figure.ref,
                table=table.key,
                row=" ".join(row.path),
                column=column.path[-1] if row.path else " ".join(column.path),
                unit=figure.unit,
                value=format_value(rollup.total(figure.ref)),
                stated=stated.raw if stated else "",
                shares=tuple(_shares(rollup, figure.ref)),
                blank=tuple(unit.agency.code for unit in rollup.blank(figure.ref)),
            )


def _shares(rollup: Rollup, ref: str) -> Iterator[Share]:
    for unit, value in rollup.shares(ref):
        if value:
            figure = unit.filing.figures[ref] if unit.filing else None
            yield Share(unit.agency.code, format_value(value), _place(figure))


def _place(figure: Figure | None) -> str:
    """Say where a unit's number stands: its cell, or how it was computed."""
    if figure is None:
        return ""
    if figure.value is None:
        return "填报为空，由分项相加得出"
    return figure.derivation or str(figure.address)
