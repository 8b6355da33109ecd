"""Text made safe for HTML."""

from __future__ import annotations

import html
from functools import lru_cache

from nianbao.characters import without_hidden


def escape(text: object) -> str:
    """Give the text for HTML, inside an element or a quoted attribute."""
    return _escape(str(text))


@lru_cache(8192)  # of a report's cells most say what others say, too: 件, 0, the name of a sheet
def _escape(text: str) -> str:
    return html.escape(without_hidden(text))
