"""Waits for saved files while an analyst corrects: workbooks, ledgers, register, notebook, batch.

What Excel, WPS and editors leave beside them (``~$2022.xlsx``, temporary and swap files) has other
names, and counts for nothing. A file that is half written when it is read fails its report; the
event that ends its writing makes it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import watchfiles

from nianbao.batch.batch import find_batch
from nianbao.errors import ProjectError
from nianbao.filing.register import CODE_PATTERN
from nianbao.filing.sources import ledger_name
from nianbao.project import Project, workbook_year

SETTLED_MS = 300  # a save is over when nothing has happened for so long
LONGEST_MS = 10_000  # a copy that goes on for longer is told in between
TURN_MS = 200  # how long one watcher is listened to before the other has its turn

Events = Iterator[set[watchfiles.main.FileChange]]


def changes(project: Project, batch_file: Path) -> Iterator[frozenset[Path]]:
    """Watch from now on; give what has been saved, each time that it has settled.

    Nothing is lost between two turns of the iterator: what is saved meanwhile comes with the next.
    It goes on until it is closed or an interrupt goes through it.

    Parameters
    ----------
    batch_file
        From the current folder or, where there is none, from the project's root.

    Returns
    -------
    iterator of frozenset of Path
        Absolute paths of workbooks, ledgers, the register, the holidays, the master notebook and
        the batch file that were written, renamed or removed; and of agencies' folders that came or
        went.

    Raises
    ------
    ProjectError
        The system cannot watch the project's folders.
    """
    batch = find_batch(batch_file, project).absolute()
    notebooks = {project.report_notebook, project.rollup_notebook}
    single = {project.register, project.holidays, *notebooks, batch}
    sources = project.root / "sources"
    try:
        watchers = [
            _watcher(sources, accepts=partial(_is_source, sources), is_deep=True),
            _watcher(*{path.parent for path in single}, accepts=single.__contains__),
        ]
    except OSError as error:
        raise ProjectError(
            "系统不能监视项目文件夹",
            where=project.root,
            found=error,
            hint="文件夹过多时设环境变量 WATCHFILES_FORCE_POLLING=1，改为定时查看",
        ) from None
    return _settled(watchers)


def _watcher(*folders: Path, accepts: Callable[[Path], bool], is_deep: bool = False) -> Events:
    """Watch folders; a turn without an event is an empty set."""
    events = watchfiles.watch(
        *folders,
        watch_filter=lambda _change, name: accepts(Path(name)),
        debounce=LONGEST_MS,
        step=SETTLED_MS,
        rust_timeout=TURN_MS,
        yield_on_timeout=True,
        recursive=is_deep,
    )
    next(events)  # it begins with its first turn
    return events


def _settled(watchers: list[Events]) -> Iterator[frozenset[Path]]:
    while True:
        saved = frozenset(Path(name) for events in watchers for _, name in next(events))
        if saved:
            yield saved


def _is_source(sources: Path, path: Path) -> bool:
    """Tell a workbook in its place, or an agency's folder that came or went as a whole."""
    parts = path.relative_to(sources).parts
    if len(parts) == 1:
        return re.fullmatch(CODE_PATTERN, path.name) is not None and not path.is_file()
    is_read = workbook_year(path.name) is not None or ledger_name(path.name) is not None
    return len(parts) == 2 and is_read  # noqa: PLR2004 - agency, file
