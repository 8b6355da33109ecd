"""Pages that are made from the code say what the code says."""

import re
import runpy
from pathlib import Path

import pytest

from nianbao.demo import District, filled_in
from nianbao.filing.blank import write_workbook
from nianbao.filing.register import Agency
from nianbao.filing.workbook import read_filing
from nianbao.report.ledger_figures import ledger_figures

ROOT = Path(__file__).resolve().parents[2]
MADE = runpy.run_path(str(ROOT / "tools" / "make_reference.py"))


@pytest.mark.parametrize("name", MADE["PAGES"])
def test_a_page_is_up_to_date(name):
    page = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert page == MADE["PAGES"][name](), "run make docs"


def test_every_check_is_on_the_page():
    assert MADE["checks_page"]().count("\n| A") == 13


def test_the_names_for_prose_are_those_that_ledgers_give(tmp_path):
    page = MADE["ledgers_page"]()
    _, _, part = page.partition("## 正文里能用的数")
    told = {name.partition("_")[0] for name in re.findall(r"`(\w+)`", part.partition("\n## ")[0])}
    made = next(filled_in(District(1, (2022,))))
    write_workbook(tmp_path / "2022.xlsx", made.content)
    sample = ROOT / "sources" / "shili-jyj" / "2022.xlsx"
    bureau = Agency(code="shili-jyj", name="示例县教育局", is_sample=True)
    given = set()
    for agency, path in ((bureau, sample), (made.agency, tmp_path / "2022.xlsx")):
        filing = read_filing(path, agency, 2022, shown=path.name)
        given |= {figure.name.partition("_")[0] for figure in ledger_figures(filing)}
    assert told == given  # of both together: one of them has no busiest month of applications
