"""An analyst's Markdown, as stock nbconvert knows it, in the page, the print and the Word file."""

import io
import re
import subprocess
from base64 import b64encode
from pathlib import Path

import docx
import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode, v4
from PIL import Image

from laws import examples
from nianbao.errors import RenderError
from nianbao.render.document import read_document
from nianbao.render.docx import DocxExporter
from nianbao.render.html import ReaderExporter, ReviewExporter
from nianbao.render.pdf import PdfExporter
from nianbao.report.blocks import MIME, Paragraph, Picture
from nianbao.report.inlines import Words
from render.samples import PNG, SVG, code_cell, notebook


def cell(source: str, **attachments: dict[str, str]) -> NotebookNode:
    made = v4.new_markdown_cell(source)
    if attachments:
        made["attachments"] = attachments
    return made


def page(source: str, **attachments: dict[str, str]) -> BeautifulSoup:
    html = ReaderExporter().from_document(read_document(notebook(cell(source, **attachments))))
    return BeautifulSoup(html, "html.parser").main


def warnings(source: str, **attachments: dict[str, str]) -> list[str]:
    found = read_document(notebook(cell(source, **attachments))).warnings
    return [said.removeprefix("第 1 个单元格：") for said in found if "单元格：" in said]


def printed(source: str, **attachments: dict[str, str]) -> str:
    pdf = PdfExporter().from_document(read_document(notebook(cell(source, **attachments))))
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def word(source: str, **attachments: dict[str, str]):
    made = DocxExporter().from_document(read_document(notebook(cell(source, **attachments))))
    return docx.Document(io.BytesIO(made))


class TestWords:
    @pytest.mark.parametrize(
        ("source", "html"),
        [
            ("**甲**乙", "<strong>甲</strong>乙"),
            ("*甲* ~~乙~~", "<em>甲</em> <del>乙</del>"),
            ("`a < b`", "<code>a &lt; b</code>"),
            ("<b>甲</b><i>乙</i><u>丙</u>", "<strong>甲</strong><em>乙</em><u>丙</u>"),
            ("H<sub>2</sub>O m<sup>2</sup>", "H<sub>2</sub>O m<sup>2</sup>"),
            ("甲<br>乙<br/>丙  \n丁", "甲\n乙\n丙\n丁"),
            ("甲\n乙 one\ntwo", "甲乙 one two"),
            ("$x_1*2*y$", "$x_1*2*y$"),
            ("List<String> <T>", "List&lt;String&gt; &lt;T&gt;"),
            ("<span style='color:red' onclick='x()'>甲</span>", "甲"),
            ("&lt;b&gt; &amp; &copy;", "&lt;b&gt; &amp; ©"),
        ],
    )
    def test_are_marked_as_they_were(self, source: str, html: str):
        assert page(source).p.decode_contents() == html

    def test_a_link_leads_where_it_led(self):
        (link,) = page("见[**网站**](https://www.example.gov.cn/a?b=1&c=2)").find_all("a")
        assert link["href"] == "https://www.example.gov.cn/a?b=1&c=2"
        assert link.decode_contents() == "<strong>网站</strong>"

    @pytest.mark.parametrize("source", ["https://example.gov.cn/a", "<https://example.gov.cn/a>"])
    def test_a_bare_address_is_a_link(self, source: str):
        assert page(source).a["href"] == "https://example.gov.cn/a"

    @pytest.mark.parametrize(
        "address",
        ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "file:///etc/passwd", "b.md"],
    )
    def test_a_link_to_elsewhere_is_words_and_told(self, address: str):
        assert page(f"[甲]({address})").find("a") is None
        assert any(said.startswith("这个链接没有放进文档") for said in warnings(f"[甲]({address})"))

    def test_a_forged_link_leads_nowhere(self):
        forged = Paragraph(inlines=(Words("甲", ("strong",), "https://a.cn"),)).to_json()
        forged["inlines"][0]["href"] = "javascript:alert(1)"
        output = v4.new_output("display_data", {MIME: forged})
        html = ReaderExporter().from_document(read_document(notebook(code_cell(output))))
        assert "javascript:" not in html

    def test_come_out_in_print_and_in_word(self):
        source = "**甲** ~~乙~~ [丙](https://example.gov.cn)<br>H<sub>2</sub>O `x < y`"
        text = printed(source)
        assert all(part in text for part in ("甲", "乙", "丙", "x < y"))
        assert "<" not in text.replace("x < y", "")
        (body,) = [item for item in word(source).paragraphs if "甲" in item.text]
        runs = {run.text: run for run in body.runs}
        assert runs["甲"].bold
        assert runs["乙"].font.strike
        assert runs["2"].font.subscript
        (link,) = body.hyperlinks
        assert (link.text, link.address) == ("丙", "https://example.gov.cn")


class TestParts:
    def test_lists_stand_in_lists(self):
        made = page("1. 甲\n2. 乙\n   - 丙\n\n     续\n   - 丁\n3. 戊")
        outer = made.ol
        assert [item.find(string=True) for item in outer.find_all("li", recursive=False)] == [
            "甲", "乙", "戊",
        ]  # fmt: skip
        assert [item.find(string=True) for item in outer.ul.find_all("li")] == ["丙", "丁"]
        assert outer.ul.li.p.text == "续"

    def test_a_list_begins_where_it_began(self):
        assert page("3. 甲\n4. 乙").ol["start"] == "3"

    def test_lists_are_printed_with_their_marks(self):
        text = printed("1. 甲\n2. 乙\n   - 丙")
        assert re.search(r"1\.\s+甲\s+2\.\s+乙\s+•\s+丙", text)
        lines = [item.text for item in word("1. 甲\n2. 乙\n   - 丙").paragraphs]
        assert lines[-3:] == ["1.\t甲", "2.\t乙", "·\t丙"]

    def test_tasks_show_what_is_done(self):
        assert [item.text for item in page("- [x] 甲\n- [ ] 乙").find_all("li")] == ["☑ 甲", "☐ 乙"]

    def test_quotes_code_and_lines(self):
        made = page("> 引\n\n```python\nx = 1\n  y\n```\n\n    z\n\n---")
        assert made.blockquote.p.text == "引"
        assert [code.text for code in made.find_all("pre")] == ["x = 1\n  y", "z"]
        assert made.hr
        assert "x = 1" in printed("```\nx = 1\n```")

    def test_footnotes_stand_below(self):
        made = page("甲[^a]\n\n[^a]: 注")
        assert made.sup.text == "1"
        assert made.ol.li.text == "注"

    def test_a_table_of_html_is_one(self):
        row = "<tr><th>甲</th><td>H<sub>2</sub>O<br>乙</td></tr>"
        made = page(f"<table><caption>表</caption>{row}</table>")
        assert made.caption.text == "表"
        assert made.td.text == "H2O\n乙"

    def test_a_link_in_a_cell_has_its_address(self):
        made = page("| a |\n|--|\n| [甲](https://example.gov.cn) |")
        assert made.tbody.th.text == "甲（https://example.gov.cn）"

    @pytest.mark.parametrize("name", ["script", "iframe", "video", "object", "textarea"])
    def test_what_paper_cannot_show_is_named(self, name: str):
        source = f"<div>甲<{name}>乙</{name}></div>"
        assert page(source).text.strip() == "甲"
        assert warnings(source) == [f"这些内容没有放进文档：{name}"]

    @pytest.mark.parametrize(
        "source",
        [
            "<p hidden>内部</p>",
            "<div style='color: red; DISPLAY : none'>内部</div>",
            "甲<span style='visibility:hidden'>内部</span>",
            "<template>内部</template>",
            "<title>内部</title>",
            "<?php 内部 ?>",
            "<![CDATA[内部]]>",
            "<!DOCTYPE 内部>",
        ],
    )
    def test_what_a_browser_hides_is_not_shown(self, source: str):
        assert "内部" not in page(source).text


COMMENTS = [
    "<!-- 内部 -->",
    "甲<!-- 内部 -->乙",
    "<!--\n内部\n\n第二段 内部\n-->",
    "甲 <!-- 内部\n\n内部 --> 乙",
    "<!-- 内部",
    "甲 <!-- 内部\n\n内部",
    "<div>甲<!-- 内部 --></div>",
    "<b>甲<!-- 内部 --></b>",
    "- 甲 <!-- 内部 -->\n- <!-- 内部 -->",
    "| 甲 <!-- 内部 --> | 乙 |\n|--|--|\n| <!-- 内部 --> | 丙 |",
    "> <!-- 内部 -->\n> 甲",
    "## 甲 <!-- 内部 -->",
    "<!-- 内部 --!> 甲",
    "<!-- 内 -- 部 > 内部 -->甲",
    "<table><!-- 内部 --><tr><td>甲<!-- 内部 --></td></tr></table>",
    "甲[^1]\n\n[^1]: 注 <!-- 内部 -->",
    "<!--[if IE]>内部<![endif]-->甲",
    "<details><summary>甲</summary><!-- 内部 --></details>",
    "<svg><!-- 内部 --><text>甲<!-- 内部 --></text></svg>",
    "**甲<!-- 内部 -->**",
    "[甲<!-- 内部 -->](https://example.gov.cn)",
]


SCRAPS = [
    "甲",
    "**乙**",
    "\n\n",
    "\n",
    "- 丙",
    "> 丁",
    "<b>戊</b>",
    "<div>",
    "</div>",
    "| a |",
    "# 己 ",
    "*",
]


class TestComments:
    @pytest.mark.parametrize("source", COMMENTS)
    def test_never_come_out(self, source: str):
        document = read_document(notebook(cell(f"前\n\n{source}")))
        for made in (ReaderExporter(), ReviewExporter()):
            assert not re.search("内部|内 --|部 >", made.from_document(document))
        assert "前" in printed(f"前\n\n{source}")
        assert "内部" not in printed(f"前\n\n{source}")
        assert "内部" not in "".join(item.text for item in word(source).paragraphs)

    @pytest.mark.parametrize("source", COMMENTS)
    def test_never_come_out_of_an_output(self, source: str):
        for kind in ("text/html", "text/markdown"):
            output = v4.new_output("display_data", {kind: source, "text/plain": "<object>"})
            document = read_document(notebook(code_cell(output)))
            html = ReaderExporter().from_document(document)
            escaped = "&lt;!--" in html  # which is no comment in HTML
            assert escaped or "内部" not in html

    @given(st.lists(st.sampled_from([*SCRAPS, *COMMENTS[:4]]), max_size=12))
    @settings(max_examples=examples(100))
    def test_never_come_out_wherever_they_stand(self, parts: list[str]):
        document = read_document(notebook(cell("".join(parts))))
        assert "内部" not in ReaderExporter().from_document(document)

    def test_one_that_never_ends_is_told(self):
        assert warnings("甲\n\n<!-- 内部") == ["HTML 注释没有结束，它后面的内容没有放进文档"]
        assert warnings("甲<!-- 内部 -->") == []

    def test_in_code_they_are_no_comments(self):
        assert page("`<!-- 甲 -->`").code.text == "<!-- 甲 -->"
        assert page("```html\n<!-- 甲 -->\n```").pre.text == "<!-- 甲 -->"


class TestPictures:
    def test_an_attachment_comes_with_its_words(self):
        made = page('前![一个色块](attachment:图.png "图一")后', **{"图.png": {"image/png": PNG}})
        assert made.img["src"] == f"data:image/png;base64,{PNG}"
        assert made.img["alt"] == "一个色块"
        assert made.figcaption.text == "图一"
        assert [item.text for item in made.find_all("p")] == ["前", "后"]

    def test_it_is_printed_and_in_the_word_file(self):
        source, kept = "![甲](attachment:a.png)", {"a.png": {"image/png": PNG}}
        pdf = PdfExporter().from_document(read_document(notebook(cell(source, **kept))))
        assert b"/Subtype/Image" in pdf.replace(b" ", b"")
        assert len(word(source, **kept).inline_shapes) == 1

    @pytest.mark.parametrize(
        "address",
        [
            f"data:image/png;base64,{PNG}",
            "data:image/svg+xml;base64," + b64encode(SVG.encode()).decode(),
            "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>",
        ],
    )
    def test_a_data_url_is_taken(self, address: str):
        address = address.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
        (picture,) = read_document(notebook(cell(f"![甲]({address})"))).parts
        assert isinstance(picture, Picture)
        assert picture.alt == "甲"

    def test_a_drawing_is_made_safe(self):
        svg = SVG.replace("<defs>", '<script>alert(1)</script><image href="https://a.cn/x"/><defs>')
        for kept in (svg, b64encode(svg.encode()).decode()):
            made = str(page("![甲](attachment:a.svg)", **{"a.svg": {"image/svg+xml": kept}}))
            assert "base64," in made
            assert "alert" not in made

    def test_a_drawing_in_html_keeps_its_shape(self):
        source = '<svg viewBox="0 0 2 1" width="20"><linearGradient id="g"/><path d="M0 0"/></svg>'
        (picture,) = read_document(notebook(cell(source))).parts
        assert 'viewBox="0 0 2 1"' in picture.data

    @pytest.mark.parametrize(
        ("address", "told"),
        [
            ("https://example.com/x.png", "图在网上或项目外，没有取用：https://example.com/x.png"),
            ("//example.com/x.png", "图在网上或项目外，没有取用：//example.com/x.png"),
            ("file:///etc/x.png", "图在网上或项目外，没有取用：file:///etc/x.png"),
            ("attachment:no.png", "单元格没有附件 no.png，图没有放进文档"),
            ("no.png", "项目里没有这个图，没有放进文档：no.png"),
            ("data:image/png;base64,AAAA", "图片的数据是坏的，没有放进文档"),
        ],
    )
    def test_what_is_not_taken_is_told(self, address: str, told: str):
        for source in (f"![甲]({address})", f'<img src="{address}" alt="甲">'):
            made = page(source)
            assert made.img is None
            assert "example.com" not in str(made)
            assert warnings(source) == [f"{told}（甲）"]

    def test_one_without_words_is_told(self):
        source = f"![](data:image/png;base64,{PNG})"
        assert warnings(source) == ["图没有文字说明；写成 ![文字说明](图)"]

    @pytest.mark.parametrize("name", ["图 一.png", "a%20b.jpg", "a.gif", "a.webp", "a.svg"])
    def test_one_beside_the_notebook_is_taken(self, tmp_path: Path, name: str):
        file = tmp_path / name.replace("%20", " ")
        if name.endswith("svg"):
            file.write_text(SVG, encoding="utf-8")
        else:
            Image.new("RGB", (3, 2)).save(file)
        nbformat.write(notebook(cell(f"![甲](<{name}>)")), tmp_path / "a.ipynb")
        html, _ = ReaderExporter().from_filename(str(tmp_path / "a.ipynb"))
        assert BeautifulSoup(html, "html.parser").img["alt"] == "甲"

    def test_one_outside_is_not(self, tmp_path: Path):
        Image.new("RGB", (3, 2)).save(tmp_path / "secret.png")
        inside = tmp_path / "project"
        inside.mkdir()
        (inside / "link.png").symlink_to(tmp_path / "secret.png")
        source = f"![](../secret.png) ![]({tmp_path}/secret.png) ![](link.png)"
        nbformat.write(notebook(cell(source)), inside / "a.ipynb")
        html, _ = ReaderExporter().from_filename(str(inside / "a.ipynb"))
        assert "<img" not in html


def test_what_an_analyst_should_know_stands_in_the_reviewers_edition():
    document = read_document(notebook(cell("![甲](https://example.com/x.png)")))
    review = BeautifulSoup(ReviewExporter().from_document(document), "html.parser")
    told = [item.text for item in review.find(class_="remarks").find_all("li")]
    assert told[0].startswith("第 1 个单元格：图在网上或项目外，没有取用")
    assert "没有取用" not in ReaderExporter().from_document(document)


@pytest.mark.parametrize("part", ["<div>", "> ", "- ", "**", "<svg>", "<table><tr><td>", "[", "<"])
def test_deep_nesting_is_read_or_refused_in_words(part: str):
    try:
        read_document(notebook(cell(part * 3000)))
    except RenderError as error:
        told = str(error)
    else:
        return
    assert "嵌套过深" in told
