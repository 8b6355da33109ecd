"""Figures of the made-up district, set as published reports are: not one comes back wrong."""

import re
from itertools import islice

import pytest
from bs4 import BeautifulSoup

from nianbao.demo import District, filled_in
from nianbao.published.files import read_document
from nianbao.published.recognise import recognise
from published_reports import Report, all_refs, as_html, as_text, lines_of, spaces, tabs


def figures_of(year):
    (book,) = islice(filled_in(District(3, (year,), 0, seed=3)), 2, 3)
    values = {ref: "" if v is None else str(v) for ref, v in book.content.values.items()}
    return {ref: value for ref, value in values.items() if ref.startswith("table")}


NOW, BEFORE = figures_of(2023), figures_of(2020)
BLANK_EVERY = 11  # cells: some rows are whole, and show where the columns are
REPORTS = {
    "2021": Report(NOW, year=2023),
    "2019": Report(BEFORE, "2019", "2019", 2020),
    "mixed": Report({**BEFORE, **{r: NOW[r] for r in NOW if r < "table3"}}, "2021", "2019", 2022),
    "with blanks": Report(
        {r: "" if n % BLANK_EVERY == 0 else NOW.get(r, "0")
         for n, r in enumerate(all_refs(Report(NOW)))},
        year=2023,
    ),
}  # fmt: skip


def page(report, change):
    soup = BeautifulSoup(as_html(report), "html.parser")
    for table in soup.find_all("table"):
        change(table)
    return str(soup).encode()


def cell(text):
    return BeautifulSoup(f"<td>{text}</td>", "html.parser")


def in_a_frame_of_tables(report):
    """As pages of the first years: upper case, a table around all, attributes of Word."""
    inner = as_html(report).decode().partition("<body>")[2].partition("</body>")[0]
    inner = inner.replace("<p>", "<P class=MsoNormal><SPAN lang=EN-US>&nbsp;<o:p></o:p>")
    inner = re.sub(r"</?t[drh]|</?table", lambda tag: tag[0].upper(), inner)
    frame = "<TABLE width=960><TR><TD>首页 &gt; 年报</TD></TR><TR><TD>{}</TD></TR></TABLE>"
    return f"<HTML><BODY>{frame.format(inner)}<DIV>主办：甲</DIV></BODY></HTML>".encode()


def split_in_parts(report):
    """Each table in parts of a few rows, the head again on each, a page's number between them."""

    def split(table):
        rows = [str(row) for row in table.find_all("tr")]
        head, body = "".join(rows[:3]), rows[3:]
        parts = ["".join(body[n : n + 9]) for n in range(0, len(body), 9)]
        whole = "<p>- 3 -</p>".join(f"<table>{head}{part}</table>" for part in parts)
        table.replace_with(BeautifulSoup(whole, "html.parser"))

    return page(report, split)


def with_remarks(report):
    """A column of remarks at the right, mostly blank."""

    def add(table):
        for number, row in enumerate(table.find_all("tr")):
            row.append(cell("" if number % 7 else "详见附件"))

    return page(report, add)


def with_units(report):
    """A column of units between labels and numbers of table three."""

    def add(table):
        for row in table.find_all("tr")[3:] if "申请人情况" in table.text else ():
            row.find_all("td")[-7].insert_before(cell("件"))

    return page(report, add)


def total_first(report):
    """The column 总计 before the others."""

    def move(table):
        rows = table.find_all("tr")
        if "申请人情况" in table.text:
            heads = rows[1].find_all("td")
            heads[0].insert_before(heads[-1].extract())
            for row in rows[3:]:
                cells = row.find_all("td")
                cells[-7].insert_before(cells[-1].extract())

    return page(report, move)


def without_spans(report):
    return re.sub(rb' (?:row|col)span="\d+"', b"", as_html(report))


def wide_digits(report):
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    values = {ref: value.translate(wide) for ref, value in report.values.items()}
    return as_html(Report(values, report.table2, report.table3, report.year))


def thousands(report):
    values = {r: f"{int(v):,}" if v.isdigit() else v for r, v in report.values.items()}
    return as_html(Report(values, report.table2, report.table3, report.year))


def of_radicals(report):
    """Copied from what a browser printed: ⽰ for 示, ⼀ for 一, ⺠ for 民."""
    radicals = str.maketrans("示一二行文自人民长风", "⽰⼀⼆⾏⽂⾃⼈⺠⻓⻛")
    return as_text(report, tabs).decode().translate(radicals).encode()


def with_nbsp(report):
    return as_text(report, tabs).replace(b"\t", "\u00a0\t\u00a0".encode())


def labels_broken_in_rows(report):
    def broken(report, table):
        for texts, _ in lines_of(report, table):
            yield "\t".join(t[:10] + "\n" + t[10:] if len(t) > 22 else t for t in texts)

    return as_text(report, broken)


def indented_one_a_line(report):
    def indented(report, table):
        for texts, _ in lines_of(report, table):
            yield from (f"\t\t{text}" for text in texts)

    return as_text(report, indented)


WITH_CELLS = [
    in_a_frame_of_tables, split_in_parts, with_remarks, with_units, total_first, without_spans,
    wide_digits, thousands, of_radicals, with_nbsp, labels_broken_in_rows,
]  # fmt: skip


def number_of(text):
    wide = str.maketrans("０１２３４５６７８９．", "0123456789.")
    return text.translate(wide).replace(",", "").replace("\u00a0", "").strip()


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize("setting", WITH_CELLS, ids=lambda setting: setting.__name__)
def test_tables_with_cells_come_back_whole(setting, report):
    published = recognise(read_document(setting(report), "年报"))
    found = {ref: number_of(f.raw) for ref, f in published.filing.figures.items()}
    assert found == {ref: report.values.get(ref, "0") for ref in all_refs(report)}
    assert published.filing.agency.name == "示例县示例局"
    assert len(published.filing.printed.headings) == 6
    assert published.filing.printed.misprints == ()


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_cells_one_a_line_come_back_or_are_unread(report):
    published = recognise(read_document(indented_one_a_line(report), "年报"))
    figures = published.filing.figures
    unread = {ref for ref, figure in figures.items() if figure.value is None}
    assert {r: figures[r].raw for r in figures if r not in unread} == {
        r: report.values.get(r, "0") for r in figures if r not in unread
    }
    assert not unread or "" in report.values.values()


ODD = {
    "table3.b.natural": "约9",
    "table3.b.total": "9（含上年）",
    "table3.d1.other": "—",
    "table4.cases.direct_upheld": "2（其中1件撤诉）",
    "table2.permits.decisions": "约100",
    "table2.penalties.decisions": "100余件",
}


@pytest.mark.parametrize("setting", [tabs, spaces, "html"])
def test_a_number_with_words_is_kept_as_printed_or_unread_but_no_number(setting):
    report = Report({**NOW, **ODD}, year=2023)
    data = as_html(report) if setting == "html" else as_text(report, setting)
    figures = recognise(read_document(data, "年报")).filing.figures
    assert {ref: figures[ref].value for ref in ODD} == dict.fromkeys(ODD)
    if setting != spaces:
        assert {ref: figures[ref].raw for ref in ODD} == ODD
    known = {ref: f.raw for ref, f in figures.items() if f.value is not None}
    assert known == {ref: report.values.get(ref, "0") for ref in known}


def test_one_blank_parts_two_numbers():
    values = {"table2.procurement.projects": "3", "table2.procurement.amount": "99999.0001"}
    report = Report({**BEFORE, **values}, "2019", "2019", 2020)
    figures = recognise(read_document(as_text(report, spaces), "年报")).filing.figures
    assert {ref: figures[ref].raw for ref in values} == values
