"""The page of a batch in a real browser: sorting, filtering, keyboard, telephone, print."""

import pytest

from batch.outcomes import lay, outcome
from nianbao.batch.index import write_index
from render.devtools import Browser, browser
from render.judges import errors_in, violations

pytestmark = pytest.mark.chromium

MANY = 5_000
AGENCIES = {"jia": "甲镇", "yi": "乙局", "bing": "丙局 <b>"}
FEW = [
    outcome("jia", 2021, agency=AGENCIES["jia"], findings={"error": 0, "warning": 2, "info": 0}),
    outcome("jia", 2022, agency=AGENCIES["jia"], duration=30.5),
    outcome("yi", 2021, agency=AGENCIES["yi"], findings={"error": 10, "warning": 0, "info": 0}),
    outcome("yi", 2022, agency=AGENCIES["yi"], findings={"error": 9, "warning": 0, "info": 1}),
    outcome("bing", 2022, "failed", agency=AGENCIES["bing"], excerpt="x" * 400),
    outcome("bing", 2021, "up_to_date", agency=AGENCIES["bing"], duration=0),
]
ROWS = "[...document.querySelectorAll('tbody tr')].filter(r => r.offsetParent !== null)"
SHOWN = f"{ROWS}.map(r => r.cells[1].textContent + r.cells[2].querySelector('code').textContent)"
GIVEN = ["2022bing", "2021yi", "2022yi", "2021bing", "2021jia", "2022jia"]


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    outputs = tmp_path_factory.mktemp("few")
    lay(outputs, *FEW)
    write_index(outputs, FEW, title="示例批次")
    return outputs / "index.html"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    outputs = tmp_path_factory.mktemp("many")
    outcomes = [outcome(f"j{number}", status="failed" if number % 50 == 0 else "done")
                for number in range(MANY)]  # fmt: skip
    write_index(outputs, outcomes, title="")
    return outputs / "index.html"


def choose(tab: Browser, name: str, value: str) -> None:
    tab.tell(
        f"{{const field = document.forms[0].elements[{name!r}]; field.value = {value!r};"
        "field.dispatchEvent(new Event('input', {bubbles: true}))}"
    )


def heading(word: str) -> str:
    """The button in the head of a column, as an expression."""
    return f"[...document.querySelectorAll('thead button')].find(b => b.textContent === {word!r})"


def test_nothing_is_refused_and_all_is_there_in_order(tab, few):
    tab.open(few)
    assert tab.tell(SHOWN) == GIVEN
    assert tab.tell("document.forms[0].elements.shown.value") == "6 / 6 份"
    assert tab.tell("document.querySelectorAll('td b, th b').length") == 0
    assert tab.complaints == []


def test_without_javascript_everything_is_readable_and_nothing_is_dead(tab, few, many):
    tab.open(few, script=False)
    assert tab.tell(SHOWN) == GIVEN
    assert tab.tell("document.forms[0].offsetParent === null")
    assert tab.tell("[...document.querySelectorAll('button')].every(b => b.offsetParent === null)")
    tab.open(many, script=False)
    assert tab.tell(f"{ROWS}.length") == MANY


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("必须改", ["2021yi", "2022yi"], ["2022bing", "2021bing"]),
        ("秒", ["2022jia", "2021yi"], ["2022bing", "2021bing"]),
        ("年度", ["2022bing", "2022yi"], ["2021yi", "2021bing"]),
        ("机关", ["2022bing", "2021bing"], ["2021yi", "2022yi"]),
        ("结果", ["2022bing", "2021yi"], ["2021bing", "2021yi"]),
    ],
)
def test_sorting_by_keyboard(tab, few, column, first, second):
    tab.open(few)
    tab.tell(f"{heading(column)}.focus()")
    state = "document.querySelector('[aria-sort]')?.getAttribute('aria-sort') ?? null"
    orders = []
    for _ in range(3):
        tab.press("Enter", "\r")
        orders.append((tab.tell(SHOWN), tab.tell(state)))
    (one, up), (two, down), given = orders
    assert {up, down} == {"ascending", "descending"}
    assert sorted(one) == sorted(two) == sorted(GIVEN)
    assert (one[:2], two[:2]) == (first, second)
    assert given == (GIVEN, None)


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("q", "乙局", ["2021yi", "2022yi"]),
        ("q", " JIA ", ["2021jia", "2022jia"]),
        ("q", "VALUEERROR", ["2022bing"]),
        ("q", "没有的", []),
        ("status", "failed", ["2022bing"]),
        ("status", "up_to_date", ["2021bing"]),
        ("year", "2021", ["2021yi", "2021bing", "2021jia"]),
        ("findings", "error", ["2021yi", "2022yi"]),
        ("findings", "warning", ["2021jia"]),
        ("findings", "info", ["2022yi"]),
        ("findings", "none", ["2021bing", "2022jia"]),
    ],
)
def test_filtering(tab, few, name, value, left):
    tab.open(few)
    choose(tab, name, value)
    assert tab.tell(SHOWN) == left
    assert tab.tell("document.forms[0].elements.shown.value") == f"{len(left)} / 6 份"
    nothing = "document.getElementById('nothing').offsetParent !== null"
    assert tab.tell(nothing) == (not left)


def test_filters_and_order_go_together_and_are_cleared(tab, few):
    tab.open(few)
    tab.tell(f"{heading('必须改')}.click()")
    tab.tell("document.forms[0].elements.q.focus()")
    tab.write("局")
    choose(tab, "year", "2021")
    assert tab.tell(SHOWN) == ["2021yi", "2021bing"]
    tab.press("Enter", "\r")  # in the field of a form: nothing is sent anywhere
    assert "/index.html#" in tab.tell("location.href")
    tab.tell("document.querySelector('[type=reset]').click()")
    tab.send("Runtime.evaluate", expression="new Promise(setTimeout)", awaitPromise=True)
    assert tab.tell(SHOWN)[:2] == ["2021yi", "2022yi"]
    assert tab.tell(f"{ROWS}.length") == 6


def test_what_was_chosen_holds_when_the_page_is_loaded_anew(tab, few):
    tab.open(few)
    tab.tell("document.forms[0].elements.q.focus()")
    tab.write("yi")
    assert tab.tell(SHOWN) == ["2021yi", "2022yi"]
    choose(tab, "year", "2022")
    tab.reload()
    assert tab.tell("document.forms[0].elements.q.value") == "yi"
    assert tab.tell(SHOWN) == ["2022yi"]
    tab.tell("location.hash = 'q=<b>&year=x&status=&constructor=1&shown=9'")
    tab.reload()
    assert tab.tell(SHOWN) == ["2021bing", "2022bing"][::-1]
    assert tab.complaints == []


def test_a_failure_opens_and_its_links_lead_somewhere(tab, few):
    tab.open(few)
    assert not tab.tell("document.querySelector('details').open")
    tab.tell("document.querySelector('summary').focus()")
    tab.press("Enter", "\r")
    assert tab.tell("document.querySelector('details').open")
    assert "x" * 400 in tab.tell("document.querySelector('details').innerText")
    targets = tab.tell("[...document.querySelectorAll('td a')].map(a => a.getAttribute('href'))")
    assert len(targets) == 21
    assert all((few.parent / target).is_file() for target in targets)


@pytest.mark.parametrize("width", [360, 768, 1100, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_each_window_and_contrasts(tab, few, width, scheme):
    tab.open(few)
    with tab.looks(width, scheme):
        tab.tell("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert tab.tell("document.documentElement.scrollWidth <= innerWidth")
        assert tab.tell(LOWEST_CONTRAST) >= 4.5


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(tab, few, width, scheme):
    with tab.looks(width, scheme):
        tab.open(few)
        assert violations(tab) == []


@pytest.mark.java
def test_the_checker_of_the_standard_finds_nothing(few, many):
    assert errors_in(few, many) == []


def test_nothing_is_asked_of_anybody(tab, few):
    tab.open(few)
    assert tab.requested == [few.as_uri()]


# Of each element with text of its own: its colour against the nearest background above it.
LOWEST_CONTRAST = """
(() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parts(getComputedStyle(e).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
  };
  const own = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  const seen = [...document.body.querySelectorAll('*')].filter(e => own(e) && e.offsetParent);
  return Math.min(...seen.map(e => {
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))];
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  }));
})()
"""


def test_thousands_are_laid_out_as_far_as_one_looks_and_all_can_be_had(tab, many):
    tab.open(many)
    total, first = f"{MANY} / {MANY} 份", 200
    assert tab.tell("document.forms[0].elements.shown.value") == total
    assert tab.tell(f"{ROWS}.length") == first
    assert tab.tell("document.getElementById('more').textContent") == f"显示其余 {MANY - first} 份"
    tab.tell("document.getElementById('more').focus()")
    tab.press("Enter", "\r")
    assert tab.tell(f"{ROWS}.length") == MANY
    assert tab.tell(f"{ROWS}.indexOf(document.activeElement.closest('tr'))") == first
    choose(tab, "status", "failed")
    assert tab.tell(f"{ROWS}.length") == MANY // 50
    assert tab.tell("document.getElementById('more').offsetParent === null")
    choose(tab, "status", "")
    tab.tell("dispatchEvent(new Event('beforeprint'))")
    assert tab.tell(f"{ROWS}.length") == MANY


def test_it_is_still_a_table_for_who_listens(tab, few):
    tab.open(few)
    tab.send("Accessibility.enable")
    nodes = tab.send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    assert roles.count("table") == 1
    assert roles.count("row") == 7
    assert roles.count("columnheader") == 9
    assert roles.count("rowheader") == 6
    assert roles.count("cell") == 6 * 8
