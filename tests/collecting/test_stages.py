"""The order of versions: by their names, by their times, and when nobody can tell."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.collecting.stages import contradiction, order, stage_of

NOON = datetime(2023, 1, 10, 12, tzinfo=UTC)


class Version(NamedTuple):
    stage: str = ""
    modified: datetime | None = None


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("示例局2022年报初稿.docx", "初稿"),
        ("年报（二稿）.docx", "二稿"),
        ("年报第3稿.docx", "第3稿"),
        ("年报 v2.docx", "v2"),
        ("年报V12.docx", "V12"),
        ("年报二次修改稿.docx", "二次修改稿"),
        ("年报最终版.docx", "最终版"),
        ("年报终稿.docx", "终稿"),
        ("年报定稿修改.docx", "定稿、修改"),
        ("年报（修改）.docx", "修改"),
        ("2022年报.docx", ""),
        ("甲局台账.xlsx", ""),
        ("二十大学习.docx", ""),
    ],
)
def test_what_a_name_says(name, stage):
    assert stage_of(name).text == stage


def test_stages_have_an_order():
    names = ["初稿", "二稿", "v3", "四稿", "送审稿", "定稿"]
    ranks = [stage_of(name).rank for name in names]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
    assert stage_of("定稿修改").rank is None  # after 定稿, or before it?
    assert stage_of("初稿和定稿").rank is None


SOON, LATER = NOON + timedelta(seconds=9), NOON + timedelta(hours=1)
A, B = Version("初稿"), Version("定稿")
CASES = {
    "by stage": (A, B, False, 1),
    "by stage, the other way": (B, A, True, -1),
    "by time": (Version("", NOON), Version("", LATER), False, 1),
    "stage and time agree": (Version("初稿", NOON), Version("定稿", LATER), False, 1),
    "stage and time contradict": (Version("定稿", NOON), Version("初稿", LATER), False, 0),
    "copied in one go": (Version("定稿", NOON), Version("初稿", SOON), False, -1),
    "nothing tells": (Version(), Version(), False, 0),
    "came later, and nothing tells": (Version(), Version(), True, 1),
    "came later, but is older": (Version("", LATER), Version("", NOON), True, 0),
    "came later, and is newer": (Version("定稿", NOON), Version("定稿", LATER), True, 1),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_which_is_newer(case):
    first, second, came_later, verdict = CASES[case]
    assert order(first, second, came_later=came_later) == verdict


@pytest.mark.parametrize("case", CASES)
def test_what_contradicts_itself_is_told_and_nothing_else(case):
    first, second, came_later, _ = CASES[case]
    told = {
        "stage and time contradict": "稿次和文件时间先后相反",
        "came later, but is older": "收到在后，文件时间却在前",
    }
    assert contradiction(first, second, came_later=came_later) == told.get(case, "")


versions = st.builds(
    Version,
    st.sampled_from(["", "初稿", "二稿", "定稿", "修改"]),
    st.none() | st.integers(0, 5).map(lambda hours: NOON + timedelta(hours=hours)),
)


@given(versions, versions)
def test_together_the_order_does_not_depend_on_who_is_asked_first(first, second):
    one = order(first, second, came_later=False)
    assert one == -order(second, first, came_later=False)
    assert order(first, second, came_later=True) in {one, 1 if one == 0 else 0}
