"""Blocks as HTML and as text: structure, the two editions, and text that means harm."""

from base64 import b64decode
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag

from nianbao.report.blocks import (
    Block,
    Cell,
    Edition,
    FindingList,
    Heading,
    Paragraph,
    Picture,
    Provenance,
    StatTable,
)
from nianbao.report.drawing import safe_svg
from nianbao.report.inlines import Number
from nianbao.report.markup import to_html, to_text
from render.samples import (
    CHART,
    FINDINGS,
    MASTHEAD,
    PARAGRAPH,
    PICTURE,
    PROVENANCE,
    SVG,
    figure,
    finding,
    statutory,
)

REVIEW = Edition.REVIEW
EVERY = [
    MASTHEAD,
    Heading(level=2, text="一、总体情况"),
    PARAGRAPH,
    statutory("table3", wrong=True),
    CHART,
    PICTURE,
    FINDINGS,
    PROVENANCE,
]


def soup(block: Block, **options) -> BeautifulSoup:
    return BeautifulSoup(to_html(block, **options), "html.parser")


def only(block: Block, selector: str, **options) -> Tag:
    (tag,) = soup(block, **options).select(selector)
    return tag


class TestStatutoryTables:
    @pytest.mark.parametrize("key", ["table2", "table3", "table4"])
    @pytest.mark.parametrize("form", ["2019", "2021"])
    def test_cells_fill_the_grid(self, form, key):
        table = statutory(key, form)
        taken = set()
        lines = soup(table).find_all("tr")
        for y, line in enumerate(lines):
            for cell in line.find_all(["td", "th"]):
                x = next(x for x in range(99) if (y, x) not in taken)
                for down in range(int(cell.get("rowspan", 1))):
                    for right in range(int(cell.get("colspan", 1))):
                        assert (y + down, x + right) not in taken
                        taken.add((y + down, x + right))
        assert taken == {(y, x) for y in range(len(lines)) for x in range(len(table.widths))}

    def test_header_rows_stand_in_the_head(self):
        table = soup(statutory("table3"))
        assert len(table.thead.find_all("tr")) == 3
        assert not table.thead.find_all("td")
        assert soup(statutory("table2")).thead is None

    def test_each_header_says_for_whom_it_speaks(self):
        table = soup(statutory("table3"))
        assert all(head["scope"] for head in table.find_all("th"))
        assert table.find("th", string="法人或其他组织")["scope"] == "colgroup"
        assert table.find("th", string="三、本年度办理结果")["scope"] == "rowgroup"
        assert table.find("th", string="（七）总计")["scope"] == "row"
        assert table.find("th", string="自然人")["scope"] == "col"

    def test_caption_names_the_table(self):
        assert only(statutory("table2"), "caption").text == "主动公开政府信息情况"

    def test_wide_ones_scroll_by_keyboard(self):
        region = only(statutory("table4"), "div.scroll")
        assert region["tabindex"] == "0"
        assert region["role"] == "region"
        assert region["aria-label"] == "政府信息公开行政复议、行政诉讼情况"
        assert not soup(statutory("table2")).select("div.scroll")

    def test_reader_sees_what_was_stated_and_no_more(self):
        html = to_html(statutory("table3", wrong=True))
        assert "应为" not in html
        assert "sources/" not in html
        assert "finding" not in html
        assert "<data" not in html

    def test_a_number_only_mentioned_is_not_wrong(self):
        cell = Cell("0", ref="a", address="b", findings=("A11",))
        table = StatTable(key="plain", caption="", rows=((cell,),), head_rows=0, widths=(1.0,))
        assert only(table, "td", edition=REVIEW)["class"] == ["value", "noted"]
        assert only(table, "td")["class"] == ["value"]

    def test_reviewer_sees_both_numbers_the_address_and_the_finding(self):
        cell = only(statutory("table3", wrong=True), "td.wrong", edition=REVIEW)
        assert cell.text == "0 → 应为 2 A2 A3"
        assert cell.data["value"] == "0"
        assert cell.data["data-ref"] == "t.f.total"
        assert cell.data["title"] == "sources/shili/2021.xlsx#示例!C28"
        assert cell.data["tabindex"] == "0"
        assert [link["href"] for link in cell.find_all("a")] == ["#finding-A2", "#finding-A3"]


class TestParagraphs:
    def test_reader_sees_text_alone(self):
        paragraph = only(PARAGRAPH, "p.body")
        assert paragraph.text.startswith("2021年，本机关收到政府信息公开申请12件，办结11件")
        assert not paragraph.find_all()

    def test_reviewer_sees_where_each_number_comes_from(self):
        first, second, third = soup(PARAGRAPH, edition=REVIEW).find_all("data")
        assert first["title"] == "sources/shili/2021.xlsx#依申请公开!J5"
        assert (first["data-ref"], first["value"]) == ("table3.a.total", "12")
        assert second["class"] == ["number", "matched"]
        assert third["class"] == ["number", "loose"]
        assert not third.has_attr("title")


class TestCharts:
    def test_drawing_is_an_image_in_words(self):
        svg = only(CHART, "figure > svg")
        assert svg["role"] == "img"
        assert svg["aria-label"] == CHART.alt

    def test_data_stands_below_as_a_table(self):
        table = only(CHART, ".chart details table")
        assert [cell.text for cell in table.find_all(["th", "td"])] == [
            *("申请人", "件数", "自然人", "2", "商业企业", "1")
        ]

    def test_caption_and_source(self):
        assert only(CHART, "figcaption").text == CHART.caption
        assert only(CHART, "p.source").text == CHART.source

    def test_ids_of_two_charts_do_not_meet(self):
        one = soup(CHART, anchor="part-1")
        two = soup(CHART, anchor="part-2")
        ids = [[tag["id"] for tag in page.find_all(id=True)] for page in (one, two)]
        assert not set(ids[0]) & set(ids[1])
        assert "url(#part-1-frame)" in str(one)

    def test_picture_has_words(self):
        assert only(PICTURE, "img")["alt"] == "一个示例色块"
        assert only(replace(PICTURE, alt=""), "img")["alt"] == PICTURE.caption


class TestFindings:
    def test_counts_stand_on_top(self):
        assert only(FINDINGS, "p.counts").text == "必须改 2 处，请说明 1 处，提示 0 处"

    def test_card_compares_expected_and_found(self):
        cells = [cell.text for cell in only(FINDINGS, "#finding-A2 table").find_all(["th", "td"])]
        assert cells == ["项目", "应为", "填报", "自然人", "2", "0"]
        assert "空白" in only(FINDINGS, "#finding-A3 table").text

    def test_card_tells_where_why_and_what_follows(self):
        card = only(FINDINGS, "#finding-A2")
        assert card.h4.text.startswith("必须改 A2 ")
        assert "sources/shili/2021.xlsx#依申请公开!D27" in card.text
        assert "国办公开办函〔2021〕30号" in card.text
        assert "改正后同时消除A3" in card.text
        assert "由 A2 引起" in only(FINDINGS, "#finding-A3").text

    def test_card_without_numbers_has_no_table(self):
        assert only(FINDINGS, "#finding-A5").find("table") is None

    def test_two_of_the_same_check_have_their_own_ids(self):
        block = FindingList(findings=(finding("A1"), finding("A1")))
        assert [card["id"] for card in soup(block).find_all("article")] == [
            "finding-A1",
            "finding-A1-2",
        ]

    @pytest.mark.parametrize(("count", "folded"), [(1, 0), (9, 0), (10, 2), (150, 142)])
    def test_the_places_of_one_finding_do_not_hide_the_next(self, count, folded):
        where = [f"a.xlsx#表!B{row}" for row in range(count)]
        card = only(FindingList(findings=({**finding("A5"), "where": where},)), "#finding-A5")
        assert [item.text for item in card.select("li code")] == where
        assert len(card.select("details li")) == folded

    def test_a_cause_found_several_times_says_how_often(self):
        follows = {**finding("A3"), "cause": "A1"}
        block = FindingList(findings=(finding("A1"), finding("A1"), follows))
        assert "由 A1（共 2 处）引起" in only(block, "#finding-A3").text

    def test_many_that_follow_are_folded_below_their_causes(self):
        follows = [{**finding(f"A{n}"), "cause": "E1"} for n in range(1, 6)]
        block = FindingList(findings=(*follows[:4], finding("E1"), follows[4]))
        cards = [card["id"] for card in soup(block).find_all("article")]
        assert cards == [f"finding-{name}" for name in ("E1", "A1", "A2", "A3", "A4", "A5")]
        folded = only(block, "details.following")
        assert folded.summary.text == "由以上问题引起的 5 处，改正后随之消除"
        assert folded.find(id="finding-E1") is None
        assert soup(FindingList(findings=(finding("E1"), *follows[:3]))).details is None

    def test_a_cell_links_to_the_finding_that_is_about_it(self):
        cell = Cell("0", ref="a", address="b", findings=("A1-2", "A3"))
        table = StatTable(key="plain", caption="", rows=((cell,),), head_rows=0, widths=(1.0,))
        links = only(table, "td", edition=REVIEW).find_all("a")
        assert [(link.text, link["href"]) for link in links] == [
            ("A1", "#finding-A1-2"),
            ("A3", "#finding-A3"),
        ]

    @pytest.mark.parametrize("block", [FINDINGS, FindingList(findings=())])
    def test_their_heading_stands_above_them(self, block):
        assert only(block, "section.findings > h3").text == "核查问题"

    def test_none_is_said_too(self):
        assert only(FindingList(findings=()), "p.none").text == "未发现问题"


class TestProvenance:
    def test_files_versions_and_figures(self):
        page = soup(PROVENANCE)
        assert "0" * 64 in page.text
        assert "0.15.2" in page.text
        assert page.summary.text == "全部数据（3 项）"
        assert "table3.t.natural" in page.details.text

    def test_blank_figure_is_blank(self):
        cells = soup(Provenance(inputs={}, environment={}, figures=(figure("a", None),)))
        assert "None" not in cells.text


def test_a_title_may_be_broken_before_its_year():
    parts = [part.text for part in only(MASTHEAD, "h1").find_all("span")]
    assert parts == ["示例市示例区示例局", "2021年政府信息公开工作年度报告"]
    yearless = replace(MASTHEAD, title="示例年报")
    assert [part.text for part in only(yearless, "h1").find_all("span")] == ["示例年报"]


def test_headings_can_stand_deeper():
    assert only(Heading(level=2, text="示例"), "h4", level_shift=2).text == "示例"
    assert only(MASTHEAD, "h1").text == f"{MASTHEAD.title} 示例"
    assert not soup(replace(MASTHEAD, is_sample=False)).select(".badge")


def test_anchor_is_an_id():
    for block in EVERY:
        assert len(soup(block, anchor="part-7").select("#part-7")) == 1


@pytest.mark.parametrize("block", EVERY, ids=lambda block: block.type)
def test_text_has_content_and_no_markup(block: Block):
    text = to_text(block)
    assert text
    assert "<" not in text
    assert "sources/shili/2021.xlsx#" not in text


def test_tables_in_text_keep_rows():
    assert "第二十条第（五）项\n信息内容\t本年处理决定数量\n行政许可\t61" in to_text(
        statutory("table2")
    )


def test_jupyter_shows_all_three_faces():
    bundle = PARAGRAPH._repr_mimebundle_()
    assert list(bundle) == [
        "text/html",
        "text/plain",
        "application/vnd.nianbao.block+json",
    ]


@pytest.mark.parametrize(
    "block", [CHART, Picture(mimetype="image/svg+xml", data=SVG, alt=CHART.alt)]
)
def test_a_drawing_in_jupyter_is_a_picture_which_needs_no_trust(block: Block):
    """JupyterLab takes `svg` out of what it does not trust, and leaves `img` with its data."""
    page = BeautifulSoup(block._repr_mimebundle_()["text/html"], "html.parser")
    assert page.find("svg") is None
    (image,) = page.find_all("img")
    assert image["alt"] == CHART.alt
    kind, _, data = image["src"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert b64decode(data).decode() == safe_svg(SVG)


HOSTILE = "<script>alert(1)</script></style>\" onfocus='x' {{7*7}} &amp; \x00\u202e12\u202c\ud800"


def filled(block: Block) -> Block:
    """The block with hostile text in every place for text."""

    def fill(value, key=""):
        if isinstance(value, dict):
            return {name: fill(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [fill(item, key) for item in value]
        kept = {"type", "edition", "role", "scope", "status", "mimetype", "svg", "severity"}
        return value if key in kept or not isinstance(value, str) else HOSTILE

    if isinstance(block, Picture):  # whose data would be refused
        return replace(block, data=HOSTILE, alt=HOSTILE, caption=HOSTILE)
    return type(block).from_data(fill(block.to_json()))


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("block", EVERY, ids=lambda block: block.type)
def test_hostile_text_stays_text(block: Block, edition: Edition):
    html = to_html(filled(block), edition=edition)
    page = BeautifulSoup(html, "html.parser")
    assert not page.find_all(["script", "style"])
    assert not [tag for tag in page.find_all() for name in tag.attrs if name.startswith("on")]
    assert "\x00" not in html
    assert "\u202e" not in html
    assert html.encode()
    if block.type not in {"picture", "chart"}:
        assert "{{7*7}} &amp; 12" in page.text


def test_hostile_number_is_text_for_the_reviewer():
    block = Paragraph(inlines=(Number(HOSTILE, HOSTILE, HOSTILE),))
    assert set(only(block, "data", edition=REVIEW).attrs) == {
        *("value", "class", "data-ref", "title", "tabindex")
    }
