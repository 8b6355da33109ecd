"""An inbox as a public office has it in January: made from the made-up district."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import datetime
from pathlib import Path

from nianbao import report
from nianbao.demo import District, filled_in
from nianbao.filing.blank import write_workbook
from nianbao.filing.workbook import read_filing
from nianbao.render.document import read_document
from nianbao.render.docx import DocxExporter
from nianbao.render.html import ReaderExporter
from nianbao.render.pdf import PdfExporter
from nianbao.report.load import Report
from render.samples import notebook_of

EXPORTERS = {"html": ReaderExporter, "pdf": PdfExporter, "docx": DocxExporter}
PHOTO = b"\xff\xd8\xff\xe0" + bytes(2000)


def filled(count, year=2022):
    """The workbooks of a made-up district, by agency: what is in each."""
    return {made.agency.code: made for made in filled_in(District(count, (year,)))}


def workbook(made, path):
    """Write a workbook as its agency fills it in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, made.content)
    return path


def printed(made, kind, folder):
    """The report as nianbao prints it: html, pdf or docx."""
    path = workbook(made, Path(folder) / f"printed-{made.agency.code}.xlsx")
    filing = read_filing(path, made.agency, made.year, shown=path.name)
    path.unlink()
    document = read_document(notebook_of(list(_blocks(filing))))
    output = EXPORTERS[kind]().from_document(document)
    return output if isinstance(output, bytes) else output.encode()


def _blocks(filing):
    filed = Report(filing, None, (), inputs={})
    yield report.masthead(filed)
    yield from report.introduction(filed)
    for section in filing.form.sections:
        yield from report.section(filed, section.number)
        for table in filing.form.tables:
            if table.section == section.number:
                yield report.statutory_table(filed, table.key)


def put(path, data, *, at=None):
    """Write a file, last written at a time such as 2023-01-10 09:00."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if at:
        dated(path, at)
    return path


def dated(path, at):
    seconds = datetime.fromisoformat(at).timestamp()
    os.utime(path, (seconds, seconds))


def zipped(members, *, encoding="utf-8", date=(2023, 1, 10, 9, 0, 0)):
    """An archive; names in GBK are stored without a mark, as Windows in China does it."""
    stream = io.BytesIO()
    plain = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(members.items()):
            stored = name
            if encoding != "utf-8":  # as long as the name will be
                stored = f"{number:06d}".ljust(len(name.encode(encoding)), "-")
                plain[stored] = name
            archive.writestr(zipfile.ZipInfo(stored, date), data)
    data = stream.getvalue()
    for stored, name in plain.items():
        data = data.replace(stored.encode(), name.encode(encoding))
    return data
