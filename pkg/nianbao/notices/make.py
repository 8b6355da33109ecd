"""One agency's part: its workbook checked, held against what it was told, and told what is new."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nianbao.batch.checking import Case, check_case
from nianbao.batch.key import read_input
from nianbao.batch.store import writing
from nianbao.collecting.receipts import read_receipts
from nianbao.errors import NianbaoError, SourceError
from nianbao.filing.atomic import write_whole
from nianbao.filing.ledgers.personal import masked
from nianbao.filing.register import Agency, Register
from nianbao.filing.sources import workbooks_read
from nianbao.fonts import typefaces
from nianbao.forms import form_for_year
from nianbao.notices.lines import lines_of
from nianbao.notices.page import notice
from nianbao.notices.record import Record, Terms, read_record, record_file, record_json
from nianbao.project import Project
from nianbao.render.docx import DocxExporter
from nianbao.render.exporting import FileExporter
from nianbao.render.pdf import PdfExporter

MOST_NAME = 40  # characters of an agency's name in the name of a file

_UNUSABLE = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]')
_EXPORTERS: dict[str, Callable[[], FileExporter]] = {".docx": DocxExporter, ".pdf": PdfExporter}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done for one agency and year.

    Attributes
    ----------
    agency
        Under the name by which its workbook is checked.
    name
        That of the year.
    folder
        Of the year's notices.
    due, due_again
        The office's own dates for this year; None where it has none.
    fonts
        Folder of the office's own; empty for none.
    register
        Of a government that others are below, which is the sum of them; None for any other.
    explained
        What the agency has said to all that its last notice asks; empty for nothing.
    """

    project: Project
    agency: Agency
    name: str
    year: int
    folder: Path
    office: str = ""
    today: dt.date = dt.date.min
    due: dt.date | None = None
    due_again: dt.date | None = None
    small_groups: int = 0
    fonts: str = ""
    register: Register | None = None
    explained: str = ""

    @property
    def legal(self) -> dt.date | None:
        """By when the law wants the report; None for a year without a form."""
        form = form_for_year(self.year)
        deadline = form.deadline(self.agency.kind, self.agency.level) if form else None
        return deadline.day(self.year) if deadline else None


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it.

    Attributes
    ----------
    record
        All that the agency was told; without a round where it was told nothing.
    is_in
        It has handed in a workbook.
    received
        When the first version came; None where nobody noted it.
    is_new
        A notice was written now.
    remark
        What the office should know, such as that last year's workbook cannot be read.
    error
        Why nothing could be done for it.
    """

    order: Order
    record: Record
    is_in: bool = False
    received: dt.datetime | None = None
    is_new: bool = False
    remark: str = ""
    error: NianbaoError | None = None


def make_notice(order: Order) -> Made:
    """Check one workbook, and write its notice where there is something new to tell.

    What is told once is written once; a file of a notice that is gone is written again.
    """
    try:
        record = record_of(order)
        receipts = read_receipts(order.project.sources(order.agency.code), order.year)
        received = receipts[0].received if receipts else None
        source, previous = workbooks_read(order.project, order.agency.code, order.year)
        if not source.is_file():
            return Made(order, record, received=received)
        case = Case(
            project=order.project,
            agency=order.agency,
            year=order.year,
            source=source,
            previous=previous,
            register=order.register,
            small_groups=order.small_groups,
        )
        told, remark = _told(order, case, record)
        _write(order, told, len(record.rounds))
    except NianbaoError as error:
        return Made(order, _empty(order), error=error)
    except (OSError, MemoryError):  # a full disk is full for all
        raise
    except Exception as error:  # noqa: BLE001 - whatever a workbook does, it stops no other notice
        return Made(order, _empty(order), error=_unforeseen(order, error))
    return Made(
        order=order,
        record=told,
        is_in=True,
        received=received,
        is_new=told.number > record.number,
        remark=remark,
    )


def record_of(order: Order) -> Record:
    """Give what an agency was told, and with the order what it has explained of it.

    Raises
    ------
    ConfigError
        The record is damaged.
    UsageError
        Nothing of it waits for an explanation.
    """
    record = read_record(order.folder, order.agency.code) or _empty(order)
    return record.explain(order.explained, order.today) if order.explained else record


def _empty(order: Order) -> Record:
    is_sample = order.agency.is_sample
    return Record(agency=order.agency.code, name=order.name, year=order.year, is_sample=is_sample)


def _unforeseen(order: Order, error: Exception) -> SourceError:
    return SourceError(
        "核查这份填报表时程序出错",
        where=order.project.relative(order.project.source(order.agency.code, order.year)),
        found=masked(f"{type(error).__name__}：{error}"),
        hint="把填报表和这段话发给维护者；其余机关不受影响",
    )


def _told(order: Order, case: Case, record: Record) -> tuple[Record, str]:
    """Give the record as it is after this look, and what the office should know."""
    again = order.due_again if order.due_again and order.due_again >= order.today else None
    checked = check_case(case)
    filing, source = checked.filing, order.project.relative(case.source)
    digest = filing.digest if filing else read_input(order.project, source).digest
    terms = Terms(office=order.office, day=order.today, again=again, legal=order.legal)
    after = record.after(
        digest,
        record.asked(lines_of(checked, order.project.relative(case.source))),
        terms,
        is_read=filing is not None,
    )
    error = checked.previous_error
    return after, f"没有与上年比较：{error.what}" if error else ""


def _write(order: Order, record: Record, known: int) -> None:
    """Write the notices that are new or gone, and then the record, which says that they are there.

    Parameters
    ----------
    known
        How many rounds stood in the record before.
    """
    for place, item in enumerate(record.rounds):
        for name in notice_names(record, item.number):
            path = order.folder / name
            if place >= known or not path.is_file():
                faces = typefaces(order.fonts)
                exporter = _EXPORTERS[path.suffix]()
                keep(path, exporter.from_document(notice(record, place, faces), faces))
    if len(record.rounds) > known:
        keep(record_file(order.folder, record.agency), record_json(record))


def notice_names(record: Record, number: int) -> tuple[str, ...]:
    """Give the names of a notice's files: the code for order, the name for people; none for 0."""
    name = _UNUSABLE.sub("", record.name)[:MOST_NAME]
    stem = f"{record.agency}-{name}-第{number}次"
    return tuple(f"{stem}{suffix}" for suffix in _EXPORTERS) if number else ()


def keep(path: Path, content: bytes) -> None:
    """Put a file in its place all at once; one that says the same stays as it is.

    Raises
    ------
    OutputError
        The system refuses.
    """
    with writing(path):
        if not path.is_file() or path.read_bytes() != content:
            write_whole(path, content)
