"""``nianbao init``: a new project that works, with nothing of real agencies in it."""

import json

import pytest

from nianbao.cli.init import make_project
from nianbao.project import Project, sample_project


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_a_new_project_has_all_its_parts_and_made_up_agencies_only(nianbao, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = nianbao("init", "我的项目")
    assert code == 0
    assert out.splitlines()[-1].endswith("nianbao run params/shili.yaml")
    assert files(tmp_path / "我的项目") == [
        "README.md",
        "notebooks/report.ipynb",
        "notebooks/rollup.ipynb",
        "outputs/README.md",
        "params/agencies.yaml",
        "params/shili.yaml",
        "sources/shili-jyj/2021-信息发布台账.csv",
        "sources/shili-jyj/2021-台账.xlsx",
        "sources/shili-jyj/2021.xlsx",
        "sources/shili-jyj/2022-信息发布台账.csv",
        "sources/shili-jyj/2022-台账.xlsx",
        "sources/shili-jyj/2022.xlsx",
    ]
    register = (tmp_path / "我的项目" / "params" / "agencies.yaml").read_text(encoding="utf-8")
    assert "示例县教育局" in register
    assert "xixia" not in register
    notebook = (tmp_path / "我的项目" / "notebooks" / "report.ipynb").read_bytes()
    assert notebook == sample_project().report_notebook.read_bytes()


def test_the_new_project_runs_from_inside(nianbao, tmp_path, monkeypatch):
    monkeypatch.delenv("NIANBAO_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    nianbao("init", "new")
    monkeypatch.chdir(tmp_path / "new")
    code, out, _ = nianbao("run", "params/shili.yaml", "--dry-run", "--format", "json")
    assert code == 0
    assert [item["year"] for item in json.loads(out)] == [2021, 2022]
    assert nianbao("check", "params/shili.yaml")[0] == 0


def test_a_bad_batch_in_the_checkout_stays_behind_and_spoils_nothing(tmp_path):
    source = Project(tmp_path / "source")
    make_project(sample_project(), source.root)
    (source.params / "bad.yaml").write_text("agencies: [none]", encoding="utf-8")
    assert make_project(source, tmp_path / "new") == ("params/shili.yaml",)
    assert files(tmp_path / "new") == [name for name in files(source.root) if "bad" not in name]


@pytest.mark.parametrize("name", ["full", "file"])
def test_what_is_there_already_is_refused_and_left_alone(nianbao, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "own.txt").touch()
    (tmp_path / "file").touch()
    code, _, err = nianbao("init", name)
    assert code == 2
    assert name in err
    assert files(tmp_path) == ["full/own.txt"]


def test_an_empty_folder_is_welcome(nianbao, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert nianbao("init", "empty")[0] == 0
