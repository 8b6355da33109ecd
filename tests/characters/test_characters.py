"""What nobody sees: one table, for all that reads, prints and tells."""

import ast
import re
import unicodedata
from pathlib import Path

import pytest

import nianbao
from nianbao.characters import (
    hidden_characters,
    is_hidden,
    name_hidden,
    without_hidden,
    without_spaces,
)
from nianbao.filing.labels import normalise

KINDS = {
    "overrides and ends of direction": "\u202d\u202e\u202c\u202a\u202b\u2066\u2067\u2068\u2069",
    "marks of direction": "\u200e\u200f\u061c",
    "without width": "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u034f",
    "variation selectors": "\ufe00\ufe0e\ufe0f\u180b\U000e0100\U000e01ef",
    "tags": "\U000e0001\U000e0031\U000e007f",
    "controls": "\x00\x08\x0b\x1b\x7f\x85\x9f\r",
    "fillers": "\u115f\u1160\u3164\uffa0\u2800",
    "separators": "\u2028\u2029",
    "no characters": "\ud800\ufffe\uffff\ufdd0\U000e0000",
}


@pytest.mark.parametrize("hidden", KINDS.values(), ids=KINDS)
def test_what_nobody_sees_is_known_named_and_taken_off(hidden):
    assert all(map(is_hidden, hidden))
    assert set(hidden_characters(f"总{hidden}计")) == set(hidden)
    assert without_hidden(f"总{hidden}计") == without_spaces(f" 总 {hidden}　计\n") == "总计"
    assert normalise(f"总{hidden}计") == "总计"
    assert name_hidden(hidden) == "".join(f"[U+{ord(char):04X}]" for char in hidden)


def test_what_one_sees_is_left():
    seen = {chr(code) for code in range(0x20, 0x2FFFF)} - set("".join(KINDS.values()))
    odd = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp", "Mn", "Lo"}
    assert not [char for char in seen if unicodedata.category(char) not in odd and is_hidden(char)]
    assert without_hidden("示例　1,234 件\n\t〇𠮷①👍é") == "示例　1,234 件\n\t〇𠮷①👍é"
    assert name_hidden("两行\n\t一格") == "两行\n\t一格"


def test_what_is_not_assigned_is_named_but_not_taken_off():
    private = "\ue000\U000f0000"
    assert without_hidden(private) == private
    assert name_hidden(private) == "[U+E000][U+F0000]"


def test_there_is_no_second_table():
    """A literal with several hidden characters is a table; elsewhere one stands for itself."""
    written = re.compile(r"\\u(?:200[b-f]|202[a-e]|206.|feff)")  # in a pattern
    tables = [
        f"{path.name}:{node.lineno}"
        for path in Path(nianbao.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (len(hidden_characters(node.value)) > 1 or written.search(node.value))
    ]
    assert {place.partition(":")[0] for place in tables} == {"characters.py"}
