"""A notice as a document: what `nianbao.render` sets as a PDF and as a Word file.

The page is that of every document here. A notice is meant for one sheet: what must be explained
gives way where there is too much, and is counted; what must be corrected never does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from nianbao.characters import code_point, without_hidden
from nianbao.checks.finding import Severity
from nianbao.errors import visible
from nianbao.fonts import Typefaces
from nianbao.forms import Form, form_for_year
from nianbao.notices.compare import Comparison
from nianbao.notices.lines import Line
from nianbao.notices.record import Record, Round, Terms
from nianbao.notices.words import date_words, day_words
from nianbao.render.document import SAMPLE_MARK, Document
from nianbao.render.fonts import missing_glyphs
from nianbao.report.blocks import Block, Cell, Heading, Paragraph, StatTable
from nianbao.report.canvas import width

TITLE = "政府信息公开工作年度报告退改通知单"
EVERYTHING = "全部问题.xlsx"

# Widths of the columns, in characters of the table's type.
HEAD = ("序号", "问题和位置", "填报为", "应为", "依据")
WIDTHS = (3.5, 19.0, 6.6, 6.6, 13.4)
INSIDE = 0.9  # characters of a column that its lines do not have
EDGE = 0.5  # lines that the edges of a row take
MOST_SAID = {"place": 120, "found": 80, "expected": 80, "message": 150, "title": 40, "source": 80}
MOST_NUMBER = 8  # characters of what is set as a number, in the middle
NEW, STILL, CHANGED = "新增", "未改", "有变"  # of a line; the last has other numbers now
FORM = "格式"  # how the ground names the form, which is told in full below

PAGE_LINES, NEXT_LINES = 30.0, 38.0
"""Lines of the table's type that the first page has room for, beside all else, and each further."""


Fit = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class NoticeDocument(Document):
    """A document that is no report: its date is that of the notice, and it is no draft.

    Attributes
    ----------
    day
        On which it was written.
    is_sample
        The agency is made up.
    """

    day: dt.date = dt.date(2000, 1, 1)
    is_sample: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands on the face of each page."""
        return (SAMPLE_MARK,) if self.is_sample else ()

    @property
    def date(self) -> dt.datetime:
        """The day of the notice."""
        return dt.datetime.combine(self.day, dt.time(), tzinfo=dt.UTC)


def notice(record: Record, place: int, faces: Typefaces) -> NoticeDocument:
    """Give the notice of a round.

    Parameters
    ----------
    place
        Of the round in the record; it has lines.
    faces
        What it will be set in: a character that they lack is named by its code.
    """
    parts = tuple(_parts(record, place, faces))
    return NoticeDocument(
        masthead=None,
        parts=parts,
        cells=(1,) * len(parts),
        warnings=(),
        day=record.rounds[place].terms.day,
        is_sample=record.is_sample,
    )


def _parts(record: Record, place: int, faces: Typefaces) -> Iterator[Block]:
    now, comparison = record.rounds[place], record.compared(place)
    form = form_for_year(record.year)
    table = _Table(now, comparison, _fit(faces, form))
    yield Heading(level=1, text=TITLE)
    yield _head(record, now)
    yield Paragraph(inlines=(f"{_summary(now, comparison)}{table.left_over()}",), role="note")
    yield table.block(_asked(now, form))


def _head(record: Record, now: Round) -> StatTable:
    """Say to whom, of which year, which time, when, and by when."""
    rows = [
        ("机关", record.name, "年度", f"{record.year}年度　第 {now.number} 次"),
        ("发出", _sent(now.terms), "期限", _until(now)),
    ]
    cells = tuple(
        tuple(Cell(text, "value" if n % 2 else "head") for n, text in enumerate(row))
        for row in rows
    )
    return StatTable(
        key="notice-head", caption="", rows=cells, head_rows=0, widths=(1.6, 8, 1.6, 8)
    )


def _sent(terms: Terms) -> str:
    return "　".join(filter(None, [terms.office, date_words(terms.day)]))


def _until(now: Round) -> str:
    terms, asked = now.terms, "再交" if now.errors else "说明"
    again = f"{day_words(terms.again)}前" if terms.again else "尽快"
    legal = f"法定{day_words(terms.legal)}前公布" if terms.legal else ""
    return "；".join(filter(None, [f"{again}{asked}", legal]))


def _summary(now: Round, comparison: Comparison | None) -> str:
    parts = [f"必须改 {now.errors} 处" if now.errors else ""]
    parts += [f"请说明 {now.warnings} 处" if now.warnings else ""]
    errors = "" if now.errors else "没有必须改的，不必退改。"
    unread = "" if now.is_read else "填报表读不了，别的内容还没有核查。"
    return f"{'，'.join(filter(None, parts))}。{errors}{unread}{compared_words(comparison)}"


def compared_words(comparison: Comparison | None) -> str:
    """Say what became of the last notice's lines; empty where there is nothing to compare."""
    if comparison is None:
        return ""
    still = len(comparison.still)
    changed = f"（其中 {len(comparison.changed)} 处数有变）" if comparison.changed else ""
    parts = [f"上次 {comparison.before} 处", f"已改 {len(comparison.fixed)} 处"]
    parts += [f"仍未改 {still} 处{changed}" if still else ""]
    parts += [f"新增 {len(comparison.added)} 处"]
    return "，".join(filter(None, parts)) + "。"


def _asked(now: Round, form: Form | None) -> str:
    """Say what is to be done, and what the grounds call the form."""
    if not now.is_read:
        return "请按上表改好填报表再交，收到后再核查全部内容。"
    errors = "必须改的，在原填报表上逐处改正后再交；由它引起的其他不符没有列出，改正后自行消除。"
    warnings = "请说明的，有误就改正，无误就书面说明原因。"
    told = f"依据中的“{FORM}”，指{form.document}印发的年度报告格式。" if form else ""
    return f"{errors if now.errors else ''}{warnings if now.warnings else ''}{told}"


class _Table:
    """The lines as a table, as many as there is room for."""

    def __init__(self, now: Round, comparison: Comparison | None, fit: Fit) -> None:
        self.now = now
        self.fit = fit
        self.marks = marks(now, comparison)
        ends = [*accumulate(map(self._height, now.lines))]
        needed = ends[now.errors - 1] if now.errors else 0
        self.fits = needed <= PAGE_LINES
        # Where there is a further page anyway, what is to be explained may stand on it too.
        room = PAGE_LINES + NEXT_LINES * max(0, ceil((needed - PAGE_LINES) / NEXT_LINES))
        self.shown = sum(end <= room for end in ends)

    def left_over(self) -> str:
        """Say what is not here, or that it takes more than a page; empty where all is."""
        left = len(self.now.lines) - self.shown
        more = "" if self.fits else "本单一页放不下，续在下页，请看完各页。"
        return more + (f"请说明的另有 {left} 处没有列出，见《{EVERYTHING}》。" if left else "")

    def block(self, note: str) -> StatTable:
        """Give the table, with a note below: what must be corrected, then what be explained."""
        rows = [tuple(Cell(text, "head", scope="col") for text in HEAD)]
        numbered = [*enumerate(self.now.lines[: self.shown])]
        for severity in (Severity.ERROR, Severity.WARNING):
            own = [(n, line) for n, line in numbered if line.severity is severity]
            if own:
                rows.append(
                    (Cell(f"{severity.label}（{len(own)} 处）", "stub", colspan=len(HEAD)),)
                )
                rows += [self._row(n, line) for n, line in own]
        return StatTable(
            key="notice",
            caption="",
            rows=tuple(rows),
            head_rows=1,
            widths=WIDTHS,
            notes=(note,),
        )

    def _row(self, place: int, line: Line) -> tuple[Cell, ...]:
        number = "\n".join(filter(None, [str(place + 1), self.marks[place]]))
        first, *values, last = self._texts(line)
        cells = [
            Cell(text, "value" if width(text) <= MOST_NUMBER else "text", colspan=span)
            for text, span in values
        ]
        return (Cell(number), Cell(first[0], "text"), *cells, Cell(last[0], "text"))

    def _texts(self, line: Line) -> list[tuple[str, int]]:
        """Give what stands in the columns after the number, each with how many it spans."""
        first = "：".join(filter(None, [self._said(line, "title"), self._said(line, "place")]))
        names = ["message"] if line.is_said else ["found", "expected"]
        values = [(self._said(line, name), 3 - len(names)) for name in names]
        return [(first, 1), *values, (self._said(line, "source"), 1)]

    def _said(self, line: Line, name: str) -> str:
        text: str = getattr(line, name)
        return visible(self.fit(text), most=MOST_SAID[name])

    def _height(self, line: Line) -> float:
        """Give how many lines of type a row takes, its edges among them."""
        widths = iter(WIDTHS[1:])
        texts = [(text, sum(next(widths) for _ in range(span))) for text, span in self._texts(line)]
        return max(ceil(width(text) / (room - INSIDE)) for text, room in texts) + EDGE


def marks(now: Round, comparison: Comparison | None) -> list[str]:
    """Say of each line whether it is new, or still as it was."""
    if comparison is None:
        return [""] * len(now.lines)
    added, changed = (set(map(id, lines)) for lines in (comparison.added, comparison.changed))
    return [
        NEW if id(line) in added else CHANGED if id(line) in changed else STILL
        for line in now.lines
    ]


def _fit(faces: Typefaces, form: Form | None) -> Fit:
    """Give what makes a text one that can be printed, and names the form by a word."""
    names = [f"{form.document}附件"] if form else []

    def fitted(text: str) -> str:
        for name in (*names, "年度报告格式"):
            text = text.replace(name, FORM)
        for character in missing_glyphs(without_hidden(text), faces):
            text = text.replace(character, f"[{code_point(character)}]")
        return text

    return fitted
