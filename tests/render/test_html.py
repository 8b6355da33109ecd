"""The two pages: safe, self-contained, readable by anybody, and a draft where it is one."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from html import escape
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from nianbao.errors import RenderError
from nianbao.render.document import read_document
from nianbao.render.html import ReaderExporter, ReviewExporter
from nianbao.render.notes import last_year
from nianbao.report.blocks import Cell, FindingList, Heading, Paragraph, StatTable
from nianbao.report.inlines import Number
from render.browser import browse
from render.samples import (
    FILE,
    FINDINGS,
    MASTHEAD,
    PARAGRAPH,
    PROVENANCE,
    filled,
    notebook_of,
    report_blocks,
    statutory,
)

EXPORTERS = [ReaderExporter, ReviewExporter]
CLEAN = FindingList(findings=())
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
LARGEST = 400_000
DATA = "application/ld+json"  # which no browser runs
NAMES = {"http://www.w3.org/2000/svg", "https://schema.org"}  # of vocabularies, never asked for


def page(exporter, blocks=None) -> str:
    text, _ = exporter().from_notebook_node(notebook_of(blocks or report_blocks()))
    return text


def soup(exporter, blocks=None) -> BeautifulSoup:
    return BeautifulSoup(page(exporter, blocks), "html.parser")


@pytest.mark.parametrize("exporter", EXPORTERS)
class TestBothEditions:
    def test_policy_stands_before_anything_it_governs(self, exporter):
        first, second, *_ = soup(exporter).head.find_all()
        assert first["charset"] == "utf-8"
        assert second["http-equiv"] == "Content-Security-Policy"
        assert second["content"] == POLICY

    def test_nothing_runs_and_nothing_is_loaded(self, exporter):
        html = page(exporter)
        document = BeautifulSoup(html, "html.parser")
        assert not document.find_all(["link", "iframe", "object", "embed", "base"])
        assert all(script["type"] == DATA for script in document.find_all("script"))
        for tag in document.find_all():
            for name, value in tag.attrs.items():
                assert not name.startswith("on")
                if name in {"src", "href", "xlink:href", "srcset", "action", "data"}:
                    assert value.startswith(("#", "data:image/"))
        assert all(target.startswith("#") for target in re.findall(r"url\(['\"]?(.)", html))
        assert "@import" not in html
        assert set(re.findall(r"https?://[^\"'\s<]+", html)) <= NAMES

    def test_tells_language_title_and_width(self, exporter):
        document = soup(exporter, report_blocks(findings=CLEAN))
        assert document.html["lang"] == "zh-CN"
        assert document.title.text == MASTHEAD.title
        assert document.find("meta", {"name": "viewport"})
        assert document.find("meta", {"name": "author"})["content"] == MASTHEAD.agency

    def test_has_one_first_heading_and_skips_no_level(self, exporter):
        levels = [int(tag.name[1]) for tag in soup(exporter).find_all(re.compile("^h[1-6]$"))]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
        assert max(levels) <= 4

    def test_ids_are_unique_and_links_arrive(self, exporter):
        document = soup(exporter)
        ids = [tag["id"] for tag in document.find_all(id=True)]
        assert len(ids) == len(set(ids))
        for link in document.find_all("a"):
            assert link["href"].removeprefix("#") in ids

    def test_can_be_read_by_keyboard_and_ear(self, exporter):
        document = soup(exporter)
        assert document.find("a", class_="skip")["href"] == "#main"
        assert document.main["id"] == "main"
        assert all(image["alt"] for image in document.find_all("img"))
        assert all(table.find("th", scope=True) for table in document.find_all("table"))

    def test_draft_says_so_and_why(self, exporter):
        document = soup(exporter)
        assert document.title.text == f"【草稿】{MASTHEAD.title}"
        assert document.find(class_="banner").text == "草稿 有 2 处必须改的问题，改正前不得公开。"
        assert '@top-center { content: "草稿：有 2 处' in document.style.text

    def test_report_without_errors_is_no_draft(self, exporter):
        assert "草稿" not in page(exporter, report_blocks(findings=CLEAN))

    def test_sample_says_so(self, exporter):
        document = soup(exporter)
        assert document.h1.text == f"{MASTHEAD.title} 示例"
        assert document.find(class_="sample")
        real = [replace(MASTHEAD, is_sample=False), PARAGRAPH]
        assert not soup(exporter, real).find_all(class_=["sample", "badge"])

    def test_is_small(self, exporter):
        assert len(page(exporter).encode()) < LARGEST

    def test_comes_out_the_same_every_time(self, exporter):
        one = exporter()
        first, other = notebook_of(report_blocks()), notebook_of([MASTHEAD, PARAGRAPH])
        before, _ = one.from_notebook_node(first)
        one.from_notebook_node(other)
        after, _ = one.from_notebook_node(first)
        assert before == after == page(exporter)

    def test_hostile_text_stays_text(self, exporter):
        hostile = "</title></style><script>alert(1)</script>{{7*7}}{% raw %}\u202e\x00"
        blocks = [
            replace(MASTHEAD, title=hostile, agency=f'"><img onerror=x src=x>{hostile}'),
            Heading(level=2, text=hostile),
            Paragraph(inlines=(hostile,)),
            FindingList(findings=()),
        ]
        document = soup(exporter, blocks)
        assert not document.select(f"img, script:not([type='{DATA}'])")
        assert len(document.find_all("style")) == 1
        assert document.title.text == "</title></style><script>alert(1)</script>{{7*7}}{% raw %}"
        assert "\u202e" not in document.text

    def test_a_report_that_was_never_checked_is_a_draft(self, exporter):
        document = soup(exporter, [MASTHEAD, PARAGRAPH])
        assert document.find(class_="banner").text == "草稿 没有核查过，核查前不得公开。"

    def test_without_a_masthead_the_first_heading_is_the_title(self, exporter):
        document = soup(exporter, [Heading(level=1, text="示例标题"), PARAGRAPH])
        assert [tag.text for tag in document.find_all("h1")] == ["示例标题"]

    def test_failed_notebook_is_refused(self, exporter):
        node = notebook_of([MASTHEAD])
        failed = nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])
        node.cells[0].outputs.append(failed)
        with pytest.raises(RenderError):
            exporter().from_notebook_node(node)


class TestReader:
    def test_tells_programs_what_it_is(self):
        hostile = replace(MASTHEAD, agency="</script><!--<script>示例局 & 'x'")
        for masthead in (MASTHEAD, hostile):
            document = soup(ReaderExporter, [masthead, PARAGRAPH, CLEAN])
            data = json.loads(document.find("script", type=DATA).string)
            assert data["@type"] == "Report"
            assert data["name"] == MASTHEAD.title
            assert data["author"]["name"] == masthead.agency
            assert data["temporalCoverage"] == "2021-01-01/2021-12-31"
            assert data["creativeWorkStatus"] == "Final"
        assert not soup(ReviewExporter).find("script")

    def test_only_what_may_be_published_is_for_search_engines(self):
        clean = report_blocks(findings=CLEAN)
        robots = {"name": "robots", "content": "noindex"}
        assert not soup(ReaderExporter, clean).find("meta", robots)
        assert soup(ReaderExporter).find("meta", robots)
        assert soup(ReviewExporter, clean).find("meta", robots)

    def test_a_section_has_the_same_address_in_both_editions(self):
        found = [
            {tag.text: tag["id"] for tag in soup(exporter).select("main :is(h2, h3)[id]")}
            for exporter in EXPORTERS
        ]
        assert found[0]["三、收到和处理政府信息公开申请情况"] == "section-3"
        assert found[0]["（一）示例情况"] == "section-1-1"
        assert found[0].items() <= found[1].items()

    def test_sees_no_address_and_no_finding(self):
        html = page(ReaderExporter)
        body = BeautifulSoup(html, "html.parser").body
        assert FILE not in html
        assert "table3.a.total" not in html
        assert "核查" not in body.text
        assert "应为" not in body.text
        assert not body.find_all(["data", "article", "nav"])

    def test_sees_the_numbers(self):
        text = soup(ReaderExporter).main.text
        assert "收到政府信息公开申请12件" in text
        assert "（七）总计" in text


class TestReviewer:
    def test_has_a_table_of_contents(self):
        nav = soup(ReviewExporter).nav
        assert nav["aria-label"] == "目录"
        texts = [link.text for link in nav.find_all("a")]
        assert texts[:2] == ["一、总体情况", "（一）示例情况"]
        assert texts[-3:] == ["核查结果", "核查问题", "审核附件：代码"]

    @pytest.mark.parametrize("blocks", [[MASTHEAD, FINDINGS, PROVENANCE], report_blocks()])
    def test_skips_no_level_wherever_the_findings_stand(self, blocks):
        levels = [
            int(tag.name[1])
            for tag in soup(ReviewExporter, blocks).find_all(re.compile("^h[1-6]$"))
        ]
        assert all(deeper - level <= 1 for level, deeper in pairwise(levels))

    def test_sees_addresses_findings_and_provenance(self):
        document = soup(ReviewExporter)
        assert document.find("data", title=f"{FILE}#依申请公开!J5")
        assert document.find(id="finding-A2")
        assert document.find(class_="provenance")

    def test_sees_the_value_of_last_year_beside_that_of_this_year(self):
        cell = Cell("2", ref="table3.t.natural", address=f"{FILE}#依申请公开!D27")
        table = StatTable(key="plain", caption="", rows=((cell,),), head_rows=0, widths=(1.0,))
        document = soup(ReviewExporter, [MASTHEAD, table, PROVENANCE])
        assert document.main.data["title"] == f"{FILE}#依申请公开!D27\n上年 1，增 1"

    @pytest.mark.parametrize(
        ("value", "previous", "unit", "said"),
        [
            ("12", "12", "件", "上年 12，持平"),
            ("0", "3", "件", "上年 3，减 3"),
            ("98.5", "97.25", "%", "上年 97.25%，增 1.25 百分点"),
            (None, "3", "件", ""),
            ("3", None, "件", ""),
            ("3", "无", "件", ""),
        ],
    )
    def test_the_change_is_told_in_words(self, value, previous, unit, said):
        assert last_year({"value": value, "previous": previous, "unit": unit}) == said

    def test_tells_typed_numbers_from_those_put_in_by_name(self):
        numbers = soup(ReviewExporter, [MASTHEAD, PARAGRAPH, PROVENANCE]).main.p.find_all("data")
        assert [(tag.text, tag["class"][1]) for tag in numbers] == [
            ("12", "bound"),
            ("11", "matched"),
            ("99.5", "loose"),
        ]
        assert {tag.text for tag in soup(ReviewExporter).select(".legend li .number")} == {"12"}

    def test_a_finding_and_what_it_is_about_lead_to_each_other(self):
        number = Number("0", ref="table3.t.natural", address="示例")
        cell = Cell("0", ref="table3.t.natural", address="示例", computed="2", findings=("A2",))
        table = StatTable(key="plain", caption="", rows=((cell,),), head_rows=0, widths=(1.0,))
        heading = Heading(level=2, text="一、总体情况")
        paragraph = Paragraph(inlines=("收到", number, "件"))
        blocks = [MASTHEAD, heading, paragraph, table, FINDINGS, PROVENANCE]
        document = soup(ReviewExporter, blocks)
        beside = [link["href"] for link in document.main.p.select(".finding-link")]
        assert beside[:2] == ["#finding-A2", "#finding-A3"]
        back = document.select("#finding-A2 dd a[href^='#part-']")
        assert [link.text for link in back] == ["一、总体情况", "（七）总计 · 自然人"]
        assert [document.select_one(link["href"]).name for link in back] == ["p", "td"]

    def test_code_is_there_folded_but_for_the_author_s_own(self):
        node = notebook_of([MASTHEAD, CLEAN])
        node.cells[0].source = "print('<b>示例</b>')\u202e"
        mine = nbformat.v4.new_code_cell("秘密()", metadata={"tags": ["author-only"]})
        given = nbformat.v4.new_code_cell("year = 2021", metadata={"tags": ["injected-parameters"]})
        node.cells = [mine, given, *node.cells]
        html, _ = ReviewExporter().from_notebook_node(node)
        code = BeautifulSoup(html, "html.parser").select_one("section.code")
        assert code.details
        assert not code.details.has_attr("open")
        told = [(line["value"], line.text.strip()) for line in code.find_all("li")]
        assert told == [("2", "year = 2021"), ("3", "print('<b>示例</b>')"), ("4", "示例()")]
        assert "秘密" not in html
        assert "year = 2021" not in ReaderExporter().from_notebook_node(node)[0]


def test_a_house_style_is_a_template_folder(tmp_path: Path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "conf.json").write_text('{"base_template": "nianbao"}', encoding="utf-8")
    (mine / "index.html.j2").write_text(
        "{% extends 'nianbao/index.html.j2' %}{% block footer %}<p>{{ title }}</p>{% endblock %}",
        encoding="utf-8",
    )
    exporter = ReaderExporter(template_name="mine", extra_template_basedirs=[str(tmp_path)])
    hostile = [replace(MASTHEAD, title="<b>示例</b>"), CLEAN]
    html = exporter.from_document(read_document(notebook_of(hostile)))
    assert "<p>&lt;b&gt;示例&lt;/b&gt;</p>\n</body>" in html


@pytest.mark.parametrize("name", ["nianbao-html", "nianbao-review"])
def test_nbconvert_knows_it_by_name(name: str, tmp_path: Path):
    source = tmp_path / "示例.ipynb"
    nbformat.write(notebook_of(report_blocks()), source)
    command = [sys.executable, "-m", "nbconvert", "--to", name, source.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    exporter = ReaderExporter if name == "nianbao-html" else ReviewExporter
    made = "示例.html" if name == "nianbao-html" else "示例.review.html"
    assert (tmp_path / made).read_text(encoding="utf-8") == page(exporter)


@pytest.mark.chromium
class TestInABrowser:
    @pytest.fixture(params=EXPORTERS, ids=["reader", "review"])
    def written(self, request, tmp_path: Path) -> Path:
        path = tmp_path / "page.html"
        path.write_text(page(request.param), encoding="utf-8")
        return path

    def test_page_is_parsed_as_written_and_breaks_no_policy(self, written: Path, tmp_path: Path):
        seen = browse(
            written, tmp_path / "profile", "--dump-dom", "--enable-logging=stderr", "--v=0"
        )
        assert "Content Security Policy" not in seen.stderr
        before = BeautifulSoup(written.read_text(encoding="utf-8"), "html.parser")
        after = BeautifulSoup(seen.stdout, "html.parser")
        assert [tag.name for tag in after.find_all()] == [tag.name for tag in before.find_all()]
        scopes = [[th.get("scope") for th in tree.find_all("th")] for tree in (before, after)]
        assert scopes[0] == scopes[1]

    def test_it_fits_a_telephone(self, written: Path, tmp_path: Path):
        # Chromium makes no window narrower than 500 pixels: the page stands in a frame instead.
        frame = tmp_path / "frame.html"
        frame.write_text(
            f'<iframe style="width:360px" srcdoc="{escape(written.read_text("utf-8"))}"></iframe>'
            "<script>onload = () => document.title = "
            "frames[0].document.documentElement.scrollWidth</script>",
            encoding="utf-8",
        )
        seen = browse(frame, tmp_path / "profile", "--dump-dom", "--hide-scrollbars")
        assert BeautifulSoup(seen.stdout, "html.parser").title.text == "360"

    def test_no_number_is_broken_and_no_address_widens_the_page(self, tmp_path: Path):
        wide = filled(statutory("table3"), "1164546")
        number = Cell("-1808600.2449", ref="a", address=FILE)
        change = StatTable(
            key="change", caption="示例", rows=((number,) * 5,), head_rows=0, widths=(1.0,) * 5
        )
        blocks = [MASTHEAD, PARAGRAPH, wide, change, CLEAN]
        frame = tmp_path / "frame.html"
        frame.write_text(
            f'<iframe width="360" srcdoc="{escape(page(ReviewExporter, blocks))}"></iframe>'
            "<script>onload = () => {"
            "const numbers = [...frames[0].document.querySelectorAll('data[title]')];"
            "const shown = e => frames[0].getComputedStyle(e, '::after');"
            "frames[0].focus();"
            "const broken = numbers.filter(e => e.getClientRects().length > 1).length;"
            "const inside = numbers.filter(e => { e.focus(); const tip = shown(e);"
            "return tip.content !== 'none' && parseFloat(tip.left) >= 0"
            "&& parseFloat(tip.right) >= 0 && tip.position === 'fixed'; }).length;"
            "document.title = [numbers.length > 100, broken, numbers.length - inside,"
            "frames[0].document.documentElement.scrollWidth]; }</script>",
            encoding="utf-8",
        )
        seen = browse(frame, tmp_path / "profile", "--dump-dom", "--hide-scrollbars")
        assert BeautifulSoup(seen.stdout, "html.parser").title.text == "true,0,0,360"

    def test_the_policy_stops_what_would_slip_through(self, written: Path, tmp_path: Path):
        html = written.read_text(encoding="utf-8")
        bad = '<script>document.title="ran"</script><img src="file:///usr/share/x.png">'
        written.write_text(html.replace("</main>", f"{bad}</main>"), encoding="utf-8")
        seen = browse(
            written, tmp_path / "profile", "--dump-dom", "--enable-logging=stderr", "--v=0"
        )
        assert "<title>ran" not in seen.stdout
        assert seen.stderr.count("Content Security Policy") == 2
