"""``nianbao register``: the register, looked at, and edited as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.cli.options import EXIT_CODES, debug_option, format_option, from_here
from nianbao.errors import ConfigError, OutputError, UsageError
from nianbao.project import Project
from nianbao.reasons import system_reason
from nianbao.terminal import print_json, tell

if TYPE_CHECKING:
    from nianbao.filing.register import Agency, Register
    from nianbao.filing.register_book import Change

EPILOG = f"""\b
例：
  nianbao register --year 2025
  nianbao register --to 名册.xlsx
  nianbao register --from 名册.xlsx

{EXIT_CODES}"""

HELP = """看机关名册 params/agencies.yaml：谁由谁汇总；给出年度，谁要报，谁不计入、为什么。

`--to` 写成电子表格；改好以后，`--from` 整张核对，列出改了什么，写回名册，旧名册留在旁边。
"""

_WORDS = {"added": "新增", "removed": "删去", "changed": "改动", "moved": "次序不同"}


@click.command("register", help=HELP, epilog=EPILOG)
@click.option("--year", type=int, help="看哪个报告年度。")
@click.option(
    "--to", "to", type=click.Path(path_type=Path), metavar="名册.xlsx", help="写成电子表格。"
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="名册.xlsx",
    help="从电子表格写回。",
)
@click.option("--dry-run", is_flag=True, help="与 --from 同用：只核对，列出改动，不写。")
@format_option
@debug_option
def command(
    *, year: int | None, to: Path | None, source: Path | None, dry_run: bool, output_format: str
) -> int:
    """Print it, or write it as a spreadsheet, or take it from one."""
    if to is not None and source is not None:
        raise UsageError("--to 和 --from 不能同时用")
    if dry_run and source is None:
        raise UsageError("--dry-run 与 --from 同用")
    project = Project.find()
    if source is not None:
        _take(source, project, output_format, is_dry=dry_run)
        return 0
    register = _registered(project)
    if to is not None:
        _write(register, to)
    elif output_format == "json":
        print_json({"file": register.file, "agencies": [*_as_json(register, year)]})
    else:
        tell(*_as_text(register, year))
    return 0


def _registered(project: Project) -> Register:
    from nianbao.filing.register import load_register

    return load_register(project.register, shown=project.relative(project.register))


def _write(register: Register, path: Path) -> None:
    from nianbao.filing.atomic import write_whole
    from nianbao.filing.register_book import write_register_book

    if path.suffix.lower() != ".xlsx":
        raise UsageError("电子表格的扩展名应为 .xlsx", where="--to", found=path.name)
    if path.exists():
        raise OutputError("已经有这个文件，没有改动", where=path, hint="换一个名字，或移走它")
    data = write_register_book(register, path.name)
    try:
        write_whole(path, data)
    except OSError as error:
        raise OutputError("电子表格写不出去", where=path, found=error) from error
    tell(f"已写 {from_here(path)}：机关 {len(register.agencies)} 个")
    tell(f"改好以后：nianbao register --from {from_here(path)}")


def _take(path: Path, project: Project, output_format: str, *, is_dry: bool) -> None:
    from nianbao.filing.register_book import changes, read_register_book

    new = read_register_book(path, shown=str(path))
    old = (
        _registered(project)
        if project.register.is_file()
        else new.model_copy(update={"agencies": ()})
    )
    found = list(changes(old, new))
    kept = _replace(project, new) if found and not is_dry else None
    if output_format == "json":
        told = [{"kind": c.kind, "code": c.agency.code, "name": c.agency.name, "column": c.heading,
                 "before": c.before, "after": c.after} for c in found]  # fmt: skip
        print_json({"changes": told, "kept": project.relative(kept) if kept else ""})
        return
    for change in found:
        tell(_told(change))
    if not found:
        tell("与名册一致，没有改动")
    elif is_dry:
        tell(f"核对无误，会改 {len(found)} 处；没有写")
    else:
        rest = f"；旧名册留在 {project.relative(kept)}" if kept else ""
        tell(f"已写 {project.relative(project.register)}，改了 {len(found)} 处{rest}")


def _told(change: Change) -> str:
    if change.kind == "moved":
        return "次序不同"
    name = f"{_WORDS[change.kind]} {change.agency.name}（{change.agency.code}）"
    return f"{name} {change.heading}：{change.before} → {change.after}" if change.heading else name


def _replace(project: Project, register: Register) -> Path | None:
    """Write the register, and give where the old one is kept.

    Raises
    ------
    ConfigError
        What would be written is not what was meant; nothing is changed.
    OutputError
        The system refuses; the old register stands.
    """
    import tempfile

    from nianbao.cli.scaffold import register_text
    from nianbao.filing.atomic import write_whole
    from nianbao.filing.register import load_register

    data = register_text(register.agencies).encode()
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        trial = Path(folder) / project.register.name
        trial.write_bytes(data)
        if load_register(trial).agencies != register.agencies:
            raise ConfigError("名册写成 YAML 再读，与表格不一致，没有写", where=project.register)
    try:
        kept = _aside(project.register)
        write_whole(project.register, data)
    except OSError as error:
        found = system_reason(error)
        raise OutputError("名册写不出去", where=project.register, found=found) from error
    return kept


def _aside(path: Path) -> Path | None:
    """Copy the old register to a name beside it that is free, or that holds the same already."""
    from nianbao.filing.atomic import write_whole

    if not path.is_file():
        return None
    data, number = path.read_bytes(), 1
    while True:
        place = path.with_name(f"{path.name}.old{number}")
        if not place.exists():
            write_whole(place, data)
            return place
        if place.read_bytes() == data:
            return place
        number += 1


def _as_text(register: Register, year: int | None) -> Iterator[str]:
    yield f"{register.file}：机关 {len(register.agencies)} 个"
    below: dict[str, list[Agency]] = {}
    for agency in register.agencies:
        below.setdefault(agency.parent, []).append(agency)
    yield from _tree(below, "", year, "")
    if year is not None:
        reporting = [agency for agency in register.agencies if agency.reports_in(year)]
        left_out = [agency for agency in reporting if agency.left_out_of(year)]
        yield f"{year} 年度：要报 {len(reporting)} 个，其中不计入汇总 {len(left_out)} 个"


def _tree(
    below: dict[str, list[Agency]], parent: str, year: int | None, indent: str
) -> Iterator[str]:
    children = below.get(parent, [])
    for number, agency in enumerate(children, start=1):
        is_last = number == len(children)
        branch = ("└─ " if is_last else "├─ ") if parent else ""
        yield f"{indent}{branch}{_line(agency, year)}"
        deeper = indent + ("" if not parent else "   " if is_last else "│  ")
        yield from _tree(below, agency.code, year, deeper)


def _line(agency: Agency, year: int | None) -> str:
    shown = agency if year is None else agency.in_year(year)
    words = [f"{shown.name}（{agency.code}）", agency.kind]
    if year is not None:
        words.append(_standing(agency, year))
    elif agency.since or agency.until:
        words.append(f"{agency.since or ''}—{agency.until or ''}")
    return " ".join(filter(None, words))


def _standing(agency: Agency, year: int) -> str:
    if not agency.reports_in(year):
        starts = agency.since is not None and agency.since > year
        return f"不报：{agency.since} 年度起报" if starts else f"不报：{agency.until} 年度止报"
    reason = agency.left_out_of(year)
    return f"不计入汇总：{reason}" if reason else ""


def _as_json(register: Register, year: int | None) -> Iterator[dict[str, object]]:
    for agency in register.agencies:
        told: dict[str, object] = agency.model_dump(mode="json")
        if year is not None:
            told |= {
                "name_in_year": agency.in_year(year).name,
                "reports": agency.reports_in(year),
                "left_out": agency.left_out_of(year),
            }
        yield told
