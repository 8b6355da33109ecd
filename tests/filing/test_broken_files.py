"""Files that are no workbook, or that are made to harm: refused before they are opened."""

import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from nianbao.errors import SourceError, WorkbookError
from nianbao.filing.book import LARGEST_FILE
from nianbao.filing.workbook import read_identity
from workbooks import SHOWN, as_ods, ods_cell, ods_file, ods_tables, read, repack, workbook

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def book(tmp_path):
    return workbook(tmp_path)


def refused(path):
    with pytest.raises(WorkbookError) as caught:
        read(path)
    assert caught.value.where.startswith(SHOWN)
    assert caught.value.hint
    return caught.value


def test_a_missing_file(tmp_path):
    assert "找不到" in refused(tmp_path / "none.xlsx").what


def test_a_folder(tmp_path):
    assert refused(tmp_path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "不是工作簿"),
        (b"\xef\xbb\xbf\xe7\xb1\xbb,1\n", "不是工作簿"),
        (b"%PDF-1.7", "不是工作簿"),
        (b"PK\x03\x04 cut short", "损坏"),
        (OLE + b"\0" * 600, "损坏"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
    ],
    ids=["empty", "csv", "pdf", "cut_zip", "broken_xls", "locked"],
)
def test_a_file_that_is_no_workbook(tmp_path, data, words):
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    assert words in refused(path).what


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_truncated_workbook(book, kept):
    data = book.read_bytes()
    book.write_bytes(data[: int(len(data) * kept)])
    assert "损坏" in refused(book).what


def test_a_zip_of_something_else(tmp_path):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("年报.docx", "x")
    assert "年报.docx" in refused(path).found


def test_a_binary_workbook(tmp_path):
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", "x")
    assert "没有工作簿" in refused(path).what


def test_a_part_that_is_there_twice(book):
    with zipfile.ZipFile(book, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "损坏" in refused(book).what


def test_an_encrypted_part(book):
    data = bytearray(book.read_bytes())
    at = data.index(b"PK\x01\x02")  # the flags of the first part, in the central directory
    data[at + 8] |= 1
    book.write_bytes(bytes(data))
    assert "密码" in refused(book).what


def test_too_many_parts(book):
    with zipfile.ZipFile(book, "a") as archive:
        for number in range(2_001):
            archive.writestr(f"{number}.xml", "")
    assert "超出" in refused(book).what


def test_a_part_that_unpacks_to_far_more(book):
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(5_000_000))
    assert "压缩比" in refused(book).found


def test_a_part_that_lies_about_its_size(book):
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(5_000_000))
    data = book.read_bytes()
    claim = struct.pack("<L", 5_000_000)
    assert data.count(claim) == 2
    book.write_bytes(data.replace(claim, struct.pack("<L", 10)))
    assert "压缩比" in refused(book).found


def test_a_file_larger_than_any_filing(tmp_path):
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert str(LARGEST_FILE + 1) in refused(path).found


@pytest.mark.parametrize("at", ["XFD1048576", "B1048576", "BZZ20000"])
def test_a_far_cell_that_would_take_all_memory(book, at):
    row = at.lstrip("ABFDXZ")
    rows = f'<row r="{row}"><c r="{at}"><v>1</v></c></row></sheetData>'.encode()

    def change(name, data):
        return data.replace(b"</sheetData>", rows) if name.endswith("sheet1.xml") else data

    assert row in refused(repack(book, change)).found


def test_a_far_cell_without_its_own_reference(book):
    rows = b'<row r="1048576">' + b"<c><v>1</v></c>" * 20 + b"</row></sheetData>"

    def change(name, data):
        return data.replace(b"</sheetData>", rows) if name.endswith("sheet1.xml") else data

    assert "1048576" in refused(repack(book, change)).found


def test_merged_cells_over_the_whole_sheet(book):
    # A merged range ends where the sheet's cells end, so it costs nothing.
    def change(name, data):
        merged = b'<mergeCells count="1"><mergeCell ref="D2:XFD1048576"/></mergeCells><pageMargins'
        return data.replace(b"<pageMargins", merged, 1) if name.endswith("sheet1.xml") else data

    assert read(repack(book, change)).basics


def test_a_long_text_that_many_cells_share(book):
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % row for row in range(10, 50_000))

    def change(name, data):
        if name == "xl/sharedStrings.xml":
            return data.replace("项目".encode(), b"x" * 32_000)
        rows = b'<row r="10">' + cells + b"</row></sheetData>"
        return data.replace(b"</sheetData>", rows) if name.endswith("sheet1.xml") else data

    assert "超出" in refused(repack(book, change)).what


def test_far_cells_and_repeated_texts_of_an_ods_file(tmp_path):
    wide = 'table:number-columns-repeated="16384"'
    rows = (
        f'<table:table-row table:number-rows-repeated="9999">{ods_cell(1, wide)}</table:table-row>'
    )
    assert "超出" in refused(ods_file(tmp_path / "book.ods", {"基本信息": rows})).what


def test_blank_cells_to_the_end_of_an_ods_sheet_do_no_harm(tmp_path):
    tables = ods_tables(workbook(tmp_path))
    blank = ods_cell(None, 'table:number-columns-repeated="16384"')
    rest = f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
    path = ods_file(tmp_path / "book.ods", {name: rows + rest for name, rows in tables.items()})
    assert read(path).figures["table3.a.natural"].value == 5


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("declaration", [BOMB, b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'])
def test_entities_are_refused(book, part, declaration):
    def change(name, data):
        return data.replace(b"?>", b"?>" + declaration, 1) if name == part else data

    assert "损坏" in refused(repack(book, change)).what


@pytest.mark.parametrize("name", ["book.xls", "book.ods", "book", "book.et"])
def test_the_content_counts_and_not_the_name(book, name):
    assert read(book.rename(book.with_name(name))).figures


def test_an_ods_file_by_the_name_of_an_xlsx_file(tmp_path, book):
    assert read(as_ods(book, tmp_path / "other.xlsx")).figures


@settings(max_examples=examples(25))
@given(data=st.data())
def test_a_damaged_byte_never_ends_in_a_traceback(tmp_path, data):
    path = tmp_path / "damaged.xlsx"
    good = bytearray(workbook(tmp_path).read_bytes())
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(good))
    try:
        name, year = read_identity(path, shown=SHOWN)
    except SourceError:
        return
    assert isinstance(name, str)
    assert isinstance(year, int)
