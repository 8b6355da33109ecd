"""The register as a spreadsheet: written and read back; what is wrong is told by its cell."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.errors import ConfigError
from nianbao.filing.register import CREDIT_ALPHABET, Agency, Register
from nianbao.filing.register_book import changes, read_register_book, write_register_book
from nianbao.filing.register_book.columns import COLUMNS, SHEET

names = st.text("甲乙丙、（）()·A1 局镇", min_size=2, max_size=9).filter(lambda n: n == n.strip())
reasons = st.text("机构改革，：；:;、2021（）", min_size=2, max_size=12)
years = st.integers(2008, 2100)


def credit_codes(first):
    total = sum(CREDIT_ALPHABET.index(char) * pow(3, n, 31) for n, char in enumerate(first))
    return first + CREDIT_ALPHABET[-total % 31]


former = st.lists(
    st.tuples(names, years), max_size=3, unique_by=lambda pair: pair[1]
).map(lambda pairs: tuple({"name": name, "until": until} for name, until in pairs))  # fmt: skip
excluded = st.lists(
    st.builds(
        lambda of, why: {"years": tuple(of), "reason": why},
        st.lists(years, min_size=1, max_size=3),
        reasons,
    ),
    max_size=2,
).map(tuple)


@st.composite
def registers(draw):
    count = draw(st.integers(1, 5))
    agencies = []
    for number in range(count):
        since, until = sorted(draw(st.tuples(years, years)))
        parents = [a.code for a in agencies if a.kind == "政府"]
        entry = {
            "code": f"a{number}",
            "name": draw(names),
            "kind": draw(st.sampled_from(["部门", "乡镇", "政府", "政府办公室", "垂直管理"])),
            "level": draw(st.sampled_from("省市县乡")),
            "is_sample": draw(st.booleans()),
            "aliases": tuple(draw(st.lists(names, max_size=3))),
            "credit_code": draw(st.sampled_from(["", credit_codes(f"1150011300933120{number}")])),
            "parent": draw(st.sampled_from(["", *parents])),
            "since": draw(st.sampled_from([None, since])),
            "until": draw(st.sampled_from([None, until])),
            "former_names": draw(former),
            "excluded": draw(excluded),
        }
        agencies.append(Agency.model_validate(entry))
    return Register(agencies=tuple(agencies))


@given(registers())
def test_what_is_written_is_read_back(tmp_path_factory, register):
    path = tmp_path_factory.mktemp("book") / "名册.xlsx"
    path.write_bytes(write_register_book(register, path.name))
    back = read_register_book(path, shown="名册.xlsx")
    assert back.agencies == register.agencies
    assert list(changes(register, back)) == []
    assert write_register_book(back, path.name) == path.read_bytes()


HEADINGS = [column.heading for column in COLUMNS]


@pytest.fixture
def read(tmp_path):
    """Read a sheet of these agencies: heading to cell."""

    def read(*rows, headings=HEADINGS):
        book = openpyxl.Workbook()
        book.active.title = SHEET
        book.active.append(headings)
        for row in rows:
            book.active.append([row.get(heading) for heading in headings])
        path = tmp_path / "名册.xlsx"
        book.save(path)
        return read_register_book(path, shown="名册.xlsx")

    return read


QZF = {"代码": "qzf", "名称": "示例区人民政府", "类别": "政府"}


def test_what_a_clerk_types(read):
    register = read(
        QZF,
        {
            "代码": "jyj",
            "名称": "示例区教育局",
            "上级": "示例区人民政府",
            "别名": "区教育局、教体局",
            "起报年度": "2019年度",
            "止报年度": 2022,
            "曾用名": "示例区教委（至2018）；示例区教办(2012年度)",
            "不计入汇总": "2019-2020：试点\n2022年度: 合并",
            "示例": "是",
        },
        {},
    )
    jyj = register.agency("jyj")
    assert (jyj.kind, jyj.parent, jyj.is_sample) == ("部门", "qzf", True)
    assert jyj.aliases == ("区教育局", "教体局")
    assert (jyj.since, jyj.until) == (2019, 2022)
    assert [(f.name, f.until) for f in jyj.former_names] == [
        ("示例区教委", 2018),
        ("示例区教办", 2012),
    ]
    assert [(e.years, e.reason) for e in jyj.excluded] == [
        ((2019, 2020), "试点"),
        ((2022,), "合并"),
    ]


def test_columns_may_move_and_be_left_out(read):
    register = read(
        {"名称": "甲局", "机关代码": "jia", "备注": "x"}, headings=["名称", "备注", "机关代码"]
    )
    assert [(a.code, a.name) for a in register.agencies] == [("jia", "甲局")]


WRONG = {
    "a kind": ({"类别": "企业"}, "C3", "部门"),
    "a code": ({"代码": "JYJ"}, "A3", "小写字母"),
    "no code": ({"代码": None}, "A3", "代码"),
    "a year": ({"起报年度": "去年"}, "H3", "四位数字"),
    "a credit code": ({"统一社会信用代码": "123"}, "G3", "18 位"),
    "a parent": ({"上级": "qzff"}, "E3", "qzf"),
    "a parent by name": ({"上级": "示例区政府"}, "E3", "最接近的是 示例区人民政府"),
    "an exclusion": ({"不计入汇总": "机构改革"}, "K3", "年度：理由"),
    "a former name": ({"曾用名": "教委"}, "J3", "至2021"),
    "a sample": ({"示例": "对"}, "L3", "是，或空着"),
    "an end": ({"起报年度": 2022, "止报年度": 2021}, "I3", "颠倒"),
    "hidden": ({"名称": "示例区\u202e教育局"}, "B3", "U+202E"),
    "an error": ({"上级": "#REF!"}, "E3", "错误值"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_by_its_cell(read, case):
    cells, cell, told = WRONG[case]
    with pytest.raises(ConfigError) as raised:
        read(QZF, {"代码": "jyj", "名称": "示例区教育局", **cells})
    assert f"名册.xlsx#{SHEET}!{cell}" in str(raised.value)
    assert told in str(raised.value)


def test_all_that_is_wrong_is_told_at_once(read):
    with pytest.raises(ConfigError, match="有 3 处") as raised:
        read(QZF, {"代码": "a", "名称": "甲局", "级别": "村"}, {"代码": "b", "类别": "厂"})
    assert all(cell in str(raised.value) for cell in ("D3", "C4", "B4"))


def test_a_parent_that_is_no_code_is_told_once(read):
    with pytest.raises(ConfigError) as raised:
        read(QZF, {"代码": "jyj", "名称": "示例区教育局", "上级": "QZF"})
    assert str(raised.value).count("E3") == 1
    assert "上级不在名册中" in str(raised.value)


def test_a_misspelt_column_is_not_lost(read):
    with pytest.raises(ConfigError, match="不认识的列") as raised:
        read(QZF, headings=["代码", "名称", "起始年度"])
    assert "最接近的是 起报年度" in str(raised.value)


def test_what_is_no_such_workbook(tmp_path, read):
    with pytest.raises(ConfigError, match="缺少表头"):
        read({}, headings=["机关"])
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04half")
    with pytest.raises(ConfigError, match="损坏"):
        read_register_book(path, shown="x.xlsx")
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(ConfigError, match=f"缺工作表“{SHEET}”"):
        read_register_book(path, shown="x.xlsx")


def test_changes_are_told_by_column():
    old = Register(agencies=(Agency(code="a", name="甲局"), Agency(code="b", name="乙局")))
    new = Register(
        agencies=(Agency(code="c", name="丙局"), Agency(code="a", name="甲局", until=2021))
    )
    told = [(c.kind, c.agency.code, c.heading, c.before, c.after) for c in changes(old, new)]
    assert told == [
        ("added", "c", "", "", ""),
        ("changed", "a", "止报年度", "（空）", "2021"),
        ("removed", "b", "", "", ""),
    ]
    turned = Register(agencies=old.agencies[::-1])
    assert [c.kind for c in changes(old, turned)] == ["moved"]
