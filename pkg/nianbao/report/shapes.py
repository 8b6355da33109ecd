"""What the plain data inside a block must be: a notebook may have been written by anybody."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

WIDEST_SPAN = 1000  # as browsers have it
DEEPEST_LEVEL = 6
SVG = "image/svg+xml"
WEB_ADDRESS = re.compile('(?:https?://|mailto:)[^\\s<>"\\\\]+', re.IGNORECASE)

Span = Annotated[int, Field(ge=1, le=WIDEST_SPAN)]
Width = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Level = Annotated[int, Field(ge=1, le=DEEPEST_LEVEL)]
ReportYear = Annotated[int, Field(ge=1900, le=2999)]
Count = Annotated[int, Field(ge=0)]


class _Item(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Finding(_Item):
    """As `nianbao.checks.finding.Finding.to_json` gives it."""

    id: str
    name: str
    severity: Literal["error", "warning", "info"]
    title: str
    message: str
    source: str
    where: list[str]
    refs: list[str]
    labels: list[str]
    expected: dict[str, int | str | None]
    found: dict[str, int | str | None]
    agency: str
    year: int
    cause: str
    mends: list[str]


class _Figure(_Item):
    """As `nianbao.report.provenance` gives it."""

    ref: str
    name: str
    label: str
    value: str | None
    unit: str
    raw: str
    file: str
    sheet: str
    cell: str
    derivation: str
    category: str
    previous: str | None = None


def _like(kind: type[_Item]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make a validator: the data, as it is, of what `kind` declares and of no more.

    What has a default may be missing, as in older notebooks, and stays missing.
    """

    def check(data: dict[str, Any]) -> dict[str, Any]:
        kind.model_validate(data)
        return {name: data[name] for name in kind.model_fields if name in data}

    return check


FindingData = Annotated[dict[str, Any], AfterValidator(_like(_Finding))]
FigureData = Annotated[dict[str, Any], AfterValidator(_like(_Figure))]


def _decodable(data: str, info: ValidationInfo) -> str:
    if info.data.get("mimetype") != SVG:
        b64decode("".join(data.split()), validate=True)
    return data


def _outward(address: str) -> str:
    if address and not WEB_ADDRESS.fullmatch(address):
        raise ValueError("no address of the web or of mail")
    return address


LinkAddress = Annotated[str, AfterValidator(_outward)]
PictureData = Annotated[str, AfterValidator(_decodable)]
