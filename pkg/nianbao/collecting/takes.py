"""What somebody decided: ``--take AGENCY=FILE``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nianbao.collecting.inbox import Item
from nianbao.collecting.owners import Owners
from nianbao.collecting.receipts import Receipt
from nianbao.collecting.shelf import Shelf, Slot, slots_of
from nianbao.errors import UsageError, listed, nearest
from nianbao.filing.register import Agency
from nianbao.project import Project


@dataclass(frozen=True, slots=True)
class Take:
    """An agency, by its code, and the file that is to count for it.

    Attributes
    ----------
    file
        A version by the name under which it is kept, or a file of the inbox, by its path or name.
    """

    agency: str
    file: str

    @property
    def text(self) -> str:
        """As it is typed."""
        return f"{self.agency}={self.file}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What the decisions are about.

    Attributes
    ----------
    items
        Files of the inbox, and the agency to which they belong.
    versions
        Versions that are kept already, by their digest.
    """

    items: Mapping[Item, Agency] = field(default_factory=dict)
    versions: Mapping[Slot, str] = field(default_factory=dict)


def parse_take(text: str) -> Take:
    """Read AGENCY=FILE.

    Raises
    ------
    UsageError
        It is written otherwise.
    """
    agency, mark, file = text.partition("=")
    if not (agency.strip() and mark and file.strip()):
        raise UsageError("--take 的写法不对", found=text, expected="机关代码=文件")
    return Take(agency.strip(), file.strip())


def resolve(
    takes: Iterable[Take], items: Sequence[Item], inbox: Path, project: Project, owners: Owners
) -> Taken:
    """Find what is meant, before anything is written.

    Raises
    ------
    UsageError
        The agency is not in the batch, there is no such file, there are several, or two decisions
        are about one report.
    """
    of_items: dict[Item, Agency] = {}
    of_versions: dict[Slot, str] = {}
    for take in takes:
        if take.agency not in owners.years:
            close = nearest(take.agency, owners.years)
            hint = f"最接近的是 {close}" if close else ""
            raise UsageError("批次中没有这个机关", where="--take", found=take.text, hint=hint)
        kept = list(_kept(take, project, owners))
        own = [pair for pair in kept if take.file in {pair[1].name, pair[1].workbook}]
        there = [item for item in items if _is_meant(take, item, inbox)]
        named = own or ([] if there else [pair for pair in kept if _was_called(take, pair[1])])
        _require_one(
            take, [r.name for _, r in named] or [item.shown for item in there], kept, items
        )
        if named:
            slot, receipt = named[0]
            if of_versions.setdefault(slot, receipt.digest) != receipt.digest:
                raise UsageError("同一机关同一年度指定了两份", where="--take", found=take.text)
        else:
            of_items[there[0]] = owners.register.agency(take.agency)
    return Taken(of_items, of_versions)


def _kept(take: Take, project: Project, owners: Owners) -> Iterator[tuple[Slot, Receipt]]:
    folder = project.sources(take.agency)
    for slot in slots_of(folder, take.agency, owners.years[take.agency]):
        yield from ((slot, receipt) for receipt in Shelf(folder, slot).receipts())


def _is_meant(take: Take, item: Item, inbox: Path) -> bool:
    from_here = PurePosixPath(inbox.as_posix()) / item.shown
    return take.file in {item.shown, item.name, str(from_here)}


def _was_called(take: Take, receipt: Receipt) -> bool:
    return take.file in {receipt.original, PurePosixPath(receipt.original).name}


def _require_one(
    take: Take,
    meant: Sequence[str],
    kept: Iterable[tuple[Slot, Receipt]],
    items: Iterable[Item],
) -> None:
    if len(meant) > 1:
        hint = "写出其中一个的全名"
        raise UsageError(
            "--take 指的不止一个文件", found=take.text, expected=listed(meant), hint=hint
        )
    if not meant:
        close = nearest(take.file, [*(r.name for _, r in kept), *(item.shown for item in items)])
        raise UsageError(
            "--take 指的文件，收件箱里没有，也没有收过",
            found=take.text,
            hint=f"最接近的是 {close}"
            if close
            else "写收件箱中的文件，或已收的版本，如 2022-1.docx",
        )
