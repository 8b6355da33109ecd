"""What a message shows of text that somebody else wrote."""

import errno
import os
import re

import pytest

from nianbao.errors import NianbaoError, visible


def test_a_message_says_what_where_found_expected_and_hint():
    error = NianbaoError("标签不认识", where="a.xlsx#表!A1", found="甲", expected="乙", hint="改")
    lines = ["标签不认识", "  位置：a.xlsx#表!A1", "  实际：甲", "  应为：乙", "  提示：改"]
    assert str(error).splitlines() == lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("示例　县 (a)", "示例　县 (a)"),
        ("\x1b[31m红", "[U+001B][31m红"),
        ("甲\u202e12\u202c", "甲[U+202E]12[U+202C]"),
        ("（七）合\u200b计", "（七）合[U+200B]计"),
        ("\ud800\ue000\x00\x85", "[U+D800][U+E000][U+0000][U+0085]"),
        ("2\ufe0f\u3164\u034f", "2[U+FE0F][U+3164][U+034F]"),  # which Python calls printable
        ("甲\n\t乙", "甲[U+000A][U+0009]乙"),
    ],
)
def test_what_cannot_be_seen_is_named_by_its_code(text, shown):
    assert visible(text) == shown
    assert str(NianbaoError("标签不认识", found=text)) == f"标签不认识\n  实际：{shown}"


def test_a_cell_cannot_write_lines_of_a_message():
    said = str(NianbaoError("标签不认识", found="甲\n  提示：先交钱"))
    assert said.count("\n") == 1
    assert "甲[U+000A]" in said


def test_a_long_text_is_cut():
    said = str(NianbaoError("标签不认识", where="长" * 99, found="长" * 30_000))
    assert "长" * 99 in said
    assert len(said) < 600
    assert "共 30000 字" in said


def test_a_message_from_the_kernel_keeps_its_lines():
    inner = NianbaoError("标签不认识", where="A1", found="甲")
    assert str(NianbaoError(str(inner))) == str(inner)


@pytest.mark.parametrize("code", sorted(errno.errorcode), ids=errno.errorcode.get)
def test_what_the_system_refuses_has_a_chinese_reason(code):
    for error in (OSError(code, os.strerror(code)), OSError(code, os.strerror(code), "甲.xlsx")):
        found = NianbaoError("文件打不开", found=error).found
        assert re.search("[\u4e00-\u9fff]{2}", found)
        assert os.strerror(code) not in found
        assert "甲" not in found  # the place says it


@pytest.mark.parametrize("error", [MemoryError(), TimeoutError(), OSError("cannot do it")])
def test_what_has_no_number_has_a_reason_as_well(error):
    found = NianbaoError("文件打不开", found=error).found
    assert "cannot" not in found
    assert found
