"""What published reports do to labels, cells and encodings, and what is made of it."""

import io
import zipfile

import pytest

from nianbao.errors import NianbaoError
from nianbao.published.audit import audit, previous_of
from nianbao.published.files import read_document, read_files
from nianbao.published.recognise import recognise
from published_reports import Report, as_docx, as_html, as_text, tabs

VALUES = {
    "table3.a.natural": "12",
    "table3.a.total": "12",
    "table3.p.natural": "12",
    "table3.t.natural": "12",
    "table3.t.total": "0",
    "table2.permits.decisions": "1050",
    "table2.fees.amount": "12.5",
    "table4.cases.direct_other": "7",
}
REPORT = Report(VALUES)


def read(data):
    return recognise(read_document(data, "年报"))


def text(report=REPORT):
    return as_text(report, tabs).decode()


def tabbed(report):
    return as_text(report, tabs)


def stated(published):
    return {ref: f.raw for ref, f in published.filing.figures.items() if f.raw != "0"}


WANTED = {ref: value for ref, value in VALUES.items() if value != "0"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding):
    assert stated(read(text().encode(encoding))) == WANTED


def test_notes_of_ours_at_the_head_are_skipped():
    noted = "# 来源: 甲\n# 说明: 乙\n" + text()
    published = read(noted.encode())
    assert stated(published) == WANTED
    assert "来源" not in "".join(p.template for p in published.filing.prose)


def test_what_who_copied_a_report_says_of_it_is_no_text():
    noted = text().replace("全年主动公开", "〔原文此处有图：〕全年主动公开", 1)
    assert noted != text()
    assert read(noted.encode()).filing.prose == read(text().encode()).filing.prose


def test_windows_line_ends_keep_line_numbers():
    plain, windows = (read(text().replace("\n", end).encode()) for end in ("\n", "\r\n"))
    assert plain.filing.figures == windows.filing.figures


@pytest.mark.parametrize(
    ("printed", "official"),
    [
        ("5.属于三类内容事务信息", "5.属于三类内部事务信息"),
        ("2.其他法律行政止公开", "2.其他法律行政法规禁止公开"),
        ("（二）部分公开（区分处理的，只计这一情况，不计其他情形）",
         "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    ],
)  # fmt: skip
def test_a_misprinted_label_is_told_and_its_numbers_kept(printed, official):
    published = read(text().replace(official, printed).encode())
    assert stated(published) == WANTED
    (misprint,) = published.filing.printed.misprints
    assert (misprint.found, misprint.expected) == (printed, official)


@pytest.mark.parametrize(
    ("official", "printed"),
    [
        ("1.属于国家秘密", "１．属于国家秘密"),
        ("3.危及“三安全一稳定”", '3、危及 "三安全一稳定"'),
        ("（一）予以公开", "(一) 予以公开"),
    ],
)
def test_typography_is_no_misprint(official, printed):
    published = read(text().replace(official, printed).encode())
    assert stated(published) == WANTED
    assert published.filing.printed.misprints == ()


def test_a_misprint_is_a_finding(tmp_path):
    path = tmp_path / "年报.txt"
    path.write_text(text().replace("行政执法案卷", "行政执法案件"), encoding="utf-8")
    (audited,) = audit([path])
    (found,) = [f for f in audited.findings if f.id == "D5"]
    assert "7.属于行政执法案件" in found.message
    assert found.where[0].sheet.startswith("第 ")


def test_numbers_that_run_together_are_unread_and_told():
    line = next(n for n in text().splitlines() if "1.属于国家秘密" in n)
    published = read(text().replace(line, "（三）不予公开\t1.属于国家秘密\t0000000").encode())
    row = [f for ref, f in published.filing.figures.items() if ref.startswith("table3.d1.")]
    assert {f.value for f in row} == {None}
    (remark,) = published.filing.remarks
    assert "1.属于国家秘密" in remark.message


def test_blank_is_not_zero_and_slashes_stay():
    values = VALUES | {"table3.f.natural": "", "table3.f.total": "/"}
    figures = read(as_text(Report(values), tabs)).filing.figures
    assert (figures["table3.f.natural"].value, figures["table3.f.natural"].raw) == (None, "")
    assert (figures["table3.f.total"].value, figures["table3.f.total"].raw) == (None, "/")


def test_columns_in_another_order_are_told_by_their_heads():
    swapped = as_html(REPORT).decode()
    heads = swapped.replace("科研机构", "甲甲").replace("商业企业", "科研机构")
    values = VALUES | {"table3.a.business": "5", "table3.a.research": "0"}
    moved = as_html(Report(values)).decode()
    moved = moved.replace("科研机构", "甲甲").replace("商业企业", "科研机构")
    moved = moved.replace("甲甲", "商业企业")
    assert heads != swapped
    figures = read(moved.encode()).filing.figures
    assert figures["table3.a.research"].value == 5
    assert figures["table3.a.business"].value == 0


def test_a_mixed_form_is_told_from_its_tables():
    published = read(as_text(Report(VALUES, table3="2019"), tabs))
    assert {k: f.form for k, f in published.tables.items()} | {"table4": ""} == {
        "table2": "2021", "table3": "2019", "table4": "",
    }  # fmt: skip
    assert "table3.o.total" in published.filing.figures


def test_a_shattered_head_of_table_four_does_no_harm():
    lines = text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("行政复议\t"))
    broken = [*lines[:start], "行政复议\t\t行政诉\t讼", "结果\t维\t持\t其他", *lines[start + 3 :]]
    assert stated(read("\n".join(broken).encode())) == WANTED


def test_hidden_parts_and_broken_markup_of_a_page():
    page = as_html(REPORT).decode()
    broken = page.replace("</td>", "").replace("</p></div></body></html>", "").replace("</p>", "")
    added = broken.replace("<body>", "<body><nav>2019年年报</nav><style>p {}</style><!-- 1 -->")
    assert stated(read(added.encode())) == WANTED
    assert "隐藏" not in "".join(p.template for p in read(page.encode()).filing.prose)


def test_a_page_laid_out_by_tables():
    page = as_html(REPORT).decode()
    inner = page.partition("<body>")[2].partition("</body>")[0]
    framed = f"<table><tr><td>栏目</td><td>{inner}</td></tr></table>"
    assert stated(read(f"<html><body>{framed}</body></html>".encode())) == WANTED


def test_a_page_in_gb2312_says_so():
    page = as_html(REPORT).decode().replace("<head>", '<head><meta charset="gb2312">')
    assert stated(read(page.encode("gb18030"))) == WANTED


def test_deep_nesting_is_no_trouble():
    page = "<html><body>" + "<div>" * 3000 + as_html(REPORT).decode()
    assert stated(read(page.encode())) == WANTED


def with_part(data, name, change):
    """A Word file with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            target.writestr(part, change(content.decode()) if part.filename == name else content)
    return made.getvalue()


def test_deleted_text_of_a_word_file_is_never_read():
    run = "<w:r><w:t>编制。</w:t></w:r>"
    gone = '<w:del w:id="1" w:author="a"><w:r><w:delText>删去的话</w:delText></w:r></w:del>'
    new = '<w:ins w:id="2" w:author="a"><w:r><w:t>添上的话。</w:t></w:r></w:ins>'
    moved = '<w:moveFrom w:id="3" w:author="a"><w:r><w:t>移走的话</w:t></w:r></w:moveFrom>'

    def revise(xml):
        first, second, rest = xml.split("</w:p>", 2)
        return f"{first}</w:p>{second}{gone}{moved}{new}{run}</w:p>{rest}"

    filing = read(with_part(as_docx(REPORT), "word/document.xml", revise)).filing
    told = "".join(p.template for p in filing.prose)
    assert "添上的话" in told
    assert "删去" not in told
    assert "移走" not in told
    (remark,) = filing.remarks
    assert "修订" in remark.message


def test_hidden_text_of_a_word_file_is_not_read():
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏的话</w:t></w:r>"

    def hide(xml):
        first, second, rest = xml.split("</w:p>", 2)
        return f"{first}</w:p>{second}{hidden}</w:p>{rest}"

    filing = read(with_part(as_docx(REPORT), "word/document.xml", hide)).filing
    assert "隐藏" not in "".join(p.template for p in filing.prose)


def test_two_numbers_in_one_cell_are_not_one():
    page = as_html(REPORT).decode().replace("<p>1050</p>", "<p>10</p><p>50</p>")
    published = read(page.encode())
    assert published.filing.figures["table2.permits.decisions"].value is None
    assert any("两个数" in remark.message for remark in published.filing.remarks)


def test_files_in_an_archive_have_their_chinese_names(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("AAAA.txt", text())
        archive.writestr("BBBB.html", as_html(REPORT))
    data = stream.getvalue()
    for plain, name in (("AAAA", "甲局"), ("BBBB", "乙局")):  # zipfile itself would write UTF-8
        data = data.replace(plain.encode(), name.encode("gbk"))
    path = tmp_path / "全区.zip"
    path.write_bytes(data)
    names = [shown.rpartition("/")[2] for shown, _ in read_files([path])]
    assert sorted(names) == sorted(["甲局.txt", "乙局.html"])
    assert all(not item.errors for item in audit([path]))


def test_kinds_are_told_by_content_and_not_by_name(tmp_path):
    path = tmp_path / "年报.txt"
    path.write_bytes(as_docx(REPORT))
    (audited,) = audit([path])
    assert stated(audited.published) == WANTED


def test_years_of_one_office_are_linked():
    now = read(text(Report(VALUES, year=2023)).encode()).filing
    before = read(text().replace("示例县示例局2022年", "示例市示例县示例局2022年").encode()).filing
    assert previous_of(now, [now, before]) is before
    assert previous_of(before, [now, before]) is None


def two_reports():
    other = Report(VALUES | {"table3.b.total": "3"}, year=2021)
    return (text() + "\n\n" + text(other)).encode()


BAD = {
    "empty": (b"", "文件是空的"),
    "blank": (b"\xef\xbb\xbf \n\n", "文件是空的"),
    "no report": ("今天天气很好。\n".encode(), "不是政府信息公开工作年度报告"),
    "no report in html": ("<html><body><p>首页</p></body></html>".encode(), "不是政府信息公开"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(60), "文件是图片"),
    "two reports": (two_reports(), "文件里不止一份年报"),
    "binary": (bytes(range(256)) * 4, "不是能读的种类"),
    "broken word": (with_part(as_docx(REPORT), "word/document.xml", lambda _: "<w"), "已损坏"),
    "broken archive": (b"PK\x03\x04" + bytes(50), "已损坏"),
    "empty archive": (b"PK\x05\x06" + bytes(18), "压缩包里没有文件"),
    "broken pdf": (b"%PDF-1.7\n" + b"x" * 100, "PDF 已损坏"),
    "no title": (text().partition("\n")[2].encode(), "没有找到年报的标题"),
    "before 2019": (text().replace("2022", "2017").encode(), "没有统一格式"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_get_a_clear_message_and_the_others_are_read(kind, tmp_path):
    data, told = BAD[kind]
    bad, good = tmp_path / "坏.txt", tmp_path / "好.txt"
    bad.write_bytes(data)
    good.write_text(text(), encoding="utf-8")
    first, second = audit([bad, good])
    (error,) = first.errors
    assert isinstance(error, NianbaoError)
    assert told in error.what
    assert error.where.startswith(str(bad))
    assert error.hint or error.expected
    assert second.errors == ()


def test_half_a_report_says_what_it_lacks(tmp_path):
    path = tmp_path / "半份.txt"
    path.write_text(text().partition("三、收到和处理")[0], encoding="utf-8")
    (audited,) = audit([path])
    (error,) = audited.errors
    assert "只认出年报的一部分" in error.what
    assert "表三、表四" in error.found
    assert audited.published.filing.figures["table2.permits.decisions"].value == 1050


def test_a_bomb_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("大.txt", bytes(50_000_000))
    path = tmp_path / "包.zip"
    path.write_bytes(stream.getvalue())
    (audited,) = audit([path])
    assert "超出" in audited.errors[0].what


def test_a_huge_page_is_refused_unread(tmp_path):
    path = tmp_path / "大.html"
    with path.open("wb") as stream:
        stream.truncate(60_000_000)
    (audited,) = audit([path])
    assert "文件太大" in audited.errors[0].what


def test_a_page_of_pictures_is_read_and_one_of_words_without_end_is_not(tmp_path):
    page = as_html(REPORT).decode()
    picture = f'<img src="data:image/png;base64,{"iVBORw0K" * 2_000_000}">'
    assert stated(read(page.replace("<body>", f"<body>{picture}").encode())) == WANTED
    path = tmp_path / "长.html"
    path.write_text(page.replace("</body>", "<p>文字</p>" * 1_000_000), encoding="utf-8")
    (audited,) = audit([path])
    assert "文字太多" in audited.errors[0].what


def test_a_missing_file_is_told(tmp_path):
    (audited,) = audit([tmp_path / "没有.txt"])
    assert "文件打不开" in audited.errors[0].what


def titled(title):
    """The report under another title."""
    return read(text().replace("示例县示例局2022年政府信息公开工作年度报告", title, 1).encode())


@pytest.mark.parametrize(
    "title",
    [
        "2022年示例县示例局政府信息公开工作年度报告",
        "示例县示例局2022年度政府信息公开工作年度报告",
        "示例县示例局 2022 年政府信息公开年度报告",
        "示例县示例局政府信息公开工作年度报告（2022年度）",
        "示例县示例局关于2022年度政府信息公开工作情况的报告",
        "示例县示例局\n2022年政府信息公开工作年度报告",
        "示例县示例局二〇二二年政府信息公开年报",
        "首页\n示例县示例局2022年政府信息公开工作年度报告\n发布时间：2023-01-20",
        "2022年政府信息公开工作年度报告",
    ],
)
def test_titles(title):
    filing = titled(title).filing
    assert (filing.agency.name, filing.year) == ("示例县示例局", 2022)
    assert "首页" not in "".join(p.template for p in filing.prose)
    assert "发布时间" not in "".join(p.template for p in filing.prose)


@pytest.mark.parametrize(
    "title",
    [
        "示例县甲镇人民政府2022年政府信息公开工作年度报告",
        "2022年示例县甲镇人民政府信息公开工作年度报告",
        "示例县甲镇人民政府\n2022年政府信息公开\n工作年度报告",
        "示 例 县 甲 镇 人 民 政 府\n2022 年 政 府 信 息 公 开 工 作 年 度 报 告",
        "示例县甲镇人民政府\n二○二二年度政府信息公开工作年度报告",
        "2022年度\n示例县甲镇人民政府信息公开工作年度报告",
    ],
)
def test_titles_of_a_town(title):
    filing = titled(title).filing
    assert (filing.agency.name, filing.year) == ("示例县甲镇人民政府", 2022)
    assert filing.agency.kind == "乡镇"


def test_a_list_of_other_years_above_the_report():
    page = as_html(REPORT).decode()
    links = "".join(f"<li>示例县示例局{y}年政府信息公开工作年度报告</li>" for y in (2019, 2020))
    published = read(page.replace("<body>", f"<body><ul>{links}</ul>").encode())
    assert published.filing.year == 2022


def test_cells_parted_by_bars():
    lines = [f"| {line.replace(chr(9), ' | ')} |" if "\t" in line else line
             for line in text().splitlines()]  # fmt: skip
    ruled = "\n".join(f"{line}\n|---|---|" if line.startswith("| 信息") else line for line in lines)
    assert stated(read(ruled.encode())) == WANTED


def test_a_column_of_remarks_beside_the_table():
    beside = "\n".join(
        f"{line}\t见附件" if "1.属于国家秘密" in line or "一、本年新收" in line else line
        for line in text().splitlines()
    )
    assert stated(read(beside.encode())) == WANTED


def test_a_table_four_that_cannot_be_told_apart_is_unread_and_told():
    line = next(n for n in text().splitlines() if n.endswith("\t7" + "\t0" * 7))
    published = read(text().replace(line, "0 0 7 0 0 0 0 0 0").encode())
    row = [f for ref, f in published.filing.figures.items() if ref.startswith("table4.")]
    assert {f.value for f in row} == {None}
    assert any("表四" in r.message for r in published.filing.remarks)


def test_a_long_page_takes_no_time_without_end():
    rows = "<tr><td>其他</td><td>0</td><td>0</td></tr>" * 20_000
    page = as_html(REPORT).decode().replace("</body>", f"<table>{rows}</table></body>")
    assert stated(read(page.encode())) == WANTED


def test_a_report_of_blank_lines_takes_no_time_without_end():
    assert stated(read((text() + "\n" * 1_000_000).encode())) == WANTED


def test_a_title_that_only_the_window_has():
    page = as_html(REPORT).decode()
    shown = "示例县示例局2022年政府信息公开工作年度报告"
    bare = page.replace(f"<p><span>{shown[:3]}</span>{shown[3:]}</p>", "")
    titled_page = bare.replace("<title>x</title>", f"<title>{shown}_年报_示例网</title>")
    filing = read(titled_page.encode()).filing
    assert (filing.agency.name, filing.year) == ("示例县示例局", 2022)
    assert filing.prose[0].template.startswith("本报告由")


@pytest.mark.parametrize(
    ("official", "printed"),
    [
        ("五、存在的主要问题及改进情况", "五、存在问题及改进情况"),
        ("五、存在的主要问题及改进情况", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("四、政府信息公开行政复议、行政诉讼情况", "四、政府信息公开行政法复议、行政诉讼情况"),
        ("六、其他需要报告的事项", "六、其他需要报告的事项（文字描述）"),
        ("二、主动公开政府信息情况", "第二部分 主动公开政府信息情况"),
        ("一、总体情况", "一、总体情况：2022年工作有序。"),
    ],
)
def test_headings_in_other_words(official, printed):
    filing = read(text().replace(official, printed).encode()).filing
    assert len(filing.printed.headings) == 6
    assert not filing.remarks
    assert [p.section for p in filing.prose if p.section][-1] == 6


@pytest.mark.parametrize("column", ["natural", "business", "research", "other", "total"])
@pytest.mark.parametrize("set_as", [tabbed, as_html, as_docx], ids=lambda kind: kind.__name__)
def test_a_cell_of_words_keeps_its_place_among_the_numbers(column, set_as):
    values = VALUES | {f"table3.u2.{column}": "一件", f"table4.cases.direct_{column}": "一件"}
    figures = read(set_as(Report(values))).filing.figures
    odd = {ref for ref in figures if figures[ref].raw == "一件"}
    assert {ref for ref in odd if ref.startswith("table3")} == {f"table3.u2.{column}"}
    rest = {ref: figure.raw for ref, figure in figures.items() if ref not in odd}
    assert rest == {ref: VALUES.get(ref, "0") for ref in rest}


@pytest.mark.parametrize("columns", [("natural", "business"), ("other", "total")])
def test_merged_cells_among_the_values_leave_the_row_unread(columns):
    page = as_html(Report(VALUES | {f"table3.u2.{column}": "8" for column in columns})).decode()
    cell = '<td rowspan="1" colspan="1"><p>8</p></td>'
    merged = page.replace(cell * 2, '<td rowspan="1" colspan="2"><p>8</p></td>')
    assert merged != page
    figures = read(merged.encode()).filing.figures
    row = [f.value for ref, f in figures.items() if ref.startswith("table3.u2.")]
    assert set(row) == {None}
