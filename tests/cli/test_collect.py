"""``nianbao collect``: what came, what is open, what was not taken; and exit codes."""

import json
import shutil

import pytest
import yaml

from inboxes import PHOTO, filled, put, workbook

DISTRICT = filled(3)  # zfb, jyj, jia-jd


@pytest.fixture
def office(project):
    """The project with a made-up district; the inbox is beside it."""
    shutil.rmtree(project / "sources")
    (project / "sources").mkdir()
    agencies = [
        made.agency.model_dump(mode="json", exclude={"parent"}) for made in DISTRICT.values()
    ]
    (project / "params" / "agencies.yaml").write_text(
        yaml.safe_dump({"agencies": agencies}, allow_unicode=True), encoding="utf-8"
    )
    batch = project / "params" / "batch.yaml"
    batch.write_text("agencies: all\nyears: [2022]\n", encoding="utf-8")
    (project / "收件 箱").mkdir()
    return project


def send(office, name, code):
    return workbook(DISTRICT[code], office / "收件 箱" / name)


ORDER = ("collect", "收件 箱", "params/batch.yaml")


def test_all_is_well(nianbao, office):
    for code in DISTRICT:
        send(office, f"{code}.xlsx", code)
    code, out, err = nianbao(*ORDER)
    assert (code, err) == (0, "")
    assert out.startswith("收件箱里有 3 个文件，新收 3 份\n")
    assert "示例区教育局（jyj）2022 年度\n  2022-1.xlsx ← jyj.xlsx，计入\n" in out
    assert out.endswith("批次中的机关都交了\n")
    code, out, _ = nianbao(*ORDER)
    assert (code, out) == (0, "收件箱里有 3 个文件，新收 0 份\n\n批次中的机关都交了\n")


def test_what_is_open_and_what_is_missing(nianbao, office):
    at = "2023-01-10 09:00"
    for name, code in (("甲.xlsx", "jyj"), ("乙.xlsx", "jyj")):
        path = send(office, name, code)
        put(path, path.read_bytes() + name.encode(), at=at)  # after the archive's end
    put(office / "收件 箱" / "一.jpg", PHOTO)
    put(office / "收件 箱" / "二.jpg", PHOTO)
    code, out, _ = nianbao(*ORDER)
    assert code == 3
    assert "要决定的 1 处\n  示例区教育局（jyj）2022 年度，现在没有计入的\n" in out
    answer = "nianbao collect '收件 箱' params/batch.yaml --take jyj=2022-2.xlsx"
    assert answer in out
    assert "没有收的 2 个文件\n  是图片，读不了；请交电子版" in out
    assert "    一.jpg\n    二.jpg\n" in out
    assert out.endswith("还没有交的 2 份：示例区人民政府办公室、示例区甲字街道办事处\n")
    code, out, _ = nianbao(*ORDER, "--take", "jyj=2022-2.xlsx")
    assert code == 3  # the pictures
    assert "要决定" not in out
    assert "2022-2.xlsx ← 甲.xlsx，先前收的，计入" in out


def test_json(nianbao, office):
    send(office, "教育局初稿.xlsx", "jyj")
    put(office / "收件 箱" / "一.jpg", PHOTO)
    code, out, _ = nianbao(*ORDER, "--format", "json")
    told = json.loads(out)
    assert (code, told["exit_code"], told["files"]) == (3, 3, 2)
    (report,) = told["reports"]
    assert (report["agency"], report["year"], report["counts"]) == ("jyj", 2022, "2022-1.xlsx")
    (version,) = report["versions"]
    assert (version["stage"], version["is_new"], version["original"]) == (
        "初稿",
        True,
        "教育局初稿.xlsx",
    )
    assert report["answers"] == []
    assert told["refused"][0]["file"] == "一.jpg"
    assert [item["agency"] for item in told["missing"]] == ["zfb", "jia-jd"]


def test_a_dry_run(nianbao, office):
    send(office, "教育局.xlsx", "jyj")
    code, out, _ = nianbao(*ORDER, "--dry-run")
    assert code == 0
    assert "会收 1 份" in out
    assert not (office / "sources" / "jyj").exists()


@pytest.mark.usefixtures("office")
def test_usage(nianbao):
    assert nianbao("collect", "收件 箱")[0] == 2
    assert nianbao("collect", "没有", "params/batch.yaml")[0] == 2
    assert nianbao("collect", "收件 箱", "没有.yaml")[0] == 2
    code, _, err = nianbao(*ORDER, "--take", "jyj")
    assert code == 2
    assert "机关代码=文件" in err


def test_what_was_collected_is_checked_like_any_other(nianbao, office):
    send(office, "教育局.xlsx", "jyj")
    assert nianbao(*ORDER)[0] == 0
    code, out, _ = nianbao("check", "sources/jyj/2022.xlsx")
    assert code == 0, out
