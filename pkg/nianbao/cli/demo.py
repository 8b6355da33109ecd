"""``nianbao demo``: a project with a made-up district."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.cli.options import EXIT_CODES, debug_option, from_here
from nianbao.errors import UsageError
from nianbao.terminal import past_guard, tell

if TYPE_CHECKING:
    from nianbao.demo import District, Planted
    from nianbao.project import Project

BATCH = "params/batch.yaml"
PLANTED = "planted.json"

EPILOG = f"""\b
例：
  nianbao demo 试用 --agencies 60 --years 2021-2022
  nianbao demo 试用 --agencies 12 --years 2019-2025 --errors 0 --seed 7

{EXIT_CODES}"""

HELP = f"""新建项目文件夹 DIR，带一个虚构的区（示例）：机关、填报表和批次 {BATCH}。

区政府自己的填报表只有文字，三张表由 nianbao rollup 汇总。

数据前后相符、逐年结转；按 --errors 的比例在填报表中埋下错误，逐处列在 DIR/{PLANTED}。
参数相同，文件逐字节相同；增减机关不影响其余机关。
"""

README = f"""
本项目由 `nianbao demo {{order}}` 生成，机关、数字和文字都是虚构的。
填报表中埋下的错误逐处列在 `{PLANTED}`：机关、年度、种类（kind）、查出它的核查项目（check）、
工作表、单元格、应为（expected）、填为（stated）。
"""


@click.command("demo", help=HELP, epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--agencies", type=int, default=12, show_default=True, help="机关个数。")
@click.option("--years", default="2021-2022", show_default=True, metavar="A-B", help="报告年度。")
@click.option(
    "--errors",
    default="10%",
    show_default=True,
    metavar="10%|0.1",
    help="埋有错误的填报表约占多少；每份至多一处。",
)
@click.option("--seed", type=int, default=0, show_default=True, help="换一个数，换一个区。")
@debug_option
def command(*, folder: Path, agencies: int, years: str, errors: str, seed: int) -> int:
    """Make the folder, and tell what to try next."""
    from nianbao.cli.scaffold import new_project
    from nianbao.demo import District
    from nianbao.project import sample_project

    _require_agencies(agencies)
    district = District(agencies, _years(years), _share(errors), seed)
    source = sample_project()
    with new_project(folder) as project:
        planted = _fill(project, source, district)
    spoiled = len({(item.agency, item.year) for item in planted})
    workbooks = agencies * len(district.years)
    told = f"机关 {agencies} 个，{_span(district.years)} 年度，填报表 {workbooks} 份"
    tell(f"已新建 {from_here(folder)}：{told}")
    if planted:
        tell(f"其中 {spoiled} 份埋有错误，见 {from_here(folder / PLANTED)}")
    tell(f"本级政府的年报由它们汇总：nianbao rollup {from_here(folder / BATCH)}")
    tell(f"试一试：nianbao run {from_here(folder / BATCH)}")
    return 0


def _fill(project: Project, source: Project, district: District) -> list[Planted]:
    """Write the district; the batch comes last, so that a project that has one is complete."""
    import json

    from nianbao.cli.scaffold import furnish, write_text, write_yaml
    from nianbao.demo import filled_in, government_workbooks, governments, roster
    from nianbao.filing.blank import write_workbook

    agencies = [member.agency for member in roster(district.agencies)]
    registered = [*governments(district.agencies), *agencies]
    furnish(project, source, registered, batch=BATCH, more=README.format(order=_order(district)))
    planted: list[Planted] = []
    with click.progressbar(
        filled_in(district),
        length=len(agencies) * len(district.years),
        label="填报表",
        file=past_guard(sys.stderr),
        hidden=not sys.stderr.isatty(),
    ) as workbooks:
        for workbook in chain(workbooks, government_workbooks(district)):
            path = project.source(workbook.agency.code, workbook.year)
            path.parent.mkdir(exist_ok=True)
            write_workbook(path, workbook.content)
            planted += workbook.planted
    rows = ",\n".join(json.dumps(asdict(item), ensure_ascii=False) for item in planted)
    write_text(project.root / PLANTED, f"[\n{rows}\n]\n")
    batch = {
        "title": f"示例区 {_span(district.years)} 年度（示例）",
        "agencies": [agency.code for agency in agencies],
        "years": list(district.years),
        "formats": ["html", "pdf"],
    }
    write_yaml(project.root / BATCH, batch)
    return planted


def _order(district: District) -> str:
    """Give the options that make the same district again."""
    years = _span(district.years, "-")
    order = f"--agencies {district.agencies} --years {years} --errors {district.errors:g}"
    return f"{order} --seed {district.seed}"


def _span(years: tuple[int, ...], dash: str = "—") -> str:
    return dash.join(str(year) for year in dict.fromkeys((years[0], years[-1])))


def _require_agencies(count: int) -> None:
    from nianbao.demo import AGENCIES_AT_MOST

    if not 1 <= count <= AGENCIES_AT_MOST:
        expected = f"1 到 {AGENCIES_AT_MOST}"
        raise UsageError("机关个数不对", where="--agencies", found=count, expected=expected)


def _years(text: str) -> tuple[int, ...]:
    """Read 2023 or 2021-2022."""
    from nianbao.filing.register import LAST_YEAR
    from nianbao.forms import form_for_year

    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", text.strip())
    if match is None:
        raise UsageError("年度写法不对", where="--years", found=text, expected="2023 或 2021-2022")
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        raise UsageError("年度先后颠倒", where="--years", found=text, expected=f"{last}-{first}")
    if last > LAST_YEAR:
        raise UsageError("年度太远", where="--years", found=last, expected=f"不晚于 {LAST_YEAR}")
    if form_for_year(first) is None:
        raise UsageError(
            "这一年度没有统一格式", where="--years", found=first, hint="2019 年度起才有统一格式"
        )
    return tuple(range(first, last + 1))


def _share(text: str) -> float:
    """Read 10% or 0.1."""
    plain = text.strip().replace("％", "%")
    try:
        share = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        expected = "0%—100%，或 0—1 的小数"
        raise UsageError("比例写法不对", where="--errors", found=text, expected=expected)
    return share
