"""Whose a file is: by names and codes in it, by its own name, and never by a guess."""

import pytest

from nianbao.collecting.owners import Owners
from nianbao.errors import PublishedError
from nianbao.filing.register import Agency, Register

CODE = "11500113009331201R"
REGISTER = Register.model_validate(
    {
        "agencies": [
            {"code": "qzf", "name": "示例区人民政府", "kind": "政府"},
            {"code": "zfb", "name": "示例区人民政府办公室", "parent": "qzf", "aliases": ["区府办"]},
            {"code": "jyj", "name": "示例区教育局", "credit_code": CODE},
            {"code": "fpj", "name": "示例区扶贫开发办公室", "until": 2020},
            {"code": "xczxj", "name": "示例区乡村振兴局", "since": 2021,
             "former_names": [{"name": "示例区扶贫开发办公室", "until": 2020}]},
            {"code": "cgj", "name": "示例区城市管理局"},
            {"code": "q2-cgj", "name": "示例第2区城市管理局"},
            {"code": "jia-jd", "name": "甲字街道办事处"},
            {"code": "yin-zhen", "name": "示例区寅字镇人民政府", "kind": "乡镇"},
        ]
    }
)  # fmt: skip
OWNERS = Owners(REGISTER, {agency.code: (2022,) for agency in REGISTER.agencies})


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("示例区教育局", "", "jyj"),
        ("示例区 教育局", "", "jyj"),
        ("示例市示例区教育局", "", "jyj"),
        ("区府办", "", "zfb"),
        ("示例区", "", "qzf"),
        ("示例区寅字镇", "", "yin-zhen"),
        ("寅字镇", "", "yin-zhen"),
        ("教育局", "", "jyj"),
        ("示例区扶贫开发办公室", "", "xczxj"),  # in 2022 only one of the two reports
        ("", f"代码：{CODE}。", "jyj"),
        ("示例区教委", f"代码{CODE}", "jyj"),
    ],
)
def test_by_content(name, text, code):
    assert OWNERS.by_content(name, 2022, text, "x").code == code


def test_nothing_in_it_is_nobody():
    assert OWNERS.by_content("", 2022, "电话 12345678901234567X", "x") is None


@pytest.mark.parametrize(
    ("name", "text", "year", "told"),
    [
        ("示例区教育", "", 2022, "名册中没有这个机关"),
        ("城市管理局", "", 2022, "几个机关都像"),
        ("示例区乡村振兴局", "", 2019, "这一年度不报"),
        ("示例区城市管理局", f"代码：{CODE}", 2022, "不是同一个机关"),
    ],
)
def test_what_is_not_certain_is_told(name, text, year, told):
    with pytest.raises(PublishedError, match=told):
        OWNERS.by_content(name, year, text, "x")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("示例区教育局2022年报.docx", ["jyj"]),
        ("教育局.docx", ["jyj"]),
        ("示例区人民政府办公室年报.docx", ["zfb"]),
        ("示例区人民政府年报.docx", ["qzf"]),
        ("教育局/2022.docx", ["jyj"]),
        ("教育局/区府办年报.docx", ["zfb"]),
        ("2022-jyj.xlsx", ["jyj"]),
        ("jyj.xlsx", ["jyj"]),
        ("城市管理局.docx", ["cgj", "q2-cgj"]),
        ("示例第2区城市管理局.docx", ["q2-cgj"]),
        ("寅字镇2022年报.docx", ["yin-zhen"]),
        ("示例区财政局.docx", []),
        ("年报.docx", []),
        ("project.docx", []),
    ],
)
def test_by_file_name(name, codes):
    assert [agency.code for agency in OWNERS.by_file_name(name)] == codes


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2022年度报告.docx", 2022),
        ("教育局2022.docx", 2022),
        ("2022-台账.xlsx", 2022),
        ("２０２２年报.docx", 2022),
        ("2022/年报.docx", 2022),
        ("年报2023年1月15日.docx", None),
        ("20220115.docx", None),
        ("2021年报.docx", None),
        ("2022.1.15.docx", None),
    ],
)
def test_the_year_by_the_file_name(name, year):
    assert OWNERS.year_by_file_name(name) == year


def test_only_what_the_batch_has_is_taken():
    few = Owners(REGISTER, {"jyj": (2022,)})
    jyj, cgj = REGISTER.agency("jyj"), REGISTER.agency("cgj")
    assert few.require_in_batch(jyj, 2022, "x") == 2022
    for agency, year, told in (
        (cgj, 2022, "这个机关不在批次中"),
        (jyj, 2021, "不是批次中的年度"),
        (jyj, None, "不知道是哪个年度"),
    ):
        with pytest.raises(PublishedError, match=told):
            few.require_in_batch(agency, year, "x")


def test_two_agencies_with_one_name():
    twins = [Agency(code="a", name="示例局"), Agency(code="b", name="示例局")]
    owners = Owners(Register(agencies=tuple(twins)), {"a": (2022,), "b": (2022,)})
    with pytest.raises(PublishedError, match="几个机关都像") as raised:
        owners.by_content("示例局", 2022, "", "年报.docx")
    assert "示例局（a）、示例局（b）" in str(raised.value)
    assert "--take" in str(raised.value)
