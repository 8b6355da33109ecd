"""What a government's report is made from besides its own workbooks: all that is below it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from nianbao.batch.key import Below, Input, read_input
from nianbao.filing.register import Register
from nianbao.filing.tree import entries_below, files_below
from nianbao.forms import form_for_year
from nianbao.project import Project


def read_below(project: Project, register: Register, code: str, year: int) -> Below | None:
    """Give what stands below a government now; None where nobody is below it.

    Each file is read once. Of the year before, versions that were handed in earlier do not matter.
    """
    if not register.children(code, year):
        return None
    before = year - 1
    has_before = form_for_year(before) is not None and register.agency(code).reports_in(before)
    years = {"": year} | ({"（上年）": before} if has_before else {})
    entries = {
        f"{below}{mark}": said
        for mark, item in years.items()
        for below, said in entries_below(register, code, item)
    }
    older = files_below(project, register, code, before, with_earlier=False) if has_before else ()
    return Below(
        tree=json.dumps(entries, ensure_ascii=False, sort_keys=True),
        files=tuple(_read(project, files_below(project, register, code, year))),
        before=tuple(_read(project, older)),
    )


def _read(project: Project, files: Iterable[Path]) -> Iterator[Input]:
    yield from (read_input(project, project.relative(path)) for path in files)


def changed_below(now: Below | None, then: Below) -> Iterator[str]:
    """Name the files that are no longer as they were when the job was planned."""
    found = {*now.files, *now.before} if now else set()
    planned = {*then.files, *then.before}
    yield from sorted({item.name for item in found ^ planned})
