"""``nianbao demo``: a whole project of a made-up district, the same each time."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from runs import PATIENCE

PROGRAM = "import sys; from nianbao.cli.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.delenv("NIANBAO_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in Path(folder).rglob("*.*")
        if path.is_file()
    }


def test_the_project_has_all_its_parts(nianbao):
    code, out, err = nianbao("demo", "试用", "--agencies", 3, "--years", "2020-2021", "--errors", 1)
    assert (code, err) == (0, "")
    assert "6 份埋有错误" in out
    assert out.splitlines()[-1] == "试一试：nianbao run 试用/params/batch.yaml"
    codes, government = ("jia-jd", "jyj", "zfb"), "qzf"
    assert sorted(contents("试用")) == [
        "README.md",
        "notebooks/report.ipynb",
        "notebooks/rollup.ipynb",
        "outputs/README.md",
        "params/agencies.yaml",
        "params/batch.yaml",
        "planted.json",
        *(
            f"sources/{name}/{year}.xlsx"
            for name in sorted([*codes, government])
            for year in (2020, 2021)
        ),
    ]
    batch = yaml.safe_load(Path("试用/params/batch.yaml").read_text(encoding="utf-8"))
    assert sorted(batch["agencies"]) == list(codes)
    assert batch["years"] == [2020, 2021]


def test_the_same_order_gives_the_same_bytes_and_another_seed_others(nianbao):
    order = ["--agencies", "2", "--years", "2020-2021", "--errors", "50%", "--seed"]
    nianbao("demo", "one", *order, "5")
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LC_ALL": "C"}
    subprocess.run(
        [sys.executable, "-c", PROGRAM, "demo", "two", *order, "5"], env=elsewhere, check=True
    )
    nianbao("demo", "three", *order, "6")
    one, two, three = map(contents, ("one", "two", "three"))
    assert one == two
    assert one.keys() == three.keys()
    differing = {name for name in one if one[name] != three[name]}
    assert differing >= {name for name in one if name.startswith("sources/")}


def test_check_finds_what_is_planted_and_nothing_else(nianbao):
    nianbao("demo", "d", "--agencies", 6, "--years", "2019-2022", "--errors", "40%", "--seed", 3)
    planted = {
        (item["agency"], item["year"]): {item["check"]}
        for item in json.loads(Path("d/planted.json").read_text(encoding="utf-8"))
    }
    _, out, _ = nianbao("check", "d/params/batch.yaml", "--format", "json")
    reports = json.loads(out)["reports"]
    assert len(reports) == 24
    assert [report["errors"] for report in reports] == [[]] * 24
    found = {
        (report["agency"], report["year"]): {
            finding["id"] for finding in report["findings"] if not finding["cause"]
        }
        for report in reports
    }
    assert 0 < len(planted) < 24
    assert {report: checks for report, checks in found.items() if checks} == planted


def test_without_mistakes_nothing_is_planted_or_found(nianbao):
    code, out, _ = nianbao("demo", "d", "--agencies", 2, "--years", "2024", "--errors", "0")
    assert code == 0
    assert "埋有错误" not in out
    assert json.loads(Path("d/planted.json").read_text(encoding="utf-8")) == []
    code, out, _ = nianbao("check", "d/params/batch.yaml")
    assert (code, out.count("未发现问题")) == (0, 2)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--agencies", "0", "1 到 10000"),
        ("--agencies", "-3", "1 到 10000"),
        ("--agencies", "10001", "1 到 10000"),
        ("--agencies", "many", "many"),
        ("--years", "2018", "2019 年度起"),
        ("--years", "2018-2020", "2019 年度起"),
        ("--years", "2030-2020", "2020-2030"),
        ("--years", "2021-2101", "2100"),
        ("--years", "21-22", "2021-2022"),
        ("--years", "2021,2022", "2021-2022"),
        ("--years", "", "2021-2022"),
        ("--errors", "110%", "0%—100%"),
        ("--errors", "-1", "0%—100%"),
        ("--errors", "ten", "0%—100%"),
        ("--errors", "nan", "0%—100%"),
        ("--errors", "10", "0%—100%"),
    ],
)
def test_a_bad_order_is_2_and_makes_nothing(nianbao, here, option, value, said):
    code, out, err = nianbao("demo", "d", f"{option}={value}")
    assert (code, out) == (2, "")
    assert option in err
    assert said in err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("name", ["full", "file"])
def test_what_is_there_already_is_refused_and_left_alone(nianbao, here, name):
    (here / "full").mkdir()
    (here / "full" / "own.txt").touch()
    (here / "file").touch()
    code, _, err = nianbao("demo", name, "--agencies", 1)
    assert code == 2
    assert name in err
    assert sorted(contents(here)) == ["full/own.txt"]


@pytest.mark.parametrize("is_there", [False, True])
def test_a_disk_that_takes_no_more_leaves_nothing_half_done(here, is_there):
    if is_there:
        (here / "d").mkdir()
    limited = 'ulimit -f 8; exec "$@"'  # half-kilobytes a file: less than a workbook
    command = [sys.executable, "-c", PROGRAM, "demo", "d", "--agencies", "2"]
    done = subprocess.run(
        ["sh", "-c", limited, "sh", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "文件夹不能写" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in here.iterdir()] == (["d"] if is_there else [])
    assert contents(here) == {}


def test_an_interrupt_leaves_nothing_half_done(here):
    command = [sys.executable, "-c", PROGRAM, "demo", "d", "--agencies", "5000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        while not list(here.glob("d/sources/*/*.xlsx")):
            assert running.poll() is None
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert "已中断" in err
    assert list(here.iterdir()) == []


def test_the_readme_says_how_to_make_the_same_again(nianbao):
    nianbao("demo", "one", "--agencies", 2, "--years", "2023", "--errors", "35%", "--seed", 4)
    text = Path("one/README.md").read_text(encoding="utf-8")
    order = text.partition("`nianbao demo ")[2].partition("`")[0]
    assert nianbao("demo", "two", *order.split())[0] == 0
    assert contents("one") == contents("two")
