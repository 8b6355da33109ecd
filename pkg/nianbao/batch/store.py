"""The outputs folder: held by one run, and never with anything half-done in it.

::

    outputs/<year>/<agency>/     a report; failed.json, failed.log and report.failed.ipynb beside
                                 it when a later run failed
    outputs/.nianbao/work/       private folders of the running run, swept by the next
    outputs/.nianbao/aside/      an old report while a new one takes its place
    outputs/.nianbao/lock        held by the running run
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from nianbao.batch.batch import ReportName
from nianbao.batch.key import content_digest
from nianbao.batch.manifest import FILE, Manifest, read_json, read_manifest, write_json
from nianbao.batch.plan import Standing
from nianbao.batch.swap import Exchange, exchange, recover, swap_in, sync_folder
from nianbao.errors import OutputError

FAILED_RECORD = "failed.json"
FAILED_LOG = "failed.log"
FAILED_NOTEBOOK = "report.failed.ipynb"
OWN = ".nianbao"  # all else in the outputs folder may be somebody's
FAILED_FILES = (FAILED_RECORD, FAILED_LOG, FAILED_NOTEBOOK)

_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


@dataclass(frozen=True, slots=True)
class Store:
    """The outputs folder of a run."""

    root: Path
    swapper: Exchange = exchange

    def folder(self, report: ReportName) -> Path:
        """Give where a report stands."""
        return self.root / report.folder

    @property
    def _work(self) -> Path:
        return self.root / OWN / "work"

    @property
    def _aside(self) -> Path:
        return self.root / OWN / "aside"

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other runs out; first finish or sweep what a killed run left.

        Raises
        ------
        OutputError
            The folder cannot be made or written, or another run holds it.
        """
        with writing(self.root):
            (self.root / OWN).mkdir(parents=True, exist_ok=True)
            lock = (self.root / OWN / "lock").open("a+b")
        with lock:
            _lock(lock, self.root)
            with writing(self.root):
                self._recover()
            try:
                yield
            finally:
                with suppress(OSError):  # the next run does it
                    self._recover()

    def standing(self, report: ReportName) -> Standing:
        """Tell what stands for a report, comparing the bytes of every output."""
        folder = self.folder(report)
        failed = read_json(folder / FAILED_RECORD) or {}
        manifest = read_manifest(folder)
        return Standing(
            manifest=manifest,
            damaged=() if manifest is None else _damaged(folder, manifest),
            failed_key=str(failed.get("key", "")),
            is_empty=not folder.is_dir() or not any(folder.iterdir()),
        )

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
        """Put a complete report in its place, all at once."""
        with writing(self.folder(report)):
            aside = self._aside / report.folder
            swap_in(new, self.folder(report), aside, swapper=self.swapper)

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
        folder = self.folder(report)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self.forget_failure(report)
            if notebook is not None and notebook.is_file():
                notebook.replace(folder / FAILED_NOTEBOOK)
            if log:
                (folder / FAILED_LOG).write_text(log, encoding="utf-8", errors="replace")
            write_json(folder / FAILED_RECORD, record)
            sync_folder(folder)

    def forget_failure(self, report: ReportName) -> None:
        """Remove the note of a failed run, if there is one."""
        for name in FAILED_FILES:
            with writing(self.folder(report)):
                (self.folder(report) / name).unlink(missing_ok=True)

    def _recover(self) -> None:
        for old in sorted(self._aside.glob("*/*")):
            recover(old, self.root / old.relative_to(self._aside))
        for leftover in (self._aside, self._work):
            if leftover.exists():
                shutil.rmtree(leftover)


def _require_folder(place: Path) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise OutputError("年报的位置上不是文件夹", where=place, hint="把它移开，再运行一次")


def _damaged(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    return tuple(
        name
        for name, digest in manifest.outputs.items()
        if name != Path(name).name or not _has(folder / name, digest)
    )


def _has(path: Path, digest: str) -> bool:
    return path.is_file() and content_digest(path) == digest


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
            found=error.strerror or error,
            hint="检查权限和剩余空间，或用 --outputs 换一个文件夹",
        ) from error


def _lock(stream: IO[bytes], root: Path) -> None:
    try:
        _lock_file(stream)
    except OSError as error:
        if error.errno not in _HELD:
            raise OutputError("输出文件夹不能加锁", where=root, found=error.strerror) from error
        stream.seek(0)
        holder = stream.read(20).decode(errors="replace").strip()
        raise OutputError(
            "输出文件夹正被另一次运行占用",
            where=root,
            found=f"进程 {holder}" if holder.isdigit() else "",
            hint="等它结束，或用 --outputs 换一个文件夹",
        ) from None
    stream.truncate(0)
    stream.write(f"{os.getpid()}\n".encode())
    stream.flush()


if sys.platform == "win32":
    import msvcrt

    def _lock_file(stream: IO[bytes]) -> None:
        stream.seek(1 << 20)  # beyond what is read to name the holder
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_file(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
