"""``nianbao register``: looked at, written as a spreadsheet, taken back from one."""

import json

import openpyxl
import pytest

REGISTER = """\
# 机关名册
agencies:
  - {code: qzf, name: 示例区人民政府, kind: 政府, is_sample: true}
  - {code: jyj, name: 示例区教育局, parent: qzf, is_sample: true}
  - {code: fpj, name: 示例区扶贫办公室, parent: qzf, until: 2020, is_sample: true}
  - {code: swj, name: 示例区税务局, kind: 垂直管理, parent: qzf, is_sample: true}
  - {code: zrzyj, name: 示例区自然资源局, parent: qzf, since: 2019, is_sample: true,
     former_names: [{name: 示例区国土资源局, until: 2021}]}
"""


@pytest.fixture
def register(project):
    path = project / "params" / "agencies.yaml"
    path.write_text(REGISTER, encoding="utf-8")
    return path


def change(name, cells):
    """Type into a spreadsheet: cell to value."""
    book = openpyxl.load_workbook(name)
    for cell, value in cells.items():
        book.worksheets[0][cell] = value
    book.save(name)


@pytest.mark.usefixtures("register")
def test_the_tree(nianbao):
    code, out, _ = nianbao("register")
    assert code == 0
    assert "示例区人民政府（qzf） 政府\n├─ 示例区教育局（jyj） 部门\n" in out
    assert "└─ 示例区自然资源局（zrzyj） 部门 2019—\n" in out


@pytest.mark.usefixtures("register")
def test_who_reports_for_a_year_and_who_is_left_out(nianbao):
    _, out, _ = nianbao("register", "--year", "2021")
    assert "示例区扶贫办公室（fpj） 部门 不报：2020 年度止报\n" in out
    assert "示例区税务局（swj） 垂直管理 不计入汇总：垂直管理部门" in out
    assert "示例区国土资源局（zrzyj） 部门\n" in out
    assert out.endswith("2021 年度：要报 4 个，其中不计入汇总 1 个\n")
    _, out, _ = nianbao("register", "--year", "2021", "--format", "json")
    agencies = {item["code"]: item for item in json.loads(out)["agencies"]}
    assert agencies["zrzyj"]["name_in_year"] == "示例区国土资源局"
    assert not agencies["fpj"]["reports"]
    assert agencies["swj"]["left_out"]


def test_written_changed_and_taken_back(nianbao, register):
    assert nianbao("register", "--to", "名册.xlsx")[0] == 0
    assert nianbao("register", "--from", "名册.xlsx")[1] == "与名册一致，没有改动\n"
    assert register.read_text(encoding="utf-8") == REGISTER
    change("名册.xlsx", {"I3": 2024, "A7": "ybj", "B7": "示例区医疗保障局", "E7": "qzf"})
    code, out, _ = nianbao("register", "--from", "名册.xlsx", "--dry-run")
    assert (code, register.read_text(encoding="utf-8")) == (0, REGISTER)
    assert "改动 示例区教育局（jyj） 止报年度：（空） → 2024\n" in out
    code, out, _ = nianbao("register", "--from", "名册.xlsx")
    assert code == 0
    assert "新增 示例区医疗保障局（ybj）\n" in out
    assert "旧名册留在 params/agencies.yaml.old1" in out
    old = register.with_name("agencies.yaml.old1")
    assert old.read_text(encoding="utf-8") == REGISTER
    assert "示例区医疗保障局（ybj）" in nianbao("register")[1]
    change("名册.xlsx", {"I3": None})
    nianbao("register", "--from", "名册.xlsx")
    assert old.read_text(encoding="utf-8") == REGISTER
    assert register.with_name("agencies.yaml.old2").is_file()
    assert sorted(path.name for path in register.parent.glob(".*")) == []


def test_a_wrong_spreadsheet_changes_nothing(nianbao, register):
    nianbao("register", "--to", "名册.xlsx")
    change("名册.xlsx", {"E3": "qzff", "E4": "jyj", "G5": "123"})
    code, _, err = nianbao("register", "--from", "名册.xlsx")
    assert code == 2
    assert "名册.xlsx#机关名册!G5" in err
    change("名册.xlsx", {"G5": None})
    code, _, err = nianbao("register", "--from", "名册.xlsx")
    assert code == 2
    assert "有 2 处要改正" in err
    assert register.read_text(encoding="utf-8") == REGISTER
    assert not register.with_name("agencies.yaml.old1").exists()


@pytest.mark.usefixtures("register")
def test_a_spreadsheet_that_is_there_is_not_written_over(nianbao, project):
    (project / "名册.xlsx").write_bytes(b"mine")
    code, _, err = nianbao("register", "--to", "名册.xlsx")
    assert code == 2
    assert "已经有这个文件" in err
    assert (project / "名册.xlsx").read_bytes() == b"mine"


@pytest.mark.usefixtures("register")
def test_usage(nianbao):
    assert nianbao("register", "--to", "a.xlsx", "--from", "b.xlsx")[0] == 2
    assert nianbao("register", "--to", "a.csv")[0] == 2
    assert nianbao("register", "--from", "没有.xlsx")[0] == 2
    assert nianbao("register", "--dry-run")[0] == 2
