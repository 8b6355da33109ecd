"""Every character has a glyph, or its place is told."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from nianbao import fonts
from nianbao.errors import ConfigError, GlyphError, RenderError
from nianbao.fonts import missing_glyphs
from nianbao.forms import load_form
from nianbao.render.document import read_document
from nianbao.render.fonts import require_glyphs
from nianbao.render.pdf import PdfExporter
from nianbao.render.typesetting import font_book
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


def test_the_fonts_of_packages_are_there():
    paths = fonts.typefaces().paths
    assert [path.name for path in paths] == [
        "NotoSerifSC-Regular.otf",
        "NotoSansSC-Regular.otf",
        "DejaVuSans.ttf",
        "DejaVuSansMono.ttf",
    ]
    assert all(path.is_file() for path in paths)


def test_a_missing_font_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(fonts.pylopdf_fonts_zh_cn, "sans_path", lambda: tmp_path / "no.otf")
    with pytest.raises(RenderError, match="找不到中文字体"):
        fonts.sans_font_path()


def test_what_no_font_has_is_named_once_and_in_order():
    assert missing_glyphs(f"甲\u2705{RARE}乙\u2705\ue000") == ["\u2705", "\ue000", RARE]


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


def own_font(path: Path, *names: str, text: str = "甲", rare: str = "") -> Path:
    """A typeface of an office's own: some characters of Noto Serif SC, under other names."""
    font = TTFont(fonts.serif_font_path())
    if rare:  # drawn as another character
        glyph = font.getBestCmap()[ord(text[0])]
        for cmap in font["cmap"].tables:
            if cmap.format == 12:
                cmap.cmap[ord(rare)] = glyph
    keep = subset.Subsetter(subset.Options(name_IDs=["*"]))
    keep.populate(text=text + rare)
    keep.subset(font)
    for record in font["name"].names:
        if record.nameID in {1, 4, 6, 16}:
            record.string = names[0]
    for name in names[1:]:
        font["name"].setName(name, 1, 3, 1, 0x804)
    font.save(path)
    return path


SIGNS = "CO₂ PM₂.₅ ⅓ ⅔ ☐ ☑ ✔ ➢ ⚠ 10⁻⁵"  # of these the Chinese faces lack most


@pytest.mark.parametrize(
    "block",
    [
        replace(MASTHEAD, title=SIGNS),
        Heading(level=2, text=SIGNS),
        Paragraph(inlines=(SIGNS,)),
        Paragraph(inlines=(SIGNS,), role="note"),
        replace(statutory("table4"), caption=SIGNS),
        replace(CHART, svg=SVG.replace("自然人", SIGNS)),
    ],
    ids=["title", "heading", "paragraph", "note", "table", "chart"],
)
def test_a_sign_that_the_chinese_faces_lack_is_printed(block: Block):
    pdf = PdfExporter().from_document(read_document(notebook_of([block])))
    assert "DejaVuSans" in fonts_in(pdf)
    assert pdf == PdfExporter().from_document(read_document(notebook_of([block])))


def test_only_the_fonts_that_are_named_are_known_to_the_typesetter(tmp_path):
    own_font(tmp_path / "fs.otf", "FangSong_GB2312")
    own_font(tmp_path / "other.otf", "LastResort")
    book = font_book(fonts.typefaces(str(tmp_path)).paths)
    assert set(book.families()) == {
        "DejaVu Sans", "DejaVu Sans Mono", "FangSong_GB2312", "Noto Sans SC", "Noto Serif SC",
    }  # fmt: skip


def fonts_in(pdf: bytes) -> set[str]:
    found = re.findall(rb"/BaseFont/\w+\+([\w-]+?)(?:-Identity-H)?[/\s>]", pdf)
    return {name.decode() for name in found}


BODY = Paragraph(inlines=("甲乙",))


def test_an_office_prints_in_its_own_typefaces(tmp_path):
    own_font(tmp_path / "fs.otf", "FangSong_GB2312", "仿宋_GB2312", text="甲乙")
    faces = fonts.typefaces(str(tmp_path))
    assert (faces.is_own("body"), faces.is_own("title")) == (True, False)
    document = read_document(notebook_of([SECTION, BODY]))
    ours = PdfExporter(fonts=str(tmp_path)).from_document(document)
    theirs = PdfExporter().from_document(document)
    assert fonts_in(ours) - fonts_in(theirs) == {"FangSong_GB2312"}
    assert faces.told()["仿宋_GB2312"].startswith("fs.otf ")


def test_a_rare_character_in_a_typeface_of_the_offices_is_printed(tmp_path):
    own_font(tmp_path / "kai.otf", "KaiTi", rare=RARE)
    faces = fonts.typefaces(str(tmp_path))
    assert missing_glyphs(RARE, faces) == []
    document = read_document(notebook_of([SECTION, Paragraph(inlines=(f"乡名{RARE}",))]))
    assert "KaiTi" in fonts_in(PdfExporter(fonts=str(tmp_path)).from_document(document))


def test_another_file_of_the_same_name_is_another_key(tmp_path):
    path = own_font(tmp_path / "fs.otf", "FangSong")
    before = fonts.folder_digest(str(tmp_path))
    own_font(path, "FangSong", text="乙")
    assert fonts.folder_digest(str(tmp_path)) != before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("a.txt", b"", "没有公文用的字体"), ("a.ttf", b"broken", "字体文件读不了")],
)
def test_a_folder_without_a_usable_typeface_is_told(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        fonts.typefaces(str(tmp_path))


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match="字体文件夹打不开"):
        fonts.typefaces(str(tmp_path / "none"))


def test_other_fonts_alone_are_told_by_name(tmp_path):
    own_font(tmp_path / "x.otf", "Comic Hei")
    with pytest.raises(ConfigError, match="Comic Hei"):
        fonts.typefaces(str(tmp_path))
