"""``nianbao compare``: which reports, where it is written, what is said, and the exit codes."""

import json
import shutil

import pytest

from catalog.reports import Made, lay

BATCH = """\
title: 示例批次
reports:
  - {agency: shili-jyj, year: 2022}
  - {agency: xixia-zrzy, year: 2021}
"""


@pytest.fixture
def standing(project):
    """The project with a report of the sample office, and one that no batch names."""
    figures = {"table3.a.total": "3"}
    lay(project / "outputs", Made("shili-jyj", 2022, figures), Made("fremd", 2022, figures))
    (project / "params" / "two.yaml").write_text(BATCH, encoding="utf-8")
    return project / "outputs"


def test_all_that_stands(nianbao, standing):
    code, out, err = nianbao("compare")
    assert (code, err) == (0, "")
    assert "机关 2 个，年度 1 个：已完成 2 份" in out
    assert out.endswith("见 outputs/compare.html，电子表格是 outputs/compare.xlsx\n")
    assert (standing / "compare.html").is_file()
    assert (standing / "compare.xlsx").is_file()


def test_a_batch_has_its_title_and_misses_what_is_not_there(nianbao, standing):
    code, out, _ = nianbao("compare", "params/two.yaml", "--format", "json")
    told = json.loads(out)
    assert (code, told["exit_code"]) == (0, 0)
    assert {(r["agency"], r["year"]): r["status"] for r in told["reports"]} == {
        ("shili-jyj", 2022): "done", ("shili-jyj", 2021): "unasked",
        ("xixia-zrzy", 2022): "unasked", ("xixia-zrzy", 2021): "missing",
    }  # fmt: skip
    page = (standing / "compare.html").read_text(encoding="utf-8")
    assert "<h1>示例批次：比较</h1>" in page
    assert "fremd" not in page


@pytest.mark.usefixtures("standing")
def test_a_batch_of_which_nothing_stands_beside_others(nianbao):
    code, out, _ = nianbao("compare", "params/xixia-2020.yaml")
    assert code == 0
    assert "缺 1 份" in out


def test_of_much_that_cannot_be_read_only_the_first_is_told(nianbao, project):
    made = [Made(f"j{number}", 2022) for number in range(12)]
    outputs = lay(project / "outputs", *made)
    for item in made:
        (outputs / "2022" / item.agency / "findings.json").unlink()
    code, out, _ = nianbao("compare")
    assert (code, out.count("读不了：")) == (3, 10)
    assert "读不了的共 12 份" in out


def test_another_outputs_folder(nianbao, standing, tmp_path, monkeypatch):
    moved = shutil.move(standing, tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path)
    assert nianbao("compare", "--outputs", moved)[0] == 0
    assert (moved / "compare.html").is_file()


def test_what_cannot_be_read_is_3_and_told(nianbao, standing):
    (standing / "2022/fremd/figures.parquet").unlink()
    code, out, _ = nianbao("compare")
    assert code == 3
    assert "读不了：2022 示例县fremd局：figures.parquet：缺失，或做成后被改动" in out
    assert (standing / "compare.html").is_file()


@pytest.mark.parametrize("line", ["compare", "compare params/shili.yaml", "compare --outputs nix"])
def test_nothing_to_compare_is_2_with_a_hint(nianbao, project, line):
    code, out, err = nianbao(*line.split())
    assert (code, out) == (2, "")
    assert "提示" in err
    assert "nianbao run" in err
    assert not (project / "outputs" / "compare.html").exists()


def test_a_comparison_that_cannot_be_written_leaves_the_old_one(nianbao, standing):
    assert nianbao("compare")[0] == 0
    before = (standing / "compare.html").read_bytes()
    (standing / "compare.xlsx").unlink()
    (standing / "compare.xlsx").mkdir()
    (standing / "2022/fremd/findings.json").unlink()
    code, _, err = nianbao("compare")
    assert code == 2
    assert "输出文件夹不能写" in err
    assert (standing / "compare.html").read_bytes() == before
    assert list(standing.glob(".nianbao/*.new")) == []
