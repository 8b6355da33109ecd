"""Every character has a glyph, or its place is told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao import fonts
from nianbao.errors import GlyphError, RenderError
from nianbao.forms import load_form
from nianbao.render.document import read_document
from nianbao.render.fonts import missing_glyphs, require_glyphs
from nianbao.report.blocks import Block, FindingList, Heading, Paragraph, Picture
from render.samples import (
    CHART,
    FINDINGS,
    MASTHEAD,
    SVG,
    finding,
    notebook_of,
    report_blocks,
    statutory,
)

RARE = "\U00020bb7"  # 𠮷, in neither font
SECTION = Heading(level=2, text="三、示例")


def error_for(*blocks: Block) -> str:
    with pytest.raises(GlyphError) as error:
        require_glyphs(read_document(notebook_of(blocks)))
    return str(error.value)


def test_both_fonts_are_there():
    for path in fonts.font_paths():
        assert path.suffix == ".otf"
        assert path.is_file()
    assert fonts.font_paths() == (fonts.serif_font_path(), fonts.sans_font_path())


def test_a_missing_font_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(fonts.pylopdf_fonts_zh_cn, "sans_path", lambda: tmp_path / "no.otf")
    with pytest.raises(RenderError, match="找不到中文字体"):
        fonts.sans_font_path()


def test_what_no_font_has_is_named_once_and_in_order():
    assert missing_glyphs(f"甲\U0001f600{RARE}乙\U0001f600\ue000") == ["\ue000", "\U0001f600", RARE]


@pytest.mark.parametrize("text", ["", " \n\t", "政府信息公开〔2021〕30号，“三安全一稳定”①√㎡℃—…"])
def test_ordinary_text_lacks_nothing(text: str):
    assert missing_glyphs(text) == []


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_all_labels_of_the_forms_can_be_printed(key: str):
    assert missing_glyphs(repr(load_form(key))) == []


@given(st.text(max_size=30))
def test_missing_ones_are_of_the_text(text: str):
    missing = missing_glyphs(text)
    assert missing == sorted(set(missing))
    assert set(missing) <= set(text)


def test_a_whole_report_can_be_printed():
    require_glyphs(read_document(notebook_of(report_blocks())))


def test_error_names_character_code_place_and_remedy():
    said = error_for(MASTHEAD, SECTION, Paragraph(inlines=(f"示例{RARE}",)))
    assert "U+20BB7 𠮷" in said
    assert "第 3 个单元格，三、示例" in said
    assert "提示" in said


@pytest.mark.parametrize(
    "block",
    [
        replace(MASTHEAD, title=RARE),
        replace(MASTHEAD, agency=RARE),
        Heading(level=2, text=RARE),
        Paragraph(inlines=(RARE,)),
        replace(statutory("table4"), notes=(RARE,)),
        replace(statutory("table4"), caption=RARE),
        replace(CHART, caption=RARE),
        replace(CHART, source=RARE),
        replace(CHART, svg=SVG.replace("自然人", RARE)),
        Picture(mimetype="image/svg+xml", data=SVG.replace("自然人", RARE)),
        Picture(mimetype="image/png", data="", caption=RARE),
    ],
)
def test_every_printed_place_is_looked_at(block: Block):
    assert "U+20BB7" in error_for(block)


def test_what_only_a_reviewer_sees_is_not_printed():
    hidden = FindingList(findings=(finding(message=RARE),))
    require_glyphs(read_document(notebook_of([hidden, FINDINGS])))
