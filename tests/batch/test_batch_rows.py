"""A batch in CSV, as Excel and WPS save it."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from nianbao.batch.batch import ReportName, load_batch
from nianbao.batch.declared import FORMATS
from nianbao.batch.rows import read_rows
from nianbao.errors import ConfigError

EXPECTED = (ReportName(2021, "jia"), ReportName(2022, "yi"))


def load(site, content, encoding="utf-8"):
    path = site.project.params / "名单.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return load_batch(path, site.project)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_each_encoding_of_a_spreadsheet_program_is_read(site, encoding):
    batch = load(site, "机关代码,年度,备注\r\njia,2021,新\r\nyi,2022年,\r\n", encoding)
    assert batch.reports == EXPECTED
    assert batch.file == "params/名单.csv"
    assert (batch.title, batch.formats, batch.public_hotline) == ("名单", FORMATS, False)


@pytest.mark.parametrize(
    "text",
    [
        "agency,year\njia,2021\nyi,2022",
        "Agency;Year\njia;2021\nyi;2022\n",
        "年度\t机关代码\n2021\tjia\n2022年度\tyi\n",
        "2022 年度,,\n,,\n机关代码,年度,机关名称\n\njia,2021,示例县甲局\n,,\nyi,2022, 示例县乙局\n",
        '"代码","年度","备注"\n"jia","2021","一行\n又一行, 逗号"\n" yi ","2022",""\n',
        "机关代码,年度\rjia,2021\ryi,2022\r",
        "机关代码,年度,,\njia,2021,,\nyi,2022\n",
    ],
)
def test_each_way_to_lay_it_out_is_read(site, text):
    assert load(site, text).reports == EXPECTED


@pytest.mark.parametrize(
    ("text", "lines", "told"),
    [
        ("机关代码,年度\njia,2021\njai,2022\nyi,20x2\n", (4,), "年度不对"),
        ("机关代码,年度\njia,2021\njai,2022\nyi,2022\nbing,2021", (3, 5), "最接近的是 jia"),
        ("机关代码,年度\njia,1999\nyi,\n,2021\n", (2, 3, 4), "缺少必需的项"),
        ("机关代码,年度\njia,2021\nyi,2021\njia,2021\n", (4,), "2021/jia"),
        ("机关代码,年度,机关名称\njia,2021,示例县乙局\n", (2,), "示例县甲局"),
        ("机关代码,年度\njia,2021,多\n", (2,), "多出内容"),
        ("机关代码,年度,格式\njia,2021,pdf\n", (1,), "不认识的列"),
        ("机关代码,年度,机关名\njia,2021,x\n", (1,), "最接近的是“机关名称”"),
        ("机关代码,年度,年度\njia,2021,2022\n", (1,), "同一列出现两次"),
        ("机关代码,年度\nji\u200ba,2021\n", (2,), "U+200B"),
        ('备注,机关代码,年度\n"一\n二",jia,2021\n,JIA,2021\n', (4,), "JIA"),
        ('机关代码,年度\n"jia"x,2021\n', (2,), "CSV"),
        ('机关代码,年度\njia,2021\n"yi,2021\n', (3,), "CSV"),
    ],
)
def test_what_is_wrong_is_told_with_its_lines(site, text, lines, told):
    with pytest.raises(ConfigError) as raised:
        load(site, text)
    message = str(raised.value)
    assert all(f"params/名单.csv 第 {line} 行" in message for line in lines)
    assert message.count("位置：") == len(lines)
    assert told in message


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "找不到表头"),
        ("甲局,2021\n乙局,2022", "机关代码"),
        ("机关代码,年度\n", "没有年报"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"\x81", "UTF-8"),
        ("机关代码,年度\njia," + "9" * (2 << 20), "CSV"),
        (b"PK\x03\x04" + bytes(range(256)), "这是工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "这是工作簿"),
    ],
)
def test_what_is_no_such_list_is_told(site, content, told):
    with pytest.raises(ConfigError) as raised:
        load(site, content)
    assert "params/名单.csv" in raised.value.where
    assert told in str(raised.value)


codes = st.from_regex(r"[a-z][a-z0-9-]{0,63}", fullmatch=True)
years = st.integers(2008, 2100)
remarks = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=8)


@settings(max_examples=examples(20))
@given(
    st.lists(st.tuples(codes, years, remarks), min_size=1, max_size=20),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_what_a_program_writes_is_read(tmp_path_factory, rows, delimiter, encoding, end):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([("机关代码", "年度", "备注"), *rows])
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    read = read_rows(path, shown="rows.csv")
    assert [(row.agency, row.year) for row in read] == [(code, year) for code, year, _ in rows]


@settings(max_examples=examples(40))
@given(st.binary(max_size=300))
def test_no_bytes_end_in_a_traceback(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        read_rows(path, shown="rows.csv")
