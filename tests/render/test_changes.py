"""What differs between two versions of a report, as data and as a page."""

import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from nianbao.render.changes import Changes, TextChange, changes_from_json, compare_documents
from nianbao.render.changes_page import changes_page, pieces
from nianbao.render.document import Document, read_document
from nianbao.report.blocks import FindingList, Heading, Paragraph, Provenance
from render.devtools import browser
from render.judges import errors_in, violations
from render.samples import MASTHEAD, figure, finding, notebook_of

HOSTILE = "<script>alert(1)</script>\u202e&"


def document(values=(), findings=(), texts=()) -> Document:
    figures = tuple(figure(ref, value, label=f"示例 {ref}") for ref, value in values)
    blocks = [
        MASTHEAD,
        Heading(level=2, text="一、总体情况"),
        *(Paragraph(inlines=(text,)) for text in texts),
        FindingList(findings=tuple(findings)),
        Provenance(inputs={}, environment={}, figures=figures),
    ]
    return read_document(notebook_of(blocks))


OLD = document([("a", "1"), ("b", None), ("c", "3")], [finding("A2"), finding("A3")],
               ["全年公开信息400条，其中网站200条。", "不变。", "删去的一段。"])  # fmt: skip
NEW = document([("a", "2"), ("b", "0"), ("d", "4")], [finding("A3"), finding("A5", "warning")],
               ["全年公开信息430条，其中网站200条。", "不变。"])  # fmt: skip
CHANGES = compare_documents(OLD, NEW)


def test_figures_findings_and_paragraphs_are_compared():
    changed = [(item.ref, item.old, item.new) for item in CHANGES.figures]
    assert changed == [("a", "1", "2"), ("b", None, "0"), ("c", "3", None), ("d", None, "4")]
    assert [item.id for item in CHANGES.gone] == ["A2"]
    assert [item.id for item in CHANGES.come] == ["A5"]
    assert [(item.section, item.old, item.new) for item in CHANGES.paragraphs] == [
        (
            "一、总体情况",
            "全年公开信息400条，其中网站200条。",
            "全年公开信息430条，其中网站200条。",
        ),
        ("一、总体情况", "删去的一段。", ""),
    ]


def test_the_same_has_no_changes():
    assert not compare_documents(OLD, OLD)
    assert CHANGES


def test_json_comes_back():
    assert changes_from_json(CHANGES.to_json().encode()) == CHANGES
    assert json.loads(CHANGES.to_json())["schema"] == 1


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b'{"schema": 2}', b'{"schema": 1, "gone": [1]}']
)
def test_what_is_no_json_of_ours_tells_nothing(text):
    assert changes_from_json(text) == Changes()


def test_only_what_changed_in_a_paragraph_is_marked():
    found = list(pieces(CHANGES.paragraphs[0]))
    assert found == [
        ("", "全年公开信息"),
        *(("del", "400"), ("ins", "430")),
        ("", "条，其中网站200条。"),
    ]


def test_a_long_paragraph_is_shown_around_its_changes():
    same = "同" * 500
    told = list(pieces(TextChange("", f"甲{same}乙{same}丙", f"丁{same}戊{same}己")))
    assert "".join(text for kind, text in told if kind == "del") == "甲乙丙"
    assert max(len(text) for kind, text in told if not kind) < 40
    huge = list(pieces(TextChange("", "同" * 3000, "同" * 3001)))
    assert [kind for kind, _ in huge] == ["del", "ins"]


def soup(changes) -> BeautifulSoup:
    return BeautifulSoup(changes_page(changes, NEW), "html.parser")


def test_the_page_shows_old_and_new():
    page = soup(CHANGES)
    assert page.find("a", href="review.html")
    assert [row.text for row in page.tbody.find_all("tr")][:2] == ["示例 a12件a", "示例 b空白0件b"]
    assert [tag.text for tag in page.find_all("del")][-1] == "删去的一段。"
    assert "没有与上一版的差别" in soup(Changes()).main.text


def test_hostile_text_stays_text():
    hostile = document([(HOSTILE, HOSTILE)], [finding(message=HOSTILE)], [HOSTILE])
    changes = compare_documents(document(), hostile)
    html = changes_page(changes, replace(hostile, masthead=replace(MASTHEAD, title=HOSTILE)))
    assert not BeautifulSoup(html, "html.parser").find_all("script")
    assert "\u202e" not in html


@pytest.mark.chromium
@pytest.mark.java
def test_judges_find_nothing(tmp_path):
    path = tmp_path / "changes.html"
    path.write_text(changes_page(CHANGES, NEW), encoding="utf-8")
    assert errors_in(path) == []
    with browser(tmp_path / "profile") as tab:
        for width, scheme in ((360, "light"), (1440, "dark")):
            with tab.looks(width, scheme):
                tab.open(path)
                assert violations(tab) == []
                assert tab.complaints == []
                assert tab.tell("document.documentElement.scrollWidth <= innerWidth")
