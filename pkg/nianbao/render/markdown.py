"""A Markdown cell as blocks: read as stock nbconvert reads it, and footnotes besides."""

from __future__ import annotations

from functools import cache

from mistune import HTMLRenderer
from mistune.plugins import import_plugin
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from nianbao.errors import RenderError
from nianbao.render.hypertext import Read, html_blocks
from nianbao.render.pictures import Pictures

PLUGINS = (*MarkdownWithMath.DEFAULT_PLUGINS, "footnotes")


class _Renderer(IPythonRenderer):
    """Leaves code without colours, and pictures where they are: both are read again."""

    def block_code(self, code: str, info: str | None = None) -> str:
        return HTMLRenderer.block_code(self, code, info)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return HTMLRenderer.image(self, text, url, title)


def markdown_blocks(source: str, pictures: Pictures | None = None) -> Read:
    """Read a Markdown text.

    Parameters
    ----------
    source
        As Jupyter has it: CommonMark with tables, task lists, formulas, which stay as they are
        written, and HTML, of which only words and pictures are taken.
    pictures
        Where those that it names are found.

    Raises
    ------
    RenderError
        It is nested too deeply.
    """
    try:
        made = _markdown().render(source)
    except RecursionError:
        raise RenderError("单元格里的 Markdown 嵌套过深") from None
    return html_blocks(made, pictures, is_markdown=True)


@cache
def _markdown() -> MarkdownWithMath:
    renderer = _Renderer(escape=False, exclude_anchor_links=True)
    return MarkdownWithMath(renderer, plugins=[*map(import_plugin, PLUGINS)])
