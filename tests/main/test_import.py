"""A published report, imported and made again: its PDF has every sentence and every number."""

import re
import subprocess
from pathlib import Path

import pytest

from nianbao.published.audit import audit
from published_reports import Report, as_text, tabs

SHARED = Path(__file__).parents[3] / "shared" / "reports" / "001.txt"
PROSE = {
    1: ("（一）主动公开情况", "全年公开若干条；办事指南{另附}。各科室分工负责，按月核对栏目内容。"),
    5: ("", "一是解读形式单一；二是培训不够。下一步增加图解，分批培训经办人员，逐项落实责任。"),
    6: ("", "本年度没有收取信息处理费。"),
}
# The total of the first row is wrong, and stays so.
VALUES = {"table3.a.natural": "1203", "table3.a.total": "1204", "table2.fees.amount": "88.1234"}

pytestmark = pytest.mark.kernel


def squeezed(text):
    return re.sub(r"\s", "", text)


def made(command, published, folder):
    """Import a report and run its batch; give its PDF."""
    command("nianbao", "import", published, "--out", folder / "project", cwd=folder)
    command("nianbao", "run", "params/batch.yaml", cwd=folder / "project")
    (pdf,) = (folder / "project").glob("outputs/*/*/report.pdf")
    return pdf


def printed(pdf):
    run = ["pdftotext", "-raw", str(pdf), "-"]
    text = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    text = re.sub(r"草稿：有 \d+ 处必须改的问题，改正前不得公开", "", text)
    return re.sub(r"—\d+—|-\d+-", "", squeezed(text))


def figures(path):
    (audited,) = audit([path])
    return {ref: f.raw for ref, f in audited.published.filing.figures.items()}


def test_a_made_up_report(command, tmp_path):
    published = tmp_path / "年报.txt"
    published.write_bytes(as_text(Report(VALUES, prose=PROSE), tabs))
    pdf = made(command, published, tmp_path)
    text = printed(pdf)
    for heading, passage in PROSE.values():
        assert heading in text
        assert [s for s in re.split("(?<=。)", passage) if s not in text] == []
    assert figures(pdf) == figures(published)


@pytest.mark.skipif(not SHARED.is_file(), reason=f"{SHARED} is not there")
def test_the_real_report_001(command, tmp_path):
    pdf = made(command, SHARED, tmp_path)
    text = printed(pdf)
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    prose = "\n".join(line for line in lines if "\t" not in line and not line.startswith("# "))
    sentences = map(squeezed, re.split(r"(?<=[。；])|\n\s*\n", prose))
    assert [s for s in sentences if s not in text] == []
    assert figures(pdf) == figures(SHARED)
