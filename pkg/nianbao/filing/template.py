"""The prose of a workbook: plain text in which ``{{ 名称 }}`` stands for a figure or a text.

Jinja parses it; nothing in it is ever executed: text, names and ``{{ 名称|增减 }}`` are all that it
may hold. What stands for a name is put into words here, for checks and for the report alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from nianbao.errors import TemplateError, nearest
from nianbao.filing.figure import POINTS, Address, Figure, format_value
from nianbao.filing.filing import Text

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.nodes import Node

BLANK = "〔空白〕"
"""How prose prints a figure that has no value."""

LAST_YEAR, CHANGE, CHANGE_SHARE = COMPARISONS = ("上年", "增减", "同比")
"""What names of figures compared with last year begin with: ``增减_新收申请``."""

LEVEL = "持平"
DIRECTIONS = {CHANGE: ("增加", "减少"), CHANGE_SHARE: ("增长", "下降"), POINTS: ("提高", "降低")}
"""By filter, and for 百分点: how a rise and a fall are called."""

FILTERS = (CHANGE, CHANGE_SHARE)

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
    """What stands between two pairs of braces.

    Attributes
    ----------
    filter
        One of `FILTERS`, which puts the change on last year into words; empty for none.
    """

    name: str
    filter: str = ""

    def __str__(self) -> str:
        """Give it as it is typed."""
        return "{{ " + "|".join(filter(None, (self.name, self.filter))) + " }}"

    @property
    def needs(self) -> tuple[str, ...]:
        """The names whose figures it is made of."""
        return tuple(f"{word}_{self.name}" for word in COMPARISONS) if self.filter else (self.name,)


@dataclass(frozen=True, slots=True)
class Filling:
    """What is printed for a name: a number, and with a filter the words around it.

    Attributes
    ----------
    figure
        Whose number it is; None for a line of 基本信息.
    """

    name: Name
    figure: Figure | None
    number: str
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.before}{self.number}{self.after}"


def filling(name: Name, names: Mapping[str, Figure | Text]) -> Filling | None:
    """Put what a name stands for into words; None where it stands for nothing.

    Parameters
    ----------
    names
        What may be named, figures compared with last year among them.
    """
    if name.filter:
        return _change_in_words(name, names)
    meant = names.get(name.name)
    if meant is None:
        return None
    if isinstance(meant, Text):
        return Filling(name, None, meant.text)
    return Filling(name, meant, format_value(meant.value) or meant.raw or BLANK)


def _change_in_words(name: Name, names: Mapping[str, Figure | Text]) -> Filling | None:
    """Give 减少15件 or 下降12.5%; 持平 for no change.

    Where there is no percentage to be had, since last year was nothing, the change itself is
    given, with what it was: 增加14件（上年为0件）.
    """
    then, step, percent = (names.get(item) for item in name.needs)
    if not (isinstance(then, Figure) and isinstance(step, Figure) and isinstance(percent, Figure)):
        return None
    if then.value is None or step.value is None:
        return Filling(name, step, BLANK)
    if step.value == 0:
        return Filling(name, step, LEVEL)
    is_share = name.filter == CHANGE_SHARE and step.unit != POINTS
    if is_share and percent.value:
        return _directed(name, percent, DIRECTIONS[CHANGE_SHARE])
    if is_share and percent.value is None and then.value > 0:
        return Filling(name, percent, BLANK)
    made = _directed(name, step, DIRECTIONS[POINTS if step.unit == POINTS else CHANGE])
    was = f"（上年为{format_value(then.value)}{then.unit}）"
    return replace(made, after=made.after + was) if is_share and then.value <= 0 else made


def _directed(name: Name, figure: Figure, directions: tuple[str, str]) -> Filling:
    value: int | Decimal = figure.value or 0
    unit = f"个{POINTS}" if figure.unit == POINTS else figure.unit
    number = format_value(-value if value < 0 else value)
    return Filling(name, figure, number, directions[value < 0], unit)


def template_parts(template: str, address: Address) -> Iterator[str | Name]:
    """Yield the text and the names of a template, in its order.

    Parameters
    ----------
    address
        Of the template, for messages.

    Raises
    ------
    TemplateError
        Anything but text and names in the template, or an unknown filter.
    """
    if _BRACES.isdisjoint(template):
        if template:
            yield template
        return
    for part in _parse(template):
        if part is None or (isinstance(part, str) and not _BRACES.isdisjoint(part)):
            raise _not_plain(template, address)
        if isinstance(part, Name) and part.filter not in {"", *FILTERS}:
            raise _unknown_filter(part, address)
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
                yield _name(part)


def _name(part: Node) -> Name | None:
    """Give a name, also one with a single bare filter; None for anything else."""
    from jinja2 import nodes  # noqa: PLC0415 - as above

    bare = part.node if isinstance(part, nodes.Filter) else part
    if not isinstance(bare, nodes.Name):
        return None
    if not isinstance(part, nodes.Filter):
        return Name(bare.name)
    has_more = part.args or part.kwargs or part.dyn_args or part.dyn_kwargs
    return None if has_more else Name(bare.name, part.name)


@cache
def _parser() -> Environment:
    from jinja2 import Environment  # noqa: PLC0415 - as above

    return Environment(autoescape=True, keep_trailing_newline=True)


def _not_plain(template: str, address: Address) -> TemplateError:
    return TemplateError(
        "正文里的花括号写法不对",
        where=address,
        found=template if len(template) <= 60 else template[:60] + "…",  # noqa: PLR2004 - one line
        expected="文字和 {{ 名称 }}、{{ 名称|增减 }}、{{ 名称|同比 }}",
        hint="用两个半角花括号，里面只写一个名称，竖线用半角的；正文别处不要用花括号",
    )


def _unknown_filter(name: Name, address: Address) -> TemplateError:
    close = nearest(name.filter, FILTERS)
    return TemplateError(
        "正文竖线后的写法不认识",
        where=address,
        found=name,
        expected=" 或 ".join(str(Name(name.name, item)) for item in FILTERS),
        hint=f"最接近的是 {close}" if close else "只要数字的，去掉竖线和后面的字",
    )
