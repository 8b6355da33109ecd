"""Where a project's files stand, and what they are called."""

import pytest

from nianbao.errors import ProjectError
from nianbao.filing.sources import names_read, workbooks_read
from nianbao.project import FOLDERS, Project, local_pictures, workbooks_in


@pytest.fixture
def project(tmp_path):
    root = tmp_path.resolve() / "project"
    for name in (*FOLDERS, "sources/jia"):
        (root / name).mkdir(parents=True, exist_ok=True)
    return Project(root)


def test_a_project_is_found_upwards_and_by_its_variable(project, monkeypatch, tmp_path):
    assert Project.find(project.root / "sources" / "jia") == project
    with pytest.raises(ProjectError, match="notebooks/"):
        Project.find(tmp_path)
    monkeypatch.setenv("NIANBAO_PROJECT", str(project.root))
    assert Project.find(tmp_path) == project


def test_the_first_of_several_workbooks_counts_and_other_files_do_not(project):
    folder = project.sources("jia")
    for name in (
        "2021.xls", "2021.ods", "2022.XLS", "2023.xlsx", "2023.XLSX", "~$2024.xlsx",
        "2024.xlsx.tmp", "２０２５.xlsx", "25.xlsx", "2026.csv", "2027",
    ):  # fmt: skip
        (folder / name).write_text(name)
    (folder / "2020.xlsx").mkdir()
    assert workbooks_in(folder)[2023].lower() == "2023.xlsx"
    assert {year: name.lower() for year, name in workbooks_in(folder).items()} == {
        2021: "2021.ods",
        2022: "2022.xls",
        2023: "2023.xlsx",
    }
    assert project.source("jia", 2022).read_text() == "2022.XLS"
    assert project.source("jia", 2019) == folder / "2019.xlsx"
    assert workbooks_in(folder / "2021.xls") == workbooks_in(folder / "none") == {}


def test_which_workbook_counts_does_not_hang_on_the_order_of_the_folder(project):
    folder = project.sources("jia")
    for year in range(2008, 2028):
        for suffix in (".xls", ".xlsx", ".ods")[:: 1 if year % 2 else -1]:
            (folder / f"{year}{suffix}").write_text("x")
    assert workbooks_in(folder) == {year: f"{year}.xlsx" for year in range(2008, 2028)}


@pytest.mark.parametrize(
    ("year", "names"),
    [
        (2022, ("2022.xlsx", "2021.ods")),
        (2021, ("2021.ods", "")),
        (2019, ("2019.xlsx", "")),  # there was no form for 2018
    ],
)
def test_last_years_workbook_is_read_where_there_is_one_and_a_form(project, year, names):
    workbooks = {2018: "2018.xlsx", 2021: "2021.ods"}
    assert names_read(workbooks, year) == names
    for name in workbooks.values():
        (project.sources("jia") / name).write_text("x")
    source, previous = workbooks_read(project, "jia", year)
    assert (source.name, previous.name if previous else "") == names


def test_files_are_named_from_the_root_and_links_by_their_own_names(project, tmp_path):
    elsewhere = tmp_path / "disk" / "share"
    elsewhere.mkdir(parents=True)
    (elsewhere / "2021.xlsx").write_text("x")
    (project.root / "sources" / "yi").symlink_to(elsewhere)
    (tmp_path / "link").symlink_to(project.root)
    assert project.relative(project.source("yi", 2021)) == "sources/yi/2021.xlsx"
    assert project.relative(elsewhere / "2021.xlsx") == "share/2021.xlsx"
    assert project.relative(tmp_path / "link" / "params" / ".." / "x.yaml") == "x.yaml"


def test_pictures_are_found_however_a_cell_names_them(tmp_path):
    root = tmp_path.resolve()
    folder = root / "notebooks"
    folder.mkdir()
    for name in ("a.png", "图 一.JPG", "it's.svg"):
        (folder / name).touch()
    (root / "b.webp").touch()
    text = (
        "![甲](a.png) ![乙](<图 一.JPG>) ![](./a.png \"题\") <img src='b.webp'> [r]: a.png\n"
        '<img src="it\'s.svg"> ![](%E5%9B%BE%20%E4%B8%80.JPG) ![](https://a.cn/a.png) ![](no.png)'
    )
    found = local_pictures(text, folder, root)
    assert {name: path.relative_to(root).as_posix() for name, path in found.items()} == {
        "a.png": "notebooks/a.png",
        "./a.png": "notebooks/a.png",
        "图 一.JPG": "notebooks/图 一.JPG",
        "%E5%9B%BE%20%E4%B8%80.JPG": "notebooks/图 一.JPG",
        "it's.svg": "notebooks/it's.svg",
        "b.webp": "b.webp",
    }


@pytest.mark.parametrize("part", ["A", "<", '"', "'", "(", "a.png", "<a"])
def test_a_long_cell_is_looked_through_once(tmp_path, part):
    assert local_pictures(part * 1_000_000, tmp_path, tmp_path) == {}
