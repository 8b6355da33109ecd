"""The two forms are what the notices prescribe, cell by cell."""

import datetime as dt
import json
from pathlib import Path

import pytest

from nianbao.filing.labels import normalise
from nianbao.filing.tables import figure_name
from nianbao.forms import form_for_year, load_form

PUBLISHED_TABLES = Path(__file__).parents[1] / "published_tables.json"
FORMS = ["2019", "2021"]
TABLES = [(form, table.key) for form in FORMS for table in load_form(form).tables]

# Column by column, in the order of the form: how many cells a row has.
TABLE2_ROWS = {"2019": [3, 3, 3, 3, 3, 3, 2, 2], "2021": [3, 3, 1, 1, 1, 1]}


@pytest.mark.parametrize(
    ("form", "table", "cells"),
    [
        ("2019", "table2", 22), ("2019", "table3", 161), ("2019", "table4", 15),
        ("2021", "table2", 10), ("2021", "table3", 175), ("2021", "table4", 15),
    ],
)  # fmt: skip
def test_has_as_many_cells_as_prescribed(form, table, cells):
    assert len(list(load_form(form).table(table).cells())) == cells


@pytest.mark.parametrize(("form", "table"), TABLES)
def test_a_layout_covers_its_grid_without_gap_or_overlap(form, table):
    layout = load_form(form).table(table).layout()
    width = load_form(form).table(table).width
    covered = {}
    for row, line in enumerate(layout):
        column = 0
        for cell in line:
            while (row, column) in covered:
                column += 1
            for r in range(row, row + cell.rowspan):
                for c in range(column, column + cell.colspan):
                    assert (r, c) not in covered
                    covered[r, c] = cell
    assert covered.keys() == {(r, c) for r in range(len(layout)) for c in range(width)}


@pytest.mark.parametrize(("form", "table"), TABLES)
def test_a_layout_shows_each_value_once_in_order_and_each_label(form, table):
    described = load_form(form).table(table)
    cells = [cell for line in described.layout() for cell in line]
    values = [(cell.row, cell.column) for cell in cells if cell.role == "value"]
    assert values == [(row.key, column.key) for _, row, column in described.cells()]
    shown = {cell.text for cell in cells}
    for block, row, column in described.cells():
        assert {block.title or cells[0].text, *row.path, *column.path} <= shown


@pytest.mark.parametrize("form", FORMS)
def test_names_and_references_are_unique(form):
    cells = [(t, row, column) for t in load_form(form).tables for _, row, column in t.cells()]
    names = [figure_name(row, column) for _, row, column in cells]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert len({(t.key, row.key, column.key) for t, row, column in cells}) == len(cells)


@pytest.mark.parametrize("form", FORMS)
def test_identities_name_rows_and_columns_that_exist(form):
    described = load_form(form)
    assert {identity.key for identity in described.identities} == {"I1", "I2", "I3", "J1"}
    for identity in described.identities:
        cells = list(described.table(identity.table).cells())
        rows, columns = {row.key for _, row, _ in cells}, {column.key for _, _, column in cells}
        keys = [*identity.parts, *identity.whole]
        assert len(set(keys)) == len(keys)
        assert set(keys) <= (columns if identity.along == "row" else rows)
        assert described.document in identity.source


@pytest.mark.parametrize("form", FORMS)
def test_continuities_name_rows_and_columns_that_exist(form):
    described = load_form(form)
    keys = [continuity.key for continuity in described.continuities]
    assert keys == {"2019": ["L1", "L2", "I4"], "2021": ["K1", "I4"]}[form]
    for continuity in described.continuities:
        named = {
            continuity.whole,
            *continuity.before,
            *continuity.plus,
            *continuity.minus,
        }
        blocks = [
            {item.key for item in (block.columns if continuity.along == "row" else block.rows)}
            for block in described.table(continuity.table).blocks
        ]
        assert any(named <= known for known in blocks)
        assert continuity.label


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_says_what_is_counted_there_on_what_ground_and_briefly(form):
    for table in load_form(form).tables:
        for _, row, column in table.cells():
            assert row.note or column.note
            assert row.article or column.article
            # with what the blank workbook adds, as much as a prompt of Excel holds
            assert len(row.note) + len(column.note) <= 245
            for note in filter(None, (row.note, column.note)):
                assert note.endswith("。")


@pytest.mark.parametrize("form", FORMS)
def test_sections_rules_deadlines_and_equations_are_told(form):
    described = load_form(form)
    assert all(section.note for section in described.sections)
    assert all(identity.label for identity in described.identities)
    assert described.rules
    assert {"1月31日", "3月31日"} <= {deadline.by for deadline in described.deadlines}
    assert all(d.who and d.does and d.article for d in described.deadlines)


@pytest.mark.parametrize("form", FORMS)
def test_the_result_total_sums_every_result(form):
    described = load_form(form)
    identity = next(item for item in described.identities if item.key == "I2")
    results = [
        row.key
        for row in described.table("table3").blocks[0].rows
        if row.path[0] == "三、本年度办理结果" and row.key != "t"
    ]
    assert list(identity.parts) == results


@pytest.mark.parametrize(
    ("year", "form"),
    [(2018, None), (2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021"), (2099, "2021")],
)
def test_a_year_has_its_form(year, form):
    found = form_for_year(year)
    assert (found.key if found else None) == form


@pytest.mark.parametrize("key", ["2020", "", "../2021"])
def test_an_unknown_form_is_none(key):
    with pytest.raises(KeyError):
        load_form(key)


@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_table_is_none(form):
    with pytest.raises(KeyError):
        load_form(form).table("table5")


def test_both_forms_have_the_same_six_sections():
    titles = [[(s.number, s.title) for s in load_form(form).sections] for form in FORMS]
    assert titles[0] == titles[1]
    assert [number for number, _ in titles[0]] == [1, 2, 3, 4, 5, 6]


def our_layout(table):
    taken, found = set(), []
    for row, line in enumerate(table.layout()):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            spanned = {
                (r, c)
                for r in range(row, row + cell.rowspan)
                for c in range(column, column + cell.colspan)
            }
            taken |= spanned
            found.append((row, column, cell.rowspan, cell.colspan, normalise(cell.text)))
    return sorted(found)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_2021_form_is_the_published_template(index):
    """The template's cells, typed out: row, column, rows, columns, text."""
    template = json.loads(Path(__file__).with_name("form-2021.json").read_text(encoding="utf-8"))
    assert [list(cell) for cell in our_layout(load_form("2021").tables[index])] == template[index]


def test_the_keys_are_those_of_the_collected_reports():
    reports = json.loads(PUBLISHED_TABLES.read_text(encoding="utf-8"))
    assert reports
    for report in reports:
        table2, table3 = (str(report["form"][name]) for name in ("table2", "table3"))
        rows = load_form(table3).table("table3").blocks[0].rows
        assert list(report["table3"]) == [row.key for row in rows]
        assert {len(row) for row in report["table3"].values()} == {7}
        for row, length in zip(report["table2"], TABLE2_ROWS[table2], strict=True):
            assert len(row) in {length, 0}  # none: the archive does not keep them apart
        assert len(report["table4"]) == 15


@pytest.mark.parametrize("form", FORMS)
def test_table_two_has_its_rows_in_order(form):
    lengths = [len(b.columns) for b in load_form(form).table("table2").blocks for _ in b.rows]
    assert lengths == TABLE2_ROWS[form]


@pytest.mark.parametrize(
    ("key", "kind", "level", "day"),
    [
        ("2021", "部门", "县", (1, 31)),
        ("2021", "乡镇", "乡", (1, 31)),
        ("2021", "政府办公室", "市", (1, 31)),
        ("2021", "政府", "县", (2, 20)),
        ("2021", "政府", "市", (3, 10)),
        ("2021", "政府", "省", (3, 31)),
        ("2021", "垂直管理", "县", (3, 31)),
        ("2019", "部门", "县", (1, 31)),
        ("2019", "政府", "县", (3, 31)),
    ],
)
def test_each_kind_of_agency_has_its_legal_deadline(key, kind, level, day):
    deadline = load_form(key).deadline(kind, level)
    assert deadline.day(2022) == dt.date(2023, *day)
