"""A batch file in YAML, as people write it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WrapValidator
from pydantic_core import PydanticCustomError

from nianbao.checks.case import SMALL_GROUPS
from nianbao.filing.register import AgencyCode, AgencyKind
from nianbao.running.parameters import Year

Format = Literal["html", "pdf", "docx", "csv", "xlsx"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx", "csv", "xlsx")

EVERY_AGENCY = ("*",)
"""What ``agencies: all`` is read as; no agency has this code."""


def _all_or(value: object, handler: Callable[[object], Any]) -> Any:
    return EVERY_AGENCY if value == "all" else handler(value)


def _day(value: object) -> object:
    if value is None or isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError("day", "日期：年-月-日，例如 2023-01-15") from None


Day = Annotated[dt.date | None, BeforeValidator(_day)]
StrictYear = Annotated[Year, Field(strict=True)]


class Entry(BaseModel):
    """One report of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: AgencyCode
    year: StrictYear


class BatchFile(BaseModel):
    """The whole file.

    Attributes
    ----------
    agencies, years
        A report for each agency and year; `EVERY_AGENCY` for the whole register.
    kinds
        Of the whole register, only agencies of these kinds.
    reports
        Instead of both, the reports one by one.
    office
        Who gathers the reports and sends them back: it signs the notices.
    due, due_again
        The office's own dates for the batch's last year: by when a draft is to be handed in, and
        by when one that was sent back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    agencies: Annotated[tuple[AgencyCode, ...], WrapValidator(_all_or)] = ()
    kinds: tuple[AgencyKind, ...] = ()
    years: tuple[StrictYear, ...] = ()
    reports: tuple[Entry, ...] = ()
    formats: Annotated[tuple[Format, ...], Field(min_length=1)] = FORMATS
    public_hotline: Annotated[bool, Field(strict=True)] = False
    small_groups: Annotated[int, Field(strict=True, ge=0)] = SMALL_GROUPS
    office: str = ""
    due: Day = None
    due_again: Day = None
