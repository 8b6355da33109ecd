"""``nianbao verify``: the same, not the same, or not to be compared; and nothing is touched."""

import json
import shutil
import tempfile
from pathlib import Path

import openpyxl
import pytest

from runs import contents

pytestmark = pytest.mark.kernel

BATCH = "params/shili.yaml"
REPORT = "outputs/2021/shili-jyj"
MADE = ("run", BATCH, "--year", "2021", "--formats", "html,csv,xlsx", "--workers", "1")


@pytest.fixture
def temp(tmp_path, monkeypatch):
    """The folder for temporary files, which must be empty in the end."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def made(nianbao, project, cells, temp):
    """A project in which the report of 2021 stands, made by a notebook of no work."""
    cells("1 + 1", "print('好')")
    assert nianbao(*MADE)[0] == 0
    assert list(temp.iterdir()) == []
    return project


@pytest.fixture
def verify(nianbao, made, temp):
    """Verify and give exit code, stdout and stderr; nothing may change, nothing be left."""

    def run(*arguments):
        before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
        bytes_before = contents(made)
        done = nianbao("verify", *arguments)
        assert contents(made) == bytes_before
        assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before
        assert list(temp.iterdir()) == []
        return done

    return run


def poke(path, old, new):
    data = path.read_bytes()
    assert old.encode() in data
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))


def status_of(out):
    (report,) = json.loads(out)["reports"]
    return report["status"]


def test_the_same_is_0_from_wherever_it_is_named(verify, made, monkeypatch):
    code, out, err = verify(REPORT)
    assert (code, out) == (0, f"{REPORT} 一致\n")
    assert err.startswith("1/1 2021 shili-jyj 已比较 ")
    assert verify("outputs")[:2] == (0, f"{REPORT} 一致\n")
    monkeypatch.chdir(made.parent)
    assert verify(made / REPORT)[:2] == (0, f"project/{REPORT} 一致\n")


def test_a_changed_byte_is_1_and_told_with_file_and_place(verify, made):
    poke(made / REPORT / "report.html", "<title>年报", "<title>月报")
    poke(made / REPORT / "report.ipynb", "好", "坏")
    data = bytearray((made / REPORT / "figures.parquet").read_bytes())
    data[40] ^= 1
    (made / REPORT / "figures.parquet").write_bytes(data)
    code, out, _ = verify(REPORT)
    lines = [line.strip() for line in out.splitlines()]
    assert (code, lines[0]) == (1, f"{REPORT} 不一致")
    assert lines[1] == "figures.parquet 不同：第 40 字节（从 0 数起）"
    page = next(number for number, line in enumerate(lines) if line.startswith("report.html"))
    assert lines[page].startswith("report.html 不同：第 ")
    assert "<title>月报" in lines[page + 1]
    assert "<title>年报" in lines[page + 2]
    assert any(line.startswith("report.ipynb 不同：第 5 个单元格的") for line in lines)


def test_a_missing_output_is_1_and_what_is_not_ours_is_only_told(verify, made):
    (made / REPORT / "figures.csv").unlink()
    (made / REPORT / "备忘.txt").write_text("x", encoding="utf-8")
    code, out, _ = verify(REPORT)
    assert code == 1
    assert out.splitlines() == [
        f"{REPORT} 不一致",
        "  figures.csv 缺失",
        "  不是 nianbao 生成的文件，没有比较：备忘.txt",
    ]


def test_a_changed_workbook_is_told_and_nothing_is_claimed(verify, made):
    book = openpyxl.load_workbook(made / "sources/shili-jyj/2021.xlsx")
    book["依申请公开"]["D5"] = 99
    book.save(made / "sources/shili-jyj/2021.xlsx")
    code, out, err = verify(REPORT)
    assert (code, err) == (3, "")
    assert out == f"{REPORT} 不能比较\n  填报表改了：sources/shili-jyj/2021.xlsx\n"


def test_what_was_altered_since_is_told_also_where_nothing_can_be_compared(verify, made, cells):
    cells("2 + 2")
    poke(made / REPORT / "report.html", "<title>年报", "<title>月报")
    (made / REPORT / "figures.csv").unlink()
    code, out, _ = verify(REPORT, "--format", "json")
    (report,) = json.loads(out)["reports"]
    assert (code, report["status"], report["reasons"]) == (3, "incomparable", ["母版笔记本改了"])
    told = [(item["file"], item["what"]) for item in report["differences"]]
    assert told == [("figures.csv", "缺失"), ("report.html", "与生成记录不符")]


def test_another_version_of_a_package_is_no_difference(verify, made):
    manifest = made / REPORT / "manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["versions"]["typst"] = "0.1"
    data["parts"]["packages"] = "0" * 64
    manifest.write_text(json.dumps(data), encoding="utf-8")
    code, out, _ = verify(REPORT)
    assert code == 3
    assert out.splitlines()[1].startswith("  依赖的软件包换了版本：typst 0.1 → ")


@pytest.mark.parametrize(
    ("part", "value"),
    [("parameters", ""), ("parameters", '{"agency": "../x", "year": 2021}'), (None, "[]")],
)
def test_a_manifest_that_cannot_be_trusted_is_told(verify, made, part, value):
    manifest = made / REPORT / "manifest.json"
    if part is None:
        manifest.write_text(value, encoding="utf-8")
    else:
        data = json.loads(manifest.read_text(encoding="utf-8"))
        data["parts"][part] = value
        manifest.write_text(json.dumps(data), encoding="utf-8")
    code, out, _ = verify(REPORT)
    assert (code, out) == (3, f"{REPORT} 不能比较\n  生成记录缺失或损坏\n")


def test_an_agency_that_is_gone_and_a_copy_are_told(verify, made):
    shutil.copytree(made / REPORT, made / "outputs/2021/fuben")
    code, out, _ = verify("outputs")
    assert code == 3
    assert out.splitlines()[-1] == "1 份一致，1 份不能比较"
    assert f"与 {made / 'outputs/2021/fuben'} 是同一份年报" in out
    register = made / "params/agencies.yaml"
    register.write_text("agencies: [{code: a, name: 示例县甲局}]\n", encoding="utf-8")
    code, out, _ = verify(REPORT)
    assert out.splitlines()[1] == "  名册中没有这个机关：shili-jyj"


def test_none_is_passed_over_in_silence(verify, made):
    """A failed one, one without its record, and a stray one higher up."""
    shutil.copytree(made / REPORT, made / "outputs/wei")
    (made / "outputs/wei/manifest.json").unlink()
    (made / "outputs/2022/yi").mkdir(parents=True)
    (made / "outputs/2022/yi/failed.json").write_text('{"key": "k"}', encoding="utf-8")
    code, out, _ = verify("outputs", "--format", "json")
    told = {item["folder"]: item["reasons"] for item in json.loads(out)["reports"]}
    assert code == 3
    assert told == {
        REPORT: [],
        "outputs/2022/yi": ["上次没有做成"],
        "outputs/wei": ["生成记录缺失或损坏"],
    }


def test_a_report_that_cannot_be_made_again_is_3_with_the_reason(verify):
    code, out, _ = verify(REPORT, "--cell-timeout", "0.000001")
    assert (code, out.splitlines()[0]) == (3, f"{REPORT} 没有做成")
    assert "  单元格运行超过" in out


def test_the_orders_of_the_batch_are_those_of_the_manifest(nianbao, verify, made):
    batch = made / BATCH
    poke(batch, "years:", "public_hotline: true\nsmall_groups: 3\nyears:")
    assert nianbao(*MADE[:-4], "--formats", "csv", "--force")[0] == 0
    batch.unlink()
    code, out, _ = verify(REPORT, "--format", "json")
    assert (code, status_of(out)) == (0, "same")


@pytest.mark.parametrize(
    ("folder", "told"),
    [("params", "这里没有年报"), ("outputs/2030", "没有这个文件夹"), (BATCH, "不是文件夹")],
)
def test_what_is_no_report_is_2_with_a_hint(verify, folder, told):
    code, out, err = verify(folder)
    assert (code, out) == (2, "")
    assert told in err
    assert "提示：" in err
    assert "outputs/2022/shili-jyj" in err


def test_a_stop_leaves_nothing_behind(nianbao, made, temp, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("nianbao.batch.make._make", stopped)
    before = contents(made)
    assert nianbao("verify", REPORT)[0] == 130
    assert contents(made) == before
    assert list(temp.iterdir()) == []


def test_a_folder_elsewhere_belongs_to_the_project_of_the_current_folder(verify, made, tmp_path):
    shutil.copytree(made / "outputs", tmp_path / "elsewhere")
    code, out, _ = verify(tmp_path / "elsewhere")
    assert (code, out) == (0, f"{Path(tmp_path.resolve() / 'elsewhere/2021/shili-jyj')} 一致\n")
