"""A character that no font has: the PDF waits alone, and everybody is told, with its cell."""

import json

import openpyxl
import pytest
from bs4 import BeautifulSoup

from render.test_fonts import own_font

RARE = "\U00020bb7"  # 𠮷
BATCH = "params/shili.yaml"
RUN = ("run", BATCH, "--year", "2022", "--workers", "1", "--formats", "html,pdf,docx")

pytestmark = pytest.mark.kernel


def put(project, sheet, at, text, year=2022):
    path = project / f"sources/shili-jyj/{year}.xlsx"
    book = openpyxl.load_workbook(path)
    book[sheet][at] = text
    book.save(path)


@pytest.fixture
def folder(project):
    return project / "outputs/2022/shili-jyj"


def test_signs_that_the_chinese_faces_lack_stop_nothing(nianbao, project, folder):
    put(project, "正文", "C2", "减排 CO₂ 与 PM₂.₅ 三分之一（⅓），已办 ☑ ✔。")
    code, _, _ = nianbao(*RUN)
    assert code == 0
    assert (folder / "report.pdf").is_file()


def test_the_pdf_waits_alone_and_everybody_is_told(nianbao, project, folder):
    folder.mkdir(parents=True)
    (folder / "report.pdf").touch()  # of a version before
    put(project, "正文", "C2", f"在{RARE}家村设点。")
    code, out, err = nianbao(*RUN)
    assert code == 3
    assert "2022 shili-jyj 缺 PDF：有字体里没有的字" in out
    assert "sources/shili-jyj/2022.xlsx#正文!C2" in out
    assert "U+20BB7 𠮷" in out
    assert "2022 shili-jyj 已生成，缺 PDF" in err
    assert out.splitlines()[-1].startswith("已生成，缺 PDF ")
    made = {path.name for path in folder.iterdir()}
    assert {"report.html", "review.html", "report.docx"} <= made
    assert "report.pdf" not in made
    assert "failed.json" not in made
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert "正文!C2" in manifest["missing"]["pdf"]
    assert "report.pdf" not in manifest["outputs"]

    page = BeautifulSoup((project / "outputs/index.html").read_bytes(), "html.parser")
    assert "缺 PDF" in page.tbody.tr.td.text
    assert "正文!C2" in page.tbody.text
    (row,) = json.loads((project / "outputs/batch.json").read_bytes())["reports"]
    assert "正文!C2" in row["missing"]["pdf"]
    assert "pdf" not in row["links"]


def test_it_is_tried_again_when_a_font_has_it_and_not_before(nianbao, project, folder):
    put(project, "正文", "C2", f"在{RARE}家村设点。")
    nianbao(*RUN)
    before = (folder / "manifest.json").read_bytes()
    code, out, err = nianbao(*RUN)
    assert (code, err) == (3, "1/1 2022 shili-jyj 已是最新，缺 PDF\n")
    assert "正文!C2" in out
    assert (folder / "manifest.json").read_bytes() == before
    code, out, _ = nianbao("verify", "outputs")
    assert code == 0, out

    fonts = project / "fonts"
    fonts.mkdir()
    own_font(fonts / "kai.otf", "KaiTi", rare=RARE)
    code, out, _ = nianbao(*RUN, "--fonts", fonts)
    assert code == 0, out
    assert (folder / "report.pdf").is_file()
    assert "missing" not in out


def test_without_a_pdf_ordered_nothing_lacks(nianbao, project):
    put(project, "正文", "C2", f"在{RARE}家村设点。")
    code, out, _ = nianbao(*RUN[:-1], "html,docx")
    assert (code, "缺" in out) == (0, False)


def test_a_name_in_the_register_is_named(nianbao, project):
    register = project / "params/agencies.yaml"
    register.write_text(
        register.read_text(encoding="utf-8").replace("示例县教育局", f"{RARE}县教育局")
    )
    put(project, "基本信息", "B2", f"{RARE}县教育局")
    put(project, "基本信息", "B2", f"{RARE}县教育局", year=2021)
    code, out, _ = nianbao(*RUN)
    assert code == 3
    assert "params/agencies.yaml#shili-jyj、sources/shili-jyj/2022.xlsx#基本信息!B2" in out


def test_json_tells_it_to_programs(nianbao, project):
    put(project, "正文", "C2", RARE)
    code, out, _ = nianbao(*RUN, "--format", "json")
    (row,) = json.loads(out)["reports"]
    assert (code, row["status"], list(row["missing"])) == (3, "done", ["pdf"])
    assert [path.rpartition(".")[2] for path in row["paths"]] == ["html", "docx"]


def test_check_tells_of_it_before_anything_is_made(nianbao, project):
    put(project, "正文", "C2", f"减排 CO₂，在{RARE}家村设点。")
    code, out, _ = nianbao("check", "sources/shili-jyj/2022.xlsx")
    assert code == 0
    assert "会缺 PDF：有字体里没有的字" in out
    assert "sources/shili-jyj/2022.xlsx#正文!C2" in out
    assert "U+20BB7 𠮷" in out
    assert "U+2082" not in out
    (row,) = json.loads(nianbao("check", "sources/shili-jyj/2022.xlsx", "--format", "json")[1])[
        "reports"
    ]
    assert list(row["missing"]) == ["pdf"]
