"""The outputs folder: held by one run, and never with anything half-done in it.

::

    outputs/<year>/<agency>/     a report; failed.json, failed.log and report.failed.ipynb beside
                                 it when a later run failed
    outputs/.nianbao/work/       private folders of the running run, swept by the next
    outputs/.nianbao/aside/      an old report while a new one takes its place
    outputs/.nianbao/lock, run   whose the folder is: see `nianbao.batch.hold`
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from nianbao.batch.batch import ReportName
from nianbao.batch.hold import belonging, claim, locked, release
from nianbao.batch.key import content_digest
from nianbao.batch.manifest import FILE, write_json
from nianbao.batch.plan import Standing
from nianbao.batch.standing import FAILED_RECORD, read_standing
from nianbao.batch.swap import Exchange, exchange, recover, swap_in, sync, sync_folder
from nianbao.errors import OutputError

FAILED_LOG = "failed.log"
FAILED_NOTEBOOK = "report.failed.ipynb"
OWN = ".nianbao"  # all else in the outputs folder may be somebody's
FAILED_FILES = (FAILED_RECORD, FAILED_LOG, FAILED_NOTEBOOK)


@dataclass(frozen=True, slots=True)
class Store:
    """The outputs folder of a run.

    Attributes
    ----------
    swapper
        How two folders change places.
    run
        Token of the run to which the folder must belong at each change; empty where nobody
        else can be at work.
    """

    root: Path
    swapper: Exchange = exchange
    run: str = ""

    def folder(self, report: ReportName) -> Path:
        """Give where a report stands."""
        return self.root / report.folder

    @property
    def _own(self) -> Path:
        return self.root / OWN

    @property
    def _work(self) -> Path:
        return self._own / "work"

    @property
    def _aside(self) -> Path:
        return self._own / "aside"

    @contextmanager
    def hold(self) -> Iterator[Self]:
        """Keep other runs out, and give the store as this run's own.

        First finish or sweep what a killed run left.

        Raises
        ------
        OutputError
            The folder cannot be made or written, or another run holds it.
        """
        with ExitStack() as until_the_end:
            with writing(self.root):
                _require_no_links(self._own)
                self._own.mkdir(parents=True, exist_ok=True)
                until_the_end.enter_context(locked(self._own, self.root))
                token = claim(self._own)
                self._recover()
            try:
                yield replace(self, run=token)
            finally:
                with suppress(OSError):  # the next run does it
                    if release(self._own, token):
                        self._recover()

    @contextmanager
    def _changing(self, report: ReportName) -> Iterator[Path]:
        """Give a report's folder to change while it is this run's."""
        folder = self.folder(report)
        with ExitStack() as until_the_end, writing(folder):
            if self.run:
                until_the_end.enter_context(belonging(self._own, self.run, self.root))
            yield folder

    def standing(self, report: ReportName) -> Standing:
        """Tell what stands for a report, comparing the bytes of every output."""
        return read_standing(str(self.folder(report)))

    @contextmanager
    def work(self, report: ReportName) -> Iterator[Path]:
        """Give a private folder on the same file system; gone afterwards.

        Raises
        ------
        OutputError
            It cannot be made; or where the report is to stand there is something else.
        """
        _require_folder(self.folder(report))
        with writing(self.root):
            self._work.mkdir(parents=True, exist_ok=True)
            prefix = f"{report.year}-{report.agency}-"
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self._work))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def commit(self, new: Path, report: ReportName) -> None:
        """Put a complete report in its place, all at once.

        Raises
        ------
        OutputError
            The system refuses, or the folder belongs to another run by now.
        """
        with writing(self.folder(report)):
            sync(new)
        with self._changing(report) as folder:
            swap_in(new, folder, self._aside / report.folder, swapper=self.swapper)

    def fail(
        self,
        report: ReportName,
        record: Mapping[str, Any],
        *,
        notebook: Path | None = None,
        log: str = "",
    ) -> None:
        """Note a failed run beside the good report, which stays as it is.

        Parameters
        ----------
        record
            For ``failed.json``: what a program needs to know, the key among it.
        notebook
            The failed notebook, on the same file system.
        log
            A traceback, for whoever mends nianbao.
        """
        with self._changing(report) as folder:
            folder.mkdir(parents=True, exist_ok=True)
            _remove_failure(folder)
            try:
                if notebook is not None and notebook.is_file():
                    notebook.replace(folder / FAILED_NOTEBOOK)
                if log:
                    (folder / FAILED_LOG).write_text(log, encoding="utf-8", errors="replace")
                write_json(folder / FAILED_RECORD, record)
                sync_folder(folder)
            except OSError:
                _remove_failure(folder)  # half a note is none
                raise

    def forget_failure(self, report: ReportName) -> None:
        """Remove the note of a failed run, if there is one."""
        if any((self.folder(report) / name).exists() for name in FAILED_FILES):
            with self._changing(report) as folder:
                _remove_failure(folder)

    def _recover(self) -> None:
        for old in sorted(self._aside.glob("*/*")):
            recover(old, self.root / old.relative_to(self._aside))
        for leftover in (self._aside, self._work):
            if leftover.exists():
                shutil.rmtree(leftover, ignore_errors=True)


def _remove_failure(folder: Path) -> None:
    for name in FAILED_FILES:
        (folder / name).unlink(missing_ok=True)


def _require_no_links(own: Path) -> None:
    """Make sure that what is swept and overwritten is nianbao's own."""
    for place in (own, *own.glob("*"), *own.glob("aside/*")):
        if place.is_symlink():
            raise OutputError(
                "nianbao 自己的文件夹里有链接", where=place, hint="把它移开，再运行一次"
            )


def _require_folder(place: Path) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise OutputError("年报的位置上不是文件夹", where=place, hint="把它移开，再运行一次")


def outputs_of(folder: Path) -> dict[str, str]:
    """Give the digest of every file of a new report but its manifest."""
    files = sorted(path for path in folder.iterdir() if path.name != FILE)
    return {path.name: content_digest(path) for path in files}


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn a system's refusal to write into an error that names the place.

    Raises
    ------
    OutputError
        Instead of any OSError.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(
            "输出文件夹不能写",
            where=place,
            found=error,
            hint="检查权限和剩余空间，或用 --outputs 换一个文件夹",
        ) from error


def put_file(folder: Path, name: str, data: bytes) -> None:
    """Put a file into the outputs folder: it is complete on the disk before it has its name.

    Raises
    ------
    OSError
        The system refuses; what stood there still stands.
    """
    (folder / OWN).mkdir(parents=True, exist_ok=True)
    new = folder / OWN / f"{name}.new"
    try:
        with new.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(folder / name)
    finally:
        new.unlink(missing_ok=True)
