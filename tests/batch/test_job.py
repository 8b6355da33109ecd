"""A job on a real kernel: what stands afterwards, and what is told."""

import json
import pickle
from base64 import b64decode
from dataclasses import replace

import nbformat
import pytest

from nianbao.batch.make import run_job
from nianbao.batch.manifest import read_manifest
from nianbao.batch.outcome import BUG
from nianbao.batch.run import run_jobs
from nianbao.batch.store import FAILED_NOTEBOOK
from render.samples import PNG

pytestmark = pytest.mark.kernel


def digests(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_report_is_made_once_and_then_up_to_date(site):
    job = pickle.loads(pickle.dumps(site.job()))  # noqa: S301 - our own bytes
    outcome = pickle.loads(pickle.dumps(run_job(job)))  # noqa: S301 - our own bytes
    assert (outcome.status, outcome.exit_code, outcome.reasons) == ("done", 0, ("首次生成",))
    assert outcome.paths == (job.folder / "report.html",)
    made = digests(job.folder)
    manifest = read_manifest(job.folder)
    assert manifest.key == job.key.digest
    assert manifest.outputs.keys() == made.keys() - {"manifest.json"}
    assert list(manifest.inputs) == [
        "notebooks/report.ipynb",
        "params/agencies.yaml",
        "sources/jia/2021.xlsx",
    ]
    again = site.job()
    assert again.reasons == ()
    assert run_job(again).status == "up_to_date"
    assert digests(job.folder) == made
    (job.folder / "report.html").write_text("x")
    assert site.job().reasons == ("产物缺失或被改动：report.html",)


def test_a_forced_run_gives_the_same_bytes(site):
    run_job(site.job())
    folder = site.job().folder
    first = digests(folder)
    assert run_job(site.job(force=True)).status == "done"
    second = digests(folder)
    assert {name for name in first if first[name] != second[name]} <= {"manifest.json"}


def shown(text):
    """A cell that shows a paragraph, as source."""
    return f"from nianbao.report.blocks import Paragraph\nParagraph(inlines=({text!r},))"


def told(folder):
    """What the folder says of the version before: old and new texts; None without another."""
    assert (folder / "changes.html").is_file()
    data = folder / "changes.json"
    if not data.exists():
        return None
    return [(item["old"], item["new"]) for item in json.loads(data.read_bytes())["paragraphs"]]


def test_a_report_tells_what_changed_until_it_changes_again(site):
    folder = site.job().folder
    for text, changed in (
        ("甲", None),
        ("乙", [("甲", "乙")]),
        ("乙", [("甲", "乙")]),
        ("丙", [("乙", "丙")]),
    ):
        site.write_notebook(shown(text))
        run_job(site.job(force=True))
        assert told(folder) == changed
        assert set(read_manifest(folder).outputs) == digests(folder).keys() - {"manifest.json"}
        assert site.job().reasons == ()
    (folder / "report.ipynb").write_text("{}", encoding="utf-8")  # no version of ours
    site.write_notebook(shown("丁"))
    run_job(site.job())
    assert told(folder) == [("乙", "丙")]
    (folder / "changes.json").unlink()
    run_job(site.job())
    assert told(folder) is None


def test_a_failed_run_leaves_the_good_report(site):
    run_job(site.job())
    folder = site.job().folder
    good = digests(folder)
    site.write_notebook("1 / 0")
    job = site.job()
    outcome = run_job(job)
    assert (outcome.status, outcome.exit_code) == ("failed", 3)
    assert outcome.cause == "cell error"
    after = digests(folder)
    assert good.items() <= after.items()
    assert json.loads(after["failed.json"])["key"] == job.key.digest
    failed = nbformat.reads(after[FAILED_NOTEBOOK].decode(), as_version=4)
    assert failed.metadata.papermill.exception is True
    assert site.job().reasons == ("母版笔记本改了", "上次没有做成")
    site.write_notebook("1 + 1")
    assert run_job(site.job()).status == "up_to_date"
    assert digests(folder) == good


def test_a_missing_workbook_fails_without_a_kernel(site):
    (site.root / "sources/jia/2021.xlsx").unlink()
    outcome = run_job(site.job())
    assert (outcome.status, outcome.exit_code, outcome.cause) == ("failed", 3, "source unreadable")
    assert "sources/jia/2021.xlsx" in outcome.message
    assert [path.name for path in site.job().folder.iterdir()] == ["failed.json"]
    assert outcome.duration < 5


def test_a_workbook_that_changes_meanwhile_makes_no_report(site):
    source = site.root / "sources/jia/2021.xlsx"
    site.write_notebook(f"open({str(source)!r}, 'w').write('改过')")
    outcome = run_job(site.job())
    assert (outcome.status, outcome.cause) == ("failed", "source unreadable")
    assert "sources/jia/2021.xlsx" in outcome.message
    assert not (site.job().folder / "manifest.json").exists()


def test_a_bug_is_told_with_its_log_and_stops_no_other(site):
    batch = site.batch("agencies: [jia, yi]\nyears: [2021]\nformats: [html]")
    broken, good = site.jobs(batch)
    broken = replace(broken, common=replace(broken.common, notebook=None))
    outcomes = list(run_jobs([broken, good]))
    assert [item.exit_code for item in outcomes] == [BUG, 0]
    log = broken.folder / "failed.log"
    assert str(log) in outcomes[0].message
    assert "AttributeError" in log.read_text(encoding="utf-8")
    assert "Traceback" not in outcomes[0].message


def test_fail_fast_stops_at_the_first(site):
    (site.root / "sources/jia/2021.xlsx").unlink()
    jobs = site.jobs(site.batch("agencies: [jia, yi]\nyears: [2021]"))
    begun = []
    outcomes = list(run_jobs(jobs, fail_fast=True, begin=begun.append))
    assert [item.status for item in outcomes] == ["failed"]
    assert begun == [jobs[0].report]


def test_an_output_folder_that_cannot_be_written_is_an_outcome(site):
    site.project.outputs.mkdir()
    (site.project.outputs / "2021").touch()
    outcome = run_job(site.job(force=True))
    assert (outcome.status, outcome.exit_code, outcome.cause) == ("failed", 2, "output refused")


def test_a_picture_that_the_notebook_names_is_in_the_notebook_and_in_the_key(site):
    picture = site.project.report_notebook.parent / "图 一.png"
    picture.write_bytes(b64decode(PNG))
    site.write_notebook("1")
    nb = nbformat.read(site.project.report_notebook, as_version=4)
    nb.cells[1].source = "![甲](<图 一.png>)"
    nbformat.write(nb, site.project.report_notebook)
    job = site.job()
    assert run_job(job).status == "done"
    made = nbformat.read(job.folder / "report.ipynb", as_version=4)
    (markdown,) = [cell for cell in made.cells if cell.cell_type == "markdown"]
    assert markdown.attachments == {"图 一.png": {"image/png": PNG}}
    assert f'src="data:image/png;base64,{PNG}" alt="甲"' in (job.folder / "report.html").read_text()
    assert "notebooks/图 一.png" in read_manifest(job.folder).inputs
    assert site.job().reasons == ()
    picture.write_bytes(b64decode(PNG) + b"\n")
    assert site.job().reasons == ("笔记本里的图改了：notebooks/图 一.png",)
    assert site.job().changed() == ()
    picture.unlink()
    assert site.job().reasons == ("笔记本里的图改了：notebooks/图 一.png 不在了或读不了",)
    assert job.changed() == ("notebooks/图 一.png",)
