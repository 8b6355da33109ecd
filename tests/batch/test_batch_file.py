"""A batch is checked as a whole, with the line in every message, before anything runs."""

import re
from pathlib import Path

import pytest

from nianbao import render
from nianbao.batch.batch import ReportName, load_batch
from nianbao.batch.declared import FORMATS, BatchFile
from nianbao.batch.key import LABELS
from nianbao.batch.plan import DAMAGED, FAILED, FORCED, NEW, SEVERAL, UNKNOWN
from nianbao.batch.rows import COLUMNS
from nianbao.errors import ConfigError, UsageError

THREE = """\
agencies:
  - {code: jia, name: 示例县甲局}
  - {code: yi, name: 示例县乙镇, kind: 乡镇}
  - {code: bing, name: 示例县丙局}
"""


def test_a_batch_may_ask_for_every_format_that_is_rendered():
    # Written twice, because importing the renderers would slow every start of the command.
    assert FORMATS == render.FORMATS


def test_a_grid_of_agencies_and_years(site):
    batch = site.batch("title: 示例\nagencies: [yi, jia]\nyears: [2021, 2022]\n")
    assert [report.folder for report in batch.reports] == [
        "2021/yi",
        "2022/yi",
        "2021/jia",
        "2022/jia",
    ]
    assert batch.formats == FORMATS
    assert batch.public_hotline is False
    assert batch.file == "params/batch.yaml"


def test_a_list_of_reports_with_options(site):
    batch = site.batch(
        "reports:\n  - {agency: jia, year: 2021}\nformats: [pdf]\npublic_hotline: true\n"
    )
    assert batch.reports == (ReportName(2021, "jia"),)
    assert batch.formats == ("pdf",)
    assert batch.parameters(batch.reports[0]).for_notebook() == {
        "agency": "jia",
        "year": 2021,
        "public_hotline": True,
    }


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("agencies: [jia]\nyears: [2021]\nyears: [2022]", 3, "years"),
        ("agencies: [jia]\nyear: [2021]", 2, "years"),
        ("agencies:\n  - jia\n  - ../../x\nyears: [2021]", 3, "小写字母"),
        ("agencies: [jia]\nyears: [2021]\nreports: [{agency: Jia, year: 1}]", 3, "小写字母"),
        ("agencies: [aux]\nyears: [2021]", 1, "设备名"),
        ("# jia\nyears: [2021]\nagencies:\n  - jia\n  - yii", 5, "yi"),
        ("agencies: [jia,\n  yi,\n  jia]\nyears: [2021]", 3, "两次"),
        ("agencies: [jia]\nyears: [2021, 2021]", 2, "两次"),
        ("agencies: [jia]\nyears: [2007]", 2, "2008"),
        ('agencies: [jia]\nyears: ["2021"]', 2, "整数"),
        ("agencies: [jia]\nyears: [true]", 2, "整数"),
        ("agencies: [jia]\nyears: [2021]\nformats: [doc]", 3, "或 'xlsx'"),
        ("agencies: [jia]\nyears: [2021]\nformats: []", 3, "至少一项"),
        ("agencies: [jia]\nyears: [2021]\npublic_hotline: 1", 3, "true 或 false"),
        ("agencies: jia\nyears: [2021]", 1, "方括号"),
        ("years: [2021]\nagencies: every", 2, "方括号"),
        ("years: [2021]\nagencies: [all]", 2, "名册中没有"),
        ("agencies: [jia]\nyears: [2021]\nkinds: [乡镇]", 3, "agencies: all"),
        ("agencies: all\nyears: [2021]\nkinds: [省]", 3, "'部门'"),
        ("years: [2021]\nagencies: all\nkinds: [乡镇]", 2, "乡镇"),
        ("agencies: [con]\nyears: [2021]", 1, "设备名"),
        ('agencies: ["jia\\n"]\nyears: [2021]', 1, "U+000A|小写字母"),
        ("- jia", 1, "键: 值"),
        ("title: x\n\tyears: [2021]", 2, "半角"),
        ("agencies：[jia]\nyears: [2021]", 2, "半角"),
        ("agencies: &a [jia]\nyears: *a", 2, "引用"),
        ("agencies: [jia\nyears: [2021]", 2, ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(site, text, line, told):
    with pytest.raises(ConfigError) as raised:
        site.batch(text)
    message = str(raised.value)
    assert f"params/batch.yaml 第 {line} 行" in message
    assert any(word in message for word in told.split("|"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agencies: [jia]", "years"),
        ("years: [2021]", "agencies"),
        ("title: x", "两种都没有"),
        ("agencies: [jia]\nyears: [2021]\nreports: [{agency: jia, year: 2021}]", "两种都有"),
        ("reports: [{agency: jia, year: 2021}, {agency: jia, year: 2021}]", "2021/jia"),
    ],
)
def test_what_is_missing_or_double_is_told(site, text, told):
    with pytest.raises(ConfigError, match=told):
        site.batch(text)


def test_a_report_named_twice_is_told_with_its_line(site):
    with pytest.raises(ConfigError, match="第 3 行"):
        site.batch("reports:\n- {agency: jia, year: 2021}\n- {agency: jia, year: 2021}")


def test_all_that_is_wrong_is_told_at_once(site):
    with pytest.raises(ConfigError) as raised:
        site.batch("agencies:\n- jia\n- Yi\n- x y\nyears: [2021, 1]\nyear: 1\nformats: [htm]")
    told = str(raised.value)
    assert told.startswith("有 5 处要改正\n1. ")
    assert [f"第 {line} 行" in told for line in range(1, 8)] == [
        False, False, True, True, True, True, True,
    ]  # fmt: skip
    with pytest.raises(ConfigError) as raised:
        site.batch("agencies:\n- jai\n- jia\n- jia\n- yyi\nyears: [2021, 2021]")
    told = str(raised.value)
    assert told.startswith("有 4 处要改正")
    assert all(f"第 {line} 行" in told for line in (2, 4, 5, 6))


def test_of_many_mistakes_the_first_ten_are_told_and_the_rest_counted(site):
    with pytest.raises(ConfigError) as raised:
        site.batch(f"years: [2021]\nagencies: [{', '.join(f'x{n}' for n in range(25))}]")
    told = str(raised.value)
    assert told.startswith("有 25 处要改正")
    assert told.endswith("还有 15 处")


def test_all_of_the_register_and_those_of_a_kind(site):
    site.project.register.write_text(THREE, encoding="utf-8")
    batch = site.batch("agencies: all\nyears: [2021, 2022]")
    assert [(r.agency, r.year) for r in batch.reports] == [
        (code, year) for code in ("jia", "yi", "bing") for year in (2021, 2022)
    ]
    batch = site.batch("agencies: all\nkinds: [乡镇, 垂直管理]\nyears: [2021]")
    assert batch.reports == (ReportName(2021, "yi"),)


@pytest.mark.parametrize(
    ("register", "told"),
    [
        ("agencies:\n- {code: jia, name: 甲局}\n- {code: aux, name: 乙局}", "第 3 行"),
        ("agencies:\n- {code: jia, name: 甲局}\n- {code: jia, name: 乙局}", "第 3 行"),
        ("agencies: []", "没有这样的机关"),
    ],
)
def test_a_wrong_register_is_told_before_anything_runs(site, register, told):
    site.project.register.write_text(register, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        site.batch("agencies: all\nyears: [2021]")


def test_an_unknown_agency_names_the_nearest_and_the_register(site):
    with pytest.raises(ConfigError) as raised:
        site.batch("agencies: [jai]\nyears: [2021]")
    assert "最接近的是 jia" in str(raised.value)
    assert "params/agencies.yaml" in str(raised.value)


def test_a_missing_batch_is_told(site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"nothing\.yaml"):
        load_batch(tmp_path / "nothing.yaml", site.project)


def test_a_batch_can_be_narrowed(site):
    batch = site.batch("agencies: [jia, yi]\nyears: [2021, 2022]")
    narrowed = batch.narrowed(["yi"], 2022, ("html",))
    assert narrowed.reports == (ReportName(2022, "yi"),)
    assert narrowed.formats == ("html",)
    assert batch.narrowed() == batch


@pytest.mark.parametrize(
    ("choice", "told"),
    [({"only": ["yy"]}, "yi"), ({"year": 2020}, "2021"), ({"formats": ("htm",)}, "html")],
)
def test_narrowing_to_what_is_not_there_is_refused(site, choice, told):
    batch = site.batch("agencies: [jia, yi]\nyears: [2021]")
    with pytest.raises(UsageError, match=told):
        batch.narrowed(**choice)


def test_narrowing_to_nothing_is_refused(site):
    batch = site.batch("reports: [{agency: jia, year: 2021}, {agency: yi, year: 2022}]")
    with pytest.raises(UsageError, match="没有这样的年报"):
        batch.narrowed(["jia"], 2022)


def test_an_empty_batch_and_a_missing_one_are_told_in_plain_words(site):
    with pytest.raises(ConfigError, match="键: 值"):
        site.batch("")
    with pytest.raises(ConfigError) as raised:
        load_batch(site.project.params / "none.yaml", site.project)
    assert raised.value.found == "没有这个文件"


DOCS = Path(__file__).parents[2] / "docs" / "reference" / "batch-file.md"


def test_the_examples_of_the_reference_are_read(site):
    examples = re.findall(r"```(yaml|csv)\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    counts = []
    for kind, text in examples:
        path = site.project.params / f"example.{kind}"
        path.write_text(text, encoding="utf-8")
        counts.append(len(load_batch(path, site.project).reports))
    assert counts == [4, 2, 2, 2]


def test_the_reference_names_all_that_may_be_written_and_all_reasons():
    page = DOCS.read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`\s]+)`", page))
    assert set(BatchFile.model_fields) <= named
    assert {title for titles in COLUMNS.values() for title in titles} <= named
    reasons = {*LABELS.values(), NEW, FORCED, FAILED, SEVERAL, UNKNOWN, DAMAGED}
    assert {reason for reason in reasons if reason not in page} == set()
