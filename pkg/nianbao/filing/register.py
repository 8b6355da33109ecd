"""The register of agencies: ``params/agencies.yaml``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from nianbao.errors import ConfigError, nearest
from nianbao.filing.config import all_at_once, load_config

CODE_PATTERN = r"^[a-z][a-z0-9-]*$"

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Of a 统一社会信用代码: each character stands for its place, by which it is weighed."""

GOVERNMENT, VERTICAL = "政府", "垂直管理"
VERTICAL_REASON = "垂直管理部门，由上级部门汇总，不计入本级政府（国办公开办函〔2021〕30号）"

MOST_LEVELS = 50
"""Governments above one another; the State has five levels, and what reads a tree is recursive."""

FIRST_YEAR, LAST_YEAR = 2008, 2100
"""Report years that can be written: the Regulation is in force since May 2008."""

# Names of devices: no folder on Windows can have one.
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


def check_code(value: object) -> str:
    """Give an agency's code as it is.

    Raises
    ------
    PydanticCustomError
        It cannot be one; the message is for people.
    """
    if not isinstance(value, str) or not re.fullmatch(CODE_PATTERN, value):
        raise PydanticCustomError(
            "agency_code", "机关代码：只用小写字母、数字和连字符，以字母开头，如 xixia-zrzy"
        )
    if _RESERVED.fullmatch(value):
        raise PydanticCustomError("agency_code", "机关代码：不能是 Windows 的设备名")
    return value


def check_parent(value: object) -> str:
    """Give the code of a parent as it is; it may be empty.

    Raises
    ------
    PydanticCustomError
        It can be none; the message is for people.
    """
    return "" if value == "" else check_code(value)


def check_credit_code(value: object) -> object:
    """Give a 统一社会信用代码 as it is, in capitals.

    Raises
    ------
    PydanticCustomError
        It is none: its length, its characters, or its check digit (GB 32100-2015, 附录 A).
    """
    if not isinstance(value, str) or value == "":
        return value
    code = value.strip().upper()
    if not re.fullmatch(f"[{CREDIT_ALPHABET}]{{18}}", code):
        raise PydanticCustomError(
            "credit_code", "统一社会信用代码：18 位数字和大写字母（没有 I、O、S、V、Z），加引号"
        )
    total = sum(CREDIT_ALPHABET.index(c) * pow(3, n, 31) for n, c in enumerate(code[:17]))
    if CREDIT_ALPHABET[-total % 31] != code[17]:
        raise PydanticCustomError("credit_code", "统一社会信用代码：校验码不符，有一位写错了")
    return code


def check_name(value: object) -> object:
    """Give a name as it is.

    Raises
    ------
    PydanticCustomError
        It has blanks around it, or what parts one name from the next in the spreadsheet.
    """
    if isinstance(value, str) and (value != value.strip() or re.search(r"[;；\r\n\t]", value)):
        raise PydanticCustomError("agency_name", "名称前后没有空格，中间没有分号和换行")
    return value


def check_line(value: object) -> object:
    """Give a text as it is.

    Raises
    ------
    PydanticCustomError
        It has blanks around it, or more than one line.
    """
    if isinstance(value, str) and (value != value.strip() or len(value.splitlines()) > 1):
        raise PydanticCustomError("line", "写成一行，前后没有空格")
    return value


AgencyCode = Annotated[str, BeforeValidator(check_code), Field(max_length=64)]
ParentCode = Annotated[str, BeforeValidator(check_parent), Field(max_length=64)]
CreditCode = Annotated[str, BeforeValidator(check_credit_code)]
AgencyKind = Literal["部门", "乡镇", "政府", "政府办公室", "垂直管理"]


RegisterYear = Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)]
AgencyName = Annotated[str, BeforeValidator(check_name), Field(min_length=2)]


class FormerName(BaseModel):
    """What an agency was called up to and in a report year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: AgencyName
    until: RegisterYear


class Exclusion(BaseModel):
    """Report years in which an agency is not summed up, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    years: Annotated[tuple[RegisterYear, ...], Field(min_length=1)]
    reason: Annotated[str, BeforeValidator(check_line), Field(min_length=2)]


class Agency(BaseModel):
    """Who reports.

    Attributes
    ----------
    code
        Short name in file names and parameters; always text.
    name
        Full official name.
    kind
        部门, 乡镇, 政府 (which sums up its agencies), 政府办公室 or 垂直管理.
    level
        Of the government it belongs to; only provinces and cities can issue 规章.
    is_sample
        Made up, for trying and testing; every page says 示例.
    aliases
        Other names by which people call it: short ones, those of the seal.
    credit_code
        统一社会信用代码 (GB 32100-2015); empty where it is not known.
    parent
        Code of the government whose report sums it up; empty for none.
    since, until
        First and last report year for which it reports; None where nobody asks. Agencies that
        were merged have the year of their last own report.
    former_names
        What it was called before, in any order.
    excluded
        Years in which the parent's sum leaves it out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: AgencyCode
    name: AgencyName
    kind: AgencyKind = "部门"
    level: Literal["省", "市", "县", "乡"] = "县"
    is_sample: bool = False
    aliases: tuple[AgencyName, ...] = ()
    credit_code: CreditCode = ""
    parent: ParentCode = ""
    since: RegisterYear | None = None
    until: RegisterYear | None = None
    former_names: tuple[FormerName, ...] = ()
    excluded: tuple[Exclusion, ...] = ()

    @property
    def entry(self) -> str:
        """What its own report says of it, as JSON; the rest of the entry changes no report."""
        return self.model_dump_json(include={"code", "name", "kind", "level", "is_sample"})

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which it may be meant, its own first."""
        former = (former.name for former in self.former_names)
        return tuple(dict.fromkeys((self.name, *former, *self.aliases)))

    def in_year(self, year: int) -> Self:
        """Give it under the name that it had in a report year."""
        later = [former for former in self.former_names if former.until >= year]
        if not later:
            return self
        return self.model_copy(update={"name": min(later, key=lambda f: f.until).name})

    def reports_in(self, year: int) -> bool:
        """Tell whether it reports for a year: whether it was there."""
        return (self.since or year) <= year <= (self.until or year)

    def left_out_of(self, year: int) -> str:
        """Give why its parent's sum leaves it out in a year; empty where it counts."""
        if self.kind == VERTICAL:
            return VERTICAL_REASON
        return next((item.reason for item in self.excluded if year in item.years), "")


class Register(BaseModel):
    """All agencies, in the order of the file.

    Attributes
    ----------
    file, digest
        As messages name it, and the SHA-256 of its bytes; empty for a register without a file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    agencies: tuple[Agency, ...]
    file: str = Field(default="", exclude=True)
    digest: str = Field(default="", exclude=True)

    @cached_property
    def _children(self) -> Mapping[str, tuple[Agency, ...]]:
        children: dict[str, tuple[Agency, ...]] = {}
        for agency in self.agencies:
            if agency.parent:
                children[agency.parent] = (*children.get(agency.parent, ()), agency)
        return children

    def children(self, code: str, year: int) -> tuple[Agency, ...]:
        """Give whom a government sums up, or leaves out, in a report year: those that report.

        Each under the name that it had, in the order of the file.
        """
        return tuple(
            agency.in_year(year)
            for agency in self._children.get(code, ())
            if agency.reports_in(year)
        )

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Give the codes of its parent, of the parent's parent, and so on."""
        found: dict[str, None] = {}
        while self.has(code) and (code := self._by_code[code].parent):
            if code in found:
                break
            found[code] = None
        return tuple(found)

    @cached_property
    def _by_code(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    def agency(self, code: str) -> Agency:
        """Give one agency by its code.

        Raises
        ------
        ConfigError
            No agency has this code.
        """
        if not self.has(code):
            hint = self.hint(code)
            raise ConfigError("名册中没有这个机关", where=self.file, found=code, hint=hint)
        return self._by_code[code]

    def has(self, code: str) -> bool:
        """Tell whether an agency has this code."""
        return code in self._by_code

    def hint(self, code: str) -> str:
        """Give what may have been meant by a code that no agency has."""
        close = nearest(code, self._by_code)
        return f"最接近的是 {close}" if close else "在名册中登记，或改正代码"


def load_register(path: Path, *, shown: str = "") -> Register:
    """Read the register.

    Parameters
    ----------
    path
        The YAML file.
    shown
        How messages name it.

    Raises
    ------
    ConfigError
        It is missing, no YAML, holds a key or an agency twice, or does not fit its declaration.
    """
    config = load_config(path, Register, shown=shown)
    wrong = register_errors(config.declared, config.where)
    if wrong:
        raise all_at_once(wrong)
    return config.declared.model_copy(update={"file": config.name, "digest": config.digest})


Where = Callable[..., str]
"""Names the place of a part of the register: ``agencies``, position, key."""


def register_errors(register: Register, where: Where) -> list[ConfigError]:
    """Give what is wrong between the agencies of a register, each of which is right by itself.

    Parameters
    ----------
    where
        As `nianbao.filing.config.Config.where`.
    """
    return [
        *_named_twice(register, where),
        *_wrong_parents(register, where),
        *_wrong_spans(register, where),
    ]


def _named_twice(register: Register, place: Where) -> Iterator[ConfigError]:
    """Tell codes that two agencies have, 统一社会信用代码 among them."""
    seen: set[tuple[str, str]] = set()
    for number, agency in enumerate(register.agencies):
        for key, value, what in (
            ("code", agency.code, "代码"),
            ("credit_code", agency.credit_code, "统一社会信用代码"),
        ):
            if value and (key, value) in seen:
                where = place("agencies", number, key)
                yield ConfigError(f"名册中同一{what}出现两次", where=where, found=value)
            seen.add((key, value))


def _wrong_parents(register: Register, place: Where) -> Iterator[ConfigError]:
    """Tell parents that are not there or no government, and trees that are none or too deep."""
    for number, agency in enumerate(register.agencies):
        where = place("agencies", number, "parent")
        if not agency.parent:
            continue
        above = register.ancestors(agency.code)
        if not register.has(agency.parent):
            hint = register.hint(agency.parent)
            yield ConfigError("上级不在名册中", where=where, found=agency.parent, hint=hint)
        elif register.agency(agency.parent).kind != GOVERNMENT:
            yield ConfigError(
                "上级不是政府，不能汇总",
                where=where,
                found=f"{agency.parent}（{register.agency(agency.parent).kind}）",
                expected=f"kind 是 {GOVERNMENT}",
            )
        elif agency.code in above:
            circle = " → ".join((agency.code, *above))
            yield ConfigError(
                "上下级连成了圈", where=where, found=circle, hint="改正其中一个机关的上级（parent）"
            )
        elif len(above) == MOST_LEVELS:  # told once of each chain
            yield ConfigError(
                "上下级层数太多", where=where, found=agency.code, expected=f"{MOST_LEVELS} 层以内"
            )


def _wrong_spans(register: Register, place: Where) -> Iterator[ConfigError]:
    """Tell agencies that end before they begin, and two former names that end together."""
    for number, agency in enumerate(register.agencies):
        if agency.since and agency.until and agency.since > agency.until:
            yield ConfigError(
                "起止年度颠倒",
                where=place("agencies", number, "until"),
                found=f"{agency.since}—{agency.until}",
            )
        ends = [former.until for former in agency.former_names]
        if len(set(ends)) < len(ends):
            where = place("agencies", number, "former_names")
            yield ConfigError("两个旧名称止于同一年度", where=where, found=agency.code)
