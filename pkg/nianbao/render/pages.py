"""What all pages of one file share: the palette, and the policy that a browser holds them to."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from importlib import resources


def palette() -> str:
    """Give the colours, light, dark and printed, as CSS."""
    templates = resources.files("nianbao.render") / "templates" / "nianbao"
    return (templates / "palette.css").read_text(encoding="utf-8")


def page_policy(style: str, script: str = "") -> str:
    """Give the content security policy of a page: its own style and script, and nothing else."""
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; {scripts}"
        "base-uri 'none'; form-action 'none'"
    )


def _digest(source: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
