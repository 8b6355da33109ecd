"""A batch is checked as a whole, with the line in every message, before anything runs."""

import pytest

from nianbao import render
from nianbao.batch.batch import FORMATS, ReportName, load_batch
from nianbao.errors import ConfigError, UsageError


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
    assert batch.formats == ("html", "pdf")
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
        ("agencies: [jia]\nyears: [2021]\nformats: [docx]", 3, "'html' 或 'pdf'"),
        ("agencies: [jia]\nyears: [2021]\nformats: []", 3, "至少一项"),
        ("agencies: [jia]\nyears: [2021]\npublic_hotline: 1", 3, "true 或 false"),
        ("agencies: jia\nyears: [2021]", 1, "方括号"),
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
    assert told in message


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
