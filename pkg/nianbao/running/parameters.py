"""Parameters of a notebook: declared, checked before a kernel starts, readable once injected."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from nbformat import NotebookNode
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nianbao.checks.case import SMALL_GROUPS
from nianbao.errors import ParameterError, nearest
from nianbao.filing.register import FIRST_YEAR, LAST_YEAR, AgencyCode

Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class ReportParameters(BaseModel):
    """What the master notebook of one agency's report takes.

    Attributes
    ----------
    agency
        Code in the register.
    year
        The report year.
    source, previous, register_file
        This year's workbook, last year's, the register, as named from the project's root; empty
        for the usual places. The notebook calls the last one ``register``.
    public_hotline
        Whether the reader's edition shows the hotline cases.
    small_groups
        Groups of fewer persons than this in a published breakdown are told to the reviewer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    agency: AgencyCode
    year: Year
    source: str = ""
    previous: str = ""
    register_file: str = Field(default="", alias="register")  # pydantic has a `register` itself
    public_hotline: bool = False
    small_groups: Annotated[int, Field(ge=0)] = SMALL_GROUPS

    def for_notebook(self) -> dict[str, Any]:
        """Give what is to be injected: the values that differ from the declared defaults."""
        return self.model_dump(by_alias=True, exclude_defaults=True)


REPORT_NAMES = tuple(info.alias or name for name, info in ReportParameters.model_fields.items())
"""The names that the report's notebook uses."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter as the notebook's own cell declares it; the annotation may be empty."""

    name: str
    annotation: str
    default: object


def report_parameters(values: Mapping[str, Any]) -> ReportParameters:
    """Check the values given for one report.

    Parameters
    ----------
    values
        Name to value, with the names that the notebook uses.

    Raises
    ------
    ParameterError
        A name that is unknown or no identifier, a value missing or of another type.
    """
    require_known(values, REPORT_NAMES)
    try:
        return ReportParameters.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            raise ParameterError("缺少参数", expected=name) from None
        found = f"{name} = {first['input']!r}"
        raise ParameterError("参数的值不对", found=found, expected=first["msg"]) from None


def declared_parameters(notebook: NotebookNode) -> tuple[Declared, ...]:
    """Give the parameters that the notebook declares in its cell tagged ``parameters``.

    Only plain assignments at the cell's top level count; defaults are literals.

    Raises
    ------
    ParameterError
        No such cell, a cell that is no Python, or a default that is no literal.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if not cells:
        raise ParameterError("笔记本没有标 parameters 的单元格", hint="给参数单元格加上这个标签")
    try:
        statements = ast.parse(cells[0].source).body
        return tuple(found for item in statements if (found := _declared(item)) is not None)
    except (SyntaxError, ValueError) as error:
        raise ParameterError(
            "笔记本的参数单元格读不懂",
            found=error,
            expected="每行一个：名称 = 默认值",
        ) from None


def _declared(statement: ast.stmt) -> Declared | None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=ast.expr() as value):
            return Declared(name, ast.unparse(kind), ast.literal_eval(value))
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return Declared(name, "", ast.literal_eval(value))
    return None


def require_declared(notebook: NotebookNode, values: Mapping[str, Any]) -> None:
    """Make sure that a notebook declares what it is given, and that the report's fits its type.

    papermill itself only warns, and would make the report of the default agency.

    Raises
    ------
    ParameterError
        A name that the notebook does not declare, or a value of the wrong type.
    """
    if not values:
        return
    declared = {item.name: item.default for item in declared_parameters(notebook)}
    require_known(values, declared)
    if declared.keys() == set(REPORT_NAMES):
        report_parameters({**declared, **values})


def require_known(names: Iterable[object], known: Iterable[str]) -> None:
    """Make sure that every name is one of `known`; ParameterError names the nearest spelling."""
    spelled = list(known)
    for name in names:
        require_identifier(name)
        if name not in spelled:
            close = nearest(str(name), spelled)
            hint = f"最接近的是 {close}" if close else f"笔记本的参数是 {'、'.join(spelled)}"
            raise ParameterError("不认识的参数", found=name, hint=hint)


def require_identifier(name: object) -> None:
    """Make sure that a name is one of Python; anything else would become code in the notebook."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise ParameterError("参数名只能是标识符", found=repr(name))


def assignments(parameters: Mapping[str, Any]) -> str | None:
    """Give the source of the injected cell, Chinese as Chinese.

    Parameters
    ----------
    parameters
        Name to value; text, numbers, truth values, None, and lists and dicts of those.

    Returns
    -------
    str or None
        One assignment a line, in the given order; None where a value has no literal.
    """
    try:
        lines = [f"{name} = {_literal(value)}" for name, value in parameters.items()]
    except TypeError:
        return None
    return "\n".join(["# Parameters", *lines, ""])


def _literal(value: object) -> str:
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    if isinstance(value, Mapping):
        items = (f"{_literal(key)}: {_literal(item)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, float) and not -float("inf") < value < float("inf"):
        return f'float("{value}")'
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    raise TypeError(value)


def _escaped(char: str) -> str:
    """Escape what ends the literal or cannot be seen, such as marks that turn the direction."""
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else repr(char)[1:-1]
