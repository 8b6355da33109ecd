"""What an analyst's own cells show: tables out of HTML, pictures, and what cannot be shown."""

from base64 import b64decode, b64encode
from io import BytesIO

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nianbao.render.foreign import foreign_blocks
from nianbao.report.blocks import Cell, StatTable
from nianbao.report.inlines import Words
from nianbao.report.markup import to_text
from render.samples import PNG, SVG


def picture(kind: str) -> str:
    made = BytesIO()
    Image.new("RGB", (3, 2), "red").save(made, kind)
    return b64encode(made.getvalue()).decode()


JPEG = picture("JPEG")


def table(html: str) -> StatTable:
    (block,), _ = foreign_blocks({"text/html": html}, {"caption": "示例"})
    assert isinstance(block, StatTable)
    return block


def test_a_data_frame_becomes_a_table():
    frame = pd.DataFrame({"件数": [1, 2]}, index=["甲", "<b>乙</b>"])
    block = table(frame._repr_html_())
    assert block.rows == (
        (Cell("", "corner"), Cell("件数", "head", scope="col")),
        (Cell("甲", "stub", scope="row"), Cell("1")),
        (Cell("<b>乙</b>", "stub", scope="row"), Cell("2")),
    )
    assert (block.head_rows, block.widths, block.caption) == (1, (1.0, 1.0), "示例")


def test_merged_headings_stay_merged():
    columns = pd.MultiIndex.from_product([["上半年", "下半年"], ["甲", "乙"]])
    block = table(pd.DataFrame([[1, 2, 3, 4]], columns=columns)._repr_html_())
    assert block.rows[0][1:] == (
        Cell("上半年", "head", colspan=2, scope="colgroup"),
        Cell("下半年", "head", colspan=2, scope="colgroup"),
    )
    assert block.head_rows == 2
    assert len(block.widths) == 5


def test_without_a_caption_comes_a_warning():
    html = "<table><tr><td>1</td></tr></table>"
    assert foreign_blocks({"text/html": html}, {})[1] == [
        "表格没有标题；写在单元格元数据 nianbao.caption 中"
    ]
    assert foreign_blocks({"text/html": html}, {"caption": "示例"})[1] == []


@pytest.mark.parametrize("html", ["<table></table>", "<table><tr></tr></table>"])
def test_an_empty_table_is_left_out(html: str):
    assert foreign_blocks({"text/html": html}, {}) == ([], ["表格是空的，没有放进文档"])


spans = st.one_of(st.integers(-2, 4).map(str), st.sampled_from(["", "x", "１", "99999999999"]))
cells = st.builds(
    '<{0} rowspan="{1}" colspan="{2}">&lt;script&gt;{3}</{0}>'.format,
    st.sampled_from(["td", "th"]),
    spans,
    st.integers(1, 3),
    st.sampled_from(["1", "甲", "<table><tr><td>内</td></tr></table>"]),
)
lines = st.lists(st.lists(cells, max_size=4).map("".join), max_size=4)


@given(lines)
def test_any_table_becomes_one_that_fills_a_rectangle(rows: list[str]):
    html = f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    blocks, _ = foreign_blocks({"text/html": html}, {})
    for block in blocks:
        area = sum(cell.rowspan * cell.colspan for row in block.rows for cell in row)
        assert area == len(block.rows) * len(block.widths)


def test_several_tables_all_come():
    html = "<table><tr><td>1</td></tr></table><p>示例</p><table><tr><td>2</td></tr></table>"
    blocks, _ = foreign_blocks({"text/html": html}, {})
    assert [to_text(block) for block in blocks] == ["1", "示例", "2"]


@pytest.mark.parametrize(
    ("mimetype", "data"), [("image/png", PNG), ("image/jpeg", JPEG), ("image/svg+xml", SVG)]
)
def test_a_picture_comes_as_it_is(mimetype: str, data: str):
    (block,), warnings = foreign_blocks({mimetype: data}, {"caption": "一", "alt": "二"})
    assert (block.mimetype, block.data, block.caption, block.alt) == (mimetype, data, "一", "二")
    assert warnings == []


def test_a_picture_in_lines_is_joined():
    (block,), _ = foreign_blocks({"image/png": [PNG[:20] + "\n", PNG[20:]]}, {})
    assert block.data == PNG


@pytest.mark.parametrize("data", ["!!!", "AAAA", PNG[:60]])
def test_a_broken_picture_is_left_out(data: str):
    assert foreign_blocks({"image/png": data}, {}) == ([], ["图片的数据是坏的，没有放进文档"])


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP"])
def test_a_picture_of_a_rarer_kind_becomes_a_png(kind: str):
    (block,), _ = foreign_blocks({f"image/{kind.lower()}": picture(kind)}, {})
    assert block.mimetype == "image/png"
    assert Image.open(BytesIO(b64decode(block.data))).size == (3, 2)


def test_markdown_is_read():
    (block,), _ = foreign_blocks({"text/markdown": "**示例**"}, {})
    assert block.inlines == (Words("示例", ("strong",)),)


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        ({"application/vnd.plotly.v1+json": {}}, "application/vnd.plotly.v1+json"),
        (
            {"application/x": 1, "text/html": "<script>x</script>"},
            "application/x、text/html",
        ),
        ({"application/pdf": "AAAA"}, "application/pdf"),
        ({"application/javascript": "x"}, "application/javascript"),
    ],
)
def test_what_cannot_be_shown_is_named(data: dict[str, object], kinds: str):
    told = foreign_blocks({"text/plain": "<Figure>", **data}, {})
    assert told == ([], [f"这种输出没有放进文档：{kinds}"])


def test_a_script_alone_is_named():
    data = {"text/html": "<div id=x></div><script>x()</script>", "text/plain": "<HTML object>"}
    assert foreign_blocks(data, {}) == ([], ["这些内容没有放进文档：script"])


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"text/plain": "'全年 12 件'"}, "'全年 12 件'"),
        ({"text/plain": ["甲    1\n", "乙   12\n"]}, "甲    1\n乙   12"),
        ({"text/latex": "$x^2$", "text/plain": "<Math object>"}, "$x^2$"),
        ({"application/json": {"件": 1}, "text/plain": "<JSON object>"}, '{\n  "件": 1\n}'),
    ],
)
def test_a_text_is_printed_as_it_stands(data: dict[str, object], text: str):
    (block,), warnings = foreign_blocks(data, {})
    assert (block.role, block.text, warnings) == ("code", text, [])


def test_html_is_read_for_its_words():
    html = (
        "<p onclick=x>甲<b>乙</b><!-- 内部 --></p><p hidden>丙</p><p style='display: none'>丁</p>"
    )
    (block,), warnings = foreign_blocks({"text/html": html, "text/plain": "<HTML object>"}, {})
    assert (block.inlines, warnings) == (("甲", Words("乙", ("strong",))), [])


def test_a_table_of_a_style_has_no_style():
    html = pd.DataFrame({"a": [1]}).style.set_properties(color="red").to_html()
    assert BeautifulSoup(html, "html.parser").style
    assert "red" not in str(table(html).to_json())
