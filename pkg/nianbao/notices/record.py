"""What an agency was told, time after time: what its notices are made from, kept beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nianbao.errors import ConfigError, UsageError, visible
from nianbao.notices.compare import Comparison, compare
from nianbao.notices.lines import Line

FOLDER = "记录"


class Terms(BaseModel):
    """What a notice says beside its lines.

    Attributes
    ----------
    office
        Who sends it; empty where the batch does not say.
    day
        On which it was written.
    again, legal
        By when the report is to be handed in again, and by when the law wants it published.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    office: str = ""
    day: dt.date
    again: dt.date | None = None
    legal: dt.date | None = None


class Round(BaseModel):
    """One version, looked at.

    Attributes
    ----------
    number
        Of the notice, from one; 0 where nothing was left to be told.
    digest
        SHA-256 of the workbook; empty where its bytes cannot be read.
    is_read
        The workbook could be read, if not without fault.
    lines
        All lines, gravest first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Annotated[int, Field(ge=0)]
    digest: str
    terms: Terms
    is_read: bool = True
    lines: tuple[Line, ...] = ()

    @property
    def errors(self) -> int:
        """How many lines must be corrected."""
        return sum(line.is_error for line in self.lines)

    @property
    def warnings(self) -> int:
        """How many lines must be explained."""
        return len(self.lines) - self.errors


class Explained(BaseModel):
    """What an agency has explained: it is not asked again as long as it says the same.

    Attributes
    ----------
    refs
        In the order of the line's.
    reason
        As the office noted it on the day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: str
    refs: tuple[str, ...]
    message: str
    reason: str
    day: dt.date

    def is_about(self, line: Line) -> bool:
        """Tell whether this line is explained: the same figures, and the same numbers."""
        return (self.check, self.refs, self.message) == (line.check, line.refs, line.message)


class Record(BaseModel):
    """All rounds of one agency and year, in order, and what it has explained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: str
    name: str
    year: int
    is_sample: bool = False
    rounds: tuple[Round, ...] = ()
    explained: tuple[Explained, ...] = ()

    @property
    def last(self) -> Round | None:
        """The last round; None before the first."""
        return self.rounds[-1] if self.rounds else None

    @property
    def number(self) -> int:
        """Number of the last notice; 0 where none was sent."""
        return max((item.number for item in self.rounds), default=0)

    def compared(self, place: int) -> Comparison | None:
        """Hold a round against the last before it that could be read; None where there is none."""
        now = self.rounds[place]
        before = [item for item in self.rounds[:place] if item.is_read]
        return compare(before[-1].lines, now.lines) if before and now.is_read else None

    def explain(self, reason: str, day: dt.date) -> Self:
        """Give the record with all that the last notice asks for explained.

        Raises
        ------
        UsageError
            Nothing waits for an explanation, or something must be corrected first.
        """
        last = self.last
        if last is None or not last.lines or last.errors:
            raise UsageError(
                "还有必须改的，不能只作说明" if last and last.errors else "没有等着说明的问题",
                where=self.name,
                hint="说明只记给催报表里“仅需说明”的机关",
            )
        new = (
            Explained(check=x.check, refs=x.refs, message=x.message, reason=reason, day=day)
            for x in last.lines
        )
        return self.model_copy(update={"explained": (*self.explained, *new)})

    def asked(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """Leave out what must only be explained, and is."""
        return tuple(
            line
            for line in lines
            if line.is_error or not any(item.is_about(line) for item in self.explained)
        )

    def after(self, digest: str, lines: Sequence[Line], terms: Terms, *, is_read: bool) -> Self:
        """Give the record with a round more; itself where there is nothing new to tell.

        The same workbook with the same faults is told once; one without any is noted only after
        a notice.
        """
        last = self.last
        if last is None and not lines:
            return self
        if last is not None and not lines and not last.lines:
            return self
        if last is not None and last.digest == digest and compare(last.lines, lines).is_same:
            return self
        number = self.number + 1 if lines else 0
        new = Round(number=number, digest=digest, terms=terms, lines=tuple(lines), is_read=is_read)
        return self.model_copy(update={"rounds": (*self.rounds, new)})


def read_record(folder: Path, agency: str) -> Record | None:
    """Give what an agency was told; None where it was told nothing yet.

    Parameters
    ----------
    folder
        Of the year's notices.

    Raises
    ------
    ConfigError
        The record is damaged, or another agency's.
    """
    path = record_file(folder, agency)
    if not path.is_file():
        return None
    hint = "从备份恢复；或移开它，从第 1 次重新编号"
    try:
        record = Record.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigError("退改记录损坏", where=path, hint=hint) from error
    if record.agency != agency:  # names of files are made of it
        found = visible(record.agency)
        raise ConfigError("退改记录是别的机关的", where=path, found=found, hint=hint)
    return record


def record_file(folder: Path, agency: str) -> Path:
    """Give where the record of an agency stands."""
    return folder / FOLDER / f"{agency}.json"


def record_json(record: Record) -> bytes:
    """Give the record as it is written."""
    return record.model_dump_json(indent=2).encode() + b"\n"
