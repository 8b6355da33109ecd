"""Workbooks that a program saved that does not compute: our own totals follow, others are told."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from blanks import before, blank, entries, saved, typed
from nianbao.checks import Severity, run_checks
from nianbao.filing.figure import Trouble
from nianbao.filing.totals import defining_lines
from nianbao.forms import load_form
from workbooks import YEARS, balanced, edited, ods_cell, ods_file, ods_tables, put, read, workbook

KEYS = ["2019", "2021"]


def complete(key):
    form = load_form(key)
    values = {ref: balanced(form)[ref] for ref in entries(form)}
    return values | ({"table2.procurement.amount": "0万元"} if key == "2019" else {})


@pytest.fixture(params=KEYS, scope="module")
def key(request):
    return request.param


@pytest.fixture(scope="module")
def made(tmp_path_factory, key):
    path = saved(tmp_path_factory.mktemp(key), blank(key, before=before(key), has_ledgers=False))
    return typed(path, load_form(key), complete(key))[0]


@pytest.fixture
def uncomputed(tmp_path, made):
    """A blank workbook, filled in and saved by openpyxl, which drops what formulas gave."""
    return Path(shutil.copy(made, tmp_path))


def formula_cells(path, sheet):
    return {
        cell.coordinate: cell.value
        for line in openpyxl.load_workbook(path)[sheet].iter_rows()
        for cell in line
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def a6(filing):
    return [f for f in run_checks(filing) if f.id == "A6"]


def test_our_own_totals_are_open_and_computed(uncomputed, key):
    form, filing = load_form(key), read(uncomputed, YEARS[key])
    totals = [ref for ref, _ in defining_lines(form)]
    assert formula_cells(uncomputed, "依申请公开")
    assert {(filing.figures[ref].value, filing.figures[ref].trouble) for ref in totals} == {
        (None, Trouble.BLANK)
    }
    assert a6(filing) == []
    blanks = [f for f in run_checks(filing) if f.id == "A5" and "工作数据" not in f.message]
    assert {f.severity for f in blanks} == {Severity.INFO}
    assert {ref for f in blanks for ref in f.refs} == set(totals)


def test_another_range_is_none_of_ours(uncomputed, key):
    ours = formula_cells(uncomputed, "依申请公开")
    at, formula = next((at, f) for at, f in ours.items() if at.startswith("J"))
    edited(uncomputed, put("依申请公开", at, formula.replace("D", "E")))
    filing = read(uncomputed, YEARS[key])
    (found,) = a6(filing)
    assert found.severity is Severity.ERROR
    assert [where.cell for where in found.where] == [at]


@pytest.mark.parametrize(
    "write", [str.lower, lambda f: f.replace("(", " ( "), lambda f: f.replace("D", "$D$")]
)
def test_however_it_is_spelled_it_is_ours(uncomputed, key, write):
    ours = formula_cells(uncomputed, "依申请公开")
    at, formula = next((at, f) for at, f in ours.items() if at.startswith("J"))
    edited(uncomputed, put("依申请公开", at, write(formula)))
    assert a6(read(uncomputed, YEARS[key])) == []


def test_all_others_are_one_finding_that_names_the_cells(tmp_path):
    def change(book):
        book["依申请公开"]["D7"] = "=1+1"
        book["依申请公开"]["D28"] = "=SUM(D7:D27)"
        book["主动公开"]["B8"] = "=B9"
        book["工作数据"]["C2"] = "=1+1"
        book["正文"]["C3"] = '="网站"&1'
        book["基本信息"]["B4"] = "=1+1"

    filing = read(edited(workbook(tmp_path), change))
    (found,) = a6(filing)
    assert {(at.sheet, at.cell) for at in found.where} == {
        ("依申请公开", "D7"), ("依申请公开", "D28"), ("主动公开", "B8"),
        ("工作数据", "C2"), ("正文", "C3"), ("基本信息", "B4"),
    }  # fmt: skip
    assert found.message.startswith("6 格的公式没有保存计算结果")
    assert "正文!C3" in found.message
    assert found.refs == (
        "table2.permits.decisions", "table3.g.natural", "table3.t.natural", "facts.网站发布数",
    )  # fmt: skip


def test_ours_in_an_ods_file(tmp_path):
    formula = "of:=IF(COUNT([.D7:.I7])=6;SUM([.D7:.I7]);&quot;&quot;)"
    tables = ods_tables(edited(workbook(tmp_path), put("依申请公开", "J7", "公式")))
    for text, troubles in ((formula, []), (formula.replace("D7", "E7"), [Trouble.FORMULA_UNSAVED])):
        made = ods_cell(None, f'table:formula="{text}"')
        changed = {**tables, "依申请公开": tables["依申请公开"].replace(ods_cell("公式"), made)}
        filing = read(ods_file(tmp_path / "book.ods", changed))
        found = [f.trouble for f in filing.figures.values() if f.trouble is not Trouble.BLANK]
        assert [trouble for trouble in found if trouble] == troubles
