"""Drawings in SVG, made safe: what draws stays; what runs, loads or reaches outside goes.

The page and the print take a drawing from here alone, whoever made it.
"""

# ruff: noqa: SIM905 - sixty names read better as words than as a list

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from nianbao.errors import RenderError
from nianbao.report.characters import escape

NAMESPACE = "http://www.w3.org/2000/svg"

_ELEMENTS = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath "
    "clipPath mask marker pattern linearGradient radialGradient stop image title desc".split()
)
_ATTRIBUTES = frozenset(
    "id x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height viewBox transform "
    "preserveAspectRatio pathLength offset rotate textLength lengthAdjust refX refY orient "
    "markerWidth markerHeight markerUnits gradientUnits gradientTransform spreadMethod "
    "patternUnits patternContentUnits patternTransform clipPathUnits maskUnits "
    "maskContentUnits startOffset href style".split()
)
_PROPERTIES = frozenset(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray "
    "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity color "
    "font font-size font-family font-weight font-style text-anchor dominant-baseline "
    "alignment-baseline baseline-shift letter-spacing word-spacing text-decoration "
    "writing-mode white-space clip-path clip-rule mask marker-start marker-mid marker-end "
    "stop-color stop-opacity display visibility paint-order vector-effect "
    "shape-rendering text-rendering".split()
)
_CASED = {name.lower(): name for name in _ELEMENTS | _ATTRIBUTES if name != name.lower()}
_LOWERED = re.compile(rf"(?<=[</ ])(?:{'|'.join(_CASED)})(?=[\s=>/])")
_TARGET = re.compile(r"""url\(\s*['"]?#([\w.:-]+)['"]?\s*\)""")
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]+")
# What a style sheet of matplotlib says of all its elements.
_ROOT_STYLE = {"stroke-linejoin": "round", "stroke-linecap": "butt"}


def safe_svg(svg: str, *, prefix: str = "", label: str = "") -> str:
    """Give the drawing with nothing in it that runs, loads or reaches outside.

    Parameters
    ----------
    svg
        An SVG document.
    prefix
        Put before the ids of the drawing, so that several can stand on one page.
    label
        The drawing in words; it then is an image to a screen reader.

    Raises
    ------
    RenderError
        No well-formed SVG, one with entities, or one that is nested too deeply.
    """
    root = _parse(svg)
    role = f' role="img" aria-label="{escape(label)}"' if label else ""
    root.attrib = _ROOT_STYLE | root.attrib
    attributes = "".join(_attributes(root, prefix, _targets(root)))
    try:
        inside = "".join(_content(root, prefix, _targets(root)))
    except RecursionError:
        raise RenderError("图不是正确的 SVG", found="嵌套过深") from None
    return f'<svg xmlns="{NAMESPACE}"{role}{attributes}>{inside}</svg>'


def with_case(svg: str) -> str:
    """Give a drawing that came through an HTML parser its names back: viewBox for viewbox."""
    return _LOWERED.sub(lambda found: _CASED[found[0]], svg)


def svg_text(svg: str) -> str:
    """Give all text of a drawing, for checking that it can be printed."""
    texts = [element for element in _parse(svg).iter() if _name(element.tag) in {"text", "tspan"}]
    return "".join(part for element in texts for part in (element.text or "", element.tail or ""))


def _parse(svg: str) -> Element:
    try:
        root: Element = fromstring(svg)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise RenderError("图不是正确的 SVG", found=error) from None
    if _name(root.tag) != "svg":
        raise RenderError("图不是正确的 SVG", found=_name(root.tag), expected="svg")
    return root


def _name(tag: object) -> str:
    """Give the name of an SVG element or attribute, ``""`` for a comment or a stranger."""
    namespace, _, local = str(tag).rpartition("}")
    known = namespace in {"", "{" + NAMESPACE, "{http://www.w3.org/1999/xlink"}
    return local if known and isinstance(tag, str) else ""


def _targets(root: Element) -> frozenset[str]:
    """Find the ids that something in the drawing refers to."""
    found: set[str] = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            found.update(_TARGET.findall(value))
            if _name(key) == "href" and value.startswith("#"):
                found.add(value[1:])
    return frozenset(found)


def _write(element: Element, prefix: str, targets: frozenset[str]) -> Iterator[str]:
    name = _name(element.tag)
    if name in _ELEMENTS:
        attributes = "".join(_attributes(element, prefix, targets))
        inside = "".join(_content(element, prefix, targets))
        yield f"<{name}{attributes}>{inside}</{name}>"


def _content(element: Element, prefix: str, targets: frozenset[str]) -> Iterator[str]:
    # White space between shapes says nothing; between letters it does.
    is_text = _name(element.tag) in {"text", "tspan", "textPath", "title", "desc"}
    if is_text:
        yield escape(element.text or "")
    for child in element:
        yield from _write(child, prefix, targets)
        if is_text:
            yield escape(child.tail or "")


def _attributes(element: Element, prefix: str, targets: frozenset[str]) -> Iterator[str]:
    for key, value in element.attrib.items():
        name = _name(key)
        kept = _value(name, " ".join(value.split()), prefix, targets)
        if kept:
            yield f' {name}="{escape(kept)}"'


def _value(name: str, value: str, prefix: str, targets: frozenset[str]) -> str:
    """Give what may stay of an attribute, or ``""``."""
    if name == "id":
        return f"{prefix}{value}" if value in targets else ""
    if name == "href":
        own = f"#{prefix}{value[1:]}" if value.startswith("#") else ""
        return value if _PICTURE.fullmatch(value) else own
    if name == "style":
        return _style(value, prefix)
    if name in _ATTRIBUTES | _PROPERTIES:
        return _local(value, prefix)
    return ""


def _style(style: str, prefix: str) -> str:
    pairs = (part.partition(":") for part in style.split(";"))
    kept = ((key.strip(), _local(value.strip(), prefix)) for key, _, value in pairs)
    return ";".join(f"{key}:{value}" for key, value in kept if key in _PROPERTIES and value)


def _local(value: str, prefix: str) -> str:
    """Give a value whose references stay inside the drawing, else ``""``."""
    replaced = _TARGET.sub(lambda match: f"url(#{prefix}{match[1]})", value)
    rest = _TARGET.sub("", value).lower()
    is_safe = not any(mark in rest for mark in ("url", "\\", "expression", "image", "/*", "@"))
    return replaced if is_safe else ""
