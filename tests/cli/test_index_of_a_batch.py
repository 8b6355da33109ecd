"""What the index tells of a whole batch when a command makes a part of it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from batch.outcomes import lay, outcome

pytestmark = pytest.mark.kernel

REGISTER = """\
agencies:
  - {code: qzf, name: 示例县人民政府, kind: 政府, level: 县, is_sample: true}
  - {code: jia, name: 示例县甲局, parent: qzf, is_sample: true}
  - {code: yi, name: 示例县乙局, parent: qzf, is_sample: true}
  - {code: shili-qiju, name: 示例县气局, is_sample: true}
  - {code: bing, name: 示例县丙局, parent: qzf, is_sample: true}
"""
ROOT = Path(__file__).parents[2]
SCRIPT = Path(sys.executable).parent / "nianbao"
BATCH = "params/batch.yaml"
FAILED, DONE = "failed", "done"


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    """A government of three agencies, of which one alone has handed in, after a run of all."""
    office = tmp_path_factory.mktemp("office").resolve() / "project"
    for name in ("notebooks", "params", "sources"):
        shutil.copytree(ROOT / name, office / name)
    notebook = nbformat.read(office / "notebooks/report.ipynb", as_version=4)
    notebook.cells = [*notebook.cells[:2], new_code_cell("1 + 1", id="c0")]
    for name in ("report", "rollup"):
        nbformat.write(notebook, office / f"notebooks/{name}.ipynb")
    (office / "params/agencies.yaml").write_text(REGISTER, encoding="utf-8")
    place = office / "sources/jia/2021.xlsx"
    place.parent.mkdir()
    shutil.copy(office / "sources/shili-jyj/2021.xlsx", place)
    write_batch(office, "jia", "yi", "bing")
    done = subprocess.run([SCRIPT, "run", BATCH], cwd=office, check=False, capture_output=True)
    assert done.returncode == 3
    return office


@pytest.fixture
def office(run_once, tmp_path, monkeypatch):
    """A copy of it, with the current folder in it."""
    folder = shutil.copytree(run_once, tmp_path.resolve() / "office")
    monkeypatch.delenv("NIANBAO_PROJECT", raising=False)
    monkeypatch.chdir(folder)
    return folder


def write_batch(office, *agencies, file=BATCH, years="[2021]"):
    text = f"agencies: [{', '.join(agencies)}]\nyears: {years}\nformats: [html]\n"
    (office / file).write_text(text, encoding="utf-8")


def told(office):
    """The status of each report, which index and totals must agree on."""
    data = json.loads((office / "outputs/batch.json").read_bytes())
    rows = {f"{row['year']} {row['agency']}": row["status"] for row in data["reports"]}
    counts = {key: n for key, n in data["totals"]["status"].items() if n}
    assert counts == {status: list(rows.values()).count(status) for status in set(rows.values())}
    page = (office / "outputs/index.html").read_text(encoding="utf-8")
    assert all(f"<code>{row['agency']}</code>" in page for row in data["reports"])
    return rows


WHOLE = {"2021 jia": DONE, "2021 yi": FAILED, "2021 bing": FAILED}
AGAIN = {**WHOLE, "2021 jia": "up_to_date"}


def test_a_roll_up_takes_no_failure_away(nianbao, office):
    assert told(office) == WHOLE
    code, out, _ = nianbao("rollup", BATCH)
    assert (code, out.splitlines()[-1]) == (0, "已生成 outputs/2021/qzf/report.html")
    assert told(office) == {**WHOLE, "2021 qzf": DONE}
    assert nianbao("run", BATCH)[0] == 3
    assert told(office) == {**AGAIN, "2021 qzf": DONE}


@pytest.mark.parametrize(
    "part", [["--only", "jia"], ["--year", "2021", "--only", "jia"], ["--only", "yi"]]
)
def test_a_part_of_a_batch_takes_no_failure_away(nianbao, office, part):
    code, out, _ = nianbao("run", BATCH, *part, "--format", "json")
    assert [item["agency"] for item in json.loads(out)["reports"]] == [part[-1]]
    assert code == (0 if part[-1] == "jia" else 3)  # of this run, as what is printed
    assert told(office) == (AGAIN if part[-1] == "jia" else WHOLE)


def test_other_years_stay(nianbao, office):
    write_batch(office, "jia", "yi", "bing", years="[2021, 2022]")
    nianbao("run", BATCH, "--year", "2022")
    of_2022 = dict.fromkeys(("2022 jia", "2022 yi", "2022 bing"), FAILED)
    assert told(office) == {**WHOLE, **of_2022}


def test_two_batches_share_a_folder(nianbao, office):
    write_batch(office, "shili-qiju", file="params/other.yaml")
    nianbao("run", "params/other.yaml")
    assert told(office) == {**WHOLE, "2021 shili-qiju": FAILED}
    nianbao("run", BATCH, "--only", "jia")
    assert told(office) == {**AGAIN, "2021 shili-qiju": FAILED}


def test_a_failure_whose_place_is_taken_stays_when_another_batch_runs(nianbao, office):
    write_batch(office, "shili-qiju", file="params/other.yaml")
    (office / "outputs/2021/shili-qiju").write_text("在此", encoding="utf-8")
    assert nianbao("run", "params/other.yaml")[0] == 2
    nianbao("run", BATCH)
    assert told(office) == {**AGAIN, "2021 shili-qiju": FAILED}


def test_an_agency_taken_out_of_its_batch_goes_unless_something_was_made_of_it(nianbao, office):
    write_batch(office, "yi")
    nianbao("run", BATCH)
    assert told(office) == {"2021 jia": DONE, "2021 yi": FAILED}


def test_a_report_whose_folder_was_removed_goes_and_a_failure_stays(nianbao, office):
    for code in ("jia", "yi"):
        shutil.rmtree(office / "outputs/2021" / code)
    nianbao("run", BATCH, "--only", "bing")
    assert told(office) == {"2021 yi": FAILED, "2021 bing": FAILED}


@pytest.mark.parametrize("index", [None, b"{", b'{"schema": 1, "reports": []}'])
def test_what_stands_is_told_where_the_index_was_lost(nianbao, office, index):
    before = json.loads((office / "outputs/batch.json").read_bytes())["reports"]
    place = office / "outputs/batch.json"
    place.unlink() if index is None else place.write_bytes(index)
    nianbao("run", BATCH, "--only", "yi")
    assert told(office) == WHOLE
    now = {row["agency"]: row for row in json.loads(place.read_bytes())["reports"]}
    for row in before:
        less_known = {name: row[name] for name in ("reasons", "duration", "batch")}
        assert {**now[row["agency"]], **less_known} == row


def test_a_folder_goes_before_an_index_that_is_older(nianbao, office):
    stale = (office / "outputs/batch.json").read_bytes()
    place = office / "sources/yi/2021.xlsx"
    place.parent.mkdir()
    (office / "sources/jia/2021.xlsx").rename(place)
    nianbao("run", BATCH, "--only", "jia,yi")
    (office / "outputs/batch.json").write_bytes(stale)  # as after a kill before it was written
    nianbao("run", BATCH, "--only", "bing")
    assert told(office) == {"2021 yi": DONE, "2021 bing": FAILED, "2021 jia": FAILED}


def test_an_index_of_an_earlier_version_is_read(nianbao, office):
    lay(office / "outputs", outcome("ding", status="failed"))
    rows = [{"agency": "ding", "name": "示例县丁局", "year": 2021, "status": "failed"}]
    text = json.dumps({"schema": 1, "reports": rows})
    (office / "outputs/batch.json").write_text(text, encoding="utf-8")
    nianbao("run", BATCH, "--only", "bing")
    assert told(office) == {**WHOLE, "2021 ding": FAILED}


def test_a_report_made_for_the_first_time_says_so(nianbao, office):
    page = (office / "outputs/index.html").read_text(encoding="utf-8")
    assert "首次生成" in page
    assert "还没有做过" not in page
    shutil.copy(office / "sources/jia/2021.xlsx", office / "sources/jia/2022.xlsx")
    write_batch(office, "jia", years="[2022]")
    assert "首次生成" in nianbao("run", BATCH, "--dry-run")[1]
