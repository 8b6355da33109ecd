"""The register: who there is, who is above whom, and from when to when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.errors import ConfigError
from nianbao.filing.register import CREDIT_ALPHABET, Agency, load_register

TREE = """\
agencies:
  - {code: sheng, name: 示例省人民政府, kind: 政府, level: 省}
  - {code: qzf, name: 示例区人民政府, kind: 政府, parent: sheng}
  - {code: zrzyj, name: 示例区自然资源局, parent: qzf, former_names: [
      {name: 示例区国土资源局, until: 2018}, {name: 示例区土地管理局, until: 2010}]}
  - {code: fpj, name: 示例区扶贫办公室, parent: qzf, until: 2020, aliases: [区扶贫办]}
  - {code: xczxj, name: 示例区乡村振兴局, parent: qzf, since: 2021}
  - {code: swj, name: 示例区税务局, kind: 垂直管理, parent: qzf}
  - {code: jyj, name: 示例区教育局, parent: qzf, excluded: [{years: [2021], reason: 由市里汇总}]}
"""


def credit_code(first):
    total = sum(CREDIT_ALPHABET.index(char) * pow(3, n, 31) for n, char in enumerate(first))
    return first + CREDIT_ALPHABET[-total % 31]


@pytest.fixture
def load(tmp_path):
    def load(text):
        path = tmp_path / "agencies.yaml"
        path.write_text(text, encoding="utf-8")
        return load_register(path)

    return load


def codes(agencies):
    return [agency.code for agency in agencies]


def test_a_government_sums_up_those_that_report(load):
    register = load(TREE)
    assert codes(register.children("qzf", 2020)) == ["zrzyj", "fpj", "swj", "jyj"]
    assert codes(register.children("qzf", 2021)) == ["zrzyj", "xczxj", "swj", "jyj"]
    assert codes(register.children("sheng", 2021)) == ["qzf"]
    assert register.children("jyj", 2021) == ()
    assert register.ancestors("jyj") == ("qzf", "sheng")


def test_an_agency_has_the_name_of_the_year(load):
    zrzyj = load(TREE).agency("zrzyj")
    names = [zrzyj.in_year(year).name for year in (2009, 2010, 2011, 2018, 2019)]
    assert names == [
        "示例区土地管理局",
        "示例区土地管理局",
        "示例区国土资源局",
        "示例区国土资源局",
        "示例区自然资源局",
    ]
    assert zrzyj.names == ("示例区自然资源局", "示例区国土资源局", "示例区土地管理局")
    assert load(TREE).agency("fpj").names == ("示例区扶贫办公室", "区扶贫办")


def test_who_is_left_out_and_why(load):
    register = load(TREE)
    assert "国办公开办函〔2021〕30号" in register.agency("swj").left_out_of(2020)
    assert register.agency("jyj").left_out_of(2021) == "由市里汇总"
    assert register.agency("jyj").left_out_of(2022) == ""


WRONG = {
    "a circle": (
        (
            "agencies:\n- {code: a, name: 甲政府, kind: 政府, parent: b}\n"
            "- {code: b, name: 乙政府, kind: 政府, parent: a}"
        ),
        "第 2 行",
        "上下级连成了圈",
    ),
    "its own parent": (
        "agencies:\n- {code: a, name: 甲政府, kind: 政府, parent: a}",
        "第 2 行",
        "上下级连成了圈",
    ),
    "a tree that is too deep": (
        "agencies:\n- {code: g0, name: 某政府, kind: 政府}\n"
        + "\n".join(
            f"- {{code: g{n}, name: 某政府, kind: 政府, parent: g{n - 1}}}" for n in range(1, 60)
        ),
        "第 52 行",
        "上下级层数太多",
    ),
    "no such parent": (
        "agencies:\n- {code: qzf, name: 区政府, kind: 政府}\n- {code: b, name: 乙局, parent: qzff}",
        "第 3 行",
        "最接近的是 qzf",
    ),
    "a parent that is no government": (
        "agencies:\n- {code: a, name: 甲局}\n- {code: b, name: 乙局, parent: a}",
        "第 3 行",
        "上级不是政府",
    ),
    "an end before the beginning": (
        "agencies:\n- code: a\n  name: 甲局\n  since: 2022\n  until: 2021",
        "第 5 行",
        "起止年度颠倒",
    ),
    "two names that end together": (
        (
            "agencies:\n- code: a\n  name: 甲局\n  former_names: "
            "[{name: 乙局, until: 2020}, {name: 丙局, until: 2020}]"
        ),
        "第 4 行",
        "两个旧名称止于同一年度",
    ),
    "a code twice": (
        "agencies:\n- {code: a, name: 甲局}\n- {code: a, name: 乙局}",
        "第 3 行",
        "同一代码出现两次",
    ),
    "a name of two lines": ('agencies:\n- {code: a, name: "甲\\n局"}', "第 2 行", "没有分号和换行"),
    "a year in quotes": ("agencies:\n- {code: a, name: 甲局, since: '2021'}", "第 2 行", "整数"),
    "an exclusion without years": (
        "agencies:\n- {code: a, name: 甲局, excluded: [{years: [], reason: 某某}]}",
        "第 2 行",
        "至少一项",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_line(load, case):
    text, where, told = WRONG[case]
    with pytest.raises(ConfigError) as raised:
        load(text)
    assert where in str(raised.value)
    assert told in str(raised.value)


def test_all_that_is_wrong_is_told_at_once(load):
    with pytest.raises(ConfigError, match="有 3 处要改正") as raised:
        load(
            "agencies:\n- {code: a, name: 甲局, since: 2022, until: 2021}\n"
            "- {code: a, name: 乙局}\n- {code: c, name: 丙局, parent: d}"
        )
    for line in ("第 2 行", "第 3 行", "第 4 行"):
        assert line in str(raised.value)


@given(st.text(CREDIT_ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.data())
def test_one_wrong_digit_of_a_credit_code_is_found(first, place, data):
    right = credit_code(first)
    assert Agency(code="a", name="甲局", credit_code=right.lower()).credit_code == right
    other = data.draw(st.sampled_from(CREDIT_ALPHABET.replace(right[place], "")))
    with pytest.raises(ValueError, match="校验码不符"):
        Agency(code="a", name="甲局", credit_code=right[:place] + other + right[place + 1 :])


@pytest.mark.parametrize("code", ["1", "1234567890123456I8", "11500113009331201R0"])
def test_what_is_no_credit_code_is_refused(code):
    with pytest.raises(ValueError, match="18 位"):
        Agency(code="a", name="甲局", credit_code=code)


def test_two_agencies_with_one_credit_code(load):
    code = credit_code("11500113009331201")
    with pytest.raises(ConfigError, match="统一社会信用代码出现两次"):
        load(
            f"agencies:\n- {{code: a, name: 甲局, credit_code: '{code}'}}\n"
            f"- {{code: b, name: 乙局, credit_code: '{code}'}}"
        )
