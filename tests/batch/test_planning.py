"""A batch planned on a real project: what is due, why, and what planning costs."""

import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from nianbao.batch import key
from nianbao.batch.batch import ReportName
from nianbao.batch.job import make_jobs, missing_sources
from nianbao.batch.key import content_digest, noted_versions
from nianbao.batch.manifest import Manifest
from nianbao.errors import OutputError

GRID = "agencies: [yi, jia]\nyears: [2021, 2022, 2023]\nformats: [html]"
DOCUMENTS = ("report.html", "report.ipynb")


def finish(job):
    """Leave what a good run would leave."""
    job.folder.mkdir(parents=True, exist_ok=True)
    for name in DOCUMENTS:
        (job.folder / name).write_text(f"{name} {job.report}", encoding="utf-8")
    Manifest(
        agency=job.report.agency,
        year=job.report.year,
        key=job.key.digest,
        parts=job.key.parts,
        inputs=job.inputs,
        outputs={name: content_digest(job.folder / name) for name in DOCUMENTS},
        findings={},
        warnings=(),
        versions=noted_versions(),
        fonts={},
        started="",
        finished="",
        duration=0,
        host="",
    ).write(job.folder)


def due(jobs):
    return {job.report.folder: job.reasons for job in jobs if job.reasons}


@pytest.fixture
def grid(site):
    for code in ("jia", "yi"):
        for year in (2021, 2022, 2023):
            site.write_source(code, year)
    return site.batch(GRID)


@pytest.fixture
def finished(site, grid):
    for job in site.jobs(grid):
        finish(job)
    return site


def test_a_new_batch_is_due_in_its_own_order_and_nothing_is_after_it_was_made(site, grid):
    jobs = site.jobs(grid)
    assert [job.report.folder for job in jobs] == [
        f"{year}/{code}" for code in ("yi", "jia") for year in (2021, 2022, 2023)
    ]
    assert {job.reasons for job in jobs} == {("首次生成",)}
    for job in jobs:
        finish(job)
    assert due(site.jobs(grid)) == {}
    assert set(due(site.jobs(grid, force=True)).values()) == {("要求重做",)}


def test_a_changed_workbook_is_named_in_this_years_reason_and_in_next_years(finished, grid):
    finished.write_source("jia", 2022, "改过")
    name = "sources/jia/2022.xlsx"
    assert due(finished.jobs(grid)) == {
        "2022/jia": (f"填报表改了：{name}",),
        "2023/jia": (f"上年填报表改了：{name}",),
    }


def test_a_workbook_saved_without_a_change_makes_nothing_due(finished, grid):
    finished.write_source("jia", 2022)
    assert due(finished.jobs(grid)) == {}


def test_a_workbook_of_another_kind_counts_and_is_named(finished, grid):
    (finished.root / "sources/jia/2021.xlsx").rename(finished.root / "sources/jia/2021.XLS")
    names = "sources/jia/2021.xlsx → sources/jia/2021.XLS"
    assert due(finished.jobs(grid)) == {
        "2021/jia": (f"填报表改了：{names}",),
        "2022/jia": (f"上年填报表改了：{names}",),
    }


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("report.html", "x", "产物缺失或被改动：report.html"),
        ("report.ipynb", None, "产物缺失或被改动：report.ipynb"),
        ("manifest.json", "{}", "生成记录缺失或损坏"),
        ("manifest.json", None, "生成记录缺失或损坏"),
        ("failed.json", "[]", None),
    ],
)
def test_damage_is_due_and_named(finished, grid, name, content, reason):
    path = finished.project.outputs / "2022/jia" / name
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert due(finished.jobs(grid)) == ({"2022/jia": (reason,)} if reason else {})


def test_an_output_that_is_a_folder_or_a_link_to_nothing_is_damage(finished, grid):
    folder = finished.project.outputs / "2022/jia"
    for name in DOCUMENTS:
        (folder / name).unlink()
    (folder / "report.html").mkdir()
    (folder / "report.ipynb").symlink_to(folder / "nothing")
    (reason,) = due(finished.jobs(grid))["2022/jia"]
    assert reason == "产物缺失或被改动：report.html、report.ipynb"


def test_a_report_that_stands_elsewhere_by_a_link_is_not_trusted(finished, grid, tmp_path):
    folder = finished.project.outputs / "2022/jia"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert due(finished.jobs(grid)) == {"2022/jia": ("生成记录缺失或损坏",)}


def test_what_failed_is_due_again_and_only_with_the_same_inputs(finished, grid):
    job = next(job for job in finished.jobs(grid) if job.report.folder == "2022/jia")
    record = job.folder / "failed.json"
    record.write_text(f'{{"key": "{job.key.digest}"}}', encoding="utf-8")
    assert due(finished.jobs(grid)) == {"2022/jia": ("上次没有做成",)}
    record.write_text('{"key": "of other inputs"}', encoding="utf-8")
    assert due(finished.jobs(grid)) == {}


@settings(
    max_examples=examples(15),
)
@given(
    st.sets(st.sampled_from(["jia", "yi"]), min_size=1),
    st.sampled_from([None, 2021, 2022, 2023]),
    st.sampled_from([("jia", 2020), ("jia", 2021), ("jia", 2022), ("yi", 2023)]),
)
def test_a_narrowed_batch_is_planned_as_it_is_planned_in_the_whole(
    finished, grid, only, year, changed
):
    path = finished.write_source(*changed, "改过")
    whole = {job.report: (job.key.digest, job.reasons) for job in finished.jobs(grid)}
    narrowed = finished.jobs(grid.narrowed(only, year))
    assert {job.report: (job.key.digest, job.reasons) for job in narrowed} == {
        report: planned
        for report, planned in whole.items()
        if report.agency in only and year in {None, report.year}
    }
    assert Counter(reason for _, why in whole.values() for reason in why).total() in {1, 2}
    path.write_text("填报", encoding="utf-8")
    if changed[1] == 2020:
        path.unlink()


def test_no_file_is_read_twice(finished, grid, monkeypatch):
    opened = Counter()

    def counted(path, **options):
        opened[str(path)] += 1
        return FileIO(path, **options)

    FileIO = key.FileIO  # noqa: N806 - the class that is counted
    monkeypatch.setattr(key, "FileIO", counted)
    finished.jobs(grid)
    sources = {name: n for name, n in opened.items() if "/sources/" in name}
    assert len(sources) == 6
    assert set(opened.values()) == {1}


def test_inputs_are_named_with_the_digests_of_the_key(finished):
    (job,) = finished.jobs(finished.batch("agencies: [jia]\nyears: [2022]"))
    assert job.inputs == {
        name: content_digest(finished.root / name)
        for name in (
            "notebooks/report.ipynb",
            "params/agencies.yaml",
            "sources/jia/2022.xlsx",
            "sources/jia/2021.xlsx",
        )
    }
    assert job.key.parts["source"] == f"sources/jia/2022.xlsx:{job.inputs['sources/jia/2022.xlsx']}"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: None, ()),
        (lambda site: site.write_source("yi", 2022, "改过"), ()),
        (lambda site: rewrite(site.project.register, "乙局", "丙局"), ()),
        (lambda site: rewrite(site.project.register, "甲局", "丙局"), ("params/agencies.yaml",)),
        (lambda site: rewrite(site.project.register, "agencies", "x"), ("params/agencies.yaml",)),
        (lambda site: site.write_notebook("2"), ("notebooks/report.ipynb",)),
        (lambda site: site.write_source("jia", 2022, "改过"), ("sources/jia/2022.xlsx",)),
        (lambda site: site.write_source("jia", 2021, "改过"), ("sources/jia/2021.xlsx",)),
        (lambda site: (site.root / "sources/jia/2021.xlsx").unlink(), ("sources/jia/2021.xlsx",)),
    ],
)
def test_a_job_tells_what_has_changed_since_it_was_planned(finished, change, told):
    (job,) = finished.jobs(finished.batch("agencies: [jia]\nyears: [2022]"))
    change(finished)
    assert pickle.loads(pickle.dumps(job)).changed() == told  # noqa: S301 - our own bytes


def rewrite(path, old, new):
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_missing_workbooks_are_named_all_at_once_and_the_others_are_planned(finished, grid):
    assert missing_sources(finished.jobs(grid)) is None
    for code in ("jia", "yi"):
        (finished.root / f"sources/{code}/2023.xlsx").unlink()
    jobs = finished.jobs(grid)
    assert due(jobs) == {
        f"2023/{code}": (f"填报表改了：sources/{code}/2023.xlsx 不在了或读不了",)
        for code in ("jia", "yi")
    }
    told = str(missing_sources(jobs))
    assert told.startswith("2 份年报的填报表不存在或读不了")
    assert "sources/yi/2023.xlsx、sources/jia/2023.xlsx" in told


@pytest.mark.parametrize("place", ["sources", "params/outputs", "notebooks", "link"])
def test_outputs_are_not_written_among_the_inputs(site, grid, place):
    (site.root / "link").symlink_to(site.root / "sources")
    with pytest.raises(OutputError, match="不能在项目的"):
        make_jobs(site.project, grid, site.root / place)


def test_a_link_that_leads_out_of_the_outputs_is_refused(site, grid, tmp_path):
    outputs = site.project.outputs
    outputs.mkdir()
    (outputs / "2022").symlink_to(tmp_path)
    with pytest.raises(OutputError, match="通到别处") as raised:
        site.jobs(grid)
    assert raised.value.where == str(outputs / "2022")
    assert make_jobs(site.project, grid.narrowed(year=2021), outputs)


def test_an_outputs_folder_may_itself_be_a_link(finished, grid, tmp_path):
    finished.project.outputs.rename(tmp_path / "large-disk")
    finished.project.outputs.symlink_to(tmp_path / "large-disk")
    assert due(finished.jobs(grid)) == {}


def test_a_folder_in_the_place_of_a_workbook_is_none(site):
    (site.root / "sources/jia/2022.xlsx").mkdir()
    (job,) = site.jobs(site.batch("agencies: [jia]\nyears: [2022]"))
    assert job.source.digest == ""
    assert job.previous.name == "sources/jia/2021.xlsx"


def test_a_job_is_small(site, grid):
    job = site.jobs(grid)[0]
    assert len(pickle.dumps(job)) < 2500
    assert pickle.loads(pickle.dumps(job)) == job  # noqa: S301 - our own bytes
    assert job.report == ReportName(2021, "yi")


def test_planning_imports_nothing_that_only_making_needs():
    code = (
        "import sys, nianbao.batch.job, nianbao.batch.run, nianbao.batch.store; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pandas", "matplotlib", "papermill", "nbconvert", "IPython", "typst", "distributed"}
    assert heavy & set(done.stdout.split()) == set()


def test_the_bench_of_planning_runs():
    script = Path(__file__).parents[2] / "bench" / "planning.py"
    done = subprocess.run(
        [sys.executable, script, "50"], capture_output=True, text=True, check=True
    )
    assert '"jobs": 50, "due": 50' in done.stdout
