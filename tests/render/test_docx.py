"""The Word file: its styles, its page, its tables cell by cell, and the same bytes every time."""

import io
import re
import subprocess
import sys
import zipfile
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import docx
import nbformat
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, Twips
from hypothesis import given
from hypothesis import strategies as st

from nianbao.errors import RenderError
from nianbao.filing.labels import normalise
from nianbao.forms import load_form
from nianbao.render.document import Document, read_document
from nianbao.render.docx import DocxExporter
from nianbao.render.docx_parts import TEXT_WIDTH
from nianbao.render.docx_table import table_xml
from nianbao.report.blocks import (
    Block,
    Cell,
    Edition,
    FindingList,
    Heading,
    Paragraph,
    Picture,
    StatTable,
)
from render.samples import (
    CHART,
    FILE,
    MASTHEAD,
    PARAGRAPH,
    PICTURE,
    PNG,
    SIGNATURE,
    SVG,
    filled,
    notebook_of,
    report_blocks,
    statutory,
)

SHARED = Path(__file__).parents[3] / "shared" / "reports" / "form-2021-template.docx"
CLEAN = FindingList(findings=())
TABLES = [(form, key) for form in ("2019", "2021") for key in ("table2", "table3", "table4")]


def document(blocks: list[Block]) -> Document:
    return read_document(notebook_of(blocks))


def written(blocks: list[Block]) -> bytes:
    return DocxExporter().from_document(document([MASTHEAD, *blocks]))


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def own_table(*rows: tuple[Cell, ...], **changes) -> StatTable:
    made = {"key": "own", "caption": "示例表", "head_rows": 0, "widths": (1.0,) * len(rows[0])}
    return StatTable(rows=rows, **(made | changes))


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def grid(table) -> list[list[tuple[str, int, str | None]]]:
    """Text, columns and vertical merge of each cell of a table, in the XML's own words."""
    return [
        [("".join(t.text or "" for t in c.iter(qn("w:t"))), c.grid_span, c.vMerge) for c in row]
        for row in ([*r.tc_lst] for r in table._tbl.tr_lst)
    ]


def covered(table) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place of the grid, the place of the cell that covers it."""
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for y, row in enumerate(grid(table)):
        x = 0
        for _, span, merge in row:
            for column in range(x, x + span):
                owners[y, column] = owners[y - 1, column] if merge == "continue" else (y, x)
            x += span
    return owners


def expected(block: StatTable) -> dict[tuple[int, int], tuple[int, int]]:
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for y, row in enumerate(block.rows):
        x = 0
        for cell in row:
            while (y, x) in owners:
                x += 1
            for place in product(range(y, y + cell.rowspan), range(x, x + cell.colspan)):
                owners[place] = (y, x)
    return owners


@pytest.fixture(scope="module")
def content() -> bytes:
    return DocxExporter().from_document(document(report_blocks()))


@pytest.fixture(scope="module")
def word(content: bytes) -> docx.document.Document:
    return opened(content)


class TestWholeReport:
    def test_tells_what_it_is(self, word):
        facts = word.core_properties
        assert (facts.title, facts.author) == (MASTHEAD.title, MASTHEAD.agency)
        assert (facts.language, facts.subject) == ("zh-CN", "政府信息公开工作年度报告")
        assert "政府信息公开" in facts.keywords
        day = datetime(2022, 1, 1, tzinfo=UTC)
        assert (facts.created, facts.modified) == (day, day)
        assert facts.content_status == "草稿"

    def test_says_all_that_a_reader_is_told_in_order(self, word):
        said = [p.text for p in word.paragraphs if p.text]
        shown = document(report_blocks()).shown(Edition.BOTH)
        told = [part.text for part in shown if isinstance(part, Heading | Paragraph)]
        assert [text for text in said if text in told] == told
        for text in (CHART.caption, CHART.source, PICTURE.caption, "数据来源：示例"):
            assert text in said

    def test_says_nothing_that_only_a_reviewer_is_told(self, content: bytes):
        said = b"".join(parts_of(content).values()).decode("utf-8", "replace")
        assert FILE not in said
        assert "核查结果" not in said
        assert "应为" not in said

    def test_comes_out_the_same_every_time(self, content: bytes):
        exporter = DocxExporter()
        node = notebook_of(report_blocks())
        first, _ = exporter.from_notebook_node(node)
        exporter.from_document(document([MASTHEAD, PARAGRAPH, CHART]))
        again, _ = exporter.from_notebook_node(node)
        assert first == again == content

    def test_names_no_time_but_the_first_an_archive_can_tell(self, content: bytes):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert archive.namelist()[0] == "[Content_Types].xml"

    def test_every_relation_leads_to_a_part_of_a_known_type(self, content: bytes):
        parts = parts_of(content)
        targets = re.findall(r'Target="([^"]+)"', parts["word/_rels/document.xml.rels"].decode())
        assert {f"word/{target}" for target in targets} <= parts.keys()
        types = parts["[Content_Types].xml"].decode()
        for name in parts.keys() - {"[Content_Types].xml"}:
            assert f'"/{name}"' in types or f'Extension="{name.rpartition(".")[2]}"' in types


class TestStyles:
    @pytest.mark.parametrize(
        ("style", "font", "points", "level"),
        [
            ("Heading 1", "方正小标宋简体", 22, "0"),
            ("Heading 2", "黑体", None, "1"),
            ("Heading 3", "楷体_GB2312", None, "2"),
            ("Heading 4", "仿宋_GB2312", None, "3"),
        ],
    )
    def test_headings_are_headings_in_the_typefaces_of_official_documents(
        self, word, style, font, points, level
    ):
        found = word.styles[style]
        names = found.element.rPr.find(qn("w:rFonts")).attrib
        assert {names[qn(f"w:{kind}")] for kind in ("ascii", "hAnsi", "eastAsia")} == {font}
        assert found.font.size == (Pt(points) if points else None)
        assert found.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == level
        assert found.paragraph_format.keep_with_next
        assert not found.font.bold
        assert found.font.color.rgb is None

    def test_text_is_of_16_points_on_a_fixed_line_with_two_characters_before(self, word):
        normal = word.styles["Normal"]
        assert normal.font.size == Pt(16)
        assert normal.paragraph_format.line_spacing == Pt(28.95)
        indent = word.styles["Body Text"].element.pPr.find(qn("w:ind"))
        assert indent.get(qn("w:firstLineChars")) == "200"
        defaults = word.styles.element.find(qn("w:docDefaults"))
        assert next(defaults.iter(qn("w:rFonts"))).get(qn("w:eastAsia")) == "仿宋_GB2312"
        assert next(defaults.iter(qn("w:lang"))).get(qn("w:eastAsia")) == "zh-CN"

    def test_28_characters_fill_a_line(self, word):
        spacing = word.styles["Normal"].element.rPr.find(qn("w:spacing")).get(qn("w:val"))
        pitch = 16 * 20 + int(spacing)
        assert 28 * pitch <= TEXT_WIDTH < 29 * pitch

    def test_each_paragraph_has_the_style_of_its_kind(self, word):
        styles = {p.text: p.style.name for p in word.paragraphs}
        assert styles[MASTHEAD.title.replace("2021", "\n2021")] == "Heading 1"
        assert styles["（一）示例情况"] == "Heading 3"
        assert styles[PARAGRAPH.text] == "Body Text"
        assert styles[CHART.caption] == "Caption"
        assert styles[SIGNATURE[0].text] == "Signature"
        for section in load_form("2021").sections:
            assert styles[section.title] == "Heading 2"

    def test_nothing_but_numbers_too_long_is_formatted_by_hand(self, content: bytes):
        body = parts_of(content)["word/document.xml"].decode()
        assert "<w:rPr>" not in body

    def test_every_style_that_is_used_is_there(self, content: bytes):
        parts = parts_of(content)
        known = set(re.findall(r'w:styleId="(\w+)"', parts["word/styles.xml"].decode()))
        for name, part in parts.items():
            if name.startswith("word/") and name.endswith(".xml"):
                used = re.findall(
                    r'w:(?:pStyle|tblStyle|basedOn|next) w:val="(\w+)"', part.decode()
                )
                assert set(used) <= known

    def test_a_signature_ends_four_characters_before_the_right(self, word):
        style = word.styles["Signature"].element.pPr
        assert style.find(qn("w:ind")).get(qn("w:rightChars")) == "400"
        assert style.find(qn("w:jc")).get(qn("w:val")) == "right"


class TestPage:
    def test_is_that_of_official_documents(self, word):
        (section,) = word.sections
        sides = {"top": 37, "bottom": 35, "left": 28, "right": 26}
        for side, millimetres in sides.items():
            assert abs(getattr(section, f"{side}_margin") - Mm(millimetres)) < Mm(0.05)
        assert abs(section.page_width - Mm(210)) < Mm(0.1)
        assert abs(section.page_height - Mm(297)) < Mm(0.1)
        left = section.page_width - section.left_margin - section.right_margin
        assert Twips(TEXT_WIDTH) == left

    def test_has_a_grid_of_22_lines_of_28_characters(self, word):
        (section,) = word.sections
        words = section._sectPr.find(qn("w:docGrid")).attrib
        assert words[qn("w:type")] == "linesAndChars"
        text = section.page_height - section.top_margin - section.bottom_margin
        assert int(text / Twips(int(words[qn("w:linePitch")]))) == 22
        assert int(TEXT_WIDTH / (20 * (16 + int(words[qn("w:charSpace")]) / 4096))) == 28

    def test_numbers_stand_at_the_outer_side(self, word):
        (section,) = word.sections
        assert word.settings.odd_and_even_pages_header_footer
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            (line,) = footer.paragraphs
            assert "PAGE" in line._p.xml
            assert re.sub(r"\s", "", "".join(t.text for t in line._p.iter(qn("w:t")))) == "—1—"
            assert line.style.element.pPr.find(qn("w:jc")).get(qn("w:val")) == side
            assert line.style.element.pPr.find(qn("w:ind")).get(qn(f"w:{side}")) == "280"
            assert line.style.base_style.font.size == Pt(14)
            assert "宋体" in line.style.base_style.element.xml


class TestFace:
    def test_a_draft_and_a_sample_say_so_on_each_page(self, word):
        (section,) = word.sections
        for header in (section.header, section.even_page_header):
            (line,) = header.paragraphs
            assert "草稿：有 2 处必须改的问题，改正前不得公开" in line.text
            assert "示例：机关和数据都是虚构的" in line.text

    def test_and_once_more_in_the_text(self, word):
        marks = [p.text for p in word.paragraphs if p.style.name == "标记"]
        assert [mark[:2] for mark in marks] == ["草稿", "示例"]

    def test_a_real_report_without_errors_says_neither(self):
        masthead = replace(MASTHEAD, is_sample=False, title="2021年年报", agency="某局")
        content = DocxExporter().from_document(document([masthead, CLEAN]))
        assert [p.text for p in opened(content).paragraphs] == ["2021年年报"]
        assert not [name for name in parts_of(content) if "header" in name]
        assert opened(content).core_properties.content_status == ""


class TestTables:
    @pytest.mark.parametrize(("form", "key"), TABLES)
    def test_cells_are_merged_as_the_block_has_them(self, form: str, key: str):
        block = statutory(key, form)
        (table,) = opened(written([block, CLEAN])).tables
        assert covered(table) == expected(block)
        texts = [text for row in grid(table) for text, _, merge in row if merge != "continue"]
        assert texts == [cell.text for row in block.rows for cell in row]

    @pytest.mark.skipif(not SHARED.is_file(), reason="../shared is not here")
    @pytest.mark.parametrize("number", range(3))
    def test_the_form_of_2021_has_the_same_cells(self, word, number: int):
        form, ours = docx.Document(SHARED).tables[number], word.tables[number]
        assert covered(ours) == covered(form)
        labels = [[normalise(t) for t, *_ in row if not t.isdecimal()] for row in grid(ours)]
        theirs = [[normalise(text) for text, *_ in row] for row in grid(form)]
        for line, other in zip(labels, theirs, strict=True):
            assert [text for text in line if text] == [text for text in other if text]

    @pytest.mark.parametrize(("form", "key"), TABLES)
    def test_columns_fill_the_text_and_stay_as_they_are(self, form: str, key: str):
        (table,) = opened(written([statutory(key, form), CLEAN])).tables
        columns = [int(c.get(qn("w:w"))) for c in table._tbl.tblGrid]
        assert sum(columns) == TEXT_WIDTH
        for row in table._tbl.tr_lst:
            assert sum(c.width.twips for c in row.tc_lst) == TEXT_WIDTH
        assert table._tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"

    def test_the_header_is_repeated_and_rows_stay_whole(self, word):
        heads = [[row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
                 for table in word.tables]  # fmt: skip
        assert [sum(rows) for rows in heads] == [0, 3, 3]
        assert heads[1][:3] == [True] * 3
        for table in word.tables:
            assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)

    def test_a_row_higher_than_half_a_page_may_be_broken(self):
        table = own_table((Cell("甲", "stub"), Cell("乙" * 2000)), widths=(4.0, 1.0))
        (made,) = opened(written([table])).tables
        assert made.rows[0]._tr.trPr.find(qn("w:cantSplit")) is None

    def test_has_a_name_and_words(self, word):
        properties = word.tables[1]._tblPr
        name = properties.find(qn("w:tblCaption")).get(qn("w:val"))
        assert name == statutory("table3").caption
        words = properties.find(qn("w:tblDescription")).get(qn("w:val"))
        assert words == f"{name}：28 行 10 列，前 3 行是表头"

    def test_labels_are_shaded_and_stubs_stand_left(self, word):
        cells = {c.text: c for row in word.tables[1].rows for c in row.cells}
        head, stub = cells["申请人情况"], cells["（一）予以公开"]
        assert head._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == "F2F2F2"
        assert stub._tc.tcPr.find(qn("w:shd")) is None
        assert [c.paragraphs[0].style.name for c in (head, stub)] == ["表头 9.5 磅", "表目 9.5 磅"]

    @pytest.mark.parametrize(("key", "least"), [("table2", 21), ("table3", 12), ("table4", 11)])
    def test_a_long_number_is_set_smaller_within_its_column(self, key: str, least: int):
        (table,) = opened(written([filled(statutory(key), "1164546"), CLEAN])).tables
        sizes = {int(s.get(qn("w:val"))) for s in table._tbl.iter(qn("w:sz"))}
        assert min(sizes, default=21) >= least

    def test_two_tables_stay_two(self):
        table = own_table((Cell("1"),), caption="")
        assert len(opened(written([table, table])).tables) == 2

    def test_says_its_caption_once(self, word):
        captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
        assert captions == [CHART.caption, PICTURE.caption]
        said = opened(written([own_table((Cell("1"),), notes=("单位：件",))])).paragraphs
        assert [(p.text, p.style.name) for p in said[-2:]] == [
            ("示例表", "Caption"), ("单位：件", "表注"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "table",
        [
            own_table((Cell("1"),) * 64),
            own_table((Cell("1", colspan=3),)),
        ],
        ids=["wider than Word takes", "wider than it says"],
    )
    def test_one_that_is_too_wide_is_an_error(self, table: StatTable):
        with pytest.raises(RenderError, match="表格的列太多"):
            written([table])

    def test_without_rows_there_is_none(self):
        assert opened(written([StatTable(key="own", caption="空", rows=(), head_rows=0,
                                         widths=())])).tables == []  # fmt: skip


@st.composite
def tables(draw) -> StatTable:
    """Any table whose cells fill a rectangle."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    free = set(product(range(height), range(width)))
    rows: list[list[Cell]] = [[] for _ in range(height)]
    for y, x in product(range(height), range(width)):
        if (y, x) in free:
            most = next((n for n in range(1, width - x) if (y, x + n) not in free), width - x)
            across, down = draw(st.integers(1, most)), draw(st.integers(1, height - y))
            free -= set(product(range(y, y + down), range(x, x + across)))
            rows[y].append(Cell(draw(st.text(max_size=4)), rowspan=down, colspan=across))
    widths = draw(st.lists(st.floats(0.1, 50), min_size=width, max_size=width))
    head = draw(st.integers(0, height))
    return StatTable(
        key="own", caption="", rows=tuple(map(tuple, rows)), head_rows=head, widths=tuple(widths)
    )


class Grid:
    """A table's XML, opened without a file around it."""

    def __init__(self, block: StatTable):
        from nianbao.render.docx_parts import DECLARED  # noqa: PLC0415 - for this alone

        xml = table_xml(block).replace("<w:tbl>", f"<w:tbl {DECLARED}>", 1)
        self._tbl = docx.oxml.parse_xml(xml)


@given(block=tables())
def test_any_table_covers_its_grid_as_its_cells_say(block: StatTable):
    made = Grid(block)
    assert covered(made) == expected(block)
    assert len(made._tbl.tr_lst) == len(block.rows)
    for row in made._tbl.tr_lst:
        assert sum(c.width.twips for c in row.tc_lst) == TEXT_WIDTH
        assert sum(c.grid_span for c in row.tc_lst) == len(block.widths)


class TestPictures:
    def pictures(self, content: bytes) -> list[dict[str, str]]:
        return [dict(p.attrib) for p in opened(content).element.body.iter(qn("wp:docPr"))]

    def test_have_words_and_numbers_of_their_own(self, content: bytes):
        found = self.pictures(content)
        assert [p["descr"] for p in found] == [CHART.alt, PICTURE.alt]
        assert [p["id"] for p in found] == ["1", "2"]

    def test_words_are_there_even_where_none_were_given(self):
        bare = Picture(mimetype="image/svg+xml", data=SVG)
        (found,) = self.pictures(written([bare]))
        assert found["descr"] == "未写文字说明的图"

    def test_a_chart_is_there_as_png_and_as_svg_at_its_own_size(self, content: bytes):
        parts = parts_of(content)
        assert parts["word/media/drawing1.svg"].startswith(b"<svg")
        assert parts["word/media/image1.png"].startswith(b"\x89PNG")
        body = parts["word/document.xml"].decode()
        assert body.count("<asvg:svgBlip") == 1
        cx, cy = map(int, re.search(r'<wp:extent cx="(\d+)" cy="(\d+)"', body).groups())
        assert abs(cx - 432 * 12700) < 12700
        assert abs(cy - 180 * 12700) < 12700

    def test_an_analysts_own_picture_stays_as_it_is(self, content: bytes):
        pictures = [p for name, p in parts_of(content).items() if name.endswith(".png")]
        assert PNG in {b64encode(picture).decode() for picture in pictures}

    def test_what_reaches_outside_is_not_in_the_drawing(self):
        svg = SVG.replace(
            "<defs>", '<script>alert(1)</script><image href="file:///etc/passwd"/><defs>'
        )
        content = written([replace(CHART, svg=svg)])
        drawing = parts_of(content)["word/media/drawing1.svg"]
        assert b"script" not in drawing
        assert b"passwd" not in drawing

    def test_a_broken_one_is_an_error(self):
        with pytest.raises(RenderError, match="图画不出来"):
            written([Picture(mimetype="image/png", data="AAAA", alt="示例")])

    def test_a_character_that_no_font_has_stands_in_the_drawing_and_a_mark_in_the_png(self):
        made, marked = (
            parts_of(written([replace(CHART, svg=SVG.replace("自然人", text))]))
            for text in ("\U00020bb7", "〓")
        )
        assert "\U00020bb7" in made["word/media/drawing1.svg"].decode()
        pictures = [name for name in made if name.endswith(".png")]
        assert [made[name] for name in pictures] == [marked[name] for name in pictures]


def test_hostile_text_is_written_as_it_stands():
    hostile = "<w:p/> & \"'> ]]> {{7*7}} \u202e12\x00\x0b\ufffe\ud800\t|\n末"
    shown = "<w:p/> & \"'> ]]> {{7*7}} 12\t|\n末"
    blocks = [
        replace(MASTHEAD, title=hostile, agency=hostile),
        Heading(level=2, text=hostile),
        Paragraph(inlines=(hostile,)),
        own_table((Cell(hostile),), caption=hostile, notes=(hostile,)),
        replace(CHART, caption=hostile, source=hostile, alt=hostile),
    ]
    made = Document(masthead=blocks[0], parts=tuple(blocks[1:]), cells=(1, 2, 3, 4), warnings=())
    word = opened(DocxExporter().from_document(made))
    texts = [p.text for p in word.paragraphs]
    assert texts.count(shown) == 6  # the heading says the table's caption
    assert word.tables[0].cell(0, 0).text == shown


def test_a_character_that_our_fonts_lack_is_left_to_word():
    assert "示例\U00020bb7" in [
        p.text for p in opened(written([Paragraph(inlines=("示例\U00020bb7",))])).paragraphs
    ]


def test_without_a_masthead_it_is_written_all_the_same():
    content = DocxExporter().from_document(document([Heading(level=1, text="示例标题"), PARAGRAPH]))
    word = opened(content)
    assert word.core_properties.title == "示例标题"
    assert [p.text for p in word.paragraphs] == ["示例标题", PARAGRAPH.text]


def test_nbconvert_knows_it_by_name(tmp_path: Path, content: bytes):
    source = tmp_path / "示例.ipynb"
    nbformat.write(notebook_of(report_blocks()), source)
    command = [sys.executable, "-m", "nbconvert", "--to", "nianbao-docx", source.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "示例.docx").read_bytes() == content


@pytest.mark.libreoffice
def test_libreoffice_prints_it_whole(tmp_path: Path, content: bytes):
    wide = filled(statutory("table4"), "123456789012")
    files = {"report": content, "wide": written([wide, CLEAN])}
    for name, made in files.items():
        (tmp_path / f"{name}.docx").write_bytes(made)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", tmp_path, *sorted(tmp_path.glob("*.docx"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stdout + done.stderr
    words = boxes(tmp_path / "report.pdf")
    said = "".join(text for text, *_ in words)
    for part in document(report_blocks()).shown(Edition.BOTH):
        if isinstance(part, Heading | Paragraph):
            assert "".join(part.text.split()) in said
        elif isinstance(part, StatTable):
            assert all("".join(c.text.split()) in said for row in part.rows for c in row
                       if len(c.text) < 4)  # fmt: skip
    left, right = 28 / 25.4 * 72, (210 - 26) / 25.4 * 72
    for text, x, end in (box for name in files for box in boxes(tmp_path / f"{name}.pdf")):
        hung = 16 if text[-1] in "，。、；：）" else 0  # a mark may hang into the margin: 三号
        assert left - 1 <= x <= end <= right + 1 + hung, text


def boxes(pdf: Path) -> list[tuple[str, float, float]]:
    """Each word of a PDF with where it begins and ends from the left, in points."""
    done = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, check=True)
    found = re.findall(r'xMin="([\d.]+)"[^>]*xMax="([\d.]+)"[^>]*>([^<]*)<', done.stdout.decode())
    return [(text, float(x), float(end)) for x, end, text in found]
