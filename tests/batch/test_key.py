"""The key: everything that the bytes of a report depend on, and nothing else."""

import shutil
from pathlib import Path

import pytest

import nianbao
from nianbao.batch.key import LABELS, code_digest, package_versions

PACKAGE = Path(nianbao.__file__).parent


def changed(site, change):
    before = site.job().key
    change(site)
    after = site.job().key
    assert (before.digest == after.digest) == (after.changed(before.parts) == ())
    return after.changed(before.parts)


def test_the_same_inputs_give_the_same_key(site):
    assert changed(site, lambda _: None) == ()


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("notebook", lambda site: site.write_notebook("2 + 2")),
        ("source", lambda site: site.write_source("jia", 2021, "改过")),
        ("source", lambda site: (site.root / "sources/jia/2021.xlsx").unlink()),
        ("agency", lambda site: rewrite(site.project.register, "甲局", "丙局")),
    ],
)
def test_each_input_changes_its_part(site, part, change):
    assert changed(site, change) == (part,)


def test_last_years_workbook_counts_once_it_is_there(site):
    site.write_source("jia", 2022)
    batch = site.batch("agencies: [jia]\nyears: [2022]")
    (old,) = site.jobs(batch)
    site.write_source("jia", 2021, "改过")
    (new,) = site.jobs(batch)
    assert new.key.changed(old.key.parts) == ("previous",)


def test_last_years_workbook_without_a_form_does_not_count(site):
    site.write_source("jia", 2018)
    (job,) = site.jobs(site.batch("agencies: [jia]\nyears: [2019]"))
    assert job.key.parts["previous"] == ""


@pytest.mark.parametrize(
    ("part", "line"), [("formats", "formats: [pdf]"), ("parameters", "public_hotline: true")]
)
def test_each_option_of_the_batch_changes_its_part(site, part, line):
    text = "agencies: [jia]\nyears: [2021]\n"
    (old,) = site.jobs(site.batch(text))
    (new,) = site.jobs(site.batch(text + line))
    assert new.key.changed(old.key.parts) == (part,)


@pytest.mark.parametrize(
    "change",
    [
        lambda site: site.write_source("yi", 2021, "改过"),
        lambda site: rewrite(site.project.register, "乙局", "丙局"),
        lambda site: (site.project.params / "x.yaml").touch(),
    ],
)
def test_what_the_report_does_not_read_changes_nothing(site, change):
    assert changed(site, change) == ()


@pytest.mark.parametrize("name", ["errors.py", "forms/2021.toml", "render/templates/report.typ"])
def test_any_file_of_the_package_counts_by_content(name, tmp_path):
    copied = tmp_path / "nianbao"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    assert code_digest(copied) == code_digest()
    with (copied / name).open("ab") as stream:
        stream.write(b"\n")
    code_digest.cache_clear()
    assert code_digest(copied) != code_digest()


def test_versions_of_what_is_imported_count(site):
    assert {"python", "papermill", "typst", "pandas"} <= package_versions().keys()
    assert {"numpy", "pillow", "pyzmq"} <= package_versions().keys()  # what those stand on
    assert all(package_versions().values())
    assert set(site.job().key.parts) == set(LABELS)
    assert site.job().key.parts["fonts"] != ""


def rewrite(path, old, new):
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
