"""What nobody can read, and what nobody should: listed with the reason, and the rest goes on."""

import io
import os
import zipfile

import docx
import pytest

from collecting.conftest import DISTRICT
from collecting.test_collect import told
from inboxes import PHOTO, printed, put, zipped
from nianbao.collecting.collect import collect
from nianbao.errors import UsageError

HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(100)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(100)


def scan():
    """A PDF that is a picture of a page: made by hand, for a typesetter would put text in it."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        b"<</Length 14>>stream\n0 0 100 100 re\nendstream",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 5\n0000000000 65535 f \n" + table
    return body + end + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)


def pictures():
    """A Word file with a picture in it, and nothing else."""
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(" ")
    document.save(stream)
    return stream.getvalue()


def test_what_nobody_can_read_is_listed_with_what_to_do(office):
    whole = office.made("jyj")
    for name, data in {
        "一.jpg": PHOTO,
        "二.heic": HEIC,
        "三.docx": b"\x89PNG\r\n" + bytes(50),  # told by content
        "四.mp4": MP4,
        "五.rar": b"Rar!\x1a\x07" + bytes(50),
        "六.docx": b"",
        "七.xlsx": whole[: len(whole) // 2],
        "八.pdf": scan(),
        "九.dat": bytes(range(256)) * 9,
        "十.docx": pictures(),
    }.items():
        put(office.inbox / name, data)
    office.send("教育局.xlsx", "jyj")
    collected = office.collect()
    assert told(collected) == {
        "一.jpg": "是图片，读不了",
        "二.heic": "是图片，读不了",
        "三.docx": "是图片，读不了",
        "四.mp4": "是视频或录音，读不了",
        "五.rar": "是rar、7z 之类的压缩包，读不了",
        "六.docx": "文件是空的",
        "七.xlsx": "文件已损坏或不完整",
        "八.pdf": "PDF 里没有文字，可能是扫描件",
        "九.dat": "文件不是能读的种类",
        "十.docx": "文件里几乎没有文字，可能都是图片",
    }
    hints = {name: error.hint for name, error in collected.refused}
    asked = {name for name in hints if "请交电子版" in hints[name]}
    assert asked == {"一.jpg", "二.heic", "三.docx", "四.mp4", "八.pdf", "十.docx"}
    assert office.counting("jyj") == ["教育局.xlsx"]


def test_archives_are_gone_into_with_their_chinese_names(office, tmp_path):
    members = {
        "教育局/年报.xlsx": office.made("jyj"),
        "城市管理局.html": printed(DISTRICT["cgj"], "html", tmp_path),
        "一.jpg": PHOTO,
        "__MACOSX/._年报.xlsx": b"x",
    }
    put(office.inbox / "一批.zip", zipped(members, encoding="gbk"))
    inner = zipped({"办公室.xlsx": office.made("zfb")})
    put(office.inbox / "二批.zip", zipped({"内.zip": inner}))
    collected = office.collect()
    assert told(collected) == {"一批.zip/一.jpg": "是图片，读不了"}
    assert office.counting("jyj") == ["一批.zip/教育局/年报.xlsx"]
    assert office.counting("cgj") == ["一批.zip/城市管理局.html"]
    assert office.counting("zfb") == ["二批.zip/内.zip/办公室.xlsx"]
    assert office.kept("zfb")[0]["modified"].startswith("2023-01-10T09:00")


def locked():
    """An archive whose part is marked as encrypted."""
    data = bytearray(zipped({"a.txt": b"abc"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(60_000_000))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (locked(), "一批.zip/a.txt", "压缩包有打开密码"),
        (bomb(), "一批.zip/a.txt", "文件超出一份年报应有的大小"),
        (zipped({"a.txt": bytes(100)})[:-30], "一批.zip", "文件已损坏或不完整"),
        (zipped({}), "一批.zip", "压缩包里没有文件"),
    ],
)
def test_bad_archives(office, data, name, reason):
    put(office.inbox / "一批.zip", data)
    office.send("教育局.xlsx", "jyj")
    assert told(office.collect()) == {name: reason}
    assert office.counting("jyj") == ["教育局.xlsx"]


def damaged(method):
    """An archive whose first part is damaged, packed by one method or the other."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.txt", bytes(range(256)) * 12)
        archive.writestr("b.txt", "没有标题，也没有表格的一份文件")
    data = bytearray(stream.getvalue())
    place = data.index(b"a.txt") + 9
    data[place : place + 40] = bytes(byte ^ 0x5A for byte in data[place : place + 40])
    return bytes(data)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED], ids=str
)
def test_a_damaged_part_of_an_archive_stops_no_other(office, method):
    put(office.inbox / "一批.zip", damaged(method))
    assert told(office.collect()) == {
        "一批.zip/a.txt": "文件已损坏或不完整",
        "一批.zip/b.txt": "不是政府信息公开工作年度报告",
    }


def test_names_of_parts_may_be_anything(office):
    whole = office.made("jyj")
    names = ["\\", ".", "..", "../../../教育局.xlsx", "/etc/a.txt", "\x1b[31m\u202e.txt"]
    data = dict.fromkeys(names, b"") | {"../../../教育局.xlsx": whole}
    put(office.inbox / "一批.zip", zipped(data))
    collected = office.collect()
    assert len(told(collected)) == len(names) - 1
    assert office.counting("jyj") == ["一批.zip/../../../教育局.xlsx"]
    assert {name.split("/")[0] for name in office.tree()} == {"jyj"}


def test_archives_in_archives_have_a_limit_all_together(office):
    many = zipped({f"{n}.txt": b"" for n in range(1_900)})
    put(office.inbox / "一批.zip", zipped({f"{n}.zip": many for n in range(9)}))
    found = told(office.collect())
    assert found["一批.zip/8.zip"] == "文件超出一份年报应有的大小"
    assert found["一批.zip/0.zip/0.txt"] == "文件是空的"


def test_links_that_lead_nowhere_are_told(office):
    (office.inbox / "甲.docx").symlink_to("乙.docx")
    (office.inbox / "乙.docx").symlink_to("甲.docx")
    (office.inbox / "丙.docx").symlink_to("没有.docx")
    what = "链接指的文件不在了，没有读"
    assert told(office.collect()) == dict.fromkeys(("甲.docx", "乙.docx", "丙.docx"), what)


def test_a_report_that_is_called_like_the_receipts_does_not_become_some(office, tmp_path):
    put(office.inbox / "教育局.json", printed(DISTRICT["jyj"], "html", tmp_path))
    office.collect()
    assert office.counting("jyj") == ["教育局.json"]
    assert told(office.collect()) == {}


@pytest.mark.parametrize(
    "mark", ["~$教育局.xlsx", "~$局.xlsx", ".~教育局.xlsx", ".~lock.教育局.xlsx#"]
)
def test_a_file_that_is_open_is_taken_the_next_time(office, mark):
    office.send("教育局.xlsx", "jyj")
    put(office.inbox / mark, b"x" * 165)
    collected = office.collect()
    assert told(collected) == {"教育局.xlsx": "文件正在 Office 或 WPS 中打开，这次没有收"}
    assert office.tree() == {}
    (office.inbox / mark).unlink()
    office.collect()
    assert office.counting("jyj") == ["教育局.xlsx"]


def test_links_out_of_the_inbox_are_not_followed(office, tmp_path):
    outside = put(tmp_path / "外.xlsx", office.made("jyj"))
    (office.inbox / "年报.xlsx").symlink_to(outside)
    (office.inbox / "外面").symlink_to(tmp_path)
    (office.inbox / "断.xlsx").symlink_to(tmp_path / "没有")
    inside = office.send("一/办公室.xlsx", "zfb")
    (office.inbox / "二.xlsx").symlink_to(inside)
    collected = office.collect()
    assert told(collected) == {
        "外面": "是通到收件箱外面的链接，没有读",
        "年报.xlsx": "是通到收件箱外面的链接，没有读",
        "断.xlsx": "是通到收件箱外面的链接，没有读",
    }
    assert office.counting("zfb") == ["一/办公室.xlsx"]


def test_names_in_gbk_and_names_that_steer_a_terminal(office):
    gbk = os.fsdecode("教育局年报.xlsx".encode("gbk"))
    put(office.inbox / gbk, office.made("jyj"))
    put(office.inbox / "a\u202e\x1b[31m.txt", b"x" * 99)
    collected = office.collect()
    assert office.counting("jyj") == ["教育局年报.xlsx"]
    assert list(told(collected)) == ["a\u202e\x1b[31m.txt"]


def test_a_file_that_changes_while_it_is_read_is_taken_the_next_time(office):
    path = office.send("教育局.xlsx", "jyj")
    office.send("自然.xlsx", "zrzyj")
    more = path.read_bytes() + b"more"
    collected = office.collect(progress=lambda _: lambda: path.write_bytes(more))
    assert told(collected) == {"教育局.xlsx": "文件在收取时被改动"}
    assert office.counting("zrzyj") == ["自然.xlsx"]
    assert not office.project.sources("jyj").exists()
    office.collect()
    assert office.standing("jyj") == more


def test_a_file_that_vanishes_meanwhile(office):
    path = office.send("教育局.xlsx", "jyj")
    collected = office.collect(progress=lambda _: path.unlink)
    assert told(collected) == {"教育局.xlsx": "文件打不开"}
    assert office.tree() == {}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_waited_for(office):
    os.mkfifo(office.inbox / "管道.docx")
    assert told(office.collect()) == {"管道.docx": "不是普通文件，没有读"}


def test_the_pictures_of_a_saved_web_page_are_no_files_of_anybody(office, tmp_path):
    put(office.inbox / "年报.html", printed(DISTRICT["jyj"], "html", tmp_path))
    put(office.inbox / "年报_files" / "logo.png", PHOTO)
    put(office.inbox / "Thumbs.db", b"x")
    collected = office.collect()
    assert (collected.files, collected.refused) == (1, ())


def test_a_web_page_that_is_called_a_workbook(office, tmp_path):
    put(office.inbox / "年报.xlsx", printed(DISTRICT["jyj"], "html", tmp_path))
    office.collect()
    (item,) = office.kept("jyj")
    assert (item["name"], item["workbook"]) == ("2022-1.原件.xlsx", "2022-1.xlsx")
    assert office.counting("jyj") == ["年报.xlsx"]


def test_five_hundred_files_with_photographs_beside_one_report(office):
    for number in range(480):
        put(office.inbox / f"照片{number % 7}" / f"{number}.jpg", PHOTO)
    for number in range(20):
        put(office.inbox / f"扫描{number}.pdf", scan() + b"%" * number)
    office.send("教育局.xlsx", "jyj")
    collected = office.collect()
    assert (collected.files, len(collected.refused)) == (501, 500)
    assert office.counting("jyj") == ["教育局.xlsx"]


def test_several_processes_find_the_same(office, tmp_path):
    for code in DISTRICT:
        office.send(f"{code}.xlsx", code)
    put(office.inbox / "坏.pdf", b"%PDF-1.7 broken")
    put(office.inbox / "教育.docx", printed(DISTRICT["jyj"], "docx", tmp_path))
    batch = office.batch()
    seen = []
    alone = office.collect(is_dry=True)
    many = collect(
        office.inbox,
        batch,
        office.project,
        is_dry=True,
        workers=2,
        progress=lambda n: lambda: seen.append(n),
    )
    assert [(k.slot, [r.digest for r in k.receipts]) for k in many.kept] == [
        (k.slot, [r.digest for r in k.receipts]) for k in alone.kept
    ]
    assert told(many) == told(alone)
    assert seen == [8] * 8


def test_no_inbox(office):
    office.inbox.rmdir()
    with pytest.raises(UsageError, match="收件箱打不开"):
        office.collect()
