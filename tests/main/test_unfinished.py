"""What is not finished is a draft, in every edition; and four commands say the same of it."""

import json
import re
import subprocess

import openpyxl
import pytest
import yaml
from docx import Document

from nianbao.forms import load_form

YEARS = {"2019": 2020, "2021": 2024}
WORDS = [1, 5, 6]

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def untouched(command, copied_project, tmp_path_factory):
    """The run of blank workbooks of both forms, as `nianbao new` writes them."""
    root = copied_project(tmp_path_factory.mktemp("untouched"))
    batch = {"agencies": ["shili-jyj"], "years": [*YEARS.values()], "formats": ["html", "pdf"]}
    (root / "params/new.yaml").write_text(yaml.safe_dump(batch), encoding="utf-8")
    command("nianbao", "new", "params/new.yaml", cwd=root)
    return root, command("nianbao", "run", "params/new.yaml", cwd=root, check=False)


def test_nothing_filled_in_is_made_all_the_same(command, untouched):
    root, done = untouched
    assert done.returncode == 0
    assert done.stdout.count("是草稿") == 2
    for word, code in (
        (["check", "params/new.yaml"], 1),
        (["run", "--strict", "params/new.yaml"], 1),
    ):
        assert command("nianbao", *word, cwd=root, check=False).returncode == code


@pytest.mark.parametrize(("key", "year"), YEARS.items())
def test_nothing_filled_in_is_a_draft_with_one_root_a_table_and_a_section(untouched, key, year):
    folder = untouched[0] / f"outputs/{year}/shili-jyj"
    page = (folder / "report.html").read_text(encoding="utf-8")
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(data)["creativeWorkStatus"] == "Draft"
    assert "【草稿】" in page
    findings = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    roots = [item for item in findings if not item["cause"] and item["severity"] == "error"]
    titles = [section.title for section in load_form(key).sections]
    assert [(item["id"], item["message"]) for item in roots] == [
        *(("A5", f"表{table}整表未填，没有的应填 0") for table in "二三四"),
        *(("D8", f"“{titles[number - 1]}”没有内容") for number in WORDS),
    ]
    warned = [item["id"] for item in findings if item["severity"] == "warning"]
    assert warned == ["S2"]
    printed = subprocess.run(
        ["pdftotext", folder / "report.pdf", "-"], capture_output=True, text=True, check=True
    )
    assert "草稿" in printed.stdout


CONTACT = ("网站", "网址", "地址", "邮政编码", "联系电话")


def test_an_empty_line_of_contact_is_left_out_of_every_document(command, copied_project, tmp_path):
    root = copied_project(tmp_path)
    path = root / "sources/shili-jyj/2021.xlsx"
    book = openpyxl.load_workbook(path)
    for label, content in book["基本信息"].iter_rows(max_col=2):
        if label.value in CONTACT:
            content.value = None
    book.save(path)
    batch = {"agencies": ["shili-jyj"], "years": [2021], "formats": ["html", "pdf", "docx"]}
    (root / "params/one.yaml").write_text(yaml.safe_dump(batch), encoding="utf-8")
    command("nianbao", "run", "params/one.yaml", "--strict", cwd=root)
    folder = root / "outputs/2021/shili-jyj"
    texts = [
        re.sub("<[^>]*>", "", (folder / "report.html").read_text(encoding="utf-8")),
        "\n".join(part.text for part in Document(folder / "report.docx").paragraphs),
        subprocess.run(
            ["pdftotext", folder / "report.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout,
    ]
    for text in texts:
        assert "统计期" in text
        assert not re.search("地址|邮政编码|联系电话|登载于|（）|〔空白〕|：[，。]", text)


def findings_of(item):
    return (item["id"], item["severity"], item["message"], tuple(item["where"]), item["cause"])


@pytest.fixture(scope="module")
def district(command, tmp_path_factory):
    """A made-up district whose batch has every option that a check can see."""
    root = tmp_path_factory.mktemp("law") / "district"
    wishes = ("--agencies", 4, "--years", "2021-2022", "--errors", "60%", "--seed", 3)
    command("nianbao", "demo", root, *wishes, cwd=root.parent)
    path = root / "params/batch.yaml"
    batch = yaml.safe_load(path.read_text(encoding="utf-8"))
    batch |= {"small_groups": 3, "formats": ["html"]}
    path.write_text(yaml.safe_dump(batch, allow_unicode=True), encoding="utf-8")
    return root


def test_four_commands_give_the_same_findings(command, district):
    def printed(*words):
        done = command("nianbao", *words, cwd=district, check=False)
        assert done.returncode in {0, 1}, done.stderr
        return json.loads(done.stdout)

    checked = printed("check", "params/batch.yaml", "--format", "json")["reports"]
    told = {(item["agency"], item["year"]): item["findings"] for item in checked}
    assert {"L7", "A5"} <= {item["id"] for found in told.values() for item in found}
    printed("run", "params/batch.yaml", "--format", "json")
    for (agency, year), found in told.items():
        made = district / f"outputs/{year}/{agency}/findings.json"
        ran = json.loads(made.read_text(encoding="utf-8"))
        assert [*map(findings_of, ran)] == [*map(findings_of, found)]
    printed("notices", "params/batch.yaml", "--today", "2023-01-16", "--format", "json")
    for (agency, year), found in told.items():
        record = district / f"outputs/notices/{year}/记录/{agency}.json"
        asked = [item for item in found if not item["cause"] and item["severity"] != "info"]
        lines = (
            json.loads(record.read_text(encoding="utf-8"))["rounds"][-1]["lines"]
            if record.is_file()
            else []
        )
        assert sorted((line["check"], line["message"]) for line in lines) == sorted(
            (item["id"], item["message"]) for item in asked
        )
    one_each = {item["id"]: item for found in told.values() for item in found if item["where"]}
    for item in one_each.values():
        explained = printed("explain", item["where"][0], "params/batch.yaml", "--format", "json")
        said = [finding for report in explained["reports"] for finding in report["findings"]]
        assert findings_of(item) in [*map(findings_of, said)]
