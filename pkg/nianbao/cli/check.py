"""``nianbao check``: the findings, and no documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.characters import without_hidden
from nianbao.checks.finding import Finding, has_errors
from nianbao.cli.findings import hanging_lines, print_reports, report_lines
from nianbao.cli.options import (
    EXIT_CODES,
    debug_option,
    fonts_option,
    format_option,
    project_of,
    worst,
)
from nianbao.errors import FormError, NianbaoError, UsageError, nearest
from nianbao.filing.register import Agency, Register
from nianbao.fonts import Typefaces, glyph_error, missing_glyphs, typefaces
from nianbao.project import BATCH_SUFFIXES, WORKBOOK_SUFFIXES, Project, workbook_in
from nianbao.terminal import print_json

if TYPE_CHECKING:
    from nianbao.batch.checking import Case
    from nianbao.filing.filing import Filing

EPILOG = f"""\b
例：
  nianbao check params/xixia-2020.yaml
  nianbao check sources/shili-jyj/2022.xlsx --format json

{EXIT_CODES}"""


@dataclass(frozen=True, slots=True)
class _Checked:
    """What came of it: findings, and errors where no report can be made of a workbook."""

    title: str
    file: str
    agency: str
    year: int
    findings: tuple[Finding, ...] = ()
    errors: tuple[NianbaoError, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)  # format: why it cannot be made


HELP = """列出核查问题，不生成文件。

给出批次文件（.yaml 或 .csv），或一个或多个填报表，或它们所在的文件夹。
填报表的机关和年度看它的“基本信息”；旁边有上一年的填报表时，一并比较。
"""


@click.command("check", help=HELP, epilog=EPILOG)
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="BATCH｜WORKBOOK｜DIR…",
)
@fonts_option
@format_option
@debug_option
def command(paths: tuple[Path, ...], fonts: str, output_format: str) -> int:
    """Print the findings, and give the exit code."""
    faces = typefaces(fonts)
    checked = [item for path in paths for item in _checked(path, faces)]
    code = worst(_codes(checked))
    if output_format == "json":
        print_json({"exit_code": code, "reports": [_as_json(item) for item in checked]})
    else:
        print_reports(map(_as_text, checked))
    return code


def _checked(path: Path, faces: Typefaces) -> Iterator[_Checked]:
    if path.is_dir():
        yield from (item for inner in _workbooks_under(path) for item in _checked(inner, faces))
        return
    if path.suffix.lower() in BATCH_SUFFIXES:
        yield from (_check(case, faces) for case in _cases_of_batch(path))
        return
    try:
        case = _case_of_workbook(path)
    except NianbaoError as error:
        yield _Checked(str(path), str(path), "", 0, errors=(error,))
    else:
        yield _check(case, faces)


def _workbooks_under(folder: Path) -> list[Path]:
    from nianbao.filing.sources import workbooks_under

    found = workbooks_under(folder)
    if not found:
        raise UsageError(
            "文件夹里没有填报表",
            where=folder,
            expected=f"扩展名是 {'、'.join(WORKBOOK_SUFFIXES)} 之一的文件",
            hint="给出填报表，或它所在的文件夹，如 sources/shili-jyj，或批次文件",
        )
    return found


def _cases_of_batch(path: Path) -> Iterator[Case]:
    from nianbao.batch.batch import load_batch
    from nianbao.batch.checking import case_of

    project = project_of(path)
    batch = load_batch(path, project)
    for report in batch.reports:
        yield case_of(project, batch, report)


def _case_of_workbook(path: Path) -> Case:
    """Tell whose a workbook is, and of which year: by its place, else by what it says."""
    from nianbao.batch.checking import Case
    from nianbao.filing.register import load_register
    from nianbao.filing.sources import report_named
    from nianbao.filing.workbook import read_identity

    project = project_of(path)
    shown = project.relative(path)
    register = load_register(project.register, shown=project.relative(project.register))
    code, year = report_named(project, path)
    agency = register.agency(code) if register.has(code) else None
    if agency is None or year is None:
        name, year = read_identity(path, shown=shown, year=year)
        agency = agency or _agency_named(name, register, shown)
    previous = _previous(project, agency.code, year, path)
    is_sum = register.children(agency.code, year)
    return Case(project, agency, year, path, previous, register if is_sum else None)


def _agency_named(name: str, register: Register, where: str) -> Agency:
    from nianbao.filing.labels import normalise

    wanted = normalise(name)
    for agency in register.agencies:
        if normalise(agency.name) == wanted:
            return agency
    for agency in register.agencies:
        if wanted in map(normalise, agency.names):
            return agency
    close = nearest(name, [agency.name for agency in register.agencies])
    raise FormError(
        "名册中没有这个机关",
        where=where,
        found=name or "（空白）",
        expected=f"{register.file} 中的一个机关",
        hint=f"最接近的是 {close}" if close else "在名册中登记",
    )


def _previous(project: Project, code: str, year: int, path: Path) -> Path | None:
    """Find last year's workbook: beside this one, else in its usual place."""
    from nianbao.forms import form_for_year

    if form_for_year(year - 1) is None:
        return None
    usual = project.source(code, year - 1)
    return workbook_in(path.parent, year - 1) or (usual if usual.is_file() else None)


def _check(case: Case, faces: Typefaces) -> _Checked:
    from nianbao.batch.checking import check_case

    checked = check_case(case)
    title, shown = f"{case.year} {case.agency.name}", case.project.relative(case.source)
    errors = (checked.previous_error, *checked.errors)
    told = tuple(error for error in errors if error is not None)
    missing = _missing(checked.filing, faces) if checked.filing else {}
    return _Checked(title, shown, case.agency.code, case.year, checked.findings, told, missing)


def _missing(filing: Filing, faces: Typefaces) -> dict[str, str]:
    """Tell why no PDF can be made of what is filed; nothing where it can."""
    texts = [(str(text.address), text.text) for text in filing.basics.values()]
    texts += [(str(item.address), item.heading + item.template) for item in filing.prose]
    lacking = {place: missing_glyphs(without_hidden(text), faces) for place, text in texts}
    characters = [char for missing in lacking.values() for char in missing]
    places = (place for place, missing in lacking.items() if missing)
    return {"pdf": str(glyph_error(characters, places))} if characters else {}


def _codes(checked: list[_Checked]) -> Iterator[int]:
    for item in checked:
        yield from (error.exit_code for error in item.errors)
        if has_errors(item.findings):
            yield 1


def _as_json(item: _Checked) -> dict[str, object]:
    return {
        "agency": item.agency,
        "year": item.year,
        "file": item.file,
        "findings": [finding.to_json() for finding in item.findings],
        "errors": [str(error) for error in item.errors],
        "missing": dict(item.missing),
    }


def _as_text(item: _Checked) -> Iterator[str]:
    title = f"{item.title}（{item.file}）" if item.agency else item.title
    yield from report_lines(title, item.file, item.findings, item.errors)
    for name, why in item.missing.items():
        yield from hanging_lines(f"  会缺 {name.upper()}：{why}")
