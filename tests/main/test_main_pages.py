"""The pages that real runs make, judged by others as a reader's browser shows them."""

from itertools import cycle

import pytest
from bs4 import BeautifulSoup

from render.devtools import browser
from render.judges import errors_in, violations

pytestmark = [pytest.mark.kernel, pytest.mark.chromium]

LARGEST = 400_000


@pytest.fixture(scope="module")
def pages(xixia, shili):
    folders = (xixia, shili / "2022" / "shili-jyj")
    names = ("report.html", "review.html", "changes.html")
    return [*(folder / name for folder in folders for name in names), shili / "index.html"]


@pytest.mark.java
def test_the_checker_of_the_standard_finds_nothing(pages):
    assert errors_in(*pages) == []


def test_axe_finds_nothing_and_nothing_is_refused(pages, tmp_path):
    looks = ((360, "light"), (1440, "dark"))
    with browser(tmp_path) as tab:
        for page, (width, scheme) in zip(pages, cycle(looks)):  # made-up pages are judged in both
            with tab.looks(width, scheme):
                tab.open(page)
                assert tab.complaints == []
                assert tab.requested == [page.as_uri()]
                assert tab.tell("document.documentElement.scrollWidth <= innerWidth")
                assert violations(tab) == []


def test_a_page_that_is_sent_alone_has_no_dead_link(pages):
    for page in pages:
        if page.name in {"report.html", "review.html"}:
            document = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
            ids = {f"#{tag['id']}" for tag in document.find_all(id=True)}
            assert {link["href"] for link in document.find_all(href=True)} <= ids


def test_they_are_small(pages):
    assert [page for page in pages if page.stat().st_size > LARGEST] == []
