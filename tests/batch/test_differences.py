"""Where two files first differ, as people are told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.batch.differences import DIFFERS, Difference, first_difference


def told(name, found, expected):
    difference = first_difference(name, found, expected)
    assert (difference.file, difference.what) == (name, DIFFERS)
    return difference.where, difference.found, difference.expected


@pytest.mark.parametrize(
    ("found", "expected", "place"),
    [
        ("一\n二三\n", "一\n二四\n", ("第 2 行第 2 字", "二三", "二四")),
        ("一\n", "一\n二\n", ("第 2 行第 1 字", "没有了", "二")),
        ("一", "一\n", ("第 2 行第 1 字", "没有了", "没有了")),
        ("a\r\n", "a\n", ("第 1 行第 2 字", "a[U+000D]", "a")),
        ("x" * 99 + "好", "x" * 99 + "坏", ("第 1 行第 100 字", "x" * 12 + "好", "x" * 12 + "坏")),
    ],
)
def test_a_text_is_told_by_line_and_character(found, expected, place):
    assert told("report.html", found.encode(), expected.encode()) == place


def test_what_is_no_utf_8_differs_from_its_escape():
    assert told("a.csv", b"a\xff", b"a\\xff")[0].startswith("第 1 行第 ")


def test_a_binary_is_told_by_the_offset_of_a_byte():
    assert told("report.pdf", b"abc", b"abd") == ("第 2 字节（从 0 数起）", "63", "64")
    assert told("a.xlsx", b"ab", b"abc") == ("第 2 字节（从 0 数起）", "没有了", "63")


def notebook(*sources, **more):
    cells = [{"cell_type": "code", "source": source, **more} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}}, ensure_ascii=False).encode()


def test_a_notebook_is_told_by_its_cell():
    assert told("a.ipynb", notebook("一", "二"), notebook("一", "三")) == (
        "第 2 个单元格的源代码",
        '"二"',
        '"三"',
    )
    assert told("a.ipynb", notebook("一"), notebook("一", "二"))[0] == "第 2 个单元格"
    assert told("a.ipynb", notebook("一", id="a"), notebook("一", id="b"))[0] == "第 1 个单元格"
    outputs = notebook("一", outputs=[1]), notebook("一", outputs=[2])
    assert told("a.ipynb", *outputs) == ("第 1 个单元格的输出", "[1]", "[2]")


@pytest.mark.parametrize("found", [b"", b"[]", b"{", b'{"cells": [1]}', notebook("x") + b" "])
def test_a_notebook_with_no_cell_to_name_is_told_as_a_text(found):
    assert told("a.ipynb", found, notebook("x"))[0].startswith("第 1 行第 ")


@given(found=st.binary(max_size=20), expected=st.binary(max_size=20))
@pytest.mark.parametrize("suffix", ["html", "pdf", "ipynb"])
def test_any_two_files_differ_where_their_bytes_do(suffix, found, expected):
    difference = first_difference(f"a.{suffix}", found, expected)
    assert isinstance(difference, Difference) == (found != expected)
    assert difference is None or difference.where
