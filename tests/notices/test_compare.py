"""Corrected, still there, new: nothing is counted twice, and nothing is lost."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from nianbao.checks.finding import Severity
from nianbao.notices.compare import compare
from nianbao.notices.lines import Line

refs = st.lists(
    st.sampled_from([f"table3.{row}.total" for row in "abgpt"]), max_size=3, unique=True
)


@st.composite
def some_lines(draw):
    return Line(
        check=draw(st.sampled_from(["A1", "A2", "D13"])),
        severity=draw(st.sampled_from([Severity.ERROR, Severity.WARNING])),
        title="不符",
        message=draw(st.sampled_from(["甲", "乙", "丙"])),
        source="格式",
        found=draw(st.sampled_from(["", "1", "2"])),
        refs=tuple(draw(refs)),
        cells=tuple(draw(st.lists(st.sampled_from(["正文!C3", "正文!C4"]), max_size=2))),
    )


versions = st.lists(some_lines(), max_size=12)


@given(versions, versions)
def test_before_and_now_add_up(before, now):
    found = compare(before, now)
    assert Counter(before) == Counter(found.fixed) + Counter(was for was, _ in found.still)
    assert Counter(now) == Counter(found.added) + Counter(line for _, line in found.still)
    assert all(was.check == line.check for was, line in found.still)
    assert set(found.changed) <= {line for _, line in found.still}
    assert found.before == len(before)


@given(versions, st.randoms(use_true_random=False))
def test_the_same_in_any_order_is_the_same(before, random):
    now = random.sample(before, len(before))
    found = compare(before, now)
    assert (found.fixed, found.added) == ((), ())


@given(versions, some_lines())
def test_what_is_put_right_is_gone_and_no_more(lines, extra):
    found = compare([*lines, extra], lines)
    assert (len(found.fixed), len(found.added)) == (1, 0)


def line(check="A2", *, refs=(), found="0", message="不符", cells=()):
    return Line(
        check=check, severity=Severity.ERROR, title="", message=message, source="",
        refs=refs, found=found, cells=cells,
    )  # fmt: skip


def test_fewer_columns_of_one_mistake_are_that_mistake():
    was = line(refs=("table3.t.natural", "table3.t.total"))
    now = line(refs=("table3.t.total",))
    found = compare([was], [now])
    assert (found.still, found.changed) == (((was, now),), (now,))


def test_a_sentence_that_moved_is_the_same_sentence():
    was = line("D13", message="“不子公开”应为“不予公开”", cells=("正文!C3",))
    now = was.model_copy(update={"cells": ("正文!C9",)})
    assert compare([was], [now]).is_same


def test_each_is_paired_with_the_one_that_is_most_alike():
    a, b = line(refs=("a",)), line(refs=("a", "b", "c"))
    x = line(refs=("a", "b"), found="3")
    assert compare([a, b], [x]).still == ((b, x),)
