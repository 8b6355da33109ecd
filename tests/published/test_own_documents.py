"""What nianbao itself publishes, read back: the same figures and words from all three kinds."""

from itertools import islice

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from nianbao import report
from nianbao.checks import run_checks
from nianbao.demo import District, filled_in
from nianbao.filing.blank import write_workbook
from nianbao.filing.workbook import read_filing
from nianbao.published.files import read_document
from nianbao.published.recognise import recognise
from nianbao.render.document import read_document as document_of
from nianbao.render.docx import DocxExporter
from nianbao.render.html import ReaderExporter
from nianbao.render.pdf import PdfExporter
from nianbao.report.blocks import Edition, Heading, Paragraph
from nianbao.report.load import Report as Filed
from published.test_round_trip import reports
from published_reports import as_text, tabs
from render.samples import notebook_of

EXPORTERS = {"html": ReaderExporter, "pdf": PdfExporter, "docx": DocxExporter}
few = settings(
    max_examples=4,
    phases=set(Phase) - {Phase.shrink},
)


def blocks(filed):
    """All that the master notebook shows to readers."""
    yield report.masthead(filed)
    yield report.finding_list(filed)
    yield from report.introduction(filed)
    tables = {table.section: table for table in filed.filing.form.tables}
    for section in filed.filing.form.sections:
        yield from report.section(filed, section.number)
        if section.number in tables:
            yield report.statutory_table(filed, tables[section.number].key)
        yield from charts(filed, section.number)


def charts(filed, section):
    if section == 1:
        yield report.channels(filed)
        yield from report.ledger_charts(filed, "publications") or ()
    if section == 3:
        yield report.applicants(filed)
        yield report.outcome_chart(filed)
        yield report.year_on_year(filed)
        yield from report.ledger_charts(filed, "applications") or ()


def documents(filed):
    """The report, and what it looks like when read back from each of the three kinds of files."""
    document = document_of(notebook_of([b for b in blocks(filed) if b is not None]))
    for kind, exporter in EXPORTERS.items():
        output = exporter().from_document(document)
        data = output if isinstance(output, bytes) else output.encode()
        yield document, recognise(read_document(data, f"印出.{kind}"))


def words_of(document):
    """The prose as printed: headings within sections, and paragraphs."""
    parts = document.shown(Edition.BOTH)
    texts = [p.text for p in parts if isinstance(p, Heading) and p.level > 2]
    return sorted(texts + [p.text for p in parts if isinstance(p, Paragraph) and p.role == "body"])


@given(made=reports(blanks=False))  # a blank total is computed, and printed
@few
def test_figures_of_any_kind_come_back(made):
    filing = recognise(read_document(as_text(made, tabs), "年报")).filing
    for _, back in documents(Filed(filing, None, (), inputs={})):
        assert {r: f.raw for r, f in back.filing.figures.items()} == {
            r: f.raw for r, f in filing.figures.items()
        }
        assert back.lacking is None


@given(
    number=st.integers(0, 40),
    year=st.integers(2020, 2024),
    errors=st.sampled_from([0, 1]),
    seed=st.integers(0, 99),
)
@few
def test_a_made_up_report_comes_back_with_every_number_and_sentence(
    tmp_path, number, year, errors, seed
):
    filed = made_up(tmp_path, number, (year - 1, year), errors, seed)
    figures = {r: f.value for r, f in filed.filing.figures.items() if r.startswith("table")}
    for document, back in documents(filed):
        assert {r: f.value for r, f in back.filing.figures.items()} == figures
        texts = [part for p in back.filing.prose for part in (p.heading, p.template) if part]
        assert sorted(texts) == words_of(document)
        assert (back.filing.agency.name, back.filing.year) == (filed.filing.agency.name, year)
        assert {n: h.text for n, h in back.filing.printed.headings.items()} == {
            s.number: s.title for s in filed.filing.form.sections
        }
        assert (back.lacking, back.filing.remarks) == (None, ())


def made_up(folder, number, years, errors, seed):
    """A workbook of the made-up district, read with the year before it."""
    district = District(number + 1, years, errors, seed)
    books = [*islice(filled_in(district), number * len(years), None)]
    previous = None
    for book in books:
        path = folder / "book.xlsx"
        write_workbook(path, book.content)
        filing = read_filing(path, book.agency, book.year, shown="book.xlsx")
        before, previous = previous, filing
    return Filed(filing, before, run_checks(filing, before), inputs={})
