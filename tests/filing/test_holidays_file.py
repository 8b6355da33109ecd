"""params/holidays.yaml: years that no package knows, and everything that can be wrong in it."""

import datetime as dt
import re
from pathlib import Path

import pytest

from nianbao.errors import ConfigError
from nianbao.filing.workdays import Application, Calendar, explain, load_calendar
from nianbao.project import Project

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "holidays.md"
EXAMPLE = re.search(r"```yaml\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]

GOOD = """\
years:
  - year: 2027
    notice: 国办发明电〔2026〕0号
    holidays:
      - 2027-01-01
      - 2027-05-01..2027-05-05
      - 2027-10-01..2027-10-07
    workdays: [2027-05-08, 2027-10-09]
"""
WORKDAYS_2028 = "[2028-05-08, 2028-10-09]"  # no days of a weekend in that year


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def load(folder: Path, text: str) -> Calendar:
    path = folder / "holidays.yaml"
    path.write_text(text, encoding="utf-8")
    return load_calendar(path, shown="params/holidays.yaml")


def test_the_example_of_the_page_is_read(tmp_path):
    calendar = load(tmp_path, EXAMPLE)
    assert calendar.years[2027].source == "国办发明电〔2026〕0号"
    assert calendar.is_workday(day("2027-02-08")) is False
    assert calendar.is_workday(day("2027-02-14")) is True
    assert calendar.is_workday(day("2027-02-15")) is True
    assert calendar.is_workday(day("2027-02-20")) is False
    assert calendar.differences == ()


def test_a_file_joins_the_years_of_the_package(tmp_path):
    calendar = load(tmp_path, GOOD)
    assert calendar.unknown_years(day("2025-06-01"), day("2028-06-01")) == (2028,)
    assert calendar.workday_after(day("2026-12-31"), 1) == day("2027-01-04")
    assert calendar.horizon(day("2026-12-01")) == day("2027-12-31")


def test_the_reasoning_names_the_notice(tmp_path):
    text = explain(Application(day("2027-04-20")), load(tmp_path, GOOD))
    special = "2027-05-01—2027-05-05 放假；2027-05-08 调休上班（依国办发明电〔2026〕0号）"
    assert f"其间：{special}。" in text
    assert "第 20 个工作日是 2027-05-20（周四）" in text


def test_a_year_between_known_ones_stays_unknown(tmp_path):
    calendar = load(tmp_path, GOOD.replace("2027", "2028").replace(WORKDAYS_2028, "[]"))
    assert calendar.unknown_years(day("2026-01-01"), day("2029-01-01")) == (2027, 2029)
    assert calendar.is_workday(day("2027-03-01")) is None
    assert calendar.workday_after(day("2026-12-25"), 20) is None
    assert calendar.count(day("2026-12-25"), day("2028-02-01")) is None
    assert calendar.horizon(day("2027-06-01")) == day("2027-06-01")
    assert calendar.unknown_year(day("2026-12-25")) == 2027
    assert calendar.workday_after(day("2027-12-31"), 1) == day("2028-01-03")


def test_the_file_wins_and_every_difference_is_told(tmp_path):
    text = GOOD.replace("2027", "2026").replace("2026-05-08, 2026-10-09", "2026-05-09, 2026-10-10")
    calendar = load(tmp_path, text)
    assert calendar.is_workday(day("2026-02-16")) is True
    told = {d.day: d.is_workday for d in calendar.differences}
    assert told[day("2026-02-16")] is True
    assert told[day("2026-02-28")] is False
    assert day("2026-10-10") not in told
    assert str(calendar.differences[0]) == (
        "2026-01-02：按 params/holidays.yaml 要上班，按 chinesecalendar 休息；以前者为准"
    )


def test_a_notice_may_move_days_of_the_december_before(tmp_path):
    moved = "- 2026-12-31..2027-01-01"
    text = GOOD.replace("- 2027-01-01", moved).replace("[2027-05-08", "[2026-12-27, 2027-05-08")
    calendar = load(tmp_path, text)
    assert calendar.is_workday(day("2026-12-31")) is False
    assert calendar.is_workday(day("2026-12-27")) is True
    assert calendar.years[2026].source == "chinesecalendar"
    assert [d.day for d in calendar.differences] == [day("2026-12-27"), day("2026-12-31")]


def test_what_a_file_says_of_the_december_before_replaces_what_the_package_said(tmp_path):
    text = GOOD.replace("2027", "2019").replace("2019-05-08, 2019-10-09", "2018-12-30")
    year = load(tmp_path, text).years[2018]
    assert day("2018-12-30") in year.workdays
    assert day("2018-12-30") not in year.holidays


def test_december_of_an_unknown_year_stays_unknown(tmp_path):
    text = GOOD.replace("2027", "2029").replace("2029-05-08, 2029-10-09", "2029-05-06")
    calendar = load(tmp_path, text.replace("- 2029-01-01", "- 2028-12-30..2029-01-01"))
    assert calendar.is_workday(day("2028-12-31")) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("notice:", "notise:", 3, "最接近的是 notice"),
        ("- year: 2027\n    notice", "- notice", 2, "years.0.year"),
        ("year: 2027", "year: 1927", 2, "不小于 2000"),
        ("year: 2027", "year: 二〇二七", 2, "整数"),
        ("国办发明电〔2026〕0号", "''", 3, "文号"),
        ("- 2027-01-01", "- 2028-01-01", 5, "不是这一年的日期"),
        ("- 2027-01-01", "- 2027-01-01\n      - 2026-11-30", 6, "上年 12 月"),
        ("- 2027-01-01", "- 2027-01-01\n      - 2027-05-05..2027-05-07", 7, "同一天写了两次"),
        ("[2027-05-08", "[2027-05-08, 2027-05-08", 8, "同一天写了两次"),
        ("[2027-05-08", "[2027-05-02, 2027-05-08", 8, "同一天既放假又上班"),
        ("[2027-05-08", "[2027-05-07", 8, "周六或周日"),
        ("[2027-05-08", "[2027-05-08..2027-05-09", 8, "一天一天地写"),
        ("- 2027-01-01", "- 元旦", 5, "日期，如 2027-01-01"),
        ("- 2027-01-01", "- 20270101", 5, "日期，如 2027-01-01"),
        ("- 2027-01-01", "- 2027-1-1", 5, "日期，如 2027-01-01"),
        ("- 2027-01-01", "- 2027-02-30", 5, "历书上有的日期"),
        ("2027-05-01..2027-05-05", "2027-05-05..2027-05-01", 6, "先写第一天"),
        ("2027-05-01..2027-05-05", "2027-05-01..2027-06-05", 6, "不超过 15 天"),
        ("- 2027-01-01\n      ", "", 4, "2027-01-01"),
        ("..2027-10-07", "..2027-10-02", 4, "2027-10-03"),
        ("years:", "year:", 1, "缺少必需的项"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, old, new, line, told):
    assert old in GOOD
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, GOOD.replace(old, new, 1))
    message = str(raised.value)
    assert f"params/holidays.yaml 第 {line} 行" in message
    assert told in message


def test_a_year_twice_is_told_with_its_line(tmp_path):
    second = GOOD.removeprefix("years:\n")
    with pytest.raises(ConfigError, match=r"同一年份出现两次\n.+第 9 行"):
        load(tmp_path, GOOD + second)


def test_all_mistakes_are_told_at_once(tmp_path):
    text = GOOD.replace("- 2027-01-01", "- 2029-01-01").replace("[2027-05-08", "[2027-05-07")
    with pytest.raises(ConfigError, match="有 3 处要改正"):
        load(tmp_path, text)


def project(root: Path) -> Project:
    for name in ("notebooks", "params", "sources"):
        (root / name).mkdir()
    return Project(root)


def test_a_project_needs_no_file(tmp_path):
    calendar = Calendar.of(project(tmp_path))
    assert (calendar.file, calendar.digest, calendar.differences) == ("", "", ())
    assert calendar.years == load_calendar().years


def test_a_project_with_a_file(tmp_path):
    own = project(tmp_path)
    own.holidays.write_text(GOOD, encoding="utf-8")
    calendar = Calendar.of(own)
    assert calendar.file == "params/holidays.yaml"
    assert len(calendar.digest) == 64
    assert 2027 in calendar.years


def test_a_file_that_is_a_broken_link_is_not_taken_for_none(tmp_path):
    own = project(tmp_path)
    own.holidays.symlink_to(tmp_path / "gone.yaml")
    with pytest.raises(ConfigError, match=r"params/holidays\.yaml"):
        Calendar.of(own)
