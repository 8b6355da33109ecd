"""Numbers typed into the prose: which are known to be a figure's, and which are nobody's."""

import pytest

from nianbao import report
from nianbao.filing.filing import cell_ref
from nianbao.forms import load_form
from nianbao.report.blocks import Paragraph
from nianbao.report.inlines import Number
from workbooks import content

FORM = load_form("2021")
NOTHING = {cell_ref(t.key, row.key, col.key): 0 for t in FORM.tables for _, row, col in t.cells()}
VALUES = NOTHING | {
    "table3.a.natural": 12, "table3.a.total": 12, "table3.g.natural": 9, "table3.g.total": 9,
    "table3.d4.natural": 2, "table3.d4.total": 2, "table3.d7.natural": 1, "table3.d7.total": 1,
    "table3.t.natural": 12, "table3.t.total": 12,
}  # fmt: skip
PARTS = [
    ("收到政府信息公开申请12件。", [("12", "matched", "table3.a.total")]),
    ("收到政府信息公开申请１２件。", [("１２", "matched", "table3.a.total")]),
    ("收到政府信息公开申请13件。", [("13", "loose", "")]),
    ("信息公开申请：不予公开3件。", [("3", "matched", "groups.不予公开")]),
    ("政府信息公开申请办结率100%。", [("100", "matched", "rates.申请办结率")]),
    ("信息公开申请：予以公开9件，占75%。", [
        ("9", "matched", "table3.g.total"), ("75", "matched", "rates.予以公开占比")]),
    ("举办培训3-4次，约200人参加。", [("3-4", "loose", ""), ("200", "loose", "")]),
    ("2022年，第3次会议在示例路8号召开。", []),
    ("收到政府信息公开申请{{ 新收申请 }}件。", [("12", "bound", "table3.a.total")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "numbers"), PARTS)
def test_a_number_is_bound_matched_or_loose(load, text, numbers):
    filed = load(now=content("2021", VALUES, prose=(("一、总体情况", "（二）依申请公开", text),)))
    blocks = [b for b in report.section(filed, 1).blocks if isinstance(b, Paragraph)]
    found = [
        (part.text, part.status, part.ref)
        for block in blocks
        for part in block.inlines
        if isinstance(part, Number)
    ]
    assert found == numbers
    printed = "".join(block.text for block in blocks)
    assert printed == text.replace("{{ 新收申请 }}", "12")


def test_a_fact_is_matched_by_its_name(load):
    facts = (("发布渠道", "政府网站", 46, "条", ""),)
    prose = (("一、总体情况", "", "在政府网站公开46条，公开栏张贴46条。"),)
    filed = load(now=content("2021", VALUES, facts=facts, prose=prose))
    (block,) = [b for b in report.section(filed, 1).blocks if isinstance(b, Paragraph)]
    numbers = [part for part in block.inlines if isinstance(part, Number)]
    assert [(number.status, number.ref) for number in numbers] == [
        ("matched", "facts.政府网站"),
        ("loose", ""),
    ]
