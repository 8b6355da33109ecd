"""``nianbao explain``: where a number comes from, and what it reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.cli.options import (
    EXIT_CODES,
    debug_option,
    format_option,
    from_here,
    project_of,
)
from nianbao.errors import UsageError, listed, nearest, visible
from nianbao.filing.figure import Value, format_value
from nianbao.project import Project
from nianbao.terminal import print_json, tell

if TYPE_CHECKING:
    from nianbao.batch.batch import Batch, ReportName
    from nianbao.batch.explain import Explanation, Reach
    from nianbao.batch.subject import Sources, Subject
    from nianbao.batch.trace import Heading, Origin
    from nianbao.filing.figure import Figure
    from nianbao.filing.register import Register

LOOKS_LIKE_ADDRESS = re.compile(r"[#＃!！]|[：:][A-Za-z]{1,3}[0-9]+$")
LINE_AT_MOST = 1_000  # characters; a workbook may hold any text
ORIGINS_AT_MOST = 12
EDITIONS = {"both": "公开版", "review": "审核版"}

EPILOG = f"""\b
例：
  nianbao explain 'sources/shili-jyj/2022.xlsx#依申请公开!J6'
  nianbao explain 新收申请 --agency shili-jyj --year 2022

{EXIT_CODES}"""


HELP = """说明一个数从哪里来、影响什么。

ADDRESS 是审核版里的地址（文件#工作表!单元格，加单引号），或数据的名称、引用名；
名称要指明是哪一份年报：用 --agency 和 --year，或给出只有一份年报的批次 BATCH。
图没有记下画了哪些数，所以不列。
"""


@click.command("explain", help=HELP, epilog=EPILOG)
@click.argument("address")
@click.argument("batch", required=False, type=click.Path(path_type=Path))
@click.option("--agency", help="机关（代码）。")
@click.option("--year", type=int, help="年度。")
@click.option(
    "--outputs", type=click.Path(path_type=Path), help="输出文件夹；默认是项目的 outputs/。"
)
@format_option
@debug_option
def command(
    *,
    address: str,
    batch: Path | None,
    agency: str | None,
    year: int | None,
    outputs: Path | None,
    output_format: str,
) -> int:
    """Print the explanation, and give the exit code."""
    from nianbao.batch.batch import load_batch
    from nianbao.batch.explain import explain

    project = Project.find() if batch is None else project_of(batch)
    sources, named = _asked(project, None if batch is None else load_batch(batch, project))
    if agency is not None:
        _require_known(agency, sources.register)
    ordered = [
        report
        for report in named
        if agency in {None, report.agency} and year in {None, report.year}
    ]
    subject = _subject(address, sources, ordered)
    folder = (outputs or project.outputs).absolute()
    explanation = explain(subject, sources, folder)
    if output_format == "json":
        print_json(explanation.to_json())
    else:
        tell(*(visible(line, most=LINE_AT_MOST) for line in _lines(explanation, folder)))
    return 0


def _require_known(agency: str, register: Register) -> None:
    known = [item.code for item in register.agencies]
    if agency not in known:
        close = nearest(agency, known)
        hint = f"最接近的是 {close}" if close else "机关代码见 params/agencies.yaml"
        raise UsageError("名册中没有这个机关", where="--agency", found=agency, hint=hint)


def _asked(project: Project, batch: Batch | None) -> tuple[Sources, list[ReportName]]:
    """Give where reports are read, and which may be meant: the batch's, else all workbooks'."""
    from nianbao.batch.batch import ReportName
    from nianbao.batch.subject import Sources
    from nianbao.filing.register import load_register
    from nianbao.project import workbooks_in

    if batch is not None:
        sources = Sources(project, batch.register, small_groups=batch.small_groups)
        return sources, list(batch.reports)
    register = load_register(project.register, shown=project.relative(project.register))
    folders = sorted(project.root.glob("sources/*"))
    found = [ReportName(year, path.name) for path in folders for year in sorted(workbooks_in(path))]
    return Sources(project, register), found


def _subject(asked: str, sources: Sources, among: Sequence[ReportName]) -> Subject:
    """Find what is asked about: at an address, else by its name."""
    from nianbao.batch.subject import report_at, subject_at, subject_named
    from nianbao.filing.figure import Address

    if LOOKS_LIKE_ADDRESS.search(asked):
        name, address = report_at(Address.parse(asked), sources.project, Path.cwd())
        if name not in among:
            raise UsageError(
                "这个地址不属于所指的年报",
                where=address,
                expected=_named(among),
                hint="去掉批次、--agency 和 --year，地址自己说明是哪一份",
            )
        return subject_at(sources.report(name), address)
    if len(among) != 1:
        raise UsageError(
            "要说明是哪一份年报" if among else "没有这样的年报",
            found=_named(among),
            hint="用 --agency 和 --year 指明，例如 --agency shili-jyj --year 2022",
        )
    return subject_named(sources.report(among[0]), asked)


def _named(reports: Iterable[ReportName]) -> str:
    return listed(f"{report.year} {report.agency}" for report in reports)


def _lines(explanation: Explanation, outputs: Path) -> Iterator[str]:
    subject, figure = explanation.subject, explanation.subject.figure
    filing = subject.report.filing
    yield f"{filing.year} {filing.agency.name}"
    if figure is None:
        yield f"  {subject.text or '这里没有数据'}"
    else:
        yield f"  {_valued(figure)}"
    if subject.address:
        yield f"  位置：{subject.address}"
    if figure is not None:
        yield from _facts(figure)
    elif _is_text(subject):
        yield "  文字没有逐处登记，见引言和相应部分"
    if explanation.heading:
        yield f"  格式：{_placed(explanation.heading)}"
    for item in explanation.sums:
        role = "合计" if item.role == "whole" else "分项"
        sums = f"分项之和 {_number(item.parts)}，合计 {_number(item.whole)}"
        yield f"  勾稽 {item.check}（这里是{role}）：{sums}；{item.source}"
    if explanation.origins:
        yield "由这些算出"
        yield from _origin_lines(explanation.origins, 1)
    for reach in explanation.reaches:
        yield from _reach_lines(reach, subject, outputs)


def _is_text(subject: Subject) -> bool:
    """Tell whether a text stands there that the report takes over."""
    filing = subject.report.filing
    taken = {text.address for text in filing.basics.values()}
    taken |= {passage.address for passage in filing.prose}
    return subject.figure is None and subject.address in taken


def _facts(figure: Figure) -> Iterator[str]:
    """Yield what else is known of a figure."""
    if figure.address:
        yield f"  填报原文：{figure.raw or '空白'}"
    if figure.trouble:
        yield f"  疑问：{figure.trouble}"
    if figure.derivation:
        yield f"  算法：{figure.derivation}"
    yield f"  名称：{figure.name}  引用名：{figure.ref}"


def _placed(heading: Heading) -> str:
    """Give where a figure stands in the form; table four has one row, without a heading."""
    sides = [("行", heading.row), ("列", heading.column)]
    named = [f"{side}“{' › '.join(path)}”" for side, path in sides if path]
    return "，".join([heading.table, *named])


def _valued(figure: Figure) -> str:
    return f"{figure.label}：{_amount(figure)}"


def _amount(figure: Figure) -> str:
    if figure.value is None:
        return _number(None)
    gap = "" if figure.unit in {"", "%"} else " "
    return f"{_number(figure.value)}{gap}{figure.unit}"


def _number(value: Value) -> str:
    return "—" if value is None else format_value(value)


def _origin_lines(origins: Sequence[Origin], depth: int) -> Iterator[str]:
    for origin in origins[:ORIGINS_AT_MOST]:
        figure = origin.figure
        place = figure.derivation or figure.address or "没有填报"
        yield f"{'  ' * depth}{origin.year}年 {_valued(figure)}（{place}）"
        yield from _origin_lines(origin.origins, depth + 1)
    if len(origins) > ORIGINS_AT_MOST:
        yield f"{'  ' * depth}……共 {len(origins)} 项，全部见 --format json"


def _reach_lines(reach: Reach, subject: Subject, outputs: Path) -> Iterator[str]:
    said = "" if reach.report == subject.name else f"{reach.report.year}年的年报里"
    if reach.error:
        yield f"{said}影响什么，现在不能知道：{reach.error}"
        return
    if reach.derived:
        yield f"{said}由它算出（{len(reach.derived)} 项）"
        yield from (f"  {figure.name}：{_amount(figure)}" for figure in reach.derived)
    if reach.findings:
        yield f"{said}核查问题"
        for finding in reach.findings:
            yield f"  {finding.severity.label} {finding.id}  {finding.message}"
            if finding.cause:
                yield f"      由 {finding.cause} 引起"
            if finding.mends:
                yield f"      改正后同时消除：{listed(finding.mends)}"
    yield from _output_lines(reach, subject, outputs)


def _other_value(subject: Subject, values: Mapping[str, str]) -> Iterator[str]:
    """Yield the value that a report still has where the source has another now."""
    figure = subject.figure
    if figure is not None and figure.ref in values:
        before = values[figure.ref]
        if before != format_value(figure.value):
            yield f"  做成时的值：{before or '空白'}"


def _output_lines(reach: Reach, subject: Subject, outputs: Path) -> Iterator[str]:
    stands = reach.output
    place = from_here(outputs / reach.report.folder)
    if stands is None:
        yield f"产物：{place} 还没有做过"
    elif stands.error:
        yield f"产物：{place} {stands.error}；重做一次就有"
    else:
        state = f"做成后改过 {listed(stands.changed)}，要重做" if stands.changed else "与填报表一致"
        yield f"产物：{place}（{state}）"
        yield from _other_value(subject, stands.values)
        named = {figure.ref: figure.name for figure in reach.derived}
        for shown in stands.places:
            names = [named[ref] for ref in shown.refs if ref in named]
            also = f"，其中有算出的{listed(names, most=3)}" if names else ""
            yield f"  {EDITIONS[shown.edition]} {shown.section}，{shown.what}{also}"
            yield f"      {from_here(outputs / shown.link)}"
