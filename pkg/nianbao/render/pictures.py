"""Pictures that an analyst's cells name or show, vetted before anything takes them in."""

from __future__ import annotations

import binascii
import io
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, unquote_to_bytes

from nianbao.errors import RenderError
from nianbao.report.blocks import Picture
from nianbao.report.drawing import safe_svg
from nianbao.report.shapes import SVG

Kind = Literal["image/png", "image/jpeg"]

KEPT: dict[str | None, Kind] = {"PNG": "image/png", "JPEG": "image/jpeg"}
SHOWN = 60  # characters of an address in a warning


class NoPicture(ValueError):  # noqa: N818 - what it says becomes a warning
    """Why a picture is not taken in."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where the pictures of a cell are found.

    Attributes
    ----------
    attachments
        Of the cell: name to MIME bundle. Local files stand here too, by the address that names
        them, put there when the notebook was run.
    """

    attachments: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def find(self, address: str, alt: str, caption: str = "") -> Picture:
        """Give the picture of an address.

        Raises
        ------
        NoPicture
            It is on the web, missing, or cannot be read.
        """
        scheme, colon, rest = address.strip().partition(":")
        kept = self.attachments.get(address) or self.attachments.get(unquote(address))
        if scheme.lower() == "data":
            return picture_of(_of_data_url(rest), alt, caption)
        if scheme.lower() == "attachment":
            kept = self.attachments.get(rest) or self.attachments.get(unquote(rest))
            if not kept:
                raise NoPicture(f"单元格没有附件 {_short(rest)}，图没有放进文档")
        if kept:
            return picture_of(_of_bundle(kept), alt, caption)
        if (colon and len(scheme) > 1) or address.startswith("//"):
            raise NoPicture(f"图在网上或项目外，没有取用：{_short(address)}")
        raise NoPicture(f"项目里没有这个图，没有放进文档：{_short(address)}")


def _short(address: str) -> str:
    return address if len(address) <= SHOWN else f"{address[:SHOWN]}…"


def _of_data_url(rest: str) -> bytes:
    head, _, data = rest.partition(",")
    if head.rpartition(";")[2].strip().lower() == "base64":
        return decoded(unquote(data))
    return unquote_to_bytes(data)


def _of_bundle(bundle: Mapping[str, object]) -> bytes:
    mimetype = next((name for name in (SVG, "image/png") if name in bundle), next(iter(bundle)))
    content = bundle[mimetype]
    text = "".join(content) if isinstance(content, list) else str(content)
    # nbformat says that attachments are in base64; drawings sometimes are not.
    return text.encode() if mimetype == SVG and "<" in text else decoded(text)


def decoded(data: str) -> bytes:
    """Decode base64; NoPicture where it is none."""
    try:
        return b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise NoPicture("图片的数据是坏的，没有放进文档") from None


def picture_of(content: bytes, alt: str, caption: str = "") -> Picture:
    """Give a file as a picture: SVG, PNG and JPEG as they are, other kinds as PNG.

    Raises
    ------
    NoPicture
        It cannot be read.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        drawing = content.decode("utf-8-sig", errors="replace").lstrip()
        try:
            safe_svg(drawing)
        except RenderError:
            raise NoPicture("图片的数据是坏的，没有放进文档") from None
        return Picture(mimetype="image/svg+xml", data=drawing, alt=alt, caption=caption)
    kind, content = _read(content)
    data = b64encode(content).decode()
    return Picture(mimetype=kind, data=data, alt=alt, caption=caption)


def _read(content: bytes) -> tuple[Kind, bytes]:
    """Give the type and the bytes of a picture that can be read to its end."""
    from PIL import Image  # noqa: PLC0415 - where there is a picture

    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            if image.format in KEPT:
                return KEPT[image.format], content
            made = io.BytesIO()
            image.convert("RGBA").save(made, "PNG")
            return "image/png", made.getvalue()
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        # What Pillow raises over a broken file.
        raise NoPicture("图片的数据是坏的，没有放进文档") from None
