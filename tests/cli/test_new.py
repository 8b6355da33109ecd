"""``nianbao new``: blank workbooks in their places, whole or not at all, never over another."""

import os
import shutil
import subprocess
import sys

import openpyxl
import pytest

from nianbao.filing.blank.make import _put
from nianbao.filing.register import load_register
from nianbao.filing.workbook import read_filing

PROGRAM = "import sys; from nianbao.cli.main import main; sys.exit(main(sys.argv[1:]))"
AGENCY = "shili-jyj"


def listing(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def read(project, year, agency=AGENCY):
    register = load_register(project / "params" / "agencies.yaml")
    path = project / "sources" / agency / f"{year}.xlsx"
    return read_filing(path, register.agency(agency), year, shown=path.name)


@pytest.fixture
def sources(project):
    return project / "sources"


def test_one_workbook_with_last_year_in_it(nianbao, project, sources):
    before = listing(sources)
    code, out, err = nianbao("new", "--agency", AGENCY, "--year", 2023)
    assert (code, err) == (0, "")
    assert out == f"已写 sources/{AGENCY}/2023.xlsx（带入 2022 年度的数）\n"
    added = listing(sources).keys() - before.keys()
    assert added == {f"{AGENCY}/2023.xlsx"}
    assert {name: data for name, data in listing(sources).items() if name in before} == before
    filing, last_year = read(project, 2023), read(project, 2022)
    assert filing.remarks == ()
    for column in ("natural", "business", "total"):
        carried = last_year.figures[f"table3.f.{column}"].value
        assert filing.figures[f"table3.b.{column}"].value == carried
    assert [fact.name for fact in filing.facts()] == [fact.name for fact in last_year.facts()]
    assert "申请台账" in openpyxl.load_workbook(sources / AGENCY / "2023.xlsx").sheetnames


def test_without_last_year_and_without_ledgers(nianbao, project, sources):
    code, out, err = nianbao("new", "--agency", AGENCY, "--year", 2019, "--no-ledgers")
    assert (code, out, err) == (0, f"已写 sources/{AGENCY}/2019.xlsx\n", "")
    assert read(project, 2019).form.key == "2019"
    names = openpyxl.load_workbook(sources / AGENCY / "2019.xlsx").sheetnames
    assert not [name for name in names if "台账" in name]


def test_a_new_agency_gets_its_folder(nianbao, project, sources):
    shutil.rmtree(sources / AGENCY)
    assert nianbao("new", "--agency", AGENCY, "--year", 2024)[0] == 0
    assert list(listing(sources / AGENCY)) == ["2024.xlsx"]
    assert read(project, 2024).basics["机关名称"].text == "示例县教育局"
    mask = os.umask(0)
    os.umask(mask)
    assert (sources / AGENCY / "2024.xlsx").stat().st_mode & 0o777 == 0o666 & ~mask


def test_the_same_order_gives_the_same_bytes(nianbao, sources):
    nianbao("new", "--agency", AGENCY, "--year", 2023)
    first = (sources / AGENCY / "2023.xlsx").read_bytes()
    (sources / AGENCY / "2023.xlsx").unlink()
    order = ["new", "--agency", AGENCY, "--year", "2023"]
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", PROGRAM, *order], env=elsewhere, check=True)
    assert (sources / AGENCY / "2023.xlsx").read_bytes() == first


def test_a_batch_gets_what_is_not_there_yet(nianbao, project, sources):
    batch = project / "params" / "new.yaml"
    batch.write_text(f"agencies: [{AGENCY}]\nyears: [2022, 2023, 2024]\n", encoding="utf-8")
    before = listing(sources)
    code, out, err = nianbao("new", "params/new.yaml")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"已有 sources/{AGENCY}/2022.xlsx，没有改动",
        f"已写 sources/{AGENCY}/2023.xlsx（带入 2022 年度的数）",
        f"已写 sources/{AGENCY}/2024.xlsx",
        "新写 2 份，已有 1 份",
    ]
    after = listing(sources)
    assert {name: after[name] for name in before} == before
    assert nianbao("new", "params/new.yaml")[1].splitlines()[-1] == "新写 0 份，已有 3 份"
    assert listing(sources) == after


def test_some_of_a_batch(nianbao, project, sources):
    batch = project / "params" / "new.yaml"
    text = f"agencies: [{AGENCY}, xixia-zrzy]\nyears: [2024, 2025]\n"
    batch.write_text(text, encoding="utf-8")
    code, out, _ = nianbao("new", "params/new.yaml", "--agency", "xixia-zrzy", "--year", 2025)
    assert (code, out.splitlines()[-1]) == (0, "新写 1 份，已有 0 份")
    assert (sources / "xixia-zrzy" / "2025.xlsx").is_file()
    code, _, err = nianbao("new", "params/new.yaml", "--agency", "xixia")
    assert code == 2
    assert "最接近的是 xixia-zrzy" in err


@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".XLS"])
def test_a_workbook_that_is_there_is_left_alone(nianbao, sources, suffix):
    path = sources / AGENCY / f"2024{suffix}"
    path.write_bytes(b"mine")
    code, out, err = nianbao("new", "--agency", AGENCY, "--year", 2024)
    assert (code, out) == (2, "")
    assert "已有填报表" in err
    assert path.name in err
    assert "移走" in err
    assert path.read_bytes() == b"mine"
    assert len([name for name in listing(sources) if "2024" in name]) == 1


def test_last_year_that_cannot_be_read_is_told_and_left_out(nianbao, project, sources):
    (sources / AGENCY / "2023.xlsx").write_bytes(b"PK damaged")
    code, out, err = nianbao("new", "--agency", AGENCY, "--year", 2024)
    assert (code, out) == (0, f"已写 sources/{AGENCY}/2024.xlsx\n")
    assert err.startswith("注意：上年的填报表读不了")
    assert f"sources/{AGENCY}/2023.xlsx" in err
    assert "再运行一次" in err
    assert "Traceback" not in err
    assert {f.value for f in read(project, 2024).figures.values()} == {None}


@pytest.mark.usefixtures("project")
def test_last_year_that_is_still_blank_gives_no_numbers(nianbao):
    nianbao("new", "--agency", AGENCY, "--year", 2023)  # where only 上年结转 is filled in
    code, out, err = nianbao("new", "--agency", AGENCY, "--year", 2024)
    assert (code, out, err) == (0, f"已写 sources/{AGENCY}/2024.xlsx\n", "")


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("--agency shili-jj --year 2024", "最接近的是 shili-jyj"),
        ("--agency ../x --year 2024", "名册中没有这个机关"),
        ("--agency shili-jyj --year 2018", "2019 年度起"),
        ("--agency shili-jyj --year 2101", "这一年度还没有开始"),
        ("--agency shili-jyj --year 2100", "应为：2019 到 20"),
        ("params/ahead.yaml", "2098、2099"),
        ("--agency shili-jyj --year x", "应为：整数"),
        ("--agency shili-jyj", "--agency 和 --year，或一个批次"),
        ("--year 2024", "--agency 和 --year，或一个批次"),
        ("", "--agency 和 --year，或一个批次"),
        ("params/none.yaml", "没有这个文件"),
        ("params/agencies.yaml", "这是名册，不是批次"),
        ("params/old.yaml", "2017、2018"),
        ("params/shili.yaml --year 2030", "没有这个年度"),
        ("params/shili.yaml --ledgers", "最接近的是 --no-ledgers"),
    ],
)
def test_a_wrong_order_is_2_and_writes_nothing(nianbao, project, sources, order, told):
    old = f"agencies: [{AGENCY}]\nyears: [2017, 2018, 2024]\n"
    (project / "params" / "old.yaml").write_text(old, encoding="utf-8")
    ahead = f"agencies: [{AGENCY}]\nyears: [2024, 2098, 2099]\n"
    (project / "params" / "ahead.yaml").write_text(ahead, encoding="utf-8")
    before = listing(sources)
    code, out, err = nianbao("new", *order.split())
    assert (code, out) == (2, "")
    assert told in err
    assert listing(sources) == before


def test_a_folder_that_cannot_be_made_is_told(nianbao, sources):
    shutil.rmtree(sources / AGENCY)
    (sources / AGENCY).touch()
    code, _, err = nianbao("new", "--agency", AGENCY, "--year", 2024)
    assert code == 2
    assert "填报表写不进去" in err
    assert "上级不是文件夹" in err


@pytest.mark.parametrize("is_there", [False, True])
def test_a_disk_that_takes_no_more_leaves_nothing_behind(sources, is_there):
    if not is_there:
        shutil.rmtree(sources / AGENCY)
    before = sorted(path.as_posix() for path in sources.rglob("*"))
    limited = 'ulimit -f 8; exec "$@"'  # half-kilobytes: less than a workbook
    command = [sys.executable, "-c", PROGRAM, "new", "--agency", AGENCY, "--year", "2024"]
    done = subprocess.run(
        ["sh", "-c", limited, "sh", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert f"sources/{AGENCY}/2024.xlsx" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.as_posix() for path in sources.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told(nianbao, sources):
    (sources / AGENCY).chmod(0o500)
    code, _, err = nianbao("new", "--agency", AGENCY, "--year", 2024)
    (sources / AGENCY).chmod(0o700)
    assert code == 2
    assert "没有权限" in err


@pytest.fixture(params=["links", "no links"])
def disk(request, monkeypatch):
    """A disk that knows links, and one that does not, such as FAT."""

    def refuse(*_):
        raise PermissionError

    if request.param == "no links":
        monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("disk")
def test_any_disk_will_do(nianbao, sources):
    assert nianbao("new", "--agency", AGENCY, "--year", 2024)[0] == 0
    assert [path.name for path in (sources / AGENCY).glob("*2024*")] == ["2024.xlsx"]


@pytest.mark.usefixtures("disk")
def test_what_comes_between_is_not_written_over(tmp_path):
    path = tmp_path / "2024.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        _put(path, b"ours")
    assert listing(tmp_path) == {"2024.xlsx": b"mine"}


def test_a_folder_with_the_name_of_the_workbook_is_left_alone(nianbao, sources):
    (sources / AGENCY / "2024.xlsx").mkdir()
    code, _, err = nianbao("new", "--agency", AGENCY, "--year", 2024)
    assert code == 2
    assert "没有改动" in err
    assert list((sources / AGENCY).glob(".2024*")) == []
