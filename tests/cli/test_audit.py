"""``nianbao audit`` and ``nianbao import``: from published reports to findings and to a project."""

import json

import pytest

from published_reports import PROSE, Report, as_html, as_text, tabs

SOUND = Report({"table2.permits.decisions": "3"})
WRONG = Report({"table2.permits.decisions": "3", "table3.a.natural": "2", "table3.a.total": "1"})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "对.txt").write_bytes(as_text(SOUND, tabs))
    (tmp_path / "错.html").write_bytes(as_html(WRONG))
    (tmp_path / "空.pdf").write_bytes(b"")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_sound_report_is_0(nianbao):
    code, out, err = nianbao("audit", "对.txt")
    assert (code, err) == (0, "")
    assert out.startswith("2022 示例县示例局（对.txt）\n")
    assert "必须改 0" in out


@pytest.mark.usefixtures("folder")
def test_a_wrong_report_is_1_with_places_in_the_file(nianbao):
    code, out, _ = nianbao("audit", "对.txt", "错.html")
    assert code == 1
    assert "必须改 A1" in out
    assert "位置：表 2 第 4 行" in out


@pytest.mark.usefixtures("folder")
def test_a_file_that_cannot_be_read_is_3(nianbao):
    code, out, _ = nianbao("audit", "空.pdf", "错.html", "对.txt")
    assert code == 3
    assert "错误：文件是空的\n      位置：空.pdf\n" in out
    assert "必须改 A1" in out
    assert "必须改 0" in out


@pytest.mark.usefixtures("folder")
def test_json_has_tables_as_plain_data(nianbao):
    code, out, _ = nianbao("audit", "错.html", "空.pdf", "--format", "json")
    wrong, empty = json.loads(out)
    assert code == 3
    assert set(wrong) == {"file", "agency", "year", "form", "tables", "findings", "errors"}
    assert (wrong["agency"], wrong["year"]) == ("示例县示例局", 2022)
    assert wrong["form"] == {"table2": 2021, "table3": 2021}
    assert wrong["tables"]["table2"] == [[0, 0, 0], [0, 0, 0], [3], [0], [0], [0]]
    assert wrong["tables"]["table3"]["a"] == [2, 0, 0, 0, 0, 0, 1]
    assert wrong["tables"]["table4"] == [0] * 15
    assert {f["id"] for f in wrong["findings"]} >= {"A1"}
    assert empty["errors"]


@pytest.mark.usefixtures("folder")
def test_the_register_names_agencies(nianbao, tmp_path):
    register = tmp_path / "agencies.yaml"
    register.write_text("agencies:\n- {code: slj, name: 示例市示例县示例局}\n", encoding="utf-8")
    _, out, _ = nianbao("audit", "错.html", "--register", register, "--format", "json")
    (report,) = json.loads(out)
    assert report["agency"] == "示例市示例县示例局"
    assert report["findings"][0]["agency"] == "slj"
    assert nianbao("audit", "错.html", "--register", "没有.yaml")[0] == 2


@pytest.mark.usefixtures("folder")
def test_usage(nianbao):
    assert nianbao("audit")[0] == 2
    assert nianbao("import", "对.txt")[0] == 2


@pytest.mark.usefixtures("folder")
def test_import_writes_a_project_that_checks_alike(nianbao):
    code, out, _ = nianbao("import", "错.html", "--out", "项目")
    assert code == 0
    assert "填报表 1 份" in out
    code, out, _ = nianbao("check", "项目/params/batch.yaml")
    assert code == 1
    assert "必须改 A1" in out
    assert "错误" not in out


@pytest.mark.usefixtures("folder")
def test_import_tells_what_it_cannot_take(nianbao):
    code, out, err = nianbao("import", "对.txt", "错.html", "空.pdf", "--out", "项目")
    assert code == 3
    assert "填报表 1 份" in out
    assert "同一机关同一年度已有一份年报" in err
    assert "文件是空的" in err


def test_import_of_nothing_leaves_nothing(nianbao, folder):
    code, _, err = nianbao("import", "空.pdf", "--out", "项目")
    assert code == 3
    assert "没有一份年报" in err
    assert not (folder / "项目").exists()


def test_braces_in_prose_are_printed_as_they_are(nianbao, folder):
    prose = {**PROSE, 6: ("", "其他事项见{附件}和{{ 名称 }}｛一｝，{% 无 %}。")}
    (folder / "括.txt").write_bytes(as_text(Report({}, prose=prose), tabs))
    assert nianbao("import", "括.txt", "--out", "项目")[0] == 0
    code, out, _ = nianbao("check", "项目/params/batch.yaml")
    assert code == 0, out
