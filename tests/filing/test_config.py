"""YAML that people write, or that somebody wrote to do harm: read strictly, told with its line."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from nianbao.errors import ConfigError
from nianbao.filing.config import load_config


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""
    items: tuple[str, ...] = ()


def load(folder: Path, text: str) -> Order:
    path = folder / "order.yaml"
    path.write_bytes(text.encode(errors="surrogatepass"))
    return load_config(path, Order).declared


def test_plain_text_and_lists_are_read(tmp_path):
    order = load(tmp_path, "\ufeffname: 示例　县\nitems:\n  - 甲\n  - '010'\n")
    assert (order.name, order.items) == ("示例　县", ("甲", "010"))


@pytest.mark.parametrize(
    ("text", "where", "told"),
    [
        ("name: 示例\n? [a, b]\n: 1", "第 2 行", "键"),
        ("name: 示例\n? {a: b}\n: 1", "第 2 行", "键"),
        ("name: a\nitems: !!set {a, b}", "第 2 行", "set"),
        ("items: !!binary aGVsbG8=", "第 1 行", "binary"),
        ("items: !!python/object/apply:os.system [id]", "第 1 行", "os.system"),
        ('name: "\\e[31m"', "第 1 行", "U+001B"),
        ('x: 1\n"a\\u202e": 2', "第 2 行", "U+202E"),
        ('name: "\\ud800"', "第 1 行", "写法不对"),
        ("name: 甲\u200b乙", "第 1 行", "U+200B"),
        ("name: a\0b", "第 1 行", "U+0000"),
        ("name: 甲\nitems: [a\x1bb]", "第 2 行", "U+001B"),
    ],
)
def test_what_no_person_writes_is_refused_with_its_line(tmp_path, text, where, told):
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text)
    assert where in raised.value.where
    assert told in str(raised.value)


NO_YAML = [
    ("name: a: b", "第 1 行第 8 列", "多了一个冒号"),
    ("items: [甲, 乙\nname: 甲", "第 2 行", "方括号没有合上"),
    ("items: {甲: 乙\nname: 甲", "第 2 行", "花括号没有合上"),
    ("name: 甲\n\titems: 乙", "第 2 行", "制表符"),
    ("name: '甲", "第 1 行", "引号没有合上"),
    ('name: "甲\\q"', "第 1 行", "写法不对"),
    ("name: 甲\n  乙: 丙", "第 2 行", "多了一个冒号"),
    ("name: 甲\nitems\nname: 乙", "第 2 行", "缺冒号"),
    ("- 甲\nname: 乙", "第 2 行", "列项"),
    ("name: @甲", "第 1 行", "加引号"),
    ("name: `甲`", "第 1 行", "加引号"),
    ("name: %甲", "第 1 行", "加引号"),
    ("name: *甲", "第 1 行", "加引号"),
    ("name: &甲 乙", "第 1 行", "加引号"),
    ("name: !甲 乙", "第 1 行", "缺空格"),
    ("name: !e!a 乙", "第 1 行", "不支持标签"),
    ("name: |0\n 甲", "第 1 行", "不能是 0"),
    ("name: 甲\n---\nname: 乙", "第 2 行", "只能有一份"),
    ("name: 甲\n...\nname: 乙", "第 3 行", "多出了东西"),
    ("%FOO 1\n---\nname: 甲", "第 1 行", "%"),
    ("%YAML 1.1\n%YAML 1.1\n---\nname: 甲", "第 2 行", "写了两次"),
    ("name: '甲\n---\n乙'", "第 1 行", "引号没有合上"),
    ("name: 甲\n乙", "第 2 行", "缺冒号"),
    ("name: 甲\n}", "第 2 行", "没有对齐"),
]
ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


@pytest.mark.parametrize(("text", "where", "told"), NO_YAML)
def test_what_is_no_yaml_is_told_in_chinese_with_line_and_column(tmp_path, text, where, told):
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text)
    assert where in raised.value.where
    assert told in raised.value.found
    assert ENGLISH.search(str(raised.value)) is None


@given(st.text(alphabet="甲1:- \n\t[]{},'\"#&*!|>%@`\\?~.x", max_size=30))
def test_whatever_is_no_yaml_is_told_in_chinese(tmp_path_factory, text):
    said = ""
    try:
        load(tmp_path_factory.getbasetemp(), text)
    except ConfigError as error:
        said = str(error)
    assert ENGLISH.search(said) is None


def test_nesting_without_bottom_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="嵌套过深"):
        load(tmp_path, "[" * 10_000)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "order.yaml")
    with pytest.raises(ConfigError, match=r"order\.yaml"):
        load_config(tmp_path / "order.yaml", Order)
