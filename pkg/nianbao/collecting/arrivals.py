"""What came for one report: kept version by version, and decided which of them counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from nianbao.collecting.blanks import is_blank_workbook
from nianbao.collecting.inbox import digest_of, read_item, time_of
from nianbao.collecting.reading import Look
from nianbao.collecting.receipts import Receipt
from nianbao.collecting.settling import settle
from nianbao.collecting.shelf import Receipts, Shelf, Slot
from nianbao.collecting.stages import FINAL, stage_of
from nianbao.errors import NianbaoError, PublishedError
from nianbao.filing.sources import RECEIVED
from nianbao.project import WORKBOOK_SUFFIXES

Refused = tuple[str, NianbaoError]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one report, or of a ledger.

    Attributes
    ----------
    receipts
        All versions, as they are now.
    new
        The numbers of those that came now; what somebody put in the place by hand did not come.
    alike
        Names of files that are a version word for word, by its number.
    notes
        What whoever goes on with a new version should know, by its number.
    is_changed
        Something came, or another version counts than before.
    """

    slot: Slot
    receipts: Receipts
    new: tuple[int, ...] = ()
    alike: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    is_changed: bool = False

    @property
    def counting(self) -> Receipt | None:
        """The version that counts."""
        return next((receipt for receipt in self.receipts if receipt.counts), None)

    @property
    def open(self) -> Receipts:
        """The versions of which somebody must decide whether they count."""
        return tuple(receipt for receipt in self.receipts if receipt.question)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A new version: its receipt but for the number, and its files' contents."""

    original: str
    suffix: str
    data: bytes
    workbook: bytes | None = None
    modified: datetime | None = None
    stage: str = ""
    doubt: str = ""
    content: str = ""
    counts: bool = False
    is_found: bool = False  # in its place, and not sent
    is_blank: bool = False
    notes: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[bool, float, float, str]:
        """By which versions of one time are numbered."""
        rank = stage_of(self.stage).rank
        time = self.modified.timestamp() if self.modified else 0
        return self.is_blank, FINAL / 2 if rank is None else rank, time, self.original


def shelve(
    shelf: Shelf,
    looks: Sequence[Look],
    *,
    taken: str,
    now: datetime,
    shown: str,
    is_dry: bool,
) -> tuple[Kept, list[Refused]]:
    """Keep what came for one slot, and put what counts in its place.

    Parameters
    ----------
    looks
        What came, read.
    taken
        Digest of the version that somebody decided for; empty for none.
    shown
        How people know the agency's folder.
    is_dry
        Write nothing.

    Returns
    -------
    tuple
        What became of it, and the files that have changed since they were read.

    Raises
    ------
    ConfigError
        The list of receipts is damaged.
    OutputError
        The system refuses to write.
    """
    before = shelf.receipts()
    receipts, strangers = shelf.found()
    known = {receipt.digest for receipt in receipts}
    alike = _alike(looks)
    arrivals, gone = _arrived([one for one in alike if one.digest not in known], alike)
    added = _numbered(shelf, receipts, _with_strangers(arrivals, strangers, shown), now)
    settled = _settled(receipts, added, taken)
    new = {receipt.number: added[receipt.number] for receipt in settled if receipt.number in added}
    if not is_dry and settled:
        files = {name: data for number in new for name, data in _files(*added[number]).items()}
        shelf.keep(files, settled)
    notes = {number: arrival.notes for number, (_, arrival) in new.items()}
    named = {receipt.number: _names(receipt, alike) for receipt in settled}
    is_changed = settled != before
    sent = tuple(number for number, (_, arrival) in new.items() if not arrival.is_found)
    return Kept(shelf.slot, settled, sent, named, notes, is_changed=is_changed), gone


_Added = Mapping[int, tuple[Receipt, _Arrival]]


def _numbered(
    shelf: Shelf, receipts: Receipts, arrivals: Sequence[_Arrival], now: datetime
) -> _Added:
    """Give the new versions their numbers."""
    added: dict[int, tuple[Receipt, _Arrival]] = {}
    number = max((receipt.number for receipt in receipts), default=0)
    for arrival in sorted(arrivals, key=lambda one: one.order):
        number = _free_number(shelf, number + 1, arrival)
        added[number] = _receipt(shelf.slot, number, arrival, now), arrival
    return added


def _settled(receipts: Receipts, added: _Added, taken: str) -> Receipts:
    """Give all versions, decided which counts; what was given out blank has no part in that.

    It becomes a version only where another one takes its place.
    """
    if any(receipt.counts for receipt, _ in added.values()):  # in the place of what counted
        receipts = tuple(receipt.model_copy(update={"counts": False}) for receipt in receipts)
    every = (*receipts, *(receipt for receipt, _ in added.values()))
    chosen = next((receipt.number for receipt in every if receipt.digest == taken), None)
    blank = {number for number, (_, arrival) in added.items() if arrival.is_blank}
    settled = settle(every, added.keys() - blank, chosen)
    if any(receipt.counts for receipt in settled):
        return settled
    return tuple(receipt for receipt in settled if receipt.number not in blank)


def _alike(looks: Sequence[Look]) -> Mapping[Look, tuple[Look, ...]]:
    """Give of files with one content the one that says most of its stage, with all of them."""
    groups: dict[str, list[Look]] = {}
    for one in looks:
        groups.setdefault(one.digest, []).append(one)
    return {max(group, key=_rank): tuple(group) for group in groups.values()}


def _rank(one: Look) -> tuple[bool, int]:
    return bool(one.stage), stage_of(one.stage).rank or 0


def _names(receipt: Receipt, alike: Mapping[Look, tuple[Look, ...]]) -> tuple[str, ...]:
    names = (look.item.shown for group in alike.values() for look in group
             if look.digest == receipt.digest)  # fmt: skip
    return tuple(name for name in names if name != receipt.original)


def _arrived(
    new: Sequence[Look], alike: Mapping[Look, tuple[Look, ...]]
) -> tuple[list[_Arrival], list[Refused]]:
    """Read the new ones again, to keep them; those that have changed meanwhile are told."""
    arrivals: list[_Arrival] = []
    gone: list[Refused] = []
    for one in new:
        try:
            data = read_item(one.item)
        except NianbaoError as error:
            gone.append((one.item.shown, error))
            continue
        if digest_of(data) != one.digest:
            gone.append((one.item.shown, _changed(one.item.shown)))
            continue
        arrivals.append(
            _Arrival(
                one.item.shown,
                one.suffix,
                data,
                one.workbook,
                one.modified,
                one.stage,
                min(look.doubt for look in alike[one]),  # of one content, one name may tell more
                one.content,
                notes=one.notes,
            )
        )
    return arrivals, gone


def _changed(shown: str) -> PublishedError:
    return PublishedError("文件在收取时被改动", where=shown, hint="等它存完或拷完，再收一次")


def _with_strangers(
    arrivals: list[_Arrival], strangers: Sequence[Path], shown: str
) -> list[_Arrival]:
    """Add what somebody put in the place by hand, and let it count, for it does."""
    for rank, path in enumerate(strangers):
        data = path.read_bytes()
        same = next((n for n, a in enumerate(arrivals) if (a.workbook or a.data) == data), None)
        if same is not None:
            arrivals[same] = replace(arrivals[same], counts=rank == 0, doubt="")
            continue
        suffix = path.suffix.lower()
        original = f"{shown}/{path.name}"
        given_out = is_blank_workbook(path)
        counts = rank == 0 and not given_out
        arrivals.append(
            _Arrival(
                original,
                suffix,
                data,
                modified=time_of(path),
                counts=counts,
                is_found=True,
                is_blank=given_out,
            )
        )
    return arrivals


def _receipt(slot: Slot, number: int, arrival: _Arrival, now: datetime) -> Receipt:
    name = f"{slot.name}-{number}{arrival.suffix}"
    made = f"{slot.name}-{number}{WORKBOOK_SUFFIXES[0]}"
    return Receipt(
        number=number,
        name=name,
        original=arrival.original,
        workbook=name if arrival.workbook is None else made,
        digest=digest_of(arrival.data),
        received=now,
        modified=arrival.modified,
        stage=arrival.stage,
        counts=arrival.counts,
        question=arrival.doubt,
        content=arrival.content,
    )


def _files(receipt: Receipt, arrival: _Arrival) -> dict[str, bytes]:
    made = {} if arrival.workbook is None else {receipt.workbook: arrival.workbook}
    return {receipt.name: arrival.data, **made}


def _free_number(shelf: Shelf, number: int, arrival: _Arrival) -> int:
    """Give the first number from here that no other file has: a killed run may have left some."""
    same: Collection[bytes] = {arrival.data, arrival.workbook or arrival.data}
    folder = shelf.folder / RECEIVED
    while any(
        path.is_dir() or path.read_bytes() not in same
        for path in folder.glob(f"{shelf.slot.name}-{number}.*")
    ):
        number += 1
    return number
