"""What one file of an inbox is: whose, of which year, and the workbook that it gives."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path, PurePosixPath

from nianbao.collecting.inbox import Item, digest_of, read_item
from nianbao.collecting.owners import Owners, require_one
from nianbao.collecting.receipts import RECEIPTS_SUFFIX
from nianbao.collecting.shelf import Slot
from nianbao.collecting.sight import ELECTRONIC
from nianbao.collecting.stages import stage_of
from nianbao.errors import NianbaoError, PublishedError, SourceError
from nianbao.filing.book import kind_of
from nianbao.filing.figure import Address
from nianbao.filing.filing import Filing
from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.kinds import BOOK, ledger_kinds, ledger_label
from nianbao.filing.ledgers.rows import is_ledger_sheet, open_ledger_file
from nianbao.filing.register import Agency
from nianbao.filing.workbook import AGENCY_LABEL
from nianbao.project import WORKBOOK_SUFFIXES
from nianbao.published.audit import as_report
from nianbao.published.files import read_document
from nianbao.published.model import Cell, Document, Line
from nianbao.published.office import OwnBook, is_own, sheet_names
from nianbao.published.project import imported
from nianbao.published.recognise import Published
from nianbao.published.title import period_year, titles

BY_NAME_ALONE = "文件里没有机关名称，只有文件名或文件夹名像这个机关"
LONGEST_SUFFIX = 9  # characters
LEAST_TEXT = 10  # characters: a file with fewer holds pictures of pages
ORIGINAL = ".原件"


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is found to be.

    Attributes
    ----------
    ledger
        The ledger that it is, such as 申请台账; empty for a report.
    suffix
        As it is kept.
    workbook
        The workbook made of it; None where it is a workbook, or a ledger, itself.
    stage
        What its name, else its folder's, says: 初稿, 定稿.
    doubt
        Why it may not simply count.
    content
        See `nianbao.collecting.receipts.Receipt`.
    notes
        What whoever goes on with it should know.
    """

    item: Item
    digest: str
    agency: str
    year: int
    ledger: str = ""
    suffix: str = WORKBOOK_SUFFIXES[0]
    workbook: bytes | None = None
    stage: str = ""
    doubt: str = ""
    content: str = ""
    notes: tuple[str, ...] = ()

    @property
    def modified(self) -> datetime | None:
        """When the file was last written."""
        return self.item.modified


def ready() -> None:
    """Import what reading needs, before the first file."""
    for name in ("nianbao.published.docx", "nianbao.published.pdf", "nianbao.filing.ledgers.read"):
        import_module(name)


def known_already(item: Item, known: Mapping[str, Slot]) -> Look | None:
    """Give what a file is that was kept before, without reading it again; None for any other.

    Parameters
    ----------
    known
        Where files are kept, by their digests.
    """
    try:
        digest = digest_of(read_item(item)) if known else ""
    except NianbaoError:  # told by who reads it
        return None
    slot = known.get(digest)
    return None if slot is None else Look(item, digest, slot.agency, slot.year, slot.ledger)


def look(item: Item, owners: Owners, taken: Agency | None = None) -> Look | NianbaoError:
    """Read a file, and find out whose it is.

    Parameters
    ----------
    taken
        The agency to which a person gave it, where neither content nor name tells it.
    """
    try:
        data = read_item(item)
        found = _look(item, data, owners, taken)
    except NianbaoError as error:
        return error
    except (OSError, MemoryError) as error:  # such as a full folder for temporary files
        return PublishedError(
            "系统不让读写，没有读成",
            where=item.shown,
            found=error,
            hint="检查内存，和临时文件夹的权限、剩余空间，再收一次",
        )
    except Exception as error:  # noqa: BLE001 - whatever a file does to a reader, it stops no other
        return PublishedError(
            "读这个文件时程序出错",
            where=item.shown,
            found=f"{type(error).__name__}：{error}",
            hint="用 WPS 或 Word 打开，另存为 docx，再收一次；并把原来的文件发给维护者",
        )
    return replace(found, stage=_stage(item.shown))


def _look(item: Item, data: bytes, owners: Owners, taken: Agency | None) -> Look:
    sheets = sheet_names(data, item.shown) or ()
    if is_own(sheets):
        return _own_book(item, data, owners, taken)
    ledger = _ledger(item.name, sheets)
    if ledger:
        return _ledger_file(item, data, ledger, owners, taken)
    document = read_document(data, item.shown)
    if not isinstance(document, Document):  # the sheets would have told
        raise TypeError(document)
    if sum(len(line.text) for line in document.lines) < LEAST_TEXT:
        what = "文件里几乎没有文字，可能都是图片"
        raise PublishedError(what, where=item.shown, hint=ELECTRONIC)
    return _report(item, document, owners, taken)


def _own_book(item: Item, data: bytes, owners: Owners, taken: Agency | None) -> Look:
    book = OwnBook(data, item.shown)
    name, stated = book.identity()
    doubt, text, notes = "", "", list[str]()
    try:
        filing = book.filing(None)
        text = "\n".join(basic.text for basic in filing.basics.values())
        doubt = "填报表是空白的" if filing.is_blank else ""
    except SourceError as error:
        doubt = f"填报表读不成：{error.what}"
        notes += [part for part in (error.where, error.hint) if part]
    agency, by_name = _owner(item, owners, name, stated, text, taken)
    year = owners.require_in_batch(agency, stated, item.shown)
    registered = agency.in_year(year).name
    if normalise(name) != normalise(registered):
        notes.append(f"“机关名称”写的是“{name}”，应为“{registered}”，请改正，不然做不成年报")
    return Look(
        item,
        digest_of(data),
        agency.code,
        year,
        suffix=f".{kind_of(data, item.shown)}",
        doubt=doubt or by_name,
        notes=tuple(notes),
    )


def _report(item: Item, document: Document, owners: Owners, taken: Agency | None) -> Look:
    published, is_titled = _recognised(item, document, owners, taken)
    filing = published.filing
    name = filing.basics[AGENCY_LABEL].text if is_titled else ""
    text = "\n".join(line.text for line in document.lines)
    agency, by_name = _owner(item, owners, name, filing.year, text, taken)
    year = owners.require_in_batch(agency, filing.year, item.shown)
    made, notes = _workbook_of(published, agency.in_year(year), item.shown)
    return Look(
        item,
        filing.digest,
        agency.code,
        year,
        suffix=_suffix(item.name),
        workbook=made,
        doubt=_doubt(published, item, owners) or by_name,
        content=_content(filing),
        notes=notes,
    )


def _recognised(
    item: Item, document: Document, owners: Owners, taken: Agency | None
) -> tuple[Published, bool]:
    """Give the report, and whether it has a title that names its agency.

    Without one, it is given the title that the file's name, or a person, says.
    """
    try:
        return as_report(document), True
    except PublishedError:
        found = [*titles(document.lines)]
        candidates = (taken,) if taken else owners.by_file_name(item.shown)
        text = "".join(line.text for line in document.lines)
        stated = found[-1].year if found else period_year(text)
        year = stated or _year(item, owners, candidates)
        if any(title.agency for title in found) or len(candidates) != 1 or year is None:
            raise
    where = Address(document.file, "文件名", "")
    title = f"{candidates[0].in_year(year).name}{year}年政府信息公开工作年度报告"
    after = found[-1].end if found else 0
    lines = (*document.lines[:after], Line((Cell(title, where),)), *document.lines[after:])
    return as_report(replace(document, lines=lines)), False


def _owner(
    item: Item, owners: Owners, name: str, year: int, text: str, taken: Agency | None
) -> tuple[Agency, str]:
    """Give whose it is, and the doubt about it; what a person says comes after what it says."""
    try:
        by_content = owners.by_content(name, year, text, item.shown)
    except PublishedError:
        if taken is None:
            raise
        by_content = None
    if by_content is None:
        chosen = taken or require_one(owners.by_file_name(item.shown), item.shown)
        return chosen, "" if taken else BY_NAME_ALONE
    if taken is not None and taken.code != by_content.code:
        raise PublishedError(
            "文件里写的是另一个机关，没有按 --take 收",
            where=item.shown,
            found=by_content.name,
            expected=taken.name,
            hint="请报送的机关改正，或改正 --take",
        )
    return by_content, ""


def _year(item: Item, owners: Owners, candidates: Iterable[Agency]) -> int | None:
    """Give the year by the file's name, else the only one in which a person can have meant it."""
    years = {year for agency in candidates for year in owners.years.get(agency.code, ())}
    only = years.pop() if len(years) == 1 else None
    return owners.year_by_file_name(item.shown) or only


def _doubt(published: Published, item: Item, owners: Owners) -> str:
    if published.lacking is not None:
        return f"{published.lacking.what}：{published.lacking.found}"
    by_name = owners.year_by_file_name(item.shown)
    if by_name is not None and by_name != published.filing.year:
        return f"文件里写的是 {published.filing.year} 年度，文件名写的是 {by_name} 年度"
    return "三张表都没有数" if published.filing.is_blank else ""


def _content(filing: Filing) -> str:
    """Give the digest of its numbers and words, in whatever paragraphs they stand."""
    numbers = sorted((ref, figure.raw) for ref, figure in filing.figures.items())
    words = "".join("".join(f"{p.heading}{p.template}".split()) for p in filing.prose)
    return digest_of(f"{numbers}{words}".encode(errors="surrogatepass"))


def _ledger(name: str, sheets: Iterable[str]) -> str:
    """Give the ledger that a file is by its name, else by its sheets; empty for none."""
    is_book = bool([*sheets])
    if not is_book and not name.lower().endswith(".csv"):
        return ""
    label = ledger_label(PurePosixPath(name).stem)
    for kind in ledger_kinds():
        if ledger_label(kind.sheet) in label:
            return kind.sheet
    is_named = BOOK in label or any(map(is_ledger_sheet, sheets))
    return BOOK if is_book and is_named else ""


def _ledger_file(
    item: Item, data: bytes, ledger: str, owners: Owners, taken: Agency | None
) -> Look:
    agency = taken or require_one(owners.by_file_name(item.shown), item.shown)
    named = owners.year_by_file_name(item.shown)
    stated = named or _year(item, owners, (agency,))
    year = owners.require_in_batch(agency, stated, item.shown)
    doubt = "" if named or taken else f"文件名里没有年度，批次只有 {year} 年度"
    is_csv = item.name.lower().endswith(".csv")
    suffix = ".csv" if is_csv else f".{kind_of(data, item.shown)}"
    try:
        _try_ledger(data, f"{year}-{ledger}{suffix}", item.shown)
    except SourceError as error:
        doubt = f"台账读不成：{error.what}"
    return Look(item, digest_of(data), agency.code, year, ledger, suffix, doubt=doubt)


def _try_ledger(data: bytes, name: str, shown: str) -> None:
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        open_ledger_file(path, shown)


def _workbook_of(published: Published, agency: Agency, shown: str) -> tuple[bytes, tuple[str, ...]]:
    """Give the workbook that a report makes, and what could not be taken over into it."""
    filing = replace(published.filing, agency=agency)
    (made,) = imported([(shown, replace(published, filing=filing))])
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        path = Path(folder) / "made.xlsx"
        made.write(path)
        return path.read_bytes(), made.notes


def _suffix(name: str) -> str:
    """Give the suffix of what is no workbook of ours.

    It never is one that such a workbook has, nor does it end as the receipts beside it do.
    """
    suffix = PurePosixPath(name).suffix.lower()
    is_usual = suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= LONGEST_SUFFIX
    if not is_usual or suffix == RECEIPTS_SUFFIX:
        return ORIGINAL
    return ORIGINAL + suffix if suffix in WORKBOOK_SUFFIXES else suffix


def _stage(shown: str) -> str:
    """Give what the file's name says of its stage, else what the nearest folder says."""
    for part in reversed(PurePosixPath(shown).parts):
        stage = stage_of(part)
        if stage.text:
            return stage.text
    return ""
