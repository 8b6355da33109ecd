"""Executed notebooks read as documents."""

from dataclasses import replace

import pytest
from nbformat import v4

from nianbao.errors import RenderError
from nianbao.render.document import read_document
from nianbao.report.blocks import (
    MIME,
    Edition,
    FindingList,
    Heading,
    Paragraph,
    Picture,
    StatTable,
)
from render.samples import (
    FINDINGS,
    MASTHEAD,
    PARAGRAPH,
    PNG,
    PROVENANCE,
    code_cell,
    finding,
    notebook,
    notebook_of,
    output,
)

CLEAN = FindingList(findings=())


def markdown(source, **metadata):
    return v4.new_markdown_cell(source, metadata=metadata)


def display(data):
    return v4.new_output("display_data", data)


def read(*cells):
    return read_document(notebook(*cells, code_cell(output(CLEAN))))


class TestBlocks:
    def test_come_in_order_with_their_cells(self):
        document = read_document(notebook_of([MASTHEAD, PARAGRAPH, FINDINGS, PROVENANCE]))
        assert document.masthead == MASTHEAD
        assert document.parts == (PARAGRAPH, FINDINGS, PROVENANCE)
        assert document.cells == (2, 3, 4)
        assert document.warnings == ()

    def test_several_of_one_cell_all_come(self):
        cell = code_cell(output(PARAGRAPH), output(Heading(level=2, text="示例")))
        assert len(read(cell).parts) == 3

    def test_findings_and_figures_are_at_hand(self):
        document = read_document(notebook_of([FINDINGS, PROVENANCE]))
        assert document.findings == FINDINGS.findings
        assert document.figures == PROVENANCE.figures

    def test_title_is_the_mastheads_else_the_first_heading(self):
        assert read(code_cell(output(MASTHEAD))).title == MASTHEAD.title
        assert read(markdown("正文\n# 示例标题")).title == "示例标题"
        assert read(markdown("正文")).title == "年报"

    def test_two_mastheads_are_refused(self):
        with pytest.raises(RenderError, match="多个题头"):
            read_document(notebook_of([MASTHEAD, MASTHEAD]))

    def test_a_broken_one_is_refused_with_its_cell(self):
        data = {**PARAGRAPH.to_json(), "schema": 99}
        with pytest.raises(RenderError, match="版本不对") as error:
            read(markdown("一"), code_cell(display({MIME: data})))
        assert "第 2 个单元格" in str(error.value)

    def test_an_incomplete_finding_is_refused(self):
        block = FindingList(findings=({"id": "A2"},))
        with pytest.raises(RenderError, match=r"findings\.0\.name"):
            read_document(notebook_of([block]))


class TestDraft:
    @pytest.mark.parametrize(
        ("severities", "is_draft", "errors"),
        [([], False, 0), (["warning", "info"], False, 0), (["error", "error", "info"], True, 2)],
    )
    def test_errors_make_one(self, severities, is_draft, errors):
        findings = tuple(finding(f"A{i}", name) for i, name in enumerate(severities))
        document = read_document(notebook_of([FindingList(findings=findings)]))
        assert document.is_draft is is_draft
        assert document.errors == errors

    def test_missing_findings_are_warned_of(self):
        (warning,) = read_document(notebook_of([MASTHEAD])).warnings
        assert "没有核查结果" in warning


class TestEditions:
    def test_tag_keeps_a_cell_for_the_reviewer(self):
        document = read(code_cell(output(PARAGRAPH), tags=["review-only"]), markdown("公开"))
        assert [part.edition for part in document.parts[:2]] == [Edition.REVIEW, Edition.BOTH]
        assert [part.text for part in document.shown(Edition.BOTH)] == ["公开"]

    def test_markdown_can_be_for_the_reviewer_too(self):
        assert not read(markdown("## 核查", tags=["review-only"])).shown(Edition.BOTH)

    def test_findings_and_provenance_never_reach_the_reader(self):
        blocks = [replace(block, edition=Edition.BOTH) for block in (FINDINGS, PROVENANCE)]
        assert not read_document(notebook_of(blocks)).shown(Edition.BOTH)

    @pytest.mark.parametrize("tag", ["author-only", "parameters", "injected-parameters"])
    def test_cells_of_the_author_show_nothing(self, tag):
        assert (
            len(read(code_cell(output(PARAGRAPH), tags=[tag]), markdown("一", tags=[tag])).parts)
            == 1
        )


class TestMarkdown:
    def blocks(self, source):
        return read(markdown(source)).parts[:-1]

    def test_headings_and_paragraphs(self):
        assert self.blocks("# 一\n\n### 二\n\n三\n七") == (
            Heading(level=1, text="一"),
            Heading(level=3, text="二"),
            Paragraph(inlines=("三七",)),
        )

    def test_only_one_heading_is_the_title(self):
        levels = [block.level for block in self.blocks("# 一\n\n# 二\n\n###### 六")]
        assert levels == [1, 2, 4]
        document = read(code_cell(output(MASTHEAD)), markdown("# 一"))
        assert document.parts[0] == Heading(level=2, text="一")

    def test_no_heading_skips_a_level_whoever_sees_it(self):
        document = read(
            markdown("## 二\n#### 四"),
            markdown("### 三", tags=["review-only"]),
            markdown("#### 四"),
        )
        levels = [
            [part.level for part in document.shown(edition) if isinstance(part, Heading)]
            for edition in (Edition.BOTH, Edition.REVIEW)
        ]
        assert levels == [[2, 3, 4], [2, 3, 3, 4]]

    def test_tables(self):
        (table,) = self.blocks("| 项目 | 件 |\n|--|--|\n| 甲 | 1 |\n| 乙 | 2 |")
        assert isinstance(table, StatTable)
        assert [[cell.text for cell in row] for row in table.rows] == [
            ["项目", "件"],
            ["甲", "1"],
            ["乙", "2"],
        ]
        assert [cell.scope for cell in table.rows[1]] == ["row", ""]
        assert table.head_rows == 1

    @pytest.mark.parametrize("source", ["", "\n\n", "---", "<!-- -->", "[a]: b"])
    def test_next_to_nothing_does_no_harm(self, source):
        assert len(self.blocks(source)) <= 1

    def test_lines_are_joined_by_a_space_between_words_alone(self):
        assert self.blocks("one\ntwo\n三\n四")[0].text == "one two三四"


class TestOutputs:
    def test_printed_text_is_left_out_with_a_warning(self):
        document = read(code_cell(v4.new_output("stream", name="stdout", text="示例")))
        assert len(document.parts) == 1
        assert document.warnings == ("第 1 个单元格：打印的文字没有放进文档",)

    def test_what_goes_to_stderr_is_told_too(self):
        document = read(code_cell(v4.new_output("stream", name="stderr", text="示例")))
        assert document.warnings == ("第 1 个单元格：打印的文字（stderr）没有放进文档",)

    @pytest.mark.parametrize("font", ["font(s) DejaVu Sans.", "current font."])
    def test_a_glyph_that_a_figure_lacks_is_told_with_its_cell(self, font):
        said = "".join(
            f"x.py:1: UserWarning: Glyph {ord(char)} (\\N{{CJK}}) missing from {font}\n  draw()\n"
            for char in "示例示"
        )
        document = read(
            markdown("一"), code_cell(v4.new_output("stream", name="stderr", text=said))
        )
        assert document.warnings[0] == (
            "第 2 个单元格：图里有字体里没有的字，画成了方框：U+793A 示、U+4F8B 例；换字体或换写法"
        )

    def test_a_raw_cell_is_told(self):
        raw = v4.new_raw_cell("<!-- 内部 -->")
        document = read(raw)
        assert document.parts == read(markdown("")).parts
        assert document.warnings == ("第 1 个单元格：原始（raw）单元格没有放进文档",)

    @pytest.mark.parametrize(
        "quiet",
        [
            v4.new_output("stream", name="stdout", text="\n"),
            v4.new_output("stream", name="stderr", text=" "),
            v4.new_output("execute_result", {"text/plain": ""}, execution_count=1),
            display({"text/html": "<style>p {color: red}</style>", "text/plain": "<HTML object>"}),
        ],
    )
    def test_what_is_nothing_to_read_is_left_out(self, quiet):
        document = read(code_cell(quiet))
        assert len(document.parts) == 1
        assert document.warnings == ()

    def test_caption_and_words_may_stand_in_the_metadata(self):
        cell = code_cell(
            display({"image/png": PNG, "text/plain": "<Figure>"}),
            nianbao={"caption": "示例图", "alt": "两根柱"},
        )
        document = read(cell)
        assert document.parts[0] == Picture(
            mimetype="image/png", data=PNG, caption="示例图", alt="两根柱"
        )
        assert document.warnings == ()

    def test_a_picture_without_words_is_warned_of(self):
        document = read(markdown("一"), code_cell(display({"image/png": PNG})))
        assert document.warnings == (
            "第 2 个单元格：图没有文字说明；写在单元格元数据 nianbao.alt 中",
            "第 2 个单元格：图没有标题；写在单元格元数据 nianbao.caption 中",
        )


class TestHiddenCharacters:
    def test_go_with_a_warning(self):
        document = read(code_cell(output(Paragraph(inlines=("满意率\u202e99\x00",)))))
        assert document.parts[0].text == "满意率99"
        assert document.warnings == ("第 1 个单元格：去掉了看不见的字符 U+0000、U+202E",)

    def test_go_from_markdown_too(self):
        assert read(markdown("甲\u200b乙")).parts[0].text == "甲乙"


class TestUnfinished:
    def test_a_failed_cell_is_refused(self):
        failed = v4.new_output("error", ename="ValueError", evalue="示例", traceback=[])
        with pytest.raises(RenderError, match="运行失败") as error:
            read(markdown("一"), code_cell(failed))
        assert "第 2 个单元格" in str(error.value)
        assert "ValueError：示例" in str(error.value)

    def test_a_failed_cell_is_refused_whatever_its_tags(self):
        failed = v4.new_output("error", ename="E", evalue="", traceback=[])
        with pytest.raises(RenderError, match="运行失败"):
            read(code_cell(failed, tags=["author-only"]))

    def test_what_papermill_calls_failed_is_refused(self):
        node = notebook_of([MASTHEAD])
        node.metadata.papermill = {"exception": True}
        with pytest.raises(RenderError, match="运行失败"):
            read_document(node)
        with pytest.raises(RenderError, match="运行失败"):
            read(markdown("banner", tags=["papermill-error-cell-tag"]))

    def test_a_notebook_that_never_ran_is_refused(self):
        with pytest.raises(RenderError, match="没有运行过"):
            read_document(notebook(markdown("一"), v4.new_code_cell("示例()")))

    def test_a_notebook_of_text_alone_is_none_that_never_ran(self):
        assert len(read_document(notebook(markdown("一"))).parts) == 1
