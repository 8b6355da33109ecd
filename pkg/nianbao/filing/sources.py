"""Which files a report reads: an agency's workbooks, and the ledgers beside them."""

from __future__ import annotations

import datetime as dt
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from nianbao.characters import without_spaces
from nianbao.errors import WorkbookError, listed
from nianbao.filing.ledgers.kinds import BOOK, ledger_kinds, ledger_label
from nianbao.forms import form_for_year
from nianbao.project import (
    WORKBOOK_SUFFIXES,
    Project,
    all_workbooks_in,
    workbook_year,
    workbooks_in,
)

RECEIVED = "received"
"""Folder below an agency's, in which everything that it handed in is kept, version by version."""

SPREADSHEETS = frozenset(
    (*WORKBOOK_SUFFIXES, ".et", ".ett", ".xlsm", ".xlsb", ".xltx", ".xlt", ".fods", ".numbers")
)
LEDGER_SUFFIXES = (*WORKBOOK_SUFFIXES, ".csv")

_RECEIVED = re.compile(r"([0-9]{4})-([0-9]+)(\.xlsx|\.ods|\.xls)", re.IGNORECASE)
_LEDGER = re.compile(r"([0-9]{4})年?[-_ ]*([^-_ ].*)\.(xlsx|ods|xls|csv)", re.IGNORECASE)


def names_read(workbooks: Mapping[int, str], year: int) -> tuple[str, str]:
    """Give the names of this year's workbook and of last year's.

    Parameters
    ----------
    workbooks
        The workbooks in the agency's folder: year to name.
    year
        The report year.

    Returns
    -------
    tuple of str
        This year's, as it would usually be called where there is none; last year's, empty where
        there is none, or no form for that year.
    """
    previous = workbooks.get(year - 1, "") if form_for_year(year - 1) is not None else ""
    return workbooks.get(year, f"{year}{WORKBOOK_SUFFIXES[0]}"), previous


def workbooks_read(project: Project, agency: str, year: int) -> tuple[Path, Path | None]:
    """Give this year's workbook, there or not, and last year's where there is one to read."""
    folder = project.sources(agency)
    source, previous = names_read(workbooks_in(folder), year)
    return folder / source, folder / previous if previous else None


def require_one(project: Project, agency: str, year: int) -> None:
    """Make sure that an agency has no two workbooks of a year: nobody guesses which counts.

    Raises
    ------
    WorkbookError
        There are several.
    """
    folder = project.sources(agency)
    paths = [folder / name for name in all_workbooks_in(folder).get(year, ())]
    if len(paths) > 1:
        raise WorkbookError(
            f"{year} 年度有 {len(paths)} 份填报表，不知道用哪一份",
            where=project.relative(folder),
            found="、".join(f"{path.name}（{_saved(path)}）" for path in paths),
            expected="一份",
            hint=f"留下要用的一份，其余移走或改名，例如改成 旧-{paths[-1].name}",
        )


def _saved(path: Path) -> str:
    """Tell when a file was last saved, by the clock of this machine, as its folder shows it."""
    try:
        moment = dt.datetime.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ006
    except (OSError, OverflowError, ValueError):
        return "不知存于何时"
    return f"{moment:%Y-%m-%d %H:%M} 存"


def missing_workbook(what: str, path: Path, shown: str, hint: str) -> WorkbookError:
    """Give the error of a workbook that is not there, which names files that may be meant.

    Parameters
    ----------
    hint
        What to do where there is no such file.
    """
    year = workbook_year(path.name)
    names = () if year is None else misnamed_workbooks(path.parent, year)
    advice = "" if year is None else rename_hint(names, year)
    return WorkbookError(what, where=shown, found=listed(names), hint=advice or hint)


def misnamed_workbooks(folder: Path, year: int) -> tuple[str, ...]:
    """Give the files in a folder that may be the workbook of a year, and are not so named.

    Such as 2025.et, 2025年填报表.xlsx and ２０２５.xlsx; and one that names no year at all.
    """
    return tuple(name for name in sorted(_files(folder)) if _may_be_of(name, year))


def _may_be_of(name: str, year: int) -> bool:
    stem, suffix = _parts(name)
    years = re.findall("(?:19|20)[0-9]{2}", stem)
    is_other = workbook_year(name) is not None or BOOK in ledger_label(stem)
    return suffix in SPREADSHEETS and not is_other and (str(year) in years or not years)


def _parts(name: str) -> tuple[str, str]:
    """Give stem and suffix of a file's name as people read them, whatever the width."""
    stem, _, suffix = without_spaces(unicodedata.normalize("NFKC", name)).lower().rpartition(".")
    return stem, f".{suffix}"


def rename_hint(names: Sequence[str], year: int) -> str:
    """Say what to do with files that may be the workbook of a year; empty for none."""
    said = []
    others = [name for name in names if _parts(name)[1] not in WORKBOOK_SUFFIXES]
    if readable := [name for name in names if name not in others]:
        said.append(f"填报表如果是 {listed(readable)}，改名为 {year}，扩展名不变")
    if others:
        saved = f"{year}{WORKBOOK_SUFFIXES[0]}"
        said.append(f"填报表如果是 {listed(others)}，用 WPS 或 Excel 打开，另存为 {saved}")
    return "；".join(said)


def report_named(project: Project, path: Path) -> tuple[str, int | None]:
    """Tell by its place whose workbook a file must be, and of which year.

    Returns
    -------
    tuple
        The code, empty for a file that stands in no agency's folder; the year, None for a name
        that is none.
    """
    named = Path(project.relative(path))
    received = _RECEIVED.fullmatch(named.name) if named.parent.name == RECEIVED else None
    folder = named.parent.parent if received else named.parent
    code = folder.name if folder.parent == Path("sources") else ""
    return code, int(received[1]) if received else workbook_year(named.name)


def ledger_name(name: str) -> tuple[int, str] | None:
    """Give the year and the ledger by the name of a file; None for any other file.

    Such as 2022-申请台账.csv; or 2022-台账.xlsx, whose sheets are named for the ledgers.
    """
    match = _LEDGER.fullmatch(name)
    if match is None or ledger_label(match[2]) not in _ledger_names():
        return None
    if ledger_label(match[2]) == BOOK and match[3].lower() == "csv":
        return None  # it has no sheets
    return int(match[1]), match[2]


def ledgers_in(folder: Path) -> Mapping[int, tuple[str, ...]]:
    """Give the names of the ledgers' files that stand in a folder, by year, in order."""
    found: dict[int, tuple[str, ...]] = {}
    for name in sorted(_files(folder)):
        known = ledger_name(name)
        if known is not None:
            found[known[0]] = (*found.get(known[0], ()), name)
    return found


def workbooks_under(folder: Path) -> list[Path]:
    """Give the workbooks in a folder, or else in the folders in it, such as ``sources``.

    Whatever they are called: ledgers, and what is no workbook by its name, are left out.
    """
    found = [
        folder / name
        for name in sorted(_files(folder))
        if Path(name).suffix.lower() in WORKBOOK_SUFFIXES and ledger_name(name) is None
    ]
    if found:
        return found
    inner = sorted(path for path in folder.iterdir() if path.is_dir())
    return [path / name for path in inner for _, name in sorted(workbooks_in(path).items())]


def received_workbooks(folder: Path, year: int) -> tuple[Path, ...]:
    """Give the workbooks of a year that an agency handed in, or that were made of it, in order.

    Parameters
    ----------
    folder
        The agency's, with its folder ``received`` or without.
    """
    kept = folder / RECEIVED
    numbered = {
        (int(match[2]), name)
        for name in _files(kept)
        if (match := _RECEIVED.fullmatch(name)) and int(match[1]) == year
    }
    return tuple(kept / name for _, name in sorted(numbered))


def stray_ledgers(folder: Path, year: int) -> tuple[str, ...]:
    """Give the files in a folder that are called a ledger of this year, and that nobody reads."""
    return tuple(
        name
        for name in sorted(_files(folder))
        if str(year) in name and BOOK in ledger_label(name) and ledger_name(name) is None
    )


def _files(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                # What Excel and WPS leave beside an open file begins with ~$.
                if not entry.name.startswith(("~", ".")) and entry.is_file():
                    yield entry.name
    except OSError:
        return


@cache
def _ledger_names() -> frozenset[str]:
    return frozenset(map(ledger_label, (BOOK, *(kind.sheet for kind in ledger_kinds()))))
