"""The open data: what everybody may see, and cells that no program computes."""

import csv
import io
import unicodedata
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from laws import examples
from nianbao.characters import is_hidden, without_hidden
from nianbao.errors import RenderError
from nianbao.render.document import Document, read_document
from nianbao.render.open_data import HEADINGS, figures_csv, figures_xlsx, open_rows
from nianbao.report.blocks import (
    Block,
    Cell,
    Edition,
    FindingList,
    Number,
    Paragraph,
    Provenance,
    StatTable,
)
from render.samples import CHART, FILE, FINDINGS, MASTHEAD, figure, notebook_of

NO_FINDINGS = FindingList(findings=())
TEXTS = st.text(st.characters(exclude_categories=("C",)), min_size=1)
RISKY = st.builds(
    str.__add__,
    st.sampled_from(
        ["=", "+", "-", "@", "\t", "  =", "\u3000＝", "＋", "－", "＠", "\n-", "﹢", "﹣", "−", "₋"]
    ),
    st.sampled_from(["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x")', "3", ""]),
)


def document(*blocks: Block) -> Document:
    return read_document(notebook_of(blocks))


def table(*refs: str) -> StatTable:
    cells = tuple(Cell("1", ref=ref) for ref in refs)
    return StatTable(
        key="table3",
        caption="收到和处理情况（示例）",
        rows=(cells,),
        head_rows=0,
        widths=(1.0,) * len(refs),
    )


def of_figures(*figures, masthead=MASTHEAD, findings=NO_FINDINGS) -> Document:
    """A document whose table shows all figures."""
    told = Provenance(inputs={}, environment={}, figures=figures)
    return document(masthead, table(*(item["ref"] for item in figures)), findings, told)


def of_values(*values: str | None) -> Document:
    return of_figures(*(figure(f"r{i}", value) for i, value in enumerate(values)))


def lines(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), strict=True))


def column(made: bytes, name: str) -> list[str]:
    return [line[HEADINGS.index(name)] for line in lines(made)[1:]]


def sheet(made: bytes, name="数据"):
    return openpyxl.load_workbook(io.BytesIO(made))[name]


def below(made: bytes, name: str) -> list[object]:
    """The cells of a column of the workbook, without its heading."""
    return [row[HEADINGS.index(name)] for row in sheet(made).iter_rows(min_row=2)]


class TestWhatIsPublic:
    def refs(self, *blocks: Block) -> list[str]:
        names = ("t.a", "facts.热线受理", "rates.办结率", "ledgers.hotline.工单满意率")
        told = Provenance(
            inputs={}, environment={}, figures=tuple(figure(name, "1") for name in names)
        )
        return [str(row[4]) for row in open_rows(document(MASTHEAD, *blocks, NO_FINDINGS, told))]

    def test_nothing_that_the_public_edition_does_not_show(self):
        assert self.refs() == []
        assert self.refs(table("t.a")) == ["t.a"]

    @pytest.mark.parametrize("ref", ["facts.热线受理", "ledgers.hotline.工单满意率"])
    def test_hotline_figures_as_the_edition_of_their_chart(self, ref):
        chart = replace(CHART, refs=(ref,))
        assert self.refs(chart) == [ref]
        assert self.refs(replace(chart, edition=Edition.REVIEW)) == []

    def test_what_the_prose_names_but_not_what_only_equals_a_typed_number(self):
        named = Paragraph(inlines=(Number("1", ref="rates.办结率"),))
        typed = Paragraph(inlines=(Number("1", ref="rates.办结率", status="matched"),))
        assert self.refs(named) == ["rates.办结率"]
        assert self.refs(typed) == []
        assert self.refs(replace(named, edition=Edition.REVIEW)) == []

    def test_a_reviewers_table_adds_nothing(self):
        assert self.refs(replace(table("rates.办结率"), edition=Edition.REVIEW)) == []

    def test_no_place_in_a_workbook_and_no_way_of_counting(self):
        told = figure("t.a", "12", derivation="申请台账的第 3 行", raw="十二", cell="D27")
        shown = of_figures(told)
        csv_text = figures_csv(shown).decode()
        book = CalamineWorkbook.from_filelike(io.BytesIO(figures_xlsx(shown)))
        text = csv_text + str([book.get_sheet_by_name(n).to_python() for n in book.sheet_names])
        secrets = (FILE, "依申请公开", "D27", "第 3 行", "十二")
        assert [secret for secret in secrets if secret in text] == []


class TestRows:
    def test_say_whose_they_are_and_what_they_class_by(self):
        made = open_rows(of_figures(figure("t.a", "2"), figure("t.b", None, category="发布渠道")))
        start = ("shili", "示例市示例区示例局", 2021, "2021版")
        names = ("总计_自然人", "（七）总计 · 自然人")
        assert made == [
            (*start, "t.a", *names, Decimal(2), "件", "收到和处理情况（示例）", "示例"),
            (*start, "t.b", *names, None, "件", "发布渠道", "示例"),
        ]

    @pytest.mark.parametrize(
        ("findings", "is_sample", "state"),
        [
            (NO_FINDINGS, False, ""),
            (NO_FINDINGS, True, "示例"),
            (FINDINGS, False, "草稿"),
            (FINDINGS, True, "草稿、示例"),
        ],
    )
    def test_draft_and_sample_are_said_in_each(self, findings, is_sample, state):
        masthead = replace(MASTHEAD, is_sample=is_sample)
        shown = of_figures(figure("t.a", "2"), masthead=masthead, findings=findings)
        assert column(figures_csv(shown), "状态") == [state]
        assert [cell.value or "" for cell in below(figures_xlsx(shown), "状态")] == [state]

    def test_without_a_masthead_there_is_no_agency(self):
        told = Provenance(inputs={}, environment={}, figures=(figure("t.a", "2"),))
        made = document(table("t.a"), told)
        assert open_rows(made)[0][:4] == ("", "", None, "")
        assert sheet(figures_xlsx(made), "说明")["A1"].value == "年报：数据"


class TestCsv:
    def test_is_utf_8_with_its_mark_and_ends_lines_as_the_standard_has_it(self):
        made = figures_csv(of_values("1", None))
        assert made.startswith(b"\xef\xbb\xbf" + "机关代码,".encode())
        assert made.count(b"\r\n") == made.count(b"\n") == 3
        assert tuple(lines(made)[0]) == HEADINGS

    def test_numbers_are_exact_and_blank_is_no_zero(self):
        values = ("0", None, "-3", "4166.241619", "12.50", "123456789012345678.123456", "1e5")
        shown = ["0", "", "-3", "4166.241619", "12.50", "123456789012345678.123456", "100000"]
        assert column(figures_csv(of_values(*values)), "数值") == shown

    def test_more_than_six_places_are_rounded_as_in_the_parquet(self):
        assert column(figures_csv(of_values("91.6666666666", "1e-900000")), "数值") == [
            "91.666667",
            "0.000000",
        ]

    @settings(deadline=None)
    @given(text=TEXTS | RISKY)
    def test_no_text_starts_as_a_formula_would(self, text: str):
        made = figures_csv(of_figures(figure("r", "-3", label=text, unit=text)))
        (shown,) = column(made, "指标")
        assert shown.removeprefix("'") == without_hidden(text).removeprefix("'")
        seen = unicodedata.normalize("NFKC", shown)
        first = next((c for c in seen if not c.isspace() and not is_hidden(c)), "")
        assert shown[:1] not in ("\t", "\r", "\n")
        assert first not in tuple("=+-@−")
        assert column(made, "数值") == ["-3"]

    @settings(deadline=None)
    @given(text=RISKY)
    def test_what_looks_like_one_stands_behind_an_apostrophe(self, text: str):
        made = figures_csv(of_figures(figure("r", "1", label=text)))
        assert column(made, "指标") == ["'" + text]


class TestXlsx:
    @settings(deadline=None, max_examples=examples(15))
    @given(text=TEXTS | RISKY | st.sampled_from(["_x0041_", "http://x.cn", "{=1}", " 1 ", "007"]))
    def test_any_text_stays_a_text(self, text: str):
        made = figures_xlsx(of_figures(figure("r", "1", label=text)))
        (cell,) = below(made, "指标")
        assert cell.data_type == "s"
        rows = (
            CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name("数据").to_python()
        )
        assert rows[1][HEADINGS.index("指标")] == text
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
            assert not any("rels" in name and "sheet" in name for name in parts.namelist())

    def test_numbers_are_numbers_as_far_as_a_spreadsheet_keeps_them(self):
        values = ("0", None, "-3", "12.50", "999999999999999", "1234567890123456", "0.1234567")
        cells = below(figures_xlsx(of_values(*values)), "数值")
        assert [cell.value for cell in cells] == [
            *(0, None, -3, 12.5, 999999999999999),
            "1234567890123456",
            0.123457,
        ]
        assert [cell.number_format for cell in cells[2:4]] == ["0", "0.00"]

    def test_the_head_stays_and_filters(self):
        made = sheet(figures_xlsx(of_values("1", "2")))
        assert tuple(cell.value for cell in made[1]) == HEADINGS
        assert (made.freeze_panes, made.auto_filter.ref) == ("A2", "A1:K3")

    def test_it_says_what_it_is(self):
        made = figures_xlsx(of_figures(figure("r", "1"), findings=FINDINGS))
        told = [(a.value, b.value) for a, b in sheet(made, "说明").iter_rows(max_col=2)]
        assert {
            ("来源", "《示例市示例区示例局2021年政府信息公开工作年度报告》公开版"),
            ("机关", "示例市示例区示例局（shili）"),
            ("格式", "2021版，国办公开办函〔2021〕30号"),
            ("草稿", "有 2 处必须改的问题，改正前不得公开"),
            ("示例", "机关和数据都是虚构的"),
        } <= set(told)
        assert tuple(name for name, _ in told[-len(HEADINGS) :]) == HEADINGS

    def test_same_bytes_and_no_time_in_them(self):
        made = figures_xlsx(of_values("1", None))
        assert figures_xlsx(of_values("1", None)) == made
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = openpyxl.load_workbook(io.BytesIO(made)).properties
        dates = {properties.created.isoformat(), properties.modified.isoformat()}
        assert dates == {"2022-01-01T00:00:00"}

    def test_a_text_longer_than_a_cell_is_cut(self):
        (cell,) = below(figures_xlsx(of_figures(figure("r", "1", label="长" * 40_000))), "指标")
        assert cell.value == "长" * 32_767


@pytest.mark.parametrize("make", [figures_csv, figures_xlsx])
def test_a_value_that_is_no_number_is_told(make):
    with pytest.raises(RenderError, match="无法存入"):
        make(of_values("三"))
