"""A notice stands on one page; where it cannot, it says so, and no 必须改 is lost."""

import datetime as dt
import re
import subprocess
from contextlib import closing

import pypdfium2
import pytest

from nianbao.checks.finding import Severity
from nianbao.fonts import typefaces
from nianbao.notices.lines import Line
from nianbao.notices.page import notice
from nianbao.notices.record import Record, Terms
from nianbao.render.docx import DocxExporter
from nianbao.render.pdf import PdfExporter

TERMS = Terms(
    office="示例县政务公开办",
    day=dt.date(2023, 1, 16),
    again=dt.date(2023, 1, 25),
    legal=dt.date(2023, 1, 31),
)
ERROR = Line(
    check="A1",
    severity=Severity.ERROR,
    title="申请人合计不符",
    message="表三“（五）不予处理1.信访举报投诉类申请”六类申请人之和与总计不符：应为 1，填报为 0",
    source="国办公开办函〔2021〕30号附件表三：总计列为六类申请人之和",
    place="表三“1.信访举报投诉类申请 · 总计”（依申请公开!J20）",
    found="0",
    expected="1",
)
WARNING = Line(
    check="B4",
    severity=Severity.WARNING,
    title="正文的百分比算不平",
    message="正文“予以公开及部分公开258件，占33.9%”算不平：258 ÷ 805 为 32.05%",
    source="年度报告格式表三；误差超过 0.05 个百分点",
    place="正文“一、总体情况”（正文!C5）；表三“（七）总计 · 总计”（依申请公开!J28）",
    found="33.9%",
    expected="32.05%",
)


def made(errors: int, warnings: int, *, is_sample: bool = False) -> Record:
    lines = [ERROR.model_copy(update={"refs": (f"e{n}",)}) for n in range(errors)]
    lines += [WARNING.model_copy(update={"refs": (f"w{n}",)}) for n in range(warnings)]
    record = Record(agency="jia", name="示例县教育局", year=2022, is_sample=is_sample)
    return record.after("a", lines, TERMS, is_read=True)


def pages(record: Record) -> list[str]:
    faces = typefaces()
    content = PdfExporter().from_document(notice(record, 0, faces), faces)
    with closing(pypdfium2.PdfDocument(content)) as read:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in read]


@pytest.mark.parametrize(("errors", "warnings"), [(1, 0), (0, 1), (4, 3), (12, 0), (3, 5)])
def test_what_is_usual_stands_on_one_page(errors, warnings):
    (text,) = pages(made(errors, warnings))
    assert "放不下" not in text
    assert "另有" not in text
    assert text.count("J20") == errors
    assert text.count("33.9%") == warnings  # in its sentence alone
    assert "示例县教育局" in text
    assert f"1月25日前{'再交' if errors else '说明'}；法定1月31日前公布" in text


def test_what_must_be_explained_gives_way_and_is_counted():
    (text,) = pages(made(6, 19))
    shown = text.count("33.9%")
    assert 0 < shown < 19
    assert f"请说明的另有{19 - shown}处没有列出，见《全部问题.xlsx》" in text
    assert text.count("J20") == 6


def test_what_must_be_corrected_goes_on_to_a_second_page():
    found = pages(made(25, 10))
    assert len(found) == 2
    assert sum(text.count("J20") for text in found) == 25
    assert "续在下页" in found[0]
    shown = sum(text.count("33.9%") for text in found)
    assert f"请说明的另有{10 - shown}处没有列出" in found[0]
    assert "问题和位置" in found[1]  # the head of the table again


def test_without_anything_to_correct_nothing_is_sent_back():
    (text,) = pages(made(0, 2))
    assert "没有必须改的，不必退改" in text


@pytest.mark.parametrize("exporter", [PdfExporter, DocxExporter])
def test_the_same_record_gives_the_same_bytes(exporter):
    faces = typefaces()
    document = notice(made(3, 1, is_sample=True), 0, faces)
    assert exporter().from_document(document, faces) == exporter().from_document(document, faces)


def test_a_made_up_agency_is_said_to_be_one():
    assert "示例：机关和数据都是虚构的" in pages(made(1, 0, is_sample=True))[0]
    assert "虚构" not in pages(made(1, 0))[0]


@pytest.mark.libreoffice
def test_the_word_file_has_the_pages_of_the_print(tmp_path):
    faces = typefaces()
    for name, record in {"one": made(12, 0), "mixed": made(3, 5), "two": made(25, 0)}.items():
        word = DocxExporter().from_document(notice(record, 0, faces), faces)
        (tmp_path / f"{name}.docx").write_bytes(word)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", tmp_path, *sorted(tmp_path.glob("*.docx"))]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    counts = {}
    for path in tmp_path.glob("*.pdf"):
        with closing(pypdfium2.PdfDocument(path)) as read:
            counts[path.stem] = len(read)
    assert counts == {"one": 1, "mixed": 1, "two": 2}
