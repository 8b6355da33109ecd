"""Why a report is made, as a function of what it is made from and of what stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.batch.key import LABELS, Input, Key, report_key, shared_parts
from nianbao.batch.manifest import Manifest
from nianbao.batch.plan import DAMAGED, FAILED, NEW, UNKNOWN, Standing, reasons
from nianbao.filing.register import Agency
from nianbao.running.parameters import ReportParameters

VERSIONS = {"python": "3.11", "typst": "0.14"}
KEY = Key(dict.fromkeys(LABELS, "1"))


def manifest(key=KEY, versions=VERSIONS, **parts):
    return Manifest(
        agency="jia",
        year=2021,
        key="",
        parts={**key.parts, **parts},
        inputs={},
        outputs={},
        findings={},
        warnings=(),
        versions=versions,
        fonts={},
        started="",
        finished="",
        duration=0,
        host="",
    )


def why(standing, key=KEY, versions=VERSIONS):
    return reasons(lambda: key, standing, versions)


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
    ],
)
def test_the_reasons(standing, expected):
    assert why(standing) == expected


ENTRY = {"code": "jia", "name": "示例县甲局"}


@pytest.mark.parametrize(
    ("part", "before", "now", "told"),
    [
        ("source", "sources/a/2021.xlsx:1", "sources/a/2021.xlsx:2", "：sources/a/2021.xlsx"),
        ("source", "sources/a/2021.xls:1", "sources/a/2021.xlsx:1",
         "：sources/a/2021.xls → sources/a/2021.xlsx"),
        ("source", "sources/a/2021.xlsx:1", "", "：sources/a/2021.xlsx 不在了或读不了"),
        ("previous", "", "sources/a/2020.xlsx:1", "：sources/a/2020.xlsx 是新的"),
        ("ledgers", "sources/a/2021-申请台账.csv:1", "sources/a/2021-申请台账.csv:2",
         "：sources/a/2021-申请台账.csv"),
        ("ledgers", "a.csv:1\nb.csv:1", "b.csv:1\nc.csv:1", "：a.csv 不在了或读不了、c.csv 是新的"),
        ("agency", json.dumps(ENTRY), json.dumps({**ENTRY, "name": "示例县乙局"}),
         "：name 示例县甲局 → 示例县乙局"),
        ("agency", "a digest of old", json.dumps(ENTRY), ""),
        ("agency", "[" * 100_000, json.dumps(ENTRY), ""),
        ("parameters", '{"public_hotline": false}', '{"public_hotline": true}',
         "：public_hotline false → true"),
        ("form", "2019", "2021", "：2019 → 2021"),
        ("fonts", "", "0.1.1", "：无 → 0.1.1"),
        ("formats", "html", "html,pdf", "：html → html,pdf"),
        ("code", "nianbao 0.1.0:1", "nianbao 0.2.0:2", "：nianbao 0.1.0 → nianbao 0.2.0"),
        ("code", "nianbao 0.1.0:1", "nianbao 0.1.0:2", ""),
        ("notebook", "notebooks/report.ipynb:1", "notebooks/report.ipynb:2", ""),
    ],
)  # fmt: skip
def test_a_reason_says_what_has_changed(part, before, now, told):
    key = Key({**KEY.parts, part: now})
    assert why(Standing(manifest(key, **{part: before})), key) == (LABELS[part] + told,)


def test_changed_packages_are_named_with_their_versions():
    old = manifest(versions={"typst": "0.13", "gone": "1", "python": "3.11"}, packages="0")
    told = "：typst 0.13 → 0.14、gone 1 → 无"
    assert why(Standing(old)) == (LABELS["packages"] + told,)


def test_what_a_manifest_says_cannot_steer_a_terminal():
    (told,) = why(Standing(manifest(source="\x1b[31m\u202e:1")), Key({**KEY.parts, "source": ""}))
    assert "\x1b" not in told
    assert "[U+202E]" in told


# The laws. A world is what jobs are made from: every workbook with its content, the agencies'
# entries, and what all share; the plan of each report depends on its own part of it alone.

CODES, YEARS = ("jia", "yi"), (2021, 2022)
REPORTS = [(code, year) for code in CODES for year in YEARS]
FORMATS = ("html", "pdf", "docx")

contents = st.sampled_from(["", "a", "b"])  # "" for no such workbook
worlds = st.fixed_dictionaries(
    {
        "books": st.fixed_dictionaries(
            {(code, year): contents for code in CODES for year in (2020, *YEARS)}
        ),
        "names": st.fixed_dictionaries(dict.fromkeys(CODES, st.sampled_from(["甲局", "乙局"]))),
        "ledgers": st.fixed_dictionaries(
            {(code, year): contents for code in CODES for year in (2020, *YEARS)}
        ),
        "notebook": st.sampled_from(["1", "2"]),
        "holidays": contents,
        "formats": st.sampled_from([FORMATS, FORMATS[:1]]),
        "hotline": st.booleans(),
    }
)


def key_in(world, report):
    code, year = report
    return report_key(
        shared_parts(
            Input("notebooks/report.ipynb", world["notebook"]),
            Input("params/holidays.yaml", world["holidays"]),
            world["formats"],
        ),
        Agency(code=code, name=world["names"][code]),
        ReportParameters(agency=code, year=year, public_hotline=world["hotline"]),
        Input(f"sources/{code}/{year}.xlsx", world["books"][code, year]),
        Input(f"sources/{code}/{year - 1}.xlsx", world["books"][code, year - 1]),
        [
            Input(f"sources/{code}/{beside}-申请台账.csv", world["ledgers"][code, beside])
            for beside in (year, year - 1)
            if world["ledgers"][code, beside]
        ],
    )


def due(world, standings):
    """The reports that a plan would make."""
    return {
        report
        for report in REPORTS
        if why(standings.get(report, Standing()), key_in(world, report), VERSIONS)
    }


def made(world):
    """What stands after a run of all."""
    return {report: Standing(manifest(key_in(world, report))) for report in REPORTS}


@given(worlds)
def test_nothing_is_due_after_a_run_of_all_that_was_due(world):
    assert due(world, {}) == set(REPORTS)
    assert due(world, made(world)) == set()


@given(worlds, worlds)
def test_due_is_what_reads_something_that_differs_and_nothing_else(before, after):
    def read(world, report):
        code, year = report
        shared = (world[name] for name in ("notebook", "holidays", "formats", "hotline"))
        own = (world[kind][code, y] for kind in ("books", "ledgers") for y in (year, year - 1))
        return *shared, world["names"][code], *own

    changed = {report for report in REPORTS if read(before, report) != read(after, report)}
    assert due(after, made(before)) == changed


@given(
    worlds,
    st.sampled_from(["books", "ledgers"]),
    st.sampled_from(CODES),
    st.sampled_from((2020, *YEARS)),
)
def test_a_changed_workbook_or_ledger_makes_this_and_next_years_report_due(world, kind, code, year):
    after = {**world, kind: {**world[kind], (code, year): "改过"}}
    assert due(after, made(world)) == {(code, year), (code, year + 1)} & set(REPORTS)


@given(worlds, st.sampled_from(REPORTS))
def test_what_failed_is_due_again_until_it_is_made(world, report):
    key = key_in(world, report)
    failed = {**made(world), report: Standing(manifest(key), failed_key=key.digest)}
    assert due(world, failed) == {report}
    assert due(world, {**failed, report: Standing(manifest(key))}) == set()


@given(worlds, st.sampled_from(REPORTS), st.sets(st.sampled_from(["a", "b"]), min_size=1))
def test_what_is_damaged_is_due(world, report, names):
    damaged = Standing(manifest(key_in(world, report)), damaged=tuple(sorted(names)))
    assert due(world, {**made(world), report: damaged}) == {report}


@given(worlds, worlds)
def test_keys_are_equal_where_what_is_read_is_equal(one, other):
    for report in REPORTS:
        first, second = key_in(one, report), key_in(other, report)
        assert (first.digest == second.digest) == (first.changed(second.parts) == ())
