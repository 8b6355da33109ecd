"""Both editions in a real browser: at any width, by keyboard and touch, on paper, and judged."""

import subprocess
from base64 import b64decode

import pytest
from bs4 import BeautifulSoup

from nianbao.render.document import read_document
from nianbao.render.html import ReaderExporter, ReviewExporter
from nianbao.report.blocks import FindingList, Paragraph
from nianbao.report.inlines import Number
from render.devtools import browser
from render.judges import errors_in, violations
from render.samples import notebook_of, report_blocks

pytestmark = pytest.mark.chromium

EDITIONS = {"report": ReaderExporter, "review": ReviewExporter}
KINDS = {"draft": report_blocks(), "clean": report_blocks("2019", FindingList(findings=()))}


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Both editions of a draft and of a clean report, by name."""
    folder = tmp_path_factory.mktemp("pages")
    for kind, blocks in KINDS.items():
        for name, exporter in EDITIONS.items():
            page = exporter().from_document(read_document(notebook_of(blocks)))
            (folder / f"{name}-{kind}.html").write_text(page, encoding="utf-8")
    return {path.stem: path for path in folder.iterdir()}


@pytest.mark.parametrize("name", [f"{name}-{kind}" for name in EDITIONS for kind in KINDS])
class TestJudged:
    @pytest.mark.parametrize("width", [360, 1440])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, tab, pages, name, width, scheme):
        with tab.looks(width, scheme):
            tab.open(pages[name])
            assert violations(tab) == []

    def test_nothing_is_refused_and_nothing_is_asked_of_anybody(self, tab, pages, name):
        tab.open(pages[name])
        assert tab.complaints == []
        own, *others = tab.requested
        assert own == pages[name].as_uri()
        assert [url for url in others if not url.startswith("data:image/")] == []

    @pytest.mark.parametrize("width", [360, 768, 1440, 2560])
    def test_only_tables_are_wider_than_the_window(self, tab, pages, name, width):
        with tab.looks(width):
            tab.open(pages[name])
            tab.tell("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert tab.tell("document.documentElement.scrollWidth") <= width
            assert tab.tell(TOO_WIDE) == []
            assert tab.tell(SMALLEST_TYPE) >= 12


# Elements that stick out of the window, but for what stands in a region that scrolls.
TOO_WIDE = """
[...document.querySelectorAll("body *")]
  .filter(e => !e.closest(".scroll > *, .skip, svg"))
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 99))
"""
SMALLEST_TYPE = """
Math.min(...[...document.querySelectorAll("body *")]
  .filter(e => !e.closest("svg") && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))
"""


@pytest.mark.java
def test_the_checker_of_the_standard_finds_nothing(pages):
    assert errors_in(*pages.values()) == []


@pytest.mark.parametrize("name", ["report-draft", "review-draft", "report-clean"])
def test_what_heads_a_row_is_held_while_its_values_scroll(tab, pages, name):
    with tab.looks(360):
        tab.open(pages[name])
        tab.tell("document.querySelector('.table3').parentElement.focus()")
        assert tab.tell("document.activeElement.getAttribute('aria-label')")
        tab.tell("document.activeElement.scrollLeft = 9999")
        before, held, over = tab.tell(HELD)
    assert before > 100
    assert max(map(abs, held)) <= 1  # the table's own border
    assert len(held) == len(BeautifulSoup(pages[name].read_text("utf-8"), "html.parser")
                            .select(".table3 :is(.stub, .corner)"))  # fmt: skip
    assert over == []


# How far the table is scrolled; how far each held cell is from where it stood; which held cells
# cover another.
HELD = """
(() => {
  const region = document.activeElement, left = region.getBoundingClientRect().left;
  const cells = [...region.querySelectorAll("[class*=held-]")];
  const place = e => e.getBoundingClientRect();
  const now = cells.map(place), by = region.scrollLeft;
  region.scrollLeft = 0;
  const then = cells.map(place);
  const over = now.filter((a, i) => now.some((b, j) => i < j && a.left < b.right - 1 &&
    b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
  return [by, now.map((box, i) => Math.round(box.left - then[i].left)), over];
})()
"""


LOOKS = """
(() => {
  const look = e => {
    const s = getComputedStyle(e);
    return [s.borderBottomStyle, s.borderBottomWidth, s.borderBottomColor].join(" ");
  };
  return ["bound", "matched", "loose"].map(kind =>
    [".legend", "p.body"].map(where => look(document.querySelector(`${where} .${kind}`))));
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_kind_of_number_looks_as_the_legend_has_it(tab, tmp_path, scheme):
    said = Paragraph(
        inlines=(
            Number("12", ref="t.a", address="甲.xlsx#表!B2"),
            Number("13", ref="t.b", address="甲.xlsx#表!B3", status="matched"),
            Number("14", address="手写的数字", status="loose"),
        )
    )
    blocks = [*report_blocks("2019", FindingList(findings=()))[:2], said]
    page = tmp_path / "review.html"
    page.write_text(ReviewExporter().from_document(read_document(notebook_of(blocks))), "utf-8")
    with tab.looks(1440, scheme):
        tab.open(page)
        shown = tab.tell(LOOKS)
    assert all(legend == number for legend, number in shown)
    assert len({number for _, number in shown}) == len(shown)


NUMBER = "document.querySelector('.body data[title]')"
TOLD = f"getComputedStyle({NUMBER}, '::after').content"


def test_a_number_tells_where_it_comes_from_to_each_hand(tab, pages):
    tab.open(pages["review-draft"], script=False)
    tab.tell(f"{NUMBER}.scrollIntoView({{block: 'center'}})")
    box = tab.tell(
        f"(r => [r.x + r.width / 2, r.y + r.height / 2])({NUMBER}.getBoundingClientRect())"
    )
    place = dict(zip("xy", box, strict=True))
    assert tab.tell(TOLD) == "none"
    tab.send("Input.dispatchMouseEvent", type="mouseMoved", **place)
    assert "依申请公开!J5" in tab.tell(TOLD)
    tab.send("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert tab.tell(TOLD) == "none"
    tab.send("Emulation.setTouchEmulationEnabled", enabled=True)
    tab.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[place])
    tab.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    assert "依申请公开!J5" in tab.tell(TOLD)
    tab.send("Emulation.setTouchEmulationEnabled", enabled=False)
    tab.send("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)  # what was touched, hovers
    tab.press("Tab")
    assert tab.tell("document.activeElement.textContent") == "11"
    assert tab.tell(TOLD) == "none"


@pytest.mark.parametrize("name", ["report-draft", "report-clean", "review-draft"])
def test_on_paper_it_is_as_the_pdf_is(tab, pages, name, tmp_path):
    tab.open(pages[name])
    printed = tab.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
    (tmp_path / "page.pdf").write_bytes(b64decode(printed["data"]))
    sheets = _text(tmp_path / "page.pdf").removesuffix("\f").split("\f")
    assert len(sheets) > 3
    drafts = [sheet for sheet in sheets if "草稿" in sheet]
    assert len(drafts) == (0 if "clean" in name else len(sheets))
    said = subprocess.run(
        ["pdfinfo", tmp_path / "page.pdf"], capture_output=True, text=True, check=True
    )
    assert "(A4)" in said.stdout
    for left, right in _lines(tmp_path / "page.pdf"):
        assert left >= 28 / 25.4 * 72 - 1
        assert right <= (210 - 26) / 25.4 * 72 + 1


def _text(pdf):
    done = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


def _lines(pdf):
    """Where each line of text begins and ends, in points."""
    command = ["pdftotext", "-bbox-layout", pdf, "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    for line in BeautifulSoup(done.stdout, "xml").find_all("line"):
        yield float(line["xMin"]), float(line["xMax"])
