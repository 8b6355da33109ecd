"""The page of the comparison in a real browser: widths, light and dark, what stays in sight."""

import pytest

from catalog.reports import Made, lay
from nianbao.batch.compare import compare_outputs, write_comparison
from render.devtools import browser
from render.judges import errors_in, violations

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def long_page(tmp_path_factory):
    """Sixty agencies, so that the tables scroll."""
    made = [Made(f"j{number}", 2022, {"table3.a.total": "1"}) for number in range(60)]
    folder = lay(tmp_path_factory.mktemp("long"), *made)
    return write_comparison(compare_outputs(folder), folder)[0]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (768, "dark"), (1440, "light")])
def test_it_fits_each_window_and_axe_finds_nothing(tab, standing, width, scheme):
    page = standing / "compare.html"
    with tab.looks(width, scheme):
        tab.open(page)
        assert tab.tell("document.documentElement.scrollWidth <= innerWidth")
        assert violations(tab) == []
    assert (tab.complaints, tab.requested) == ([], [page.as_uri()])


@pytest.mark.java
def test_the_checker_of_the_standard_finds_nothing(standing):
    assert errors_in(standing / "compare.html") == []


def test_heads_and_names_stay_in_sight(tab, long_page):
    with tab.looks(360):
        tab.open(long_page)
        tab.tell("{const s = document.querySelector('.scroll'); s.scrollTo(200, 900);}")
        gaps = tab.tell(
            "(() => {const s = document.querySelector('.scroll'), box = s.getBoundingClientRect();"
            "const at = q => s.querySelector(q).getBoundingClientRect();"
            "return [at('thead th').top - box.top, at('tr:nth-child(20) th').left - box.left];})()"
        )
        assert all(abs(gap) < 3 for gap in gaps)


def test_links_of_the_contents_bring_their_part_into_view(tab, long_page):
    with tab.looks(1440):
        tab.open(long_page)
        tab.tell("document.querySelector('nav a[href=\"#copies-2022\"]').click()")
        top = tab.tell("document.getElementById('copies-2022').getBoundingClientRect().top")
        assert 0 <= top < 800


def test_print_shows_all_rows(tab, long_page):
    tab.open(long_page)
    tab.send("Emulation.setEmulatedMedia", media="print")
    try:
        hidden = tab.tell(
            "[...document.querySelectorAll('.scroll')].filter("
            "s => getComputedStyle(s).overflowY !== 'visible').length"
        )
        position = tab.tell("getComputedStyle(document.querySelector('tbody th')).position")
    finally:
        tab.send("Emulation.setEmulatedMedia", media="")
    assert (hidden, position) == (0, "static")
