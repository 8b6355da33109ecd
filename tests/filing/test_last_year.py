"""What the workbook of the year before gives: figures in grey, what is carried over, its lines."""

import zipfile

import openpyxl
import pytest

from blanks import before, blank, filed, opened, places, saved
from nianbao.filing.blank import Before
from nianbao.filing.totals import continuity_links
from nianbao.forms import load_form
from workbooks import AGENCY, YEARS, balanced, read

KEYS = ["2019", "2021"]
TABLES = ["主动公开", "依申请公开", "复议诉讼"]


def shown(sheet):
    return [str(c.value) for line in sheet.iter_rows() for c in line if c.value is not None]


@pytest.mark.parametrize("key", KEYS)
def test_its_figures_stand_beside_in_grey(key):
    last_year = before(key)
    book = opened(key, last_year=True)
    year = YEARS[key] - 1
    for sheet in (book[name] for name in TABLES):
        assert f"上年数（{year} 年度）" in shown(sheet)
    ref = "table3.f.other"
    sheet, at = places(load_form(key))[ref]
    grey = [c for c in book[sheet][book[sheet][at].row][10:] if c.value == last_year.values[ref]]
    assert [c.font.color.rgb for c in grey] == ["FF7F7F7F"]
    assert all(c.protection.locked for c in grey)
    if key == "2019":
        assert "4299 万元" in shown(book["主动公开"])


@pytest.mark.parametrize("key", KEYS)
def test_what_was_carried_on_is_filled_in_and_nothing_else(tmp_path, key):
    filing = read(saved(tmp_path, blank(key, before=before(key))), YEARS[key])
    filled = {ref: f.value for ref, f in filing.figures.items() if f.value is not None}
    columns = [c.key for c in load_form(key).table("table3").blocks[0].columns]
    carried = {"natural": 1, "other": 2, "total": 3}
    assert filled == {f"table3.b.{column}": carried.get(column, 0) for column in columns}


def test_its_facts_and_lines_are_there_without_this_years_numbers(tmp_path):
    filing = read(saved(tmp_path, blank(before=before("2021"))))
    facts = [(f.category, f.name, f.value, f.unit) for f in filing.facts()]
    assert facts == [
        ("发布渠道", "网站发布数", None, "条"),
        ("发布渠道", "微信发布数", None, "条"),
        ("热线办理", "热线办结率", None, "%"),
    ]
    assert filing.basics["网址"].text == "www.example.gov.cn"
    assert filing.basics["年度"].text == "2024"


def test_across_the_forms_only_what_means_the_same_is_shown(tmp_path):
    last_year = before("2021", 2021)
    assert not any(ref.startswith("table2.") for ref in last_year.values)
    assert last_year.values["table3.u1.natural"] == 1
    assert "table3.o1.natural" not in last_year.values
    assert last_year.values["table4.cases.review_total"] == 1
    path = saved(tmp_path, blank(year=2021, before=last_year, has_ledgers=False))
    book = openpyxl.load_workbook(path)
    is_there = ["上年数（2020 年度）" in shown(book[sheet]) for sheet in TABLES]
    assert is_there == [False, True, True]
    figures = read(path, 2021).figures
    assert figures["table3.b.other"].value == 2


def test_what_a_form_calls_by_a_facts_name_is_left_out(tmp_path):
    facts = (("其他", "行政规范性文件_制发", 3, "件", ""), ("其他", "示例数", 4, "件", ""))
    last_year = Before.of(filed(2020, facts=facts), load_form("2021"))
    filing = read(saved(tmp_path, blank(year=2021, before=last_year)), 2021)
    assert [fact.name for fact in filing.facts()] == ["示例数"]


def test_open_totals_of_last_year_are_computed():
    values = {"table3.f.total": None, "table3.f.natural": 2, "table3.f.business": 5}
    last_year = Before.of(filed(2023, values), load_form("2021"))
    assert last_year.values["table3.f.total"] == 7


def test_a_blank_one_gives_no_numbers(tmp_path):
    filing = read(saved(tmp_path, blank(year=2023)), 2023)
    last_year = Before.of(filing, load_form("2021"))
    assert not last_year.has_numbers
    order = blank(before=last_year, has_ledgers=False)
    book = openpyxl.load_workbook(saved(tmp_path, order))
    assert not any("上年数" in text for sheet in TABLES for text in shown(book[sheet]))


def test_text_of_last_year_never_becomes_a_formula_or_a_link(tmp_path):
    hostile = '=HYPERLINK("http://example.invalid")'
    basics = {"机关名称": AGENCY.name, "年度": 2023, hostile: hostile}
    facts = ((hostile, "示例数", hostile, hostile, ""),)
    last_year = Before.of(filed(2023, basics=basics, facts=facts), load_form("2021"))
    path = saved(tmp_path, blank(before=last_year))
    with zipfile.ZipFile(path) as archive:
        parts = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        assert not any("_rels" in name for name in parts)
        assert not any(b"<f>HYPERLINK" in archive.read(name) for name in parts)
    assert read(path).basics[hostile].text == hostile


def test_every_continuity_speaks_of_cells_that_are_there():
    for key in KEYS:
        links = continuity_links(load_form(key))
        cells = balanced(load_form(key)).keys()
        assert {ref for link in links for ref in (*link.cells, *link.before)} <= cells
        carried = [link for link in links if link.continuity.carries]
        assert {link.whole for link in carried} == {
            f"table3.b.{c.key}" for c in load_form(key).table("table3").blocks[0].columns
        }
