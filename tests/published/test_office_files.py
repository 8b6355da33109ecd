"""Files of office programs: converted by LibreOffice, or read as the sheets that they are."""

import shutil
import subprocess

import pytest
from openpyxl import Workbook

from nianbao.errors import PublishedError
from nianbao.filing.blank import write_workbook
from nianbao.published import office
from nianbao.published.audit import audit, read_reports
from nianbao.published.files import read_document
from nianbao.published.project import imported
from nianbao.published.recognise import recognise
from published_reports import Report, as_docx, as_text, tabs

REPORT = Report(
    {"table3.a.natural": "12", "table3.a.total": "12", "table4.cases.direct_other": "7"}
)


def numbers(filing):
    return {ref: f.value for ref, f in filing.figures.items() if f.value}


WANTED = {"table3.a.natural": 12, "table3.a.total": 12, "table4.cases.direct_other": 7}


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice")
@pytest.mark.parametrize("suffix", ["doc", "rtf", pytest.param("odt", marks=pytest.mark.soak)])
def test_old_texts_are_converted(suffix, tmp_path):
    (tmp_path / "a.docx").write_bytes(as_docx(REPORT))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", tmp_path,
         tmp_path / "a.docx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    data = (tmp_path / f"a.{suffix}").read_bytes()
    assert numbers(recognise(read_document(data, "年报")).filing) == WANTED


def test_without_libreoffice_the_message_says_so(monkeypatch):
    monkeypatch.setattr(office.shutil, "which", lambda _: None)
    with pytest.raises(PublishedError, match="LibreOffice"):
        read_document(b"{\\rtf1 text}", "年报.rtf")


def test_a_report_in_a_sheet(tmp_path):
    book = Workbook()
    for line in as_text(REPORT, tabs).decode().splitlines():
        book.active.append([int(c) if c.isdigit() else c for c in line.split("\t")])
    book.save(tmp_path / "年报.et")
    (audited,) = audit([tmp_path / "年报.et"])
    assert numbers(audited.published.filing) == WANTED
    address = audited.published.filing.figures["table3.a.natural"].address
    assert address.cell.startswith("B")


def test_a_workbook_of_our_own_is_read_as_one(tmp_path):
    published = recognise(read_document(as_text(REPORT, tabs), "年报"))
    (made,) = imported([("年报", published)])
    write_workbook(tmp_path / "2022.xlsx", made.content)
    ((_, back),) = read_reports([tmp_path / "2022.xlsx"])
    assert numbers(back.filing) == WANTED
    assert back.filing.agency.name == "示例县示例局"
