"""What is put into a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from nianbao.forms import Form

Cell = int | Decimal | str | None
LedgerCell = Cell | dt.date
Ledgers = Mapping[str, Sequence[Sequence[LedgerCell]]]
Fact = tuple[str, str, Cell, str, str]
Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that the spreadsheet program computes.

    Attributes
    ----------
    text
        As Excel has it, with ``=``.
    result
        What it comes to, for those who read the file before any program has computed it; ``""``
        for what looks blank.
    """

    text: str
    result: int | Decimal | str


@dataclass(frozen=True, slots=True)
class WorkbookContent:
    """What stands in a workbook.

    Attributes
    ----------
    basics
        Sheet 基本信息: label to text.
    facts
        Sheet 工作数据: 类别, 名称, 数值, 单位, 说明.
    values
        Numbers of the three tables by reference (`nianbao.filing.cell_ref`); a text is written as
        typed, such as 4299 万元, and what is not named stays blank.
    prose
        Sheet 正文: 部分, 标题, 内容.
    ledgers
        Ledgers by the keys of their kinds: rows of cells, as
        `nianbao.filing.ledgers.kinds.LedgerKind.columns` has them.
    """

    form: Form
    basics: Mapping[str, str | int] = field(default_factory=dict)
    facts: Sequence[Fact] = ()
    values: Mapping[str, Cell] = field(default_factory=dict)
    prose: Sequence[Line] = ()
    ledgers: Ledgers = field(default_factory=dict)
