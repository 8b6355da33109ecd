"""What a ledger knows of persons stays in the ledger: nothing that a run makes has it."""

import subprocess
import zipfile

import nbformat
import openpyxl
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.kernel

NAME, PHONE, IDENTITY, PLACE = "示例姓名某", "13800000000", "11010519491231002X", "示例路一号"
COLUMNS = {"申请人姓名": NAME, "联系电话": PHONE, "身份证号": IDENTITY, "住址": PLACE}
SECRETS = (*COLUMNS.values(),)


@pytest.fixture(scope="module")
def run_with_persons(tmp_path_factory, copied_project, command):
    """A report whose 申请台账 has personal columns, and a telephone number in a wrong place."""
    project = copied_project(tmp_path_factory.mktemp("persons"))
    path = project / "sources" / "shili-jyj" / "2022-台账.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["申请台账"]
    start = sheet.max_column + 1
    for place, (heading, value) in enumerate(COLUMNS.items(), start=start):
        sheet.cell(1, place, heading)
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, place, value)
    outcome = next(cell.column for cell in sheet[1] if cell.value == "办理结果")
    sheet.cell(2, outcome, f"已告知{PHONE}")
    book.save(path)
    ran = command("nianbao", "run", "params/shili.yaml", cwd=project)
    return project, ran.stdout + ran.stderr


def test_no_file_of_a_run_has_personal_data(run_with_persons):
    project, said = run_with_persons
    made = [path for path in (project / "outputs").rglob("*") if path.is_file()]
    texts = {str(path): path.read_bytes() for path in made} | {"stdout": said.encode()}
    assert {"report.ipynb", "report.html", "review.html", "findings.json"} <= {p.name for p in made}
    for path in made:
        if path.suffix == ".parquet":
            texts[f"{path}, read"] = repr(pq.read_table(path).to_pydict()).encode()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                texts[f"{path}, read"] = b"".join(map(parts.read, parts.namelist()))
        if path.suffix == ".pdf":
            texts[f"{path}, read"] = subprocess.run(
                ["pdftotext", path, "-"], capture_output=True, check=True
            ).stdout
    found = [name for name, text in texts.items() for secret in SECRETS if secret.encode() in text]
    assert found == []


def test_the_reviewer_is_told_what_was_left_out(run_with_persons):
    project, _ = run_with_persons
    folder = project / "outputs" / "2022" / "shili-jyj"
    review = (folder / "review.html").read_text(encoding="utf-8")
    assert all(f"{heading}（个人信息，未读取）" in review for heading in COLUMNS)
    assert "没有这个词" in review
    assert "已告知" not in review
    notebook = nbformat.read(folder / "report.ipynb", as_version=4)
    assert all(heading in str(notebook) for heading in COLUMNS)
