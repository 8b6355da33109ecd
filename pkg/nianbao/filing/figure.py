"""A figure: one number with its unit and its address."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from nianbao.errors import UsageError

Value = int | Decimal | None

PERCENT, POINTS = "%", "百分点"

_ADDRESS = re.compile(
    r"(?P<file>[^#]+)#(?P<sheet>.+)!(?P<cell>[$＄]?[A-Za-zＡ-Ｚａ-ｚ]{1,3}[$＄]?\d{1,7})"
)


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where something stands: a file as the project names it, a sheet, a cell such as ``D27``.

    In a published report `sheet` is the place in words, such as 第 12 行, and `cell` is empty.
    """

    file: str
    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.file}#{self.sheet}!{self.cell}" if self.cell else f"{self.file}#{self.sheet}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address as people write it: also ``＃``, ``！``, ``$D$27`` and small letters.

        Raises
        ------
        UsageError
            It is no address.
        """
        match = _ADDRESS.fullmatch(text.strip().replace("＃", "#").replace("！", "!"))
        if match is None:
            raise UsageError(
                "地址的写法不对",
                found=text,
                expected="文件#工作表!单元格，例如 sources/shili-jyj/2022.xlsx#依申请公开!D26",
                hint=_address_hint(text),
            )
        cell = unicodedata.normalize("NFKC", match["cell"]).upper().replace("$", "")
        return cls(match["file"].replace("\\", "/"), match["sheet"], cell)


def _address_hint(text: str) -> str:
    if re.search("[：:][^#!：:]+$", text):
        return "工作表和单元格之间用半角叹号"
    return "照抄审核版里的地址；在终端里给地址加单引号"


class Trouble(StrEnum):
    """What can be wrong with a number cell; each value names it in Chinese."""

    BLANK = "空白"
    DASH = "以横线或斜线代替数字"
    TEXT = "不是数字"
    TOO_LARGE = "数字大得不可能"
    FORMULA_ERROR = "公式出错"
    FORMULA_UNSAVED = "公式没有保存计算结果"
    NEGATIVE = "负数"
    FRACTION = "小数"
    UNIT_MISSING = "缺计量单位"
    UNIT_CONVERTED = "计量单位与表头不同"
    UNIT_WRONG = "计量单位不符"
    UNREAD = "不能确定"
    HIDDEN = "看不见的字符"
    UNIT_STATED = "数字带计量单位"
    NOTATION = "全角数字或千分位写法"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number.

    Attributes
    ----------
    ref
        Its key: ``table3.t.natural``, ``facts.网站发布``, ``rates.办结率``.
    name
        The Chinese name by which prose uses it.
    label
        What it is, as printed: the headings of its row and column.
    value
        A whole number or, for money and shares, a decimal; None where it is blank or unreadable.
    unit
        件, 条, 项, 次, 万元, %, 百分点; empty where the source states none and none is prescribed.
    raw
        The cell as filed, for printing it as filed; empty for a computed figure.
    address
        Where it was filed; None for a computed figure.
    derivation
        How it was computed, in Chinese; empty for a filed figure.
    trouble
        What is wrong with the cell, if anything.
    category
        For facts, the 类别 of sheet 工作数据.
    parts
        References of the figures of this report that it was computed from; empty for a filed one.
    hidden
        Characters that nobody sees, which stood in the cell and are not in `raw`.
    """

    ref: str
    name: str
    label: str
    value: Value
    unit: str
    raw: str = ""
    address: Address | None = None
    derivation: str = ""
    trouble: Trouble | None = None
    category: str = ""
    parts: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The figure as printed: as filed, or the computed value where nothing is, or nothing."""
        return self.raw or format_value(self.value)


def format_value(value: Value) -> str:
    """Print a value without exponent or trailing zeros added; None prints as nothing."""
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
