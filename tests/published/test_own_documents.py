"""What nianbao itself publishes, read back: the same figures, from web page and PDF."""

import pytest
from hypothesis import HealthCheck, given, settings

from nianbao import report
from nianbao.published.files import read_document
from nianbao.published.recognise import recognise
from nianbao.render.document import read_document as document_of
from nianbao.render.html import ReaderExporter
from nianbao.render.pdf import PdfExporter
from nianbao.report.load import Report as Filed
from published.test_round_trip import reports
from published_reports import Report, all_refs, as_text, tabs
from render.samples import notebook_of

EXPORTERS = {"html": ReaderExporter, "pdf": PdfExporter}


def blocks(filing):
    filed = Filed(filing, None, (), inputs={})
    yield report.masthead(filed)
    yield from report.introduction(filed)
    for section in filing.form.sections:
        yield from report.section(filed, section.number)
        for table in filing.form.tables:
            if table.section == section.number:
                yield report.statutory_table(filed, table.key)


def published(made, kind):
    filing = recognise(read_document(as_text(made, tabs), "年报")).filing
    document = document_of(notebook_of(list(blocks(filing))))
    output = EXPORTERS[kind]().from_document(document)
    data = output if isinstance(output, bytes) else output.encode()
    return filing, recognise(read_document(data, "印出"))


@pytest.mark.parametrize("kind", EXPORTERS)
@given(made=reports(blanks=False))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_figures_come_back(kind, made):
    filing, back = published(made, kind)
    assert {r: f.raw for r, f in back.filing.figures.items()} == {
        r: f.raw for r, f in filing.figures.items()
    }
    assert back.lacking is None


@pytest.mark.parametrize("kind", EXPORTERS)
def test_the_words_come_back(kind):
    filing, back = published(Report({}), kind)
    assert (back.filing.agency, back.filing.year) == (filing.agency, filing.year)
    assert [h.text for h in back.filing.printed.headings.values()] == [
        h.text for h in filing.printed.headings.values()
    ]
    ours, theirs = ("".join(p.heading + p.template for p in f.prose) for f in (filing, back.filing))
    assert theirs.startswith(ours)
    assert set(all_refs(Report({}))) == set(back.filing.figures)
