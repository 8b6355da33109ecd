"""Web pages."""

from __future__ import annotations

from nianbao.published.model import Document


def looks_like_html(data: bytes) -> bool:
    return False


def read_html(data: bytes, shown: str) -> Document:
    raise NotImplementedError
