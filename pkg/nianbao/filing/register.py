"""The register of agencies: ``params/agencies.yaml``."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from nianbao.errors import ConfigError, nearest
from nianbao.filing.config import Config, all_at_once, load_config

CODE_PATTERN = r"^[a-z][a-z0-9-]*$"

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


AgencyCode = Annotated[str, BeforeValidator(check_code), Field(max_length=64)]
AgencyKind = Literal["部门", "乡镇", "政府", "政府办公室", "垂直管理"]


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
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: AgencyCode
    name: Annotated[str, Field(min_length=2)]
    kind: AgencyKind = "部门"
    level: Literal["省", "市", "县", "乡"] = "县"
    is_sample: bool = False


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
    double = _named_twice(config)
    if double:
        raise all_at_once(double)
    return config.declared.model_copy(update={"file": config.name, "digest": config.digest})


def _named_twice(config: Config[Register]) -> list[ConfigError]:
    seen: set[str] = set()
    errors = []
    for number, agency in enumerate(config.declared.agencies):
        if agency.code in seen:
            where = config.where("agencies", number, "code")
            errors.append(ConfigError("名册中同一代码出现两次", where=where, found=agency.code))
        seen.add(agency.code)
    return errors
