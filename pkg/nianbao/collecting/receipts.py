"""What an agency has handed in for a year: every version, when it came, and which one counts.

Each version is kept as it came in ``sources/<agency>/received/<year>-<number>.<suffix>``; one that
is no workbook of ours has the workbook that was made of it beside it, under the same number. The
list of them is ``<year>.json`` in the same folder.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from nianbao.errors import ConfigError
from nianbao.filing.sources import RECEIVED

RECEIPTS_SUFFIX = ".json"

PLACING = "正在放到位"
"""Of a version that is being put in its place; who is killed meanwhile leaves it so."""


# By the year at its beginning it is no path, whoever wrote into the list.
_KeptName = Annotated[str, Field(pattern=r"^[0-9]{4}-[^/\\\x00]+$")]


class Receipt(BaseModel):
    """One version.

    Attributes
    ----------
    number
        From one, in the order in which they came.
    name, original
        The file as it is kept, and what it was called when it came.
    workbook
        The workbook of this version, in the same folder: the file itself, or made of it.
    digest
        SHA-256 of the file's bytes.
    received
        When it came, with its zone.
    modified
        When the file itself was last written, as far as it tells.
    stage
        What its name says: 初稿, 二稿, 定稿; empty where it says nothing.
    counts
        It is the agency's filing now; at most one does.
    content
        Digest of the numbers and words that are read in it: equal for the Word file and the PDF of
        one report. Empty for a workbook of ours, in which more stands than these.
    question
        Why somebody must decide whether it counts; empty where nobody must. `PLACING` is no
        question: it is about to count.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Annotated[int, Field(ge=1)]
    name: _KeptName
    original: str
    workbook: _KeptName
    digest: str
    received: datetime
    modified: datetime | None = None
    stage: str = ""
    counts: bool = False
    question: str = ""
    content: str = ""


_RECEIPTS = TypeAdapter(tuple[Receipt, ...])


def receipts_file(folder: Path, year: int, ledger: str = "") -> Path:
    """Give where the list of an agency's versions stands; `folder` is the agency's."""
    return folder / RECEIVED / f"{slot_name(year, ledger)}{RECEIPTS_SUFFIX}"


def slot_name(year: int, ledger: str = "") -> str:
    """Give how files of a report, or of a ledger beside it, are called: 2022, 2022-申请台账."""
    return f"{year}-{ledger}" if ledger else str(year)


def read_receipts(folder: Path, year: int, ledger: str = "") -> tuple[Receipt, ...]:
    """Give every version that an agency has handed in for a year, in the order of their numbers.

    Parameters
    ----------
    folder
        The agency's, ``sources/<agency>``.
    ledger
        Of this ledger, a file beside the workbook; empty for the report itself.

    Raises
    ------
    ConfigError
        The list is damaged.
    """
    path = receipts_file(folder, year, ledger)
    if not path.is_file():
        return ()
    try:
        return _RECEIPTS.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigError(
            "收件记录损坏", where=path, hint="从备份恢复；各版文件都还在同一文件夹"
        ) from error


def receipts_json(receipts: tuple[Receipt, ...]) -> bytes:
    """Give the list as it is written."""
    return _RECEIPTS.dump_json(receipts, indent=2) + b"\n"
