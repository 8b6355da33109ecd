"""The JSON of each block is as in golden/, and comes back as the block it was.

NIANBAO_GOLDEN=1 writes the golden files anew; a change in them is a new version of the schema.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.errors import RenderError
from nianbao.report.blocks import (
    SCHEMA,
    Block,
    Cell,
    Edition,
    Heading,
    ItemList,
    Paragraph,
    StatTable,
    block_from_json,
)
from nianbao.report.inlines import Item, Number, Words
from render.samples import (
    CHART,
    COMPOSITION,
    COVERAGE,
    FINDINGS,
    MASTHEAD,
    PARAGRAPH,
    PICTURE,
    PROVENANCE,
)

GOLDEN = Path(__file__).parent / "golden"
TABLE = StatTable(
    key="plain",
    caption="示例表",
    rows=(
        (Cell("项目", "corner", scope="col"), Cell("件数", "head", colspan=2, scope="colgroup")),
        (
            Cell("总计", "stub", scope="row"),
            Cell("0", ref="t.a", address="示例.xlsx#示例!B2", computed="2", findings=("A2",)),
            Cell("", rowspan=1),
        ),
    ),
    head_rows=1,
    widths=(2.0, 1.0, 1.0),
    notes=("单位：件",),
)
BLOCKS: list[Block] = [
    MASTHEAD,
    Heading(level=2, text="一、总体情况"),
    PARAGRAPH,
    TABLE,
    CHART,
    PICTURE,
    FINDINGS,
    PROVENANCE,
    COVERAGE,
    COMPOSITION,
    ItemList(
        items=(
            Item(1, "1.", ("甲", Words("乙", ("strong", "em"), "https://example.gov.cn"))),
            Item(2, "·", ("丙",)),
            Item(2, "", ("续",)),
        )
    ),
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.type)
def test_json_is_golden(block: Block):
    path = GOLDEN / f"{block.type}.json"
    text = json.dumps(block.to_json(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("NIANBAO_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.type)
def test_json_comes_back_as_the_block(block: Block):
    assert block_from_json(json.loads(json.dumps(block.to_json()))) == block


texts = st.text(max_size=20)
editions = st.sampled_from(Edition)
numbers = st.builds(
    Number, texts, texts, texts, texts, st.sampled_from(["bound", "matched", "loose"])
)
paragraphs = st.builds(
    Paragraph,
    inlines=st.lists(st.one_of(texts, numbers), max_size=4).map(tuple),
    role=st.sampled_from(["body", "note", "signature"]),
    edition=editions,
)
cells = st.builds(
    Cell,
    texts,
    st.sampled_from(["title", "corner", "head", "stub", "value"]),
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["", "col", "row", "colgroup", "rowgroup"]),
    texts,
    texts,
    texts,
    st.lists(texts, max_size=2).map(tuple),
)
rows = st.lists(cells, max_size=3).map(tuple)
tables = st.builds(
    StatTable,
    key=texts,
    caption=texts,
    rows=st.lists(rows, max_size=3).map(tuple),
    head_rows=st.integers(0, 3),
    widths=st.lists(st.floats(0.1, 99), max_size=3).map(tuple),
    notes=st.lists(texts, max_size=2).map(tuple),
    edition=editions,
)


@given(st.one_of(paragraphs, tables))
def test_any_paragraph_and_any_table_come_back(block: Block):
    assert block_from_json(json.loads(json.dumps(block.to_json()))) == block


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": SCHEMA + 1}, "版本不对"),
        ({"schema": None}, "版本不对"),
        ({"type": "video"}, "不认识"),
        ({"edition": "secret"}, "不完整"),
        ({"inlines": [{"no": "number"}]}, "不完整"),
        ({"inlines": None}, "不完整"),
        ({"inlines": [7]}, "不完整"),
        ({"type": "heading", "level": 99, "text": "x"}, "不完整"),
        ({"type": "heading", "level": 2, "text": None}, "不完整"),
        ({"type": "picture", "mimetype": "image/png", "data": "no base64!"}, "不完整"),
        ({"type": "findings", "findings": [{"id": 1}]}, "不完整"),
        ({"type": "provenance", "inputs": [], "environment": {}}, "不完整"),
    ],
)
def test_what_is_no_block_is_refused(change: dict[str, object], message: str):
    with pytest.raises(RenderError, match=message):
        block_from_json({**PARAGRAPH.to_json(), **change})
