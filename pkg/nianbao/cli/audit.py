"""``nianbao audit``: published reports, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.checks.finding import has_errors
from nianbao.cli.audit_register import load_given
from nianbao.cli.findings import print_reports, report_lines
from nianbao.cli.options import EXIT_CODES, debug_option, format_option, worst
from nianbao.terminal import print_json

if TYPE_CHECKING:
    from nianbao.published.audit import Audited

EPILOG = f"""\b
例：
  nianbao audit 2022年报.html 2023年报.pdf
  nianbao audit 全区年报.zip --register params/agencies.yaml --format json

{EXIT_CODES}"""

HELP = """读已发布的年报或年报草稿，列出核查问题，不生成文件。

读 txt、html、docx、pdf，有 LibreOffice 时也读 doc、wps、et、xls、rtf，以及装有它们的 zip。
同一机关各年度的年报一并给出时，逐年比较。读不准的数不猜，逐处说明。
"""


@click.command("audit", help=HELP, epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--register",
    "register_path",
    type=click.Path(path_type=Path),
    help="机关名册，用来认机关。",
)
@format_option
@debug_option
def command(paths: tuple[Path, ...], register_path: Path | None, output_format: str) -> int:
    """Print what is found in each file, and give the exit code."""
    from nianbao.published.audit import audit

    audited = audit(paths, load_given(register_path))
    if output_format == "json":
        print_json([_as_json(item) for item in audited])
    else:
        print_reports(map(_as_text, audited))
    return worst(_codes(audited))


def _codes(audited: list[Audited]) -> Iterator[int]:
    for item in audited:
        yield from (error.exit_code for error in item.errors)
        if has_errors(item.findings):
            yield 1


def _as_json(item: Audited) -> dict[str, object]:
    from nianbao.published.audit import form_json, tables_json

    errors = [str(error) for error in item.errors]
    if item.published is None:
        return {"file": item.file, "agency": "", "year": 0, "form": {}, "tables": {},
                "findings": [], "errors": errors}  # fmt: skip
    filing = item.published.filing
    return {
        "file": item.file,
        "agency": filing.agency.name,
        "year": filing.year,
        "form": form_json(item.published),
        "tables": tables_json(item.published),
        "findings": [finding.to_json() for finding in item.findings],
        "errors": errors,
    }


def _as_text(item: Audited) -> Iterator[str]:
    filing = item.published.filing if item.published else None
    title = f"{filing.year} {filing.agency.name}（{item.file}）" if filing else item.file
    return report_lines(title, item.file, item.findings, item.errors)
