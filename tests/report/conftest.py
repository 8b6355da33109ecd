"""A project in a temporary folder, whose workbooks a test fills in."""

from dataclasses import replace

import pytest

from nianbao import report
from nianbao.project import ENVIRONMENT_VARIABLE
from workbooks import AGENCY, content, workbook

REGISTER = """\
agencies:
  - code: shili
    name: 示例市示例局
    is_sample: true
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load the report of a year from workbook contents: `load(2024, this_year, last_year)`."""
    for name in ("notebooks", "params", "sources/shili"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "params" / "agencies.yaml").write_text(REGISTER, encoding="utf-8")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))

    def load_report(year=2024, now=None, before=None, **options):
        folder = tmp_path / "sources" / "shili"
        for filed_year, made in ((year, now or content()), (year - 1, before)):
            if made is not None:
                basics = {"机关名称": AGENCY.name, **made.basics, "年度": str(filed_year)}
                workbook(folder, replace(made, basics=basics), f"{filed_year}.xlsx")
        return report.load("shili", year, **options)

    return load_report
