"""Published reports of several offices: the one copy among them is found, and nothing else."""

from collections import defaultdict
from pathlib import Path

import pytest

from nianbao.catalog.copies import find_copies
from nianbao.catalog.entry import Entry, Section, Status
from nianbao.published.audit import audit

REPORTS = Path(__file__).parents[3] / "shared" / "reports"
pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason=f"{REPORTS} is not there")


def as_entry(filing):
    prose = defaultdict(list)
    for passage in filing.prose:
        prose[passage.section].append(passage.template)
    sections = {
        section.number: Section(section.number, section.title, "", tuple(prose[section.number]))
        for section in filing.form.sections
    }
    return Entry(filing.agency.code, filing.year, Status.DONE, sections=sections)


def test_one_office_wrote_the_same_section_five_two_years_apart():
    audited = [item.published for item in audit(sorted(REPORTS.glob("0*.txt"))) if item.published]
    filings = [item.filing for item in audited]
    assert len(filings) > 10
    found = find_copies(map(as_entry, filings), {f.agency.code: (f.agency.name,) for f in filings})
    assert found.between_agencies == ()
    (copy,) = found.between_years
    assert [(place.year, place.section) for place in copy.places] == [(2024, 5), (2022, 5)]
    assert 0.9 < copy.shares[0] < 1
