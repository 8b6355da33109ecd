"""Everything that nianbao raises on purpose.

::

    NianbaoError                 what, where, found, expected, hint
    ├── UsageError               the order is wrong: parameters, batch, register, folders   exit 2
    │   ├── ParameterError       a parameter that is unknown, missing or of the wrong type
    │   ├── ConfigError          a YAML file that cannot be read or does not fit its declaration
    │   ├── ProjectError         no project folder, or not a complete one
    │   └── OutputError          an output folder that cannot be written or is held by another run
    └── ReportError              this one report cannot be made; the others go on            exit 3
        ├── SourceError          the workbook
        │   ├── WorkbookError    is missing, is no workbook, is locked, is too large
        │   ├── SheetError       lacks a sheet
        │   ├── LabelError       has a label that is unknown, missing or there twice
        │   ├── FormError        is on the wrong form for its year, or of another agency or year
        │   ├── PublishedError   a published report cannot be read, or is none
        │   └── TemplateError    its prose names a figure that does not exist
        ├── NotebookError        the notebook failed: a cell, the kernel, the deadline; what
        │                        the engine raises is papermill's error too, and so with parameters
        └── RenderError          the document cannot be made
            └── GlyphError       a character that no font has

Trouble in the data is not here: that is a `nianbao.checks.finding.Finding`, collected and shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import Any, ClassVar

from nianbao.characters import code_point, name_hidden
from nianbao.reasons import system_reason

LISTED_AT_MOST = 10
NEAR = 0.5  # of two names, how much is alike
SHOWN_AT_MOST = 300  # characters of a text that somebody else wrote

_LINES = {ord(char): f"[{code_point(char)}]" for char in "\t\n"}


class NianbaoError(Exception):
    """What is wrong, where, what stands there, what was expected, and what to do.

    Parameters
    ----------
    what
        One sentence without a full stop.
    where
        The place: file, sheet and cell, or file and line.
    found, expected
        What stands there, and what should. Of an error of the system, its reason in Chinese.
    hint
        What the reader can do about it.
    """

    exit_code: ClassVar[int] = 3

    def __init__(
        self,
        what: str,
        *,
        where: object = "",
        found: object = "",
        expected: object = "",
        hint: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = str(where)
        self.found = (
            system_reason(found) if isinstance(found, OSError | MemoryError) else str(found)
        )
        self.expected = str(expected)
        self.hint = hint

    def __str__(self) -> str:
        parts = [self.what]
        labelled = [("位置", self.where), ("实际", self.found), ("应为", self.expected)]
        parts += [f"  {label}：{visible(text)}" for label, text in labelled if text]
        if self.hint:
            parts.append(f"  提示：{in_one_line(self.hint)}")
        return "\n".join(parts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep all attributes when an exception crosses a process border."""
        return (_rebuild, (type(self), self.__dict__.copy()))


def _rebuild(kind: type[NianbaoError], state: dict[str, Any]) -> NianbaoError:
    error = kind.__new__(kind, state["what"])
    error.__dict__.update(state)
    return error


class UsageError(NianbaoError):
    """The order cannot be carried out as given."""

    exit_code = 2


class ParameterError(UsageError):
    """A notebook parameter that is unknown, missing or of the wrong type."""


class ConfigError(UsageError):
    """A YAML file that cannot be read or does not fit its declaration."""


class ProjectError(UsageError):
    """No project folder here, or not a complete one."""


class OutputError(UsageError):
    """An output folder that cannot be written, or that another run holds."""


class ReportError(NianbaoError):
    """One report cannot be made; the others can."""


class SourceError(ReportError):
    """The workbook cannot be taken as a filing."""


class WorkbookError(SourceError):
    """The workbook is missing, is none, is locked, or is larger than any filing."""


class SheetError(SourceError):
    """A required sheet is missing."""


class LabelError(SourceError):
    """A label that is unknown, missing, or there twice."""


class FormError(SourceError):
    """The workbook is on the wrong form, or of another agency or year."""


class PublishedError(SourceError):
    """A published report that cannot be read, is none, is half of one, or is more than one."""


class TemplateError(SourceError):
    """The prose names a figure that does not exist, or is not a plain text with names."""


class NotebookError(ReportError):
    """The notebook failed: a cell raised, the kernel died, time or memory ran out.

    Parameters
    ----------
    cause
        ``cell error``, ``deadline``, ``kernel died`` or ``out of memory``.
    cell
        Number of the cell, from one, markdown cells counted; 0 for none.
    ename, excerpt
        Name of the exception in the kernel, and the last lines that it left.
    place
        What every error has: where, found, expected, hint.
    """

    def __init__(
        self,
        what: str,
        *,
        cause: str = "cell error",
        cell: int = 0,
        ename: str = "",
        excerpt: str = "",
        **place: Any,
    ) -> None:
        super().__init__(what, **place)
        self.cause = cause
        self.cell = cell
        self.ename = ename
        self.excerpt = excerpt


class RenderError(ReportError):
    """The executed notebook cannot be made into a document."""


class GlyphError(RenderError):
    """Characters that none of the fonts has.

    Parameters
    ----------
    characters
        Each once.
    place
        What every error has: where, found, expected, hint.
    """

    def __init__(self, what: str, *, characters: str = "", **place: Any) -> None:
        super().__init__(what, **place)
        self.characters = characters


def visible(text: str, *, most: int = SHOWN_AT_MOST) -> str:
    """Give a text, whoever wrote it, as a part of a message: in one line, of bearable length.

    Hidden characters are named by their codes, and here ends of lines as well: ``[U+000A]``.
    """
    shown = in_one_line(text[:most])
    return f"{shown}……（共 {len(text)} 字）" if len(text) > most else shown


def refusal(error: BaseException) -> ReportError:
    """Give the error that tells what the system refused, such as memory."""
    return ReportError(
        f"系统不允许：{system_reason(error)}",
        where=getattr(error, "filename", None) or "",
        hint="检查文件名、权限、内存和磁盘的剩余空间，再运行一次；不行就请管理员看看",
    )


def in_one_line(text: str) -> str:
    """Give a text, whoever wrote it, with hidden characters and ends of lines named."""
    return name_hidden(text).translate(_LINES)


def listed(names: Iterable[object], *, most: int = LISTED_AT_MOST) -> str:
    """Join names for a message: at most ten, then how many more.

    Parameters
    ----------
    names
        Anything that prints.
    most
        How many to name.
    """
    texts = [str(name) for name in names]
    shown = "、".join(texts[:most])
    rest = len(texts) - most
    return f"{shown} 等 {len(texts)} 个" if rest > 0 else shown


def nearest(name: str, known: Iterable[object]) -> str:
    """Give the known name that is spelled most like `name`; ``""`` where none is near.

    One that says more or less, such as a short form, is near if it is the only one. That most is
    the same is not enough: the names of a county's offices begin and end alike.
    """
    texts = [str(item) for item in known]
    matches = get_close_matches(name, texts, n=LISTED_AT_MOST, cutoff=NEAR)
    near = next((text for text in matches if _is_near(name, text)), "")
    longer = [text for text in texts if len(name) > 1 and (name in text or (text and text in name))]
    return near or (longer[0] if len(longer) == 1 else "")


def _is_near(one: str, other: str) -> bool:
    """Tell whether two names have no more than a character at a time in each other's place."""
    changes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return all(
        kind != "replace" or min(end - start, till - since) <= 1
        for kind, start, end, since, till in changes
    )
