"""The page that shows what differs in a report from its version before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from nianbao import __version__
from nianbao.characters import without_hidden
from nianbao.checks.finding import Severity
from nianbao.errors import listed
from nianbao.render.changes import Changes, TextChange
from nianbao.render.document import Document
from nianbao.render.html import page_style

LONGEST = 2000  # words that are compared one by one
KEPT = 16  # words of what stayed the same, shown on each side of what did not
LEAST = 4  # words that are worth leaving out
_WORDS = re.compile(r"\d[\d.,]*|[A-Za-z]+|.", re.DOTALL)


def changes_page(changes: Changes, document: Document) -> str:
    """Give the page: one file without script or outside address, as the reviewer's edition is.

    Parameters
    ----------
    changes
        From the last version that differed; none where there is no such.
    document
        The version that stands.
    """
    return _template().render(
        changes=changes,
        document=document,
        summed=[item for item in changes.figures if item.because],
        filed=[item for item in changes.figures if item.is_filed and not item.because],
        computed=[item for item in changes.figures if not item.is_filed and not item.because],
        words={severity.value: severity.label for severity in Severity},
        pieces=pieces,
        listed=listed,
        css=Markup(page_style()),  # noqa: S704 - our own files
        version=__version__,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("nianbao.render", "templates/nianbao"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: without_hidden(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("changes.html.j2")


def pieces(change: TextChange) -> Iterator[tuple[str, str]]:
    """Give a changed paragraph in pieces: ``del``, ``ins``, or ``""`` for what stayed."""
    old, new = _WORDS.findall(change.old), _WORDS.findall(change.new)
    if max(len(old), len(new)) > LONGEST:
        yield from (("del", change.old), ("ins", change.new))
        return
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "", _shortened(old[i:j], is_first=i == 0, is_last=j == len(old))
        else:
            yield "del", "".join(old[i:j])
            yield "ins", "".join(new[k:m])


def _shortened(words: list[str], *, is_first: bool, is_last: bool) -> str:
    before = [] if is_first else words[:KEPT]
    after = [] if is_last else words[-KEPT:]
    whole = len(words) <= len(before) + len(after) + LEAST
    return "".join(words if whole else [*before, "…", *after])
