"""The columns of the spreadsheet, and how each key of the register stands in a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

from nianbao.filing.register import Agency, AgencyKind

SHEET = "机关名册"
KINDS: tuple[str, ...] = get_args(AgencyKind)
LEVELS: tuple[str, ...] = get_args(Agency.model_fields["level"].annotation)
FLAG = "是"

Plain = str | int | None

_BETWEEN = re.compile(r"[;；\n]+")
_COMMA = re.compile(r"、(?![^（(]*[）)])")
_FORMER = re.compile(r"(?P<name>.+?)\s*[（(]\s*至?\s*(?P<until>[0-9]{4})\s*(?:年度?)?\s*[）)]")
_EXCLUDED = re.compile(r"(?P<years>[0-9 、,，年度至—–-]+?)\s*[:：]\s*(?P<reason>.+)")
_SPAN = re.compile(r"([0-9]{4})\s*(?:[至—–-]+\s*([0-9]{4}))?")
_YEAR = re.compile(r"\s*([0-9]{4})\s*(?:年度?)?\s*")


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    key
        Of the register.
    aliases
        Other headings under which it is found.
    show, read
        Turn a value into what stands in a cell, and a cell's text into a value; `read` raises
        ValueError with what is expected, in Chinese.
    about
        What the clerk is told.
    choices
        What a drop-down offers.
    """

    key: str
    heading: str
    width: float
    about: str
    show: Callable[[Any], Plain]
    read: Callable[[str], Any]
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def _names(names: Iterable[str]) -> str:
    """Give names in one cell; a single one with a 、 in it is closed by a semicolon."""
    listed = list(names)
    text = "；".join(listed)
    return f"{text}；" if len(listed) == 1 and _COMMA.search(text) else text


def _read_names(text: str) -> list[str]:
    mark = _BETWEEN if _BETWEEN.search(text) else _COMMA
    return [name.strip() for name in mark.split(text) if name.strip()]


def _former(names: Iterable[Any]) -> str:
    return "\n".join(f"{item.name}（至{item.until}）" for item in names)


def _read_former(text: str) -> list[dict[str, Any]]:
    found = []
    for part in filter(None, map(str.strip, _BETWEEN.split(text))):
        match = _FORMER.fullmatch(part)
        if match is None:
            raise ValueError("旧名称（至2021），一行一个")
        found.append({"name": match["name"], "until": int(match["until"])})
    return found


def _excluded(items: Iterable[Any]) -> str:
    return "\n".join(f"{'、'.join(map(str, item.years))}：{item.reason}" for item in items)


def _read_excluded(text: str) -> list[dict[str, Any]]:
    found = []
    for part in filter(None, map(str.strip, text.split("\n"))):
        match = _EXCLUDED.fullmatch(part)
        years = _years(match["years"]) if match else []
        if match is None or not years:
            raise ValueError("年度：理由，一行一条，如 2021、2022：机构改革")
        found.append({"years": years, "reason": match["reason"].strip()})
    return found


def _years(text: str) -> list[int]:
    found: list[int] = []
    for first, last in _SPAN.findall(text):
        found += range(int(first), int(last or first) + 1)
    return found


def _read_year(text: str) -> int:
    match = _YEAR.fullmatch(text)
    if match is None:
        raise ValueError("四位数字的年度，如 2021")
    return int(match[1])


def _read_flag(text: str) -> bool:
    if text not in {FLAG, "否"}:
        raise ValueError("是，或空着")
    return text == FLAG


def _same(value: Any) -> Plain:
    return value or None


COLUMNS: tuple[Column, ...] = (
    Column("code", "代码", 16, "小写字母、数字和连字符，以字母开头；定了就不要改", _same, str,
           ("机关代码",)),
    Column("name", "名称", 34, "全称，与填报表的“机关名称”一致", _same, str, ("机关名称",)),
    Column("kind", "类别", 12, "从列表中选；空着是部门", _same, str, choices=KINDS),
    Column("level", "级别", 8, "所属政府的级别，从列表中选；空着是县", _same, str, choices=LEVELS),
    Column("parent", "上级", 16, "汇总它的政府：写代码，也可写名称；没有的空着", _same, str,
           ("上级代码",)),
    Column("aliases", "别名", 26, "简称、印章上的名称等，用分号隔开", _names, _read_names),
    Column("credit_code", "统一社会信用代码", 24, "18 位；不知道的空着", _same, str),
    Column("since", "起报年度", 11, "第一次报的年度；不问的空着", _same, _read_year),
    Column("until", "止报年度", 11, "最后一次单独报的年度（合并、撤销的）", _same, _read_year),
    Column("former_names", "曾用名", 30, "旧名称（至2021），一行一个：用到哪个年度", _former,
           _read_former),
    Column("excluded", "不计入汇总", 34, "2021、2022：理由，一行一条；垂直管理的不用写", _excluded,
           _read_excluded),
    Column("is_sample", "示例", 8, "虚构的机关写“是”", lambda value: FLAG if value else None,
           _read_flag, choices=(FLAG,)),
)  # fmt: skip
