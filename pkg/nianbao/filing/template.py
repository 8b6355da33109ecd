"""The prose of a workbook: plain text in which ``{{ 名称 }}`` stands for a figure or a text.

Jinja parses it; nothing in it is ever executed: text and names are all that it may hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError, nodes

from nianbao.errors import TemplateError
from nianbao.filing.figure import Address

BLANK = "〔空白〕"
"""How prose prints a figure that has no value."""

_BRACES = frozenset("{}｛｝")
_PARSER = Environment(autoescape=True, keep_trailing_newline=True)


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
    for part in _parse(template, address):
        if isinstance(part, nodes.TemplateData) and not _BRACES.intersection(part.data):
            yield part.data
        elif isinstance(part, nodes.Name):
            yield Name(part.name)
        else:
            raise _not_plain(template, address)


def _parse(template: str, address: Address) -> Iterator[nodes.Node]:
    # Jinja would drop a comment, and take a raw block as text, without a word.
    if "{%" in template or "{#" in template:
        raise _not_plain(template, address)
    try:
        tree = _PARSER.parse(template)
    except (TemplateSyntaxError, RecursionError):
        raise _not_plain(template, address) from None
    for node in tree.body:
        if not isinstance(node, nodes.Output):
            raise _not_plain(template, address)
        yield from node.nodes


def _not_plain(template: str, address: Address) -> TemplateError:
    return TemplateError(
        "正文里的花括号写法不对",
        where=address,
        found=template if len(template) <= 60 else template[:60] + "…",  # noqa: PLR2004 - one line
        expected="文字和 {{ 名称 }}",
        hint="用两个半角花括号，里面只写一个名称；正文别处不要用花括号",
    )
