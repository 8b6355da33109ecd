"""The figures as a table, the findings as JSON, and all files of a report."""

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import nbformat
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.errors import RenderError
from nianbao.render import FORMATS, render_report
from nianbao.render.data import figures_table, findings_json, write_parquet
from nianbao.render.document import Document, read_document
from nianbao.report.blocks import Block, FindingList, Provenance
from render.samples import (
    CHART,
    FILE,
    FINDINGS,
    MASTHEAD,
    PROVENANCE,
    SVG,
    figure,
    notebook_of,
    report_blocks,
)


def document(*blocks: Block) -> Document:
    return read_document(notebook_of(blocks))


def of_values(*values: str | None) -> Document:
    figures = tuple(figure(f"r{i}", value) for i, value in enumerate(values))
    return document(MASTHEAD, Provenance(inputs={}, environment={}, figures=figures))


def column(table: pa.Table, name: str) -> list[object]:
    return table[name].to_pylist()


class TestFigures:
    def test_have_a_row_each_with_agency_year_and_form(self):
        table = figures_table(document(MASTHEAD, PROVENANCE))
        assert table.column_names == [
            *("agency", "year", "form", "ref", "name", "label", "value", "unit", "raw"),
            *("file", "sheet", "cell", "derivation", "category"),
        ]
        assert column(table, "ref") == ["table3.t.natural", "table3.f.natural", "rates.办结率"]
        assert set(column(table, "agency")) == {"shili"}
        assert set(column(table, "year")) == {2021}
        assert set(column(table, "form")) == {"2021"}
        assert column(table, "file") == [FILE, FILE, ""]

    def test_values_are_decimals_and_blank_ones_missing(self):
        table = figures_table(of_values("0", "4166.241619", None, "-15"))
        assert table.schema.field("value").type == pa.decimal128(24, 6)
        assert column(table, "value") == [Decimal(0), Decimal("4166.241619"), None, Decimal(-15)]

    def test_more_than_six_places_are_rounded(self):
        table = figures_table(of_values("91.6666666666", "0.0000005", "0.0000015"))
        assert column(table, "value") == [
            Decimal("91.666667"),
            Decimal("0.000000"),
            Decimal("0.000002"),
        ]

    @pytest.mark.parametrize("value", ["1e18", "-1000000000000000000", "NaN", "Infinity", "三"])
    def test_what_does_not_fit_is_told_with_its_cell(self, value: str):
        with pytest.raises(RenderError, match="无法存入") as error:
            figures_table(of_values(value))
        assert f"{FILE}#依申请公开!D27" in str(error.value)

    def test_largest_that_fits_is_kept(self):
        value = "999999999999999999.999999"
        assert column(figures_table(of_values(value)), "value") == [Decimal(value)]

    def test_without_any_there_is_an_empty_table_of_the_same_columns(self):
        empty = figures_table(document(MASTHEAD))
        assert empty.schema == figures_table(of_values("1")).schema
        assert empty.num_rows == 0

    def test_parquet_keeps_types_and_bytes(self, tmp_path: Path):
        table = figures_table(document(MASTHEAD, PROVENANCE))
        one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
        write_parquet(table, one)
        write_parquet(figures_table(document(MASTHEAD, PROVENANCE)), two)
        assert one.read_bytes() == two.read_bytes()
        assert pq.read_table(one).equals(table)

    @given(text=st.text(st.characters(exclude_categories=("C", "M"))))
    def test_any_text_is_kept_as_it_is(self, text: str):
        told = figure("r", "1") | {"raw": text, "label": f'"\\{text}'}
        kept = figures_table(
            document(MASTHEAD, Provenance(inputs={}, environment={}, figures=(told,)))
        )
        assert (column(kept, "raw"), column(kept, "label")) == ([text], [f'"\\{text}'])

    def test_parquet_opens_in_pandas(self, tmp_path: Path):
        path = tmp_path / "figures.parquet"
        write_parquet(figures_table(of_values("4166.241619", None)), path)
        frame = pd.read_parquet(path)
        assert frame["value"].iloc[0] == Decimal("4166.241619")
        assert frame["value"].isna().tolist() == [False, True]


class TestFindings:
    def test_stand_as_in_the_notebook(self):
        text = findings_json(document(FINDINGS))
        assert json.loads(text) == list(FINDINGS.findings)
        assert text.endswith("]\n")
        assert "办理结果合计不符" in text

    def test_none_is_an_empty_list(self):
        assert findings_json(document(FindingList(findings=()))) == "[]\n"


class TestRenderReport:
    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        path = tmp_path / "report.ipynb"
        nbformat.write(notebook_of(report_blocks()), path)
        return path

    def test_writes_everything(self, source: Path, tmp_path: Path):
        made = render_report(source, tmp_path, ("html", "pdf", "docx"))
        assert [path.name for path in made.paths] == [
            "report.html",
            "review.html",
            "report.pdf",
            "report.docx",
            "findings.json",
            "figures.parquet",
        ]
        assert all(path.stat().st_size for path in made.paths)
        assert made.document.is_draft
        assert made.warnings == ()

    @pytest.mark.parametrize(
        ("formats", "missing"),
        [(("html",), "report.pdf"), (("pdf",), "report.docx"), ((), "report.pdf")],
    )
    def test_writes_the_formats_asked_for(self, source, tmp_path, formats, missing):
        made = render_report(source, tmp_path, formats)
        assert not (tmp_path / missing).exists()
        assert (tmp_path / "review.html").exists()
        assert len(made.paths) == 3 + len(formats)

    def test_same_notebook_same_bytes(self, source: Path, tmp_path: Path):
        first, second = (
            [path.read_bytes() for path in render_report(source, tmp_path, FORMATS).paths]
            for _ in range(2)
        )
        assert first == second

    def test_unknown_format_is_refused_before_anything_is_written(self, source, tmp_path):
        with pytest.raises(RenderError, match="不支持的格式") as error:
            render_report(source, tmp_path, ("html", "doc"))
        assert error.value.found == "doc"
        assert [path.name for path in tmp_path.iterdir()] == ["report.ipynb"]

    @pytest.mark.parametrize("rare", ["\U00020bb7", "\u2705", "\U0001f9fe"])
    def test_a_pdf_for_which_a_glyph_lacks_stops_nothing_else(self, source, tmp_path, rare):
        drawn = replace(CHART, svg=SVG.replace("自然人", rare))
        nbformat.write(notebook_of([replace(MASTHEAD, title=f"示例{rare}"), drawn]), source)
        rendered = render_report(source, tmp_path, ("html", "pdf", "docx"))
        assert {path.name for path in rendered.paths} >= {"report.html", "report.docx"}
        assert not (tmp_path / "report.pdf").exists()
        assert rare in (tmp_path / "report.html").read_text(encoding="utf-8")
        error = rendered.missing["pdf"]
        assert error.characters == rare
        assert "第 2 个单元格" in error.where
        told = f"第 2 个单元格：图中有字体里没有的字 U+{ord(rare):04X} {rare}"
        assert f"{told}，Word 文件里印作“〓”" in rendered.warnings

    def test_no_worker_needs_pandas_for_it(self, source: Path, tmp_path: Path):
        program = (
            "import sys, pathlib, nianbao.render as r\n"
            "source, folder = map(pathlib.Path, sys.argv[1:])\n"
            "r.render_report(source, folder, r.FORMATS)\n"
            "sys.exit('pandas' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", program, source, tmp_path], check=True)

    @pytest.mark.parametrize("content", ["", "示例", "[1]", '{"cells": 1}', None])
    def test_what_is_no_notebook_is_refused(self, source: Path, tmp_path: Path, content):
        source.unlink()
        if content is not None:
            source.write_text(content, encoding="utf-8")
        with pytest.raises(RenderError, match="笔记本打不开"):
            render_report(source, tmp_path, ("html",))
