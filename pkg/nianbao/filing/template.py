"""The prose of a workbook: plain text in which ``{{ 名称 }}`` stands for a figure or a text.

Jinja parses it; nothing in it is ever executed: text and names are all that it may hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from nianbao.errors import TemplateError
from nianbao.filing.figure import Address

if TYPE_CHECKING:
    from jinja2 import Environment

BLANK = "〔空白〕"
"""How prose prints a figure that has no value."""

_BRACES = frozenset("{}｛｝")


@dataclass(frozen=True, slots=True)
class Name:
    """What stands between two pairs of braces."""

    name: str


def template_parts(template: str, address: Address) -> Iterator[str | Name]:
    """Yield the text and the names of a template, in its order.

    Parameters
    ----------
    address
        Of the template, for messages.

    Raises
    ------
    TemplateError
        Anything but text and names in the template.
    """
    if _BRACES.isdisjoint(template):
        if template:
            yield template
        return
    for part in _parse(template):
        if part is None or (isinstance(part, str) and not _BRACES.isdisjoint(part)):
            raise _not_plain(template, address)
        yield part


def _parse(template: str) -> Iterator[str | Name | None]:
    """Yield text and names; None for anything else."""
    from jinja2 import TemplateSyntaxError, nodes  # noqa: PLC0415 - most prose has no braces

    # Jinja would drop a comment, and take a raw block as text, without a word.
    if "{%" in template or "{#" in template:
        yield None
        return
    try:
        body = _parser().parse(template).body
    except (TemplateSyntaxError, RecursionError):
        yield None
        return
    for node in body:
        for part in node.nodes if isinstance(node, nodes.Output) else [node]:
            if isinstance(part, nodes.TemplateData):
                yield part.data
            else:
                yield Name(part.name) if isinstance(part, nodes.Name) else None


@cache
def _parser() -> Environment:
    from jinja2 import Environment  # noqa: PLC0415 - as above

    return Environment(autoescape=True, keep_trailing_newline=True)


def _not_plain(template: str, address: Address) -> TemplateError:
    return TemplateError(
        "正文里的花括号写法不对",
        where=address,
        found=template if len(template) <= 60 else template[:60] + "…",  # noqa: PLR2004 - one line
        expected="文字和 {{ 名称 }}",
        hint="用两个半角花括号，里面只写一个名称；正文别处不要用花括号",
    )
