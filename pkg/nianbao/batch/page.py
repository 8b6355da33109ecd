"""The page of a batch: one file without an outside address, whose script only sorts and filters."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from nianbao import __version__
from nianbao.batch.outcome import CAUSES, WORDS, status_word
from nianbao.characters import name_hidden
from nianbao.checks.finding import Severity
from nianbao.render.pages import page_policy, palette

if TYPE_CHECKING:
    from nianbao.batch.index import Listing
    from nianbao.batch.index_rows import Row

MADE = {
    "report": "公开版",
    "review": "审核版",
    "pdf": "PDF",
    "docx": "Word",
    "csv": "CSV",
    "xlsx": "XLSX",
    "units": "分单位表",
    "notebook": "笔记本",
    "changes": "与上一版的差别",
}
FAILED = {"failed_notebook": "失败的笔记本", "failed_log": "错误记录"}


def index_page(listing: Listing) -> str:
    """Give the page as HTML; whatever the texts in it hold, they stay texts."""
    template, style, script = _parts()
    return template.render(
        listing=listing,
        rows=Markup("\n".join(_row(row, links) for row, links in listing.rows)),  # noqa: S704 - escaped there
        years=sorted({row.year for row, _ in listing.rows}, reverse=True),
        drafts=sum(bool(row.findings.get(Severity.ERROR)) for row, _ in listing.rows),
        severities=tuple(Severity),
        words=dict([*WORDS.items()][::-1]),
        version=__version__,
        style=style,
        script=script,
        policy=page_policy(style, script),
    )


@cache
def _parts() -> tuple[Template, Markup, Markup]:
    """Give the template, the style and the script."""
    environment = Environment(
        loader=PackageLoader("nianbao.batch"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    own = resources.files("nianbao.batch") / "templates"
    style = palette() + (own / "index.css").read_text(encoding="utf-8")
    script = (own / "index.js").read_text(encoding="utf-8")
    return environment.get_template("index.html.j2"), Markup(style), Markup(script)  # noqa: S704 - our own files


def _finalize(value: object) -> object:
    return name_hidden(value) if type(value) is str else value


def _text(text: str) -> str:
    return html.escape(name_hidden(text))


# Not in the template, which would take three times as long for thousands of rows.
def _row(row: Row, links: Mapping[str, str]) -> str:
    counts = "".join(_count(kind, row.findings.get(kind)) for kind in Severity)
    return (
        f'<tr class="{row.status}"><td>{_status(row)}</td><td>{row.year}</td>'
        f'<th scope="row">{_text(row.name)} <code>{_text(row.agency)}</code></th>{counts}'
        f"<td>{row.duration:.1f}</td><td>{_files(row, links)}</td>"
        f"<td>{''.join(_words(row))}</td></tr>"
    )


def _status(row: Row) -> str:
    word = _text(status_word(row.status, row.missing))
    return f'<strong class="lacking">{word}</strong>' if row.missing else word


def _count(kind: Severity, count: int | None) -> str:
    if count is None:
        return "<td>—</td>"
    return f'<td class="{kind.value}">{count}</td>' if count else "<td>0</td>"


def _files(row: Row, links: Mapping[str, str]) -> str:
    made = _links(MADE, links)
    before = f"上次做成的：{made}" if made and row.status == "failed" else made
    return " ".join(filter(None, [_links(FAILED, links), before]))


def _links(words: Mapping[str, str], links: Mapping[str, str]) -> str:
    return " ".join(
        f'<a href="{_text(links[name])}">{word}</a>'
        for name, word in words.items()
        if name in links
    )


def _words(row: Row) -> Iterator[str]:
    """Yield what people are told: why it was made, or why it was not; then the warnings."""
    if row.status == "failed":
        first, _, rest = row.message.partition("\n")
        yield _text(first)
        last = f"<p>最后几行：</p><pre>{_text(row.excerpt)}</pre>" if row.excerpt else ""
        cause = _text(CAUSES.get(row.cause, row.cause))
        yield f"<details><summary>{cause}：详情</summary>"
        yield (f"<pre>{_text(rest)}</pre>" if rest else "") + f"{last}</details>"
    else:
        yield _text("；".join(row.reasons))
    for name, message in row.missing.items():
        first, _, rest = message.partition("\n")
        told = f"没有 {name.upper()}：{first}"
        yield f"<details open><summary>{_text(told)}</summary><pre>{_text(rest)}</pre></details>"
    if row.warnings:
        items = "".join(f"<li>{_text(warning)}</li>" for warning in row.warnings)
        count = len(row.warnings)
        yield f"<details><summary>笔记本提示 {count} 条</summary><ul>{items}</ul></details>"
