"""The prose of a workbook: plain text in which ``{{ 名称 }}`` stands for a figure or a text.

Jinja parses it; nothing in it is ever executed: text and names are all that it may hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
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
_WHOLE = r"\{\{[^{}]*\}\}|（[^（）]*）|\([^()]*\)"  # in which no clause ends
_LABEL = r"\s(?=[^\s，。：:{}]{1,8}[：:])"  # 地址：{{ 地址 }} 电话：{{ 电话 }}
_CLAUSE = re.compile(
    rf"((?:{_WHOLE}|(?!{_LABEL})[^，,；;、。！？!?\n])*)({_LABEL}|[，,；;、]|[。！？!?\n]+|$)"
)
_BRACKETS = re.compile(r"（([^（）]*)）|\(([^()]*)\)")
_SENTENCE_ENDS = frozenset("。！？!?\n")


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


def without_unsaid(template: str, names: Collection[str]) -> str:
    """Leave out each clause, or words in brackets, that names one of these.

    So a telephone number that nobody has filled in leaves no label 联系电话： without anything.
    """
    wanted = re.compile(r"\{\{\s*(?:" + "|".join(map(re.escape, names)) + r")\s*\}\}")
    if not names or not wanted.search(template):
        return template

    def bracketed(found: re.Match[str]) -> str:
        words, whole = found[1] or found[2] or "", found[0]
        kept = _without_clauses(words, wanted)
        return whole[0] + kept + whole[-1] if kept.strip() else ""

    return _without_clauses(_BRACKETS.sub(bracketed, template), wanted)


def _without_clauses(text: str, unwanted: re.Pattern[str]) -> str:
    """Leave out clauses; what ends a sentence then follows its last clause that is kept."""
    kept: list[str] = []
    is_open = False  # whether the last clause that is kept waits for the end of its sentence
    for clause, stop in _CLAUSE.findall(text):
        is_end = bool(stop) and stop[0] in _SENTENCE_ENDS
        if not unwanted.search(clause):
            kept += [clause, stop]
            is_open = bool(clause.strip()) and not is_end
        elif (is_end or not stop) and is_open:
            kept[-1], is_open = stop, False
    return "".join(kept)


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
