"""Why a report is made, as a function of what stands."""

import pytest

from nianbao.batch.batch import ReportName
from nianbao.batch.key import LABELS, Key
from nianbao.batch.manifest import Manifest
from nianbao.batch.plan import DAMAGED, FAILED, FORCED, NEW, UNKNOWN, Standing, plan, reasons

KEY = Key(dict.fromkeys(LABELS, "1"))


def manifest(**parts):
    return Manifest(
        agency="jia",
        year=2021,
        key="",
        parts={**KEY.parts, **parts},
        inputs={},
        outputs={},
        findings={},
        warnings=(),
        versions={},
        fonts={},
        started="",
        finished="",
        duration=0,
        host="",
    )


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(), (NEW,)),
        (Standing(is_empty=False), (UNKNOWN,)),
        (Standing(failed_key=KEY.digest, is_empty=False), (FAILED,)),
        (Standing(failed_key="old", is_empty=False), (FAILED,)),
        (Standing(manifest(), is_empty=False), ()),
        (Standing(manifest(), failed_key="another", is_empty=False), ()),
        (Standing(manifest(), failed_key=KEY.digest, is_empty=False), (FAILED,)),
        (Standing(manifest(), damaged=("report.pdf",)), (f"{DAMAGED}：report.pdf",)),
        (Standing(manifest(source="0")), ("填报表改了",)),
        (Standing(manifest(source="0", code="0")), ("填报表改了", "程序改了")),
    ],
)
def test_the_reasons(standing, expected):
    assert reasons(KEY, standing) == expected


@pytest.mark.parametrize("part", LABELS)
def test_each_part_of_the_key_is_a_reason(part):
    assert reasons(KEY, Standing(manifest(**{part: "0"}))) == (LABELS[part],)


def test_force_is_reason_enough():
    assert reasons(KEY, Standing(manifest()), force=True) == (FORCED,)


def test_the_plan_keeps_the_order():
    reports = [ReportName(2022, "yi"), ReportName(2021, "jia")]
    planned = plan(reports, dict.fromkeys(reports, KEY), dict.fromkeys(reports, Standing()))
    assert [item.report for item in planned] == reports
