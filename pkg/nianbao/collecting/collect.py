"""Takes what lies in an inbox: read, found out whose it is, kept, and what counts put in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nianbao.batch.batch import Batch
from nianbao.batch.hold import locked
from nianbao.batch.store import OWN, writing
from nianbao.collecting.arrivals import Kept, Refused, shelve
from nianbao.collecting.blanks import has_filled
from nianbao.collecting.inbox import Found, Item, items_in
from nianbao.collecting.owners import Owners
from nianbao.collecting.readers import Progress, read_all
from nianbao.collecting.reading import Look, known_already
from nianbao.collecting.shelf import Receipts, Shelf, Slot, slots_of
from nianbao.collecting.sight import refused_at_sight
from nianbao.collecting.takes import Take, Taken, resolve
from nianbao.errors import OutputError
from nianbao.project import Project


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of an inbox.

    Attributes
    ----------
    files
        How many there were.
    kept
        What has come up to now, agencies in the order of the batch.
    refused
        What was not taken, by its name, with the reason: what nobody can read first.
    missing
        Reports of the batch, agency and year, for which nothing has come or was put there by hand.
    """

    files: int
    kept: tuple[Kept, ...]
    refused: tuple[Refused, ...]
    missing: tuple[tuple[str, int], ...]


def collect(  # noqa: PLR0913 - what people say, and what tests say
    inbox: Path,
    batch: Batch,
    project: Project,
    *,
    takes: Sequence[Take] = (),
    is_dry: bool = False,
    now: datetime | None = None,
    workers: int | None = None,
    progress: Progress = lambda _total: lambda: None,
) -> Collected:
    """Take what lies in an inbox.

    Parameters
    ----------
    takes
        What somebody decided.
    is_dry
        Only tell what would become of it.
    now
        When it is received.
    workers, progress
        See `nianbao.collecting.readers.read_all`.

    Raises
    ------
    UsageError
        The inbox is no folder, or there is nothing like what is to be taken.
    ConfigError
        A list of receipts is damaged.
    OutputError
        Another collect is at work in this project, or what came cannot be written.
    """
    owners = Owners(batch.register, _years(batch))
    with nullcontext() if is_dry else _alone(project):
        found = list(items_in(inbox))
        taken = resolve(takes, [e for e in found if isinstance(e, Item)], inbox, project, owners)
        before = _before(batch, project)
        results = list(_results(found, owners, before, taken, workers=workers, progress=progress))
        looks = [result for result in results if isinstance(result, Look)]
        refused = [result for result in results if not isinstance(result, Look)]
        time = (now or datetime.now().astimezone()).replace(microsecond=0)
        kept = []
        for slot in _slots(batch, before, looks):
            own = [one for one in looks if _slot(one) == slot]
            decided = _decided(slot, own, taken)
            shelf = Shelf(project.sources(slot.agency), slot)
            shown = project.relative(shelf.folder)
            with _told(shelf.folder):
                done, gone = shelve(shelf, own, taken=decided, now=time, shown=shown, is_dry=is_dry)
            kept.append(done)
            refused += gone
    return Collected(len(found), tuple(kept), tuple(refused), _missing(batch, project, kept))


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the system refuses to read in an agency's folder into an error that names it."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            "填报表文件夹里有文件读不了",
            where=folder,
            found=error,
            hint="检查权限，关闭打开的文件，再收一次；收过的不受影响",
        ) from error


@contextmanager
def _alone(project: Project) -> Iterator[None]:
    """Keep a second collect out of the project."""
    own = project.outputs / OWN / "collect"
    with writing(own):
        own.mkdir(parents=True, exist_ok=True)
    sources = project.root / "sources"
    with locked(own, sources, what="填报表文件夹", hint="等它结束，再收一次"):
        yield


def _results(
    found: Sequence[Found],
    owners: Owners,
    before: Mapping[Slot, Receipts],
    taken: Taken,
    *,
    workers: int | None,
    progress: Progress,
) -> Iterator[Look | Refused]:
    """Yield for every file what it is, or why it is not taken; what no one can read first."""
    known = {receipt.digest: slot for slot, kept in before.items() for receipt in kept}
    to_read: list[Item] = []
    for entry in found:
        if not isinstance(entry, Item):
            yield entry
        elif (error := refused_at_sight(entry)) is not None:
            yield entry.shown, error
        elif entry not in taken.items and (same := known_already(entry, known)) is not None:
            yield same
        else:
            to_read.append(entry)
    read = read_all(to_read, owners, taken.items, workers=workers, progress=progress)
    for item, result in zip(to_read, read, strict=True):
        yield result if isinstance(result, Look) else (item.shown, result)


def _years(batch: Batch) -> Mapping[str, tuple[int, ...]]:
    years: dict[str, tuple[int, ...]] = {}
    for report in batch.reports:
        years[report.agency] = (*years.get(report.agency, ()), report.year)
    return years


def _slot(one: Look) -> Slot:
    return Slot(one.agency, one.year, one.ledger)


def _before(batch: Batch, project: Project) -> Mapping[Slot, Receipts]:
    """Give the versions that are kept already."""
    return {
        slot: Shelf(project.sources(code), slot).receipts()
        for code, years in _years(batch).items()
        for slot in slots_of(project.sources(code), code, years)
    }


def _slots(batch: Batch, before: Iterable[Slot], looks: Sequence[Look]) -> list[Slot]:
    """Give what something came for, now or before, in the order of the batch."""
    order = {(report.agency, report.year): n for n, report in enumerate(batch.reports)}
    touched = {*before, *map(_slot, looks)}
    return sorted(touched, key=lambda slot: (order[slot.agency, slot.year], slot.ledger))


def _decided(slot: Slot, looks: Sequence[Look], taken: Taken) -> str:
    """Give the digest of the version that somebody decided for; empty for none."""
    given = (one.digest for one in looks if one.item in taken.items)
    return taken.versions.get(slot, "") or next(given, "")


def _missing(batch: Batch, project: Project, kept: Sequence[Kept]) -> tuple[tuple[str, int], ...]:
    """Give the reports for which nothing is there: neither kept by us nor put there by hand."""
    there = {(k.slot.agency, k.slot.year) for k in kept if k.receipts and not k.slot.ledger}
    return tuple(
        (report.agency, report.year)
        for report in batch.reports
        if (report.agency, report.year) not in there
        and not has_filled(project.sources(report.agency), report.year)
    )
