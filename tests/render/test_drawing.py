"""Drawings made safe."""

import io
import re

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from nianbao.errors import RenderError
from nianbao.report.drawing import safe_svg, svg_text

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def drawing(inside: str) -> str:
    return f"{OPEN}{inside}</svg>"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        '<a xlink:href="javascript:alert(1)"><rect/></a>',
        '<use xlink:href="https://example.invalid/x.svg#a"/>',
        '<use href="file:///etc/passwd#a"/>',
        '<image href="https://example.invalid/x.png"/>',
        '<image xlink:href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        "<style>@import url(https://example.invalid/x.css)</style>",
        '<rect style="fill:url(https://example.invalid/x.svg#a)"/>',
        '<rect style="fill:u\\72l(https://example.invalid/x)"/>',
        '<rect style="background:url(//example.invalid)"/>',
        '<rect style="position:fixed;left:0"/>',
        '<rect fill="url(https://example.invalid/x)"/>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    ],
)
def test_what_runs_or_loads_goes(inside: str):
    safe = safe_svg(drawing(inside))
    for word in ("script", "onload", "invalid", "file:", "data:", "position", "body", "animate"):
        assert word not in safe


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "示例",
        "<svg",
        "<html/>",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        f"{OPEN}\x00</svg>",
    ],
)
def test_what_is_no_drawing_is_refused(svg: str):
    with pytest.raises(RenderError, match="SVG"):
        safe_svg(svg)


def test_references_inside_the_drawing_stay_and_are_prefixed():
    safe = safe_svg(
        drawing('<path id="m"/><g id="unused"/><use xlink:href="#m" clip-path="url(#m)"/>'),
        prefix="p-",
    )
    assert '<path id="p-m">' in safe
    assert '<use href="#p-m" clip-path="url(#p-m)">' in safe
    assert "unused" not in safe


def test_label_is_for_screen_readers():
    assert 'role="img" aria-label="一 &lt;二&gt; &quot;三&quot;"' in safe_svg(
        drawing(""), label='一 <二> "三"'
    )


def test_text_is_kept_and_found():
    svg = drawing("<title>不印</title><text>甲<tspan>乙</tspan>丙</text>")
    assert "<text>甲<tspan>乙</tspan>丙</text>" in safe_svg(svg)
    assert svg_text(svg) == "甲乙丙"


def test_a_drawing_of_matplotlib_keeps_all_its_shapes():
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "示例"}):
        figure = Figure()
        figure.subplots().bar(["A", "B"], [1, 2], hatch="/")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    safe = safe_svg(svg)
    for element in ("path", "use", "text", "clipPath", "pattern"):
        assert len(re.findall(f"<{element}\\b", safe)) == len(re.findall(f"<{element}\\b", svg))
    assert safe_svg(safe) == safe


@given(st.text(max_size=40))
def test_any_text_in_a_drawing_stays_text(text: str):
    escaped = text.translate({ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"})
    try:
        safe = safe_svg(drawing(f"<text>{escaped}</text>"))
    except RenderError:
        return
    assert len(re.findall("<", safe)) == 4
