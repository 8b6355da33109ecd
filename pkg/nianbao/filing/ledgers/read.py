"""From the rows of a ledger as they stand to those that can be counted; nothing lost in silence.

Each row is read, blank, of another year, or rejected with its reason.
"""

from __future__ import annotations

import gc
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.cells import Parsed, parser, read_text, shown
from nianbao.filing.ledgers.head import DEEPEST, ROWS_LOOKED_AT, Header, find_header
from nianbao.filing.ledgers.kinds import LedgerColumn, LedgerKind
from nianbao.filing.ledgers.ledger import Heading, Ledger, Oddity, Reject
from nianbao.filing.ledgers.rows import Table
from nianbao.filing.ledgers.rules import OTHER_YEAR, rules_of
from nianbao.filing.notes import advise, describe
from nianbao.filing.numbers import Raw, errors_among, print_cell
from nianbao.forms import Form

REJECTS_KEPT = 200  # with their reasons; of more, the number is enough
ROWS_AT_ONCE = 10_000  # so that very many rows are never there twice
DIFFERENT_AT_MOST = 5_000  # values of a column, beyond which none is looked for again
ROWS_KEPT = 50  # of another year, or of an oddity
# Of Python's own texts: those of Arrow, pandas' default, take a pool of memory in each kernel.
PLAIN_TEXT = pd.StringDtype("python", na_value=np.nan)
OWN_WORDS_AT_MOST = 60  # of a column: with more, it sorts nothing
_TOTAL = re.compile(r"(?:本[年月]|全年)?(?:合|总|小|共|累)计[,:]?[0-9]*[件条项笔个]?")
_SERIAL_NUMBERS = frozenset({"", "序号", "编号", "号", "no", "no,"})

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def read_ledger(table: Table, form: Form, year: int) -> Ledger | None:
    """Read a ledger.

    Parameters
    ----------
    form
        Whose words the choices take.
    year
        The report year.

    Returns
    -------
    Ledger or None
        None where nothing stands below its header, or nothing at all: the office keeps none.
    """
    rows = iter(table.rows)
    first = list(islice(rows, ROWS_LOOKED_AT + DEEPEST))
    header = find_header(first, table.origins, table.kind)
    if header is None:
        return _unread(table, first)
    reading = _Reading(table, header, form, year)
    with _no_collection():
        reading.take(chain(first[header.row :], rows), serial=_serial_column(first, header))
        return reading.ledger() if reading.numbers else None


def _serial_column(first: Sequence[Sequence[Raw]], header: Header) -> int | None:
    """Give the first column where it only counts the rows: there 合计 stands, if anywhere."""
    heading = next(iter(first[header.row - 1]), None)
    is_serial = normalise(print_cell(heading)).lower() in _SERIAL_NUMBERS
    known = {item.column for item in header.headings.values()}
    return 0 if is_serial and 0 not in known else None


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector from going over very many rows again and again: a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _unread(table: Table, first: Iterable[list[Raw]]) -> Ledger | None:
    if not any(any(row) for row in first):
        return None
    columns = "、".join(column.name for column in table.kind.columns if column.required)
    flaw = f"前 {ROWS_LOOKED_AT} 行里找不到表头，应有的列：{columns}"
    return Ledger(table.kind, table.file, table.sheet, {}, pd.DataFrame(), flaws=(flaw,))


@dataclass(slots=True)
class _Values:
    """The cells of a column: the same value is kept once, where there are few different ones."""

    raws: list[Raw] = field(default_factory=list)
    known: dict[Raw, Raw] = field(default_factory=dict)

    def extend(self, cells: Sequence[Raw]) -> None:
        if bool in set(map(type, cells)):  # equal to 1 and 0, and yet something else
            cells = [print_cell(cell) if isinstance(cell, bool) else cell for cell in cells]
        if len(self.known) < DIFFERENT_AT_MOST:
            cells = list(map(self.known.setdefault, cells, cells))
        self.raws.extend(cells)


def _move(rows: list[tuple[Raw, ...]], columns: Iterable[_Values]) -> None:
    for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
        column.extend(cells)
    rows.clear()


@dataclass(slots=True)
class _Reading:
    """A ledger while it is being read."""

    table: Table
    header: Header
    form: Form
    year: int
    numbers: list[int] = field(default_factory=list)
    blank: int = 0
    raws: dict[str, list[Raw]] = field(default_factory=dict)
    serials: list[Raw] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)

    @property
    def kind(self) -> LedgerKind:
        return self.table.kind

    @property
    def columns(self) -> list[LedgerColumn]:
        """Those that are there, in the order of the kind."""
        return [column for column in self.kind.columns if column.key in self.header.headings]

    def take(self, body: Iterable[list[Raw]], serial: int | None) -> None:
        """Take what is needed of the rows, and none of the rest: personal data stays behind.

        Parameters
        ----------
        serial
            A column that numbers the rows; None for none.
        """
        places = [self.header.headings[column.key].column for column in self.columns]
        # The last one too so that there are always several.
        pick = itemgetter(*places, places[0] if serial is None else serial)
        width = max(places) + 1
        lost = {row + 1 for row, column in self.table.errors if column in places}
        columns = [_Values() for _ in (*places, serial)]
        last = self.header.row
        picked = []
        for number, row in enumerate(body, start=self.header.row + 1):
            if len(row) < width:
                row.extend([None] * (width - len(row)))
            # The first is quick, and nearly always enough; a zero is something too.
            if any(row) or any(map(_is_something, row)) or number in lost:
                picked.append(pick(row))
                self.numbers.append(number)
                last = number
                if len(picked) == ROWS_AT_ONCE:
                    _move(picked, columns)
        _move(picked, columns)
        self.blank = last - self.header.row - len(self.numbers)
        self.raws = {c.key: values.raws for c, values in zip(self.columns, columns, strict=False)}
        self.serials = columns[-1].raws if serial is not None else []

    def ledger(self) -> Ledger:
        header = self.header
        index = pd.Index(np.array(self.numbers, np.int64), name="row")
        about = (self.kind, self.table.file, self.table.sheet, header.headings)
        if header.flaws:
            return Ledger(
                *about, pd.DataFrame(index=index[:0]), read=len(index), blank=self.blank,
                unread=header.unread, personal=header.personal, flaws=header.flaws,
            )  # fmt: skip
        frame, bad = self._frame(index)
        elsewhere = self._elsewhere(frame, bad)
        return Ledger(
            *about,
            self._counted(frame, bad | elsewhere),
            read=len(index),
            blank=self.blank,
            elsewhere=int(elsewhere.sum()),
            rejected=int(bad.sum()),
            elsewhere_rows=tuple(map(int, index[elsewhere][:ROWS_KEPT])),
            rejects=tuple(sorted(self.rejects, key=lambda reject: reject.row)[:REJECTS_KEPT]),
            oddities=tuple(self.oddities),
            hidden_rows=tuple(row for row in self.table.hidden_rows if row > header.row),
            is_hidden=self.table.is_hidden,
            unread=header.unread,
            personal=header.personal,
        )

    def _counted(self, frame: pd.DataFrame, left_out: Mask) -> pd.DataFrame:
        """Leave out rows, and columns that nobody counts by."""
        dropped = [column.key for column in self.kind.columns if not column.is_counted]
        kept = frame.drop(columns=dropped) if dropped else frame
        return kept[~left_out] if left_out.any() else kept

    def _frame(self, index: pd.Index) -> tuple[pd.DataFrame, Mask]:
        """Give all rows, and which of them are rejected."""
        bad = np.zeros(len(index), np.bool_)
        self._refuse_totals(bad)
        self._refuse_lost_cells(bad)
        values = {column.key: self._column(column, bad) for column in self.columns}
        for column in self.columns:
            self._require(column, values[column.key], bad)
            if column.open:
                values[column.key] = self._sorting(column, values[column.key])
        nothing = [None] * len(index)
        series = {c.key: _series(c, values.get(c.key, nothing)) for c in self.kind.columns}
        return pd.DataFrame(series, index=index), bad

    def _refuse_totals(self, bad: Mask) -> None:
        """Reject rows of sums, wherever in a row they say so."""
        places = {column.key: self.raws[column.key] for column in self.columns}
        for key, raws in (*places.items(), (self.columns[0].key, self.serials)):
            if any(map(_is_total, set(raws))):
                for place in (place for place, raw in enumerate(raws) if _is_total(raw)):
                    self._reject(place, bad, key, "是合计行", "台账里不写合计行", raw=raws[place])

    def _refuse_lost_cells(self, bad: Mask) -> None:
        """Reject rows in which a cell is only blank for whoever reads the file."""
        keys = {heading.column: key for key, heading in self.header.headings.items()}
        lost = {at: (describe(note), advise(note)) for at, note in self.table.errors.items()}
        lost |= {at: _MERGED for at, origin in self.table.origins.items() if at != origin}
        for (row, column), (why, hint) in lost.items():
            place = bisect_left(self.numbers, row + 1)
            is_there = place < len(self.numbers) and self.numbers[place] == row + 1
            if column in keys and is_there:
                self._reject(place, bad, keys[column], why, hint, raw="")
        for key, raws in self.raws.items():  # a file of texts has errors as texts
            for error in errors_among(raws):
                for place in (place for place, raw in enumerate(raws) if raw == error):
                    self._reject(place, bad, key, describe(error), advise(error), raw="")

    def _sorting(self, column: LedgerColumn, values: list[Any]) -> list[Any]:
        """Give the words of a column that is open to any.

        Of one's own words that differ in width, spaces or brackets only, the first stands for all;
        very many of them sort nothing, and none is kept.
        """
        known = {*column.vocabulary(self.form).values(), None}
        own = [word for word in dict.fromkeys(values) if word not in known]
        firsts: dict[str, str] = {}
        meant: dict[Any, Any] = {w: firsts.setdefault(normalise(w), w) for w in own}
        if len(firsts) > OWN_WORDS_AT_MOST:
            what = f"有 {len(firsts)} 种自己的写法，不像分类，没有按它们统计"
            self.oddities.append(Oddity(column.key, what, 0, ()))
            meant = dict.fromkeys(own)
        return [meant.get(value, value) for value in values] if own else values

    def _column(self, column: LedgerColumn, bad: Mask) -> list[Any]:
        """Give the values of a column, and reject the rows in which it cannot be read."""
        heading: Heading = self.header.headings[column.key]
        raws = self.raws[column.key]
        if column.kind == "text":  # nothing can be wrong with it, and each is another one
            return list(map(read_text, raws))
        read = parser(column, heading.text, self.form, self.table)
        known: dict[Raw, Parsed] = {raw: read(raw) for raw in set(raws)}
        # One by one only where there is something to tell: most columns of most ledgers are plain.
        if any(parsed.why for parsed in known.values()):
            for place, raw in enumerate(raws):
                if known[raw].why:
                    told = shown(raw) if known[raw].is_telling else None
                    self._reject(place, bad, column.key, known[raw].why, known[raw].hint, raw=told)
        for what in dict.fromkeys(filter(None, (parsed.oddity for parsed in known.values()))):
            pairs = zip(self.numbers, raws, strict=True)
            rows = [number for number, raw in pairs if known[raw].oddity == what]
            self.oddities.append(Oddity(column.key, what, len(rows), tuple(rows[:ROWS_KEPT])))
        values = {raw: parsed.value for raw, parsed in known.items()}
        return list(map(values.__getitem__, raws))

    def _require(self, column: LedgerColumn, values: Sequence[Any], bad: Mask) -> None:
        """Reject rows without what they must have, or with what another has already."""
        if column.required and not column.blank and None in values:
            for place in (place for place, value in enumerate(values) if value is None):
                self._reject(place, bad, column.key, "空白", f"填上{column.name}")
        if column.unique and len(set(values)) < len(values):
            firsts: dict[Any, int] = {}
            for place, value in enumerate(values):
                if value is None or bad[place]:
                    continue
                first = firsts.setdefault(value, place)
                if first != place:
                    why = f"与第 {self.numbers[first]} 行重复"
                    self._reject(place, bad, column.key, why, "同一件只留一行，不同的件改正编号")

    def _elsewhere(self, frame: pd.DataFrame, bad: Mask) -> Mask:
        """Apply the rules of the kind, and give the rows that are of another year."""
        elsewhere = np.zeros(len(bad), np.bool_)
        for rule in rules_of(self.kind, frame, self.year):
            broken = rule.rows & ~bad & ~elsewhere
            if rule.why == OTHER_YEAR:
                elsewhere |= broken
                continue
            for place in np.flatnonzero(broken):
                self._reject(int(place), bad, rule.key, rule.why, rule.hint)
        return elsewhere

    def _reject(
        self, place: int, bad: Mask, key: str, why: str, hint: str, *, raw: Raw = None
    ) -> None:
        """Reject a row; `raw` is what is told of the cell, by default what it says in digits."""
        if bad[place]:
            return
        bad[place] = True
        if len(self.rejects) < REJECTS_KEPT:
            told = self._in_digits(place, key) if raw is None else shown(raw)
            self.rejects.append(Reject(self.numbers[place], key, told, why, hint))

    def _in_digits(self, place: int, key: str) -> str:
        """Give a cell that can be repeated: one without any digit may be somebody's name."""
        raws = self.raws.get(key)
        text = shown(raws[place]) if raws else ""
        return text if any(map(str.isdigit, text)) else ""


def _is_something(cell: Raw) -> bool:
    return cell is not None and cell != ""


def _is_total(raw: Raw) -> bool:
    return isinstance(raw, str) and "计" in raw and bool(_TOTAL.fullmatch(normalise(raw)))


def _series(column: LedgerColumn, values: list[Any]) -> Any:
    """Give a column of the frame."""
    match column.kind:
        case "date":
            days = np.array([_NO_DAY if value is None else value for value in values], np.int64)
            return days.view("datetime64[D]").astype("datetime64[s]")
        case "flag":
            return pd.array(values, dtype="boolean")
        case "money":
            return pd.array(values, dtype="Int64")
        case "choice":
            codes: dict[Any, int] = {None: -1}
            places = [codes.setdefault(value, len(codes) - 1) for value in values]
            words = pd.Index(list(codes)[1:], dtype=object)
            return pd.Categorical.from_codes(places, categories=words)
    return pd.array(values, dtype=PLAIN_TEXT)


_MERGED = ("是合并单元格", "取消合并，每一行都填上")
_NO_DAY = np.datetime64("NaT", "D").astype(np.int64)
