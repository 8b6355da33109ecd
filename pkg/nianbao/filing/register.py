"""The register of agencies: ``params/agencies.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from nianbao.errors import ConfigError, nearest
from nianbao.filing.config import load_config

CODE_PATTERN = r"^[a-z][a-z0-9-]*$"
AgencyCode = Annotated[str, Field(pattern=CODE_PATTERN, max_length=64)]
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
    """All agencies, in the order of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agencies: tuple[Agency, ...]
    file: str = Field(default="", exclude=True)

    def agency(self, code: str) -> Agency:
        """Give one agency by its code.

        Raises
        ------
        ConfigError
            No agency has this code.
        """
        for agency in self.agencies:
            if agency.code == code:
                return agency
        close = nearest(code, [agency.code for agency in self.agencies])
        raise ConfigError(
            "名册中没有这个机关",
            where=self.file,
            found=code,
            hint=f"最接近的是 {close}" if close else "在名册中登记，或改正代码",
        )


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
    name = shown or path.name
    register = load_config(path, Register, shown=name)
    seen: set[str] = set()
    for agency in register.agencies:
        if agency.code in seen:
            raise ConfigError("名册中同一代码出现两次", where=name, found=agency.code)
        seen.add(agency.code)
    return register.model_copy(update={"file": name})
