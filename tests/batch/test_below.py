"""What a government's report is made from: all below it, and whether that has changed."""

import shutil

import pytest

from nianbao.batch.batch import load_batch
from nianbao.batch.below import read_below
from nianbao.batch.job import make_jobs, missing_sources
from nianbao.batch.manifest import Manifest
from nianbao.batch.plan import Standing, reasons
from nianbao.errors import UsageError
from nianbao.filing.register import load_register

REGISTER = """\
agencies:
  - {code: sheng, name: 示例省人民政府, kind: 政府, level: 省}
  - {code: shi, name: 示例市人民政府, kind: 政府, level: 市, parent: sheng}
  - {code: xian, name: 示例县人民政府, kind: 政府, parent: shi}
  - {code: jia, name: 示例县甲局, parent: xian}
  - {code: yi, name: 示例县乙局, parent: xian}
  - {code: bing, name: 示例市丙局, parent: shi, until: 2020}
"""
BATCH = "agencies: [jia, yi]\nyears: [2021]\nformats: [html]"


@pytest.fixture
def tree(site):
    """The site, with a county, a city and a province above its two agencies."""
    site.project.register.write_text(REGISTER, encoding="utf-8")
    shutil.copyfile(site.project.report_notebook, site.project.rollup_notebook)
    return site


def governments(site, **options):
    batch = load_batch(site.write_batch(BATCH), site.project).governments()
    return make_jobs(site.project, batch, site.project.outputs, **options)


def told(site, job):
    """Why the same report would be made now that `job` has been."""
    after = next(j for j in governments(site, force=True) if j.report == job.report)
    manifest = site_manifest(job)
    return reasons(lambda: after.key, Standing(manifest, is_empty=False), {})


def site_manifest(job):
    parts = dict(job.key.parts)
    empty = {name: {} for name in ("findings", "versions", "fonts")}
    return Manifest(agency=job.report.agency, year=job.report.year, key=job.key.digest,
                    parts=parts, inputs=job.inputs, outputs={"report.html": ""}, warnings=(),
                    started="", finished="", duration=0, host="", **empty)  # fmt: skip


def test_governments_come_from_below_upwards(tree):
    assert [job.report.agency for job in governments(tree)] == ["xian", "shi", "sheng"]


def test_a_batch_may_name_them_itself_and_the_notebook_is_their_own(tree):
    batch = tree.batch("agencies: [xian, jia]\nyears: [2021]")
    xian, jia = make_jobs(tree.project, batch, tree.project.outputs)
    assert xian.common.notebook.name == "notebooks/rollup.ipynb"
    assert jia.common.notebook.name == "notebooks/report.ipynb"
    assert (jia.below, jia.key.parts["units"]) == (None, "")


def test_no_government_above_is_told(site):
    with pytest.raises(UsageError, match="都没有上级政府"):
        site.batch().governments()


def test_all_below_are_inputs_and_their_ledgers_and_earlier_versions(tree):
    folder = tree.root / "sources/jia"
    (folder / "2021-申请台账.csv").write_text("编号", encoding="utf-8")
    (folder / "received").mkdir()
    (folder / "received/2021-1.xlsx").write_text("初稿", encoding="utf-8")
    tree.write_source("yi", 2020)
    sheng = governments(tree)[-1]
    assert {name for name in sheng.inputs if name.startswith("sources/")} == {
        "sources/jia/2021.xlsx",
        "sources/jia/2021-申请台账.csv",
        "sources/jia/received/2021-1.xlsx",
        "sources/yi/2021.xlsx",
        "sources/yi/2020.xlsx",
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t.write_source("jia", 2021, "改"), "下级单位的填报改了：sources/jia/2021.xlsx"),
        (
            lambda t: (t.root / "sources/yi/2021.xlsx").unlink(),
            "下级单位的填报改了：sources/yi/2021.xlsx 不在了或读不了",
        ),
        (
            lambda t: t.write_source("yi", 2020),
            "下级单位上年的填报改了：sources/yi/2020.xlsx 是新的",
        ),
        (
            lambda t: t.project.register.write_text(
                REGISTER.replace("name: 示例县甲局,", "name: 示例县甲委,"), encoding="utf-8"
            ),
            "名册中的下级单位改了：jia、jia（上年）",
        ),
        (
            lambda t: t.project.register.write_text(
                REGISTER + "  - {code: ding, name: 示例县丁局, parent: xian, since: 2021}\n",
                encoding="utf-8",
            ),
            "名册中的下级单位改了：ding 是新的",
        ),
    ],
)
def test_what_has_changed_is_named_and_while_it_is_made_too(tree, change, expected):
    xian = governments(tree)[0]
    assert (told(tree, xian), xian.changed()) == ((), ())
    change(tree)
    assert told(tree, xian) == (expected,)
    assert xian.changed()


def test_an_entry_that_no_sum_depends_on_changes_nothing(tree):
    xian = governments(tree)[0]
    text = REGISTER.replace("name: 示例市丙局,", "name: 示例市丙委,")
    tree.project.register.write_text(text, encoding="utf-8")
    assert (told(tree, xian), xian.changed()) == ((), ())


def test_its_own_workbook_may_be_missing_and_all_may_not(tree):
    assert missing_sources(governments(tree)) is None
    for code in ("jia", "yi"):
        (tree.root / f"sources/{code}/2021.xlsx").unlink()
    assert "sources/xian/2021.xlsx" in str(missing_sources(governments(tree)))


def test_who_is_not_there_any_more_is_not_asked(tree):
    register = load_register(tree.project.register)
    below = read_below(tree.project, register, "shi", 2021)
    assert not any("bing" in item.name for item in below.files)
    assert any("bing" in item.name for item in below.before)
