"""Where versions are kept, and the one that counts is put in its place.

::

    sources/<agency>/<year>.xlsx                 the filing: a copy of the version that counts
    sources/<agency>/received/<year>-1.docx      each version as it came
    sources/<agency>/received/<year>-1.xlsx      the workbook made of it
    sources/<agency>/received/<year>.json        the receipts, written after the files

A ledger beside the workbook is kept alike: <year>-申请台账.csv, received/<year>-申请台账-1.csv.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nianbao.collecting.inbox import digest_of
from nianbao.collecting.receipts import (
    PLACING,
    RECEIPTS_SUFFIX,
    Receipt,
    read_receipts,
    receipts_file,
    receipts_json,
    slot_name,
)
from nianbao.errors import OutputError
from nianbao.filing.atomic import PARTS, write_whole
from nianbao.filing.ledgers.kinds import ledger_label
from nianbao.filing.sources import RECEIVED, ledger_name, ledgers_in
from nianbao.project import all_workbooks_in

Receipts = tuple[Receipt, ...]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """What is kept together: an agency's report of a year, or one of its ledgers."""

    agency: str
    year: int
    ledger: str = ""

    @property
    def name(self) -> str:
        """How its files are called: 2022, 2022-申请台账."""
        return slot_name(self.year, self.ledger)


def slots_of(folder: Path, agency: str, years: Iterable[int]) -> Iterator[Slot]:
    """Yield what has receipts in an agency's folder, of some years."""
    for year in years:
        for path in sorted((folder / RECEIVED).glob(f"{year}*{RECEIPTS_SUFFIX}")):
            rest = path.stem.removeprefix(str(year))
            if not rest or rest.startswith("-"):
                yield Slot(agency, year, rest[1:])


@dataclass(frozen=True, slots=True)
class Shelf:
    """The versions of one slot, on the disk.

    Attributes
    ----------
    folder
        The agency's.
    """

    folder: Path
    slot: Slot

    def receipts(self) -> Receipts:
        """Give the versions, as they were last written.

        Raises
        ------
        ConfigError
            The list is damaged.
        """
        return read_receipts(self.folder, self.slot.year, self.slot.ledger)

    def placed(self) -> tuple[Path, ...]:
        """Give the files in its place, whoever put them there; the first of them counts."""
        if self.slot.ledger:
            names = ledgers_in(self.folder).get(self.slot.year, ())
            label = ledger_label(self.slot.ledger)
            return tuple(self.folder / n for n in names if ledger_label(_ledger(n)) == label)
        workbooks = all_workbooks_in(self.folder).get(self.slot.year, ())
        return tuple(self.folder / name for name in workbooks)

    def workbook_digest(self, receipt: Receipt) -> str:
        """Give the digest of the workbook of a version; empty where it is gone."""
        if receipt.workbook == receipt.name:
            return receipt.digest
        try:
            return digest_of((self.folder / RECEIVED / receipt.workbook).read_bytes())
        except OSError:
            return ""

    def found(self) -> tuple[Receipts, tuple[Path, ...]]:
        """Give the versions as they stand, and the files in their place that are none of them.

        A change that was cut short is taken to its end; and where somebody put another version
        into the place by hand, that one counts.
        """
        receipts = self.receipts()
        # Word and PDF of one report may make the same workbook: then it is that which counts.
        by_rank = sorted(receipts, key=lambda receipt: receipt.counts)
        known = {self.workbook_digest(receipt): receipt for receipt in by_rank}
        digests = {path: digest_of(path.read_bytes()) for path in self.placed()}
        strangers = tuple(path for path, digest in digests.items() if digest not in known)
        placing = next((receipt for receipt in receipts if receipt.question == PLACING), None)
        standing = known.get(next(iter(digests.values()), ""))
        if placing is not None or (standing is not None and not standing.counts):
            return _only(receipts, placing or standing), strangers
        return receipts, strangers

    def keep(self, files: Mapping[str, bytes], receipts: Receipts) -> None:
        """Write new versions, then the list, then put the version that counts in its place.

        Killed at any time, it leaves what `found` understands.

        Raises
        ------
        OutputError
            The system refuses.
        """
        kept = self.folder / RECEIVED
        try:
            for part in (*self.folder.glob(PARTS), *kept.glob(PARTS)):  # of a killed run
                part.unlink(missing_ok=True)
            for name, data in files.items():
                write_whole(kept / name, data)
            self._settle(receipts)
        except OSError as error:
            raise OutputError(
                "收到的文件存不下来",
                where=self.folder,
                found=error,
                hint="检查权限和剩余空间，再收一次",
            ) from error

    def _settle(self, receipts: Receipts) -> None:
        target = next((receipt for receipt in receipts if receipt.counts), None)
        placed = self.placed()
        standing = digest_of(placed[0].read_bytes()) if placed else ""
        if target is not None and self.workbook_digest(target) != standing:
            before = tuple(_with(r, counts=self.workbook_digest(r) == standing) for r in receipts)
            placing = _with(target, counts=False, question=PLACING)
            self._write(tuple(placing if r.number == target.number else r for r in before))
            self._place(target)
        self._write(receipts)

    def _place(self, receipt: Receipt) -> None:
        data = (self.folder / RECEIVED / receipt.workbook).read_bytes()
        target = self.folder / f"{self.slot.name}{Path(receipt.workbook).suffix}"
        write_whole(target, data)
        for path in self.placed():  # of another suffix; each of them is kept as a version
            if path.name != target.name:
                path.unlink(missing_ok=True)

    def _write(self, receipts: Receipts) -> None:
        path = receipts_file(self.folder, self.slot.year, self.slot.ledger)
        data = receipts_json(receipts)
        if not path.is_file() or path.read_bytes() != data:
            write_whole(path, data)


def _ledger(name: str) -> str:
    known = ledger_name(name)
    return known[1] if known else ""


def _only(receipts: Receipts, counting: Receipt | None) -> Receipts:
    """Let this version alone count; what counts is no question any more."""
    return tuple(
        _with(r, counts=True, question="") if r is counting else _with(r, counts=False)
        for r in receipts
    )


def _with(receipt: Receipt, **update: object) -> Receipt:
    return receipt.model_copy(update=update)
