"""Long sheets as bytes: what is said is what a parser says, and where in doubt nothing is."""

import io
import re
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from nianbao.filing.peek import peek_xlsx
from nianbao.filing.scan import BLOCK, extent, hidden_rows, notes, text_length

PART = "xl/worksheets/sheet1.xml"
CELLS = st.dictionaries(
    st.tuples(st.integers(0, 3000), st.integers(0, 800)),
    st.one_of(st.integers(), st.text(st.characters(codec="utf-8", exclude_categories=["C"]))),
    max_size=20,
)


def sheet(cells, **options):
    """An xlsx file with these cells, as XlsxWriter has it; gives the archive."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        written = book.add_worksheet("台账")
        written.set_column(0, 3, 20)
        written.conditional_format(0, 0, 5, 5, {"type": "no_blanks", "format": book.add_format()})
        written.data_validation(0, 0, 5, 5, {"validate": "list", "source": ["甲", "乙"]})
        for (row, column), value in sorted(cells.items()):
            if isinstance(value, int):
                written.write_number(row, column, value)
            else:
                written.write_string(row, column, value)
    return zipfile.ZipFile(buffer)


@settings(max_examples=examples(20))
@given(cells=CELLS)
def test_a_scan_says_what_a_parser_says(cells):
    archive = sheet(cells)
    ((_, parsed),) = peek_xlsx(archive)
    ((_, scanned),) = peek_xlsx(archive, is_long=lambda _: True)
    assert extent(archive.read(PART)) is not None
    assert (scanned.rows, scanned.columns) == (parsed.rows, parsed.columns)
    texts = sum(len(value) for value in cells.values() if isinstance(value, str))
    assert texts <= scanned.characters


@pytest.mark.parametrize("shift", range(-8, 8))
def test_a_cell_across_two_blocks_is_seen(shift):
    cell = b'<c r="AB1234"><v>1</v></c>'
    data = b"<worksheet>" + b" " * (BLOCK - 11 + shift) + cell + b"</worksheet>"
    assert extent(data) == (1234, 28, 1)


@pytest.mark.parametrize("reference", ["A1", "Z9", "AA10", "XFD1048576", "B0000007"])
def test_references(reference):
    row, column = int(re.sub("[A-Z]", "", reference)), 0
    for letter in re.sub("[0-9]", "", reference):
        column = column * 26 + ord(letter) - 64
    assert extent(f'<worksheet><c r="{reference}"/></worksheet>'.encode()) == (row, column, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "<c r='XFD1048576'/>",
        '<c s="1" r="XFD1048576"/>',
        '<x:c r="XFD1048576"/>',
        '<c\tr="XFD1048576"/>',
        '<x:c\nr="XFD1048576"/>',
        "<x:c/>",
        '<c r="1"/>',
        '<c r="A"/>',
        '<c r="A1"<v>',
        '<c r="&#88;FD1048576"/>',
        "<c><v>1</v></c>",
        "<c/>",
        '<!-- <c r="A1"/> -->',
        '<![CDATA[<c r="A1"/>]]>',
        '<c r="xfd9"/>',
        '<c r="A12345678"/>',
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(cell):
    assert extent(f'<worksheet><c r="A1"/>{cell}</worksheet>'.encode()) is None


@pytest.mark.parametrize("data", [b"", b"\xff\xfe<\0", "<worksheet/>".encode("utf-16")])
def test_other_encodings_are_left_to_the_parser(data):
    assert extent(data) is None


def test_one_long_string_in_many_cells_is_counted_as_often():
    long = "示" * 10_000
    archive = sheet({(row, 0): long for row in range(50)})
    strings = archive.read("xl/sharedStrings.xml")
    assert text_length(archive.read(PART), strings) >= 50 * 10_000


@pytest.mark.parametrize(
    ("cell", "end"),
    [
        ('<c r="A1" t="s"><v>1</v>', "</si>"),
        ('<c r="A1" t="s" s="3"><v>1</v>', "</si>"),
        ('<c r="A1" s="3"\tt = \'s\'><v>1</v>', "</si>"),
        ('<c r="A1" t="&#115;"><v>1</v>', "</si>"),
        ('<c r="A1" t="s"><f>A2</f><v>1</v>', "</si>"),
        ('<c r="A1" t="s"><v>1</v>', "</si >"),
        ('<c r="A1" t="s"><v>1</v>', "</x:si>"),
        ('<c r="A1" t="s"><v>1</v>', "</si><si/>"),
    ],
)
def test_however_a_long_string_is_named_it_is_counted(cell, end):
    strings = f"<sst><si>a</si><si>{'b' * 900}{end}<si>c</si></sst>".encode()
    data = f"<worksheet>{cell}</c></worksheet>".encode()
    assert text_length(data, strings) >= 900


@given(
    st.lists(st.integers(0, 2), max_size=40), st.sampled_from(["", '<c r="B1"><f>A1&amp;1</f></c>'])
)
def test_texts_are_added_up_exactly_where_cells_are_plain(named, more):
    strings = f"<sst><si>a</si><si>{'b' * 900}</si><si>c</si></sst>".encode()
    lengths = [len("<sst><si>a"), len("</si><si>") + 900, len("</si><si>c")]
    cells = "".join(f'<c r="A{n}" s="3" t="s"><v>{i}</v></c>' for n, i in enumerate(named, 1))
    data = f"<worksheet>{cells}{more}</worksheet>".encode()
    assert text_length(data, strings) == sum(lengths[index] for index in named)


def test_errors_and_hidden_rows():
    data = (
        b'<worksheet><row r="2" spans="1:1" hidden="1"><c r="B2" s="3" t="e"><v>#N/A</v></c></row>'
        b'<row r="3"><c r="AA3" t="e"><v>#REF!</v></c></row></worksheet>'
    )
    assert notes(data) == {(1, 1): "#N/A", (2, 26): "#REF!"}
    assert hidden_rows(data) == {1}


CELLS_WITH_FORMULAS = [
    '<c r="A1" t="e"><f aca="false">NA()</f><v>#N/A</v></c>',
    '<c r="A1" s="1" t="e" vm="1"><f t="shared" si="0"/><v>#VALUE!</v></c>',
    "<c r=\"A1\" t='e'><v>#SPILL!</v></c>",
    '<c r="A1" t="e"/>',
    '<c r="A1" t="e"><v></v></c>',
    '<c r="A1"><f>B1+1</f></c>',
    '<c r="A1" s="2"><f>B1&gt;1</f><v/></c>',
    '<c r="A1"><f t="shared" si="0"/></c>',
    '<c r="A1"><f>B1</f><v>5</v></c>',
    '<c r="A1" t="str"><f>B1</f></c>',
    '<c r="A1" t="str"><f>B1</f><v>"e"</v></c>',
    '<c r="A1" t="inlineStr"><is><t>他说"e"</t></is></c>',
    '<c r="A1" t="inlineStr"><f>B1</f><is><t>甲</t></is></c>',
    '<c r="A1"><f>B1</f><v>5</v><extLst/></c>',
]


@pytest.mark.parametrize("cell", CELLS_WITH_FORMULAS)
def test_of_errors_and_formulas_a_scan_says_what_a_parser_says(cell):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = f'<worksheet xmlns="{main}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    archive = with_sheet(data.encode())
    ((_, parsed),) = peek_xlsx(archive)
    ((_, scanned),) = peek_xlsx(archive, is_long=lambda _: True)
    assert {at: note[:1] for at, note in scanned.notes.items()} == {
        at: note[:1] for at, note in parsed.notes.items()
    }


def with_sheet(data):
    """An xlsx file with these bytes for its only sheet."""
    old, buffer = sheet({(0, 0): 1}), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name == PART else old.read(name))
    return zipfile.ZipFile(buffer)
