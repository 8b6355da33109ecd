"""Whose report it is, and for which year: as its title says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nianbao.filing.figure import Address
from nianbao.filing.labels import normalise
from nianbao.filing.register import Agency, AgencyKind, Register
from nianbao.published.model import Line

LONGEST = 70  # characters of a title
_DIGITS = str.maketrans("〇○零一二三四五六七八九０１２３４５６７８９", "0001234567890123456789")
_YEAR = re.compile(
    r"(?:(?<![0-9])(20[0-9]{2})|([二][〇○零][〇○零一二三四五六七八九]{2}))年?(?:年度|度)?"
)
_LABEL = re.compile(r"^(?:标题|名称|信息名称)[:：]")
_BEGINNING = re.compile(
    r"[府局委厅室院会处所站队部办署社行区县市镇乡]$|中心$|街道$|公司$|大学$|关于$"
)
_TITLE = re.compile(
    r"^(?P<head>.{0,50}?)(?:政府)?信息公开(?P<tail>.{0,16}?)(?:报告|年报)(?:[（(].{0,12}[)）]|示例|草稿|全文)?$"
)
_PERIOD = re.compile(r"(20[0-9]{2})年0?1月0?1日.{0,6}?(?:20[0-9]{2}年)?12月31日")
_AUTHOR = re.compile(r"报告由([\u4e00-\u9fff（）]{3,30}?)(?:根据|依据|按照|依照|编制|负责)")
_LEVELS: tuple[tuple[str, Literal["省", "市", "县", "乡"]], ...] = (
    (r"(?:镇|乡|街道)(?=人民政府|办事处|$)", "乡"),
    (r"(?:县|旗|区)(?!块)", "县"),
    (r"(?:市|州|盟)", "市"),
)
_PROVINCES = re.compile(r"^(?:北京市|天津市|上海市|重庆市)|省|自治区|^国家|^中华")
_PLACE = re.compile(r"(?:省|自治区|市|州|盟|县|区|旗|镇|乡)$")


@dataclass(frozen=True, slots=True)
class Title:
    """A title: as printed, whose, for which year, and the number of the line after it."""

    text: str
    agency: str
    year: int
    address: Address
    end: int = 0


def titles(lines: Sequence[Line]) -> Iterator[Title]:
    """Yield every title that stands in some lines, alone or over two or three of them."""
    used = -1
    for number, line in enumerate(lines):
        if number <= used or (line.shape == "row" and len(line.cells) > 1):
            continue
        for count in (1, 2, 3):
            part = [re.sub(r"\s+", "", item.text) for item in lines[number : number + count]]
            title = _title("".join(part), line.address)
            if title is not None and len(part) == count and _belong_together(part):
                used = number + count - 1
                yield replace(title, end=number + count)
                break


def _belong_together(part: Sequence[str]) -> bool:
    """Tell whether lines are one title, and not a title below something else."""
    return len(part) == 1 or bool(_BEGINNING.search(part[0]) or _YEAR.search(part[0]))


def _title(text: str, address: Address) -> Title | None:
    text = _LABEL.sub("", text)
    year = _YEAR.search(text)
    if len(text) > LONGEST or year is None:
        return None
    match = _TITLE.match(_YEAR.sub("", text, count=1).lstrip("年度的"))
    if match is None or re.search(r"[。；，]", match["head"]):
        return None
    agency = re.sub(r"^(?:关于|【.*?】)|(?:关于|的|年度|工作)+$|[《》]", "", match["head"])
    if agency.endswith("人民"):  # 镇人民政府信息公开: said once, meant twice
        agency += "政府"
    if len(agency) == 1 or re.search(r"[>|:：,/]", agency):
        return None
    return Title(text, agency, int((year[1] or year[2]).translate(_DIGITS)), address)


def author_of(text: str) -> str:
    """Give the agency that a text says it was written by; empty for none."""
    match = _AUTHOR.search(re.sub(r"\s+", "", text))
    return match[1] if match else ""


def period_year(text: str) -> int | None:
    """Give the year whose first and last day a text names as its period."""
    match = _PERIOD.search(re.sub(r"\s+", "", text))
    return int(match[1]) if match else None


def agency_of(name: str, register: Register | None) -> Agency:
    """Give the agency of this name: as registered, now or before, else by what the name says."""
    known = register.agencies if register else ()
    now = [agency for agency in known if _is_named(agency.name, name)]
    ever = [agency for agency in known if any(_is_named(other, name) for other in agency.names)]
    for agency in (*now, *ever):
        return agency
    return Agency(code=code_of(name), name=name, kind=_kind(name), level=_level(name))


def _is_named(registered: str, printed: str) -> bool:
    ours, theirs = normalise(registered), normalise(printed)
    return theirs in {ours, ours.removesuffix("人民政府")} or is_same_office(ours, theirs)


def is_same_office(first: str, second: str) -> bool:
    """Tell whether two names are of one office, one without the places that it lies in."""
    longer, shorter = sorted((first, second), key=len, reverse=True)
    if longer == shorter:
        return True
    place = longer.removesuffix(shorter)
    return place != longer and _PLACE.search(place) is not None and len(shorter) > 3  # noqa: PLR2004


def code_of(name: str) -> str:
    """Give a code for an agency that no register knows: the same for the same name."""
    return f"jg-{hashlib.sha256(normalise(name).encode()).hexdigest()[:10]}"


def _kind(name: str) -> AgencyKind:
    if re.search(r"人民政府办公[厅室]", name):
        return "政府办公室"
    if re.search(r"(?:镇|乡)(?:人民政府)?$|街道办事处$", name):
        return "乡镇"
    is_place = _PLACE.search(name) or name.endswith(("人民政府", "管理委员会", "管委会"))
    return "政府" if is_place else "部门"


def _level(name: str) -> Literal["省", "市", "县", "乡"]:
    """Give the lowest place that a name names; the highest where it names none."""
    for pattern, level in _LEVELS:
        rest = re.sub(r"自治区|自治州", "", name)
        if re.search(pattern, rest) and not (level == "市" and _PROVINCES.search(name)):
            return level
    return "市" if re.search("市", re.sub(r"^(?:北京|天津|上海|重庆)市", "", name)) else "省"
