"""Pages that are made from the code say what the code says."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_checks_is_up_to_date():
    made = runpy.run_path(str(ROOT / "tools" / "make_reference.py"))
    page = made["checks_page"]()
    assert page.count("\n| A") == 13
    assert (ROOT / "docs/reference/checks.md").read_text(encoding="utf-8") == page, "run make docs"
