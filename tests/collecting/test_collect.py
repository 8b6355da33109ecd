"""What lies in an inbox is found out, kept version by version, and never written over."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collecting.conftest import DISTRICT, START
from inboxes import printed, put, workbook
from nianbao.batch.hold import locked
from nianbao.collecting.receipts import read_receipts
from nianbao.collecting.status import handed_in
from nianbao.errors import ConfigError, OutputError, UsageError
from nianbao.filing.blank.make import make_workbook
from nianbao.filing.workbook import read_filing

ROOT = Path(__file__).parents[2]
NEW = {"table2.permits.decisions": 4711}


def permits(count):
    return {"table2.permits.decisions": count}


def told(collected):
    """What was not taken: name to reason."""
    return {name: error.what for name, error in collected.refused}


def versions(office, code):
    return [(item["original"], item["stage"], item["counts"]) for item in office.kept(code)]


def test_a_workbook_is_kept_as_it_came_and_counts(office):
    path = office.send("示例区教育局.xlsx", "jyj", at="2023-01-10 09:00")
    collected = office.collect()
    assert (collected.files, collected.refused) == (1, ())
    assert office.standing("jyj") == path.read_bytes()
    folder = office.project.sources("jyj")
    assert (folder / "received" / "2022-1.xlsx").read_bytes() == path.read_bytes()
    (receipt,) = read_receipts(folder, 2022)
    assert receipt.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (receipt.original, receipt.name) == ("示例区教育局.xlsx", "2022-1.xlsx")
    assert (receipt.received - START).days == 1
    assert receipt.modified.isoformat().startswith("2023-01-10T09:00")
    assert receipt.counts
    assert not receipt.question


@pytest.mark.parametrize("kind", ["docx", "html", "pdf"])
def test_a_report_becomes_a_workbook(office, tmp_path, kind):
    data = printed(DISTRICT["jyj"], kind, tmp_path)
    put(office.inbox / f"年报.{kind}", data)
    office.collect()
    folder = office.project.sources("jyj")
    assert (folder / "received" / f"2022-1.{kind}").read_bytes() == data
    agency = DISTRICT["jyj"].agency
    filing = read_filing(folder / "2022.xlsx", agency, 2022, shown="2022.xlsx")
    stated = {ref: figure.value for ref, figure in filing.figures.items() if "table" in ref}
    assert stated == {
        ref: value for ref, value in DISTRICT["jyj"].content.values.items() if ref in stated
    }
    assert versions(office, "jyj") == [(f"年报.{kind}", "", True)]


def test_the_last_stage_counts_and_all_are_kept(office):
    for number, name in enumerate(("二稿", "定稿", "初稿")):
        office.send(f"教育局{name}.xlsx", "jyj", at="2023-01-10 09:00", **permits(number))
    office.collect()
    assert versions(office, "jyj") == [
        ("教育局初稿.xlsx", "初稿", False),
        ("教育局二稿.xlsx", "二稿", False),
        ("教育局定稿.xlsx", "定稿", True),
    ]
    assert office.standing("jyj") == (office.inbox / "教育局定稿.xlsx").read_bytes()


def test_what_comes_later_counts_and_what_was_there_stays(office):
    first = office.send("年报.xlsx", "jyj", at="2023-01-10 09:00").read_bytes()
    office.collect()
    second = office.send("年报.xlsx", "jyj", at="2023-01-12 09:00", **NEW).read_bytes()
    office.collect()
    kept = office.project.sources("jyj") / "received"
    assert [(kept / f"2022-{n}.xlsx").read_bytes() for n in (1, 2)] == [first, second]
    assert office.standing("jyj") == second


def test_twice_the_same_inbox_changes_nothing(office, tmp_path):
    office.send("教育局初稿.xlsx", "jyj", at="2023-01-10 09:00")
    office.send("教育局定稿.xlsx", "jyj", at="2023-01-12 09:00", **NEW)
    put(office.inbox / "城管.docx", printed(DISTRICT["cgj"], "docx", tmp_path))
    office.send("甲.xlsx", "zfb", at="2023-01-10 09:00")
    office.send("乙.xlsx", "zfb", at="2023-01-10 09:00", **NEW)
    first = office.collect()
    tree = office.tree()
    again = office.collect()
    assert office.tree() == tree
    assert again.refused == first.refused
    assert [kept.open for kept in again.kept] == [kept.open for kept in first.kept]
    assert not any(kept.new or kept.is_changed for kept in again.kept)


def test_one_content_under_several_names_is_one_version(office):
    office.send("甲/年报.xlsx", "jyj")
    office.send("乙/教育局定稿.xlsx", "jyj")
    collected = office.collect()
    assert versions(office, "jyj") == [("乙/教育局定稿.xlsx", "定稿", True)]
    (kept,) = collected.kept
    assert kept.alike == {1: ("甲/年报.xlsx",)}


def test_two_that_compete_are_asked_about_and_the_rest_goes_on(office):
    office.send("甲.xlsx", "jyj", at="2023-01-10 09:00")
    office.send("乙.xlsx", "jyj", at="2023-01-10 09:00", **NEW)
    office.send("城管.xlsx", "cgj")
    collected = office.collect()
    assert office.counting("jyj") == []
    assert not office.project.source("jyj", 2022).exists()
    assert all("分不出先后" in item["question"] for item in office.kept("jyj"))
    assert office.counting("cgj") == ["城管.xlsx"]
    assert ("jyj", 2022) not in collected.missing


def test_a_question_is_answered_once_for_all(office):
    office.send("甲.xlsx", "jyj", at="2023-01-10 09:00")
    office.send("乙.xlsx", "jyj", at="2023-01-10 09:00", **NEW)
    office.collect()
    office.collect("jyj=甲.xlsx")
    assert office.counting("jyj") == ["甲.xlsx"]
    assert office.standing("jyj") == (office.inbox / "甲.xlsx").read_bytes()
    tree = office.tree()
    assert not any(kept.open for kept in office.collect().kept)
    assert office.tree() == tree
    office.collect("jyj=2022-1.xlsx")  # on second thoughts
    assert office.counting("jyj") == ["乙.xlsx"]


def test_a_stage_and_a_time_that_contradict_each_other(office):
    office.send("教育局定稿.xlsx", "jyj", at="2023-01-10 09:00")
    office.send("教育局初稿.xlsx", "jyj", at="2023-01-12 09:00", **NEW)
    office.collect()
    assert office.counting("jyj") == []


def test_the_word_file_and_the_pdf_of_one_report_do_not_compete(office, tmp_path):
    for kind in ("pdf", "docx"):
        data = printed(DISTRICT["jyj"], kind, tmp_path)
        put(office.inbox / f"教育局.{kind}", data, at="2023-01-10 09:00")
        put(office.inbox / f"教育局定稿.{kind}", data, at="2023-01-10 09:00")
    (kept,) = office.collect().kept
    assert office.counting("jyj") == ["教育局定稿.docx"]
    assert kept.open == ()
    sealed = printed(DISTRICT["jyj"], "pdf", tmp_path) + b"\n%"
    put(office.inbox / "教育局盖章.pdf", sealed, at="2023-01-12 09:00")
    office.collect()
    assert office.counting("jyj") == ["教育局定稿.docx"]
    assert len(office.kept("jyj")) == 3


def test_an_old_draft_that_comes_late_does_not_count(office):
    office.send("教育局定稿.xlsx", "jyj", at="2023-01-12 09:00")
    office.collect()
    office.send("教育局初稿.xlsx", "jyj", at="2023-01-10 09:00", **NEW)
    collected = office.collect()
    assert office.counting("jyj") == ["教育局定稿.xlsx"]
    assert len(office.kept("jyj")) == 2
    assert not any(kept.open for kept in collected.kept)


def test_what_comes_later_but_is_older_is_asked_about(office):
    office.send("甲.xlsx", "jyj", at="2023-01-12 09:00")
    office.collect()
    office.send("乙.xlsx", "jyj", at="2023-01-10 09:00", **NEW)
    (kept,) = office.collect().kept
    assert office.counting("jyj") == ["甲.xlsx"]
    (asked,) = kept.open
    assert asked.original == "乙.xlsx"
    assert asked.question == "与先收到的 2022-1.xlsx 分不出先后：收到在后，文件时间却在前"


def test_a_newer_version_ends_an_open_question(office):
    office.send("甲.xlsx", "jyj", at="2023-01-10 09:00")
    office.send("乙.xlsx", "jyj", at="2023-01-10 09:00", **NEW)
    office.collect()
    office.send("丙.xlsx", "jyj", at="2023-01-15 09:00", **permits(1))
    (kept,) = office.collect().kept
    assert office.counting("jyj") == ["丙.xlsx"]
    assert kept.open == ()


def doubtful(office, name, data):
    """Send a sound workbook, then something doubtful; give why it is asked about."""
    office.send("教育局初稿.xlsx", "jyj", at="2023-01-10 09:00")
    office.collect()
    put(office.inbox / name, data, at="2023-01-12 09:00")
    (kept,) = office.collect().kept
    assert office.counting("jyj") == ["教育局初稿.xlsx"]
    assert [receipt.original for receipt in kept.open] == [name]
    return kept.open[0].question


def test_half_a_report_is_asked_about(office, tmp_path):
    page = printed(DISTRICT["jyj"], "html", tmp_path).decode()
    cut = page[: page.index("四、政府信息公开行政复议")]
    assert "没有找到表四" in doubtful(office, "教育局.html", cut.encode())


def test_a_report_that_names_nobody_is_asked_about(office, tmp_path):
    page = printed(DISTRICT["jyj"], "html", tmp_path).decode()
    page = page.replace("示例区教育局", "")
    assert "只有文件名" in doubtful(office, "教育局2022年报.html", page.encode())
    office.collect("jyj=教育局2022年报.html")
    folder = office.project.sources("jyj")
    filing = read_filing(folder / "2022.xlsx", DISTRICT["jyj"].agency, 2022, shown="x")
    assert filing.basics["机关名称"].text == "示例区教育局"


def test_a_blank_workbook_is_asked_about(office):
    content = office.content("jyj")
    blank = replace(content, values={}, facts=(), prose=(), ledgers={})
    path = workbook(replace(DISTRICT["jyj"], content=blank), office.inbox.parent / "空白.xlsx")
    assert doubtful(office, "教育局.xlsx", path.read_bytes()) == "填报表是空白的"


def test_a_workbook_that_cannot_be_read_is_asked_about(office):
    content = office.content("jyj")
    broken = replace(content, facts=[("类", "不 是 名称", 1, "件", "")])
    path = workbook(replace(DISTRICT["jyj"], content=broken), office.inbox.parent / "坏.xlsx")
    assert "填报表读不成：名称不能用在正文里" in doubtful(office, "教育局.xlsx", path.read_bytes())


def test_a_year_in_the_file_that_its_name_denies(office, tmp_path):
    page = printed(DISTRICT["jyj"], "html", tmp_path)
    batch = office.batch("agencies: all\nyears: [2021, 2022]\n")
    put(office.inbox / "教育局2021年度.html", page)
    (kept,) = office.collect(batch=batch).kept
    assert kept.slot.year == 2022
    assert "文件名写的是 2021 年度" in kept.open[0].question


def test_what_cannot_be_placed_is_listed_and_the_rest_goes_on(office, tmp_path):
    page = printed(DISTRICT["jyj"], "html", tmp_path).decode()
    office.send("去年.xlsx", "jyj", 年度="2021")
    office.send("别处.xlsx", "jyj", 机关名称="别处县教育局")
    put(office.inbox / "年报.html", page.replace("示例区教育局", "").encode())
    put(office.inbox / "通知.txt", "关于报送年报的通知，请于一月底前报送。".encode())
    office.send("城管.xlsx", "cgj")
    collected = office.collect(batch=office.batch("agencies: [jyj, cgj]\nyears: [2022]\n"))
    assert told(collected) == {
        "去年.xlsx": "不是批次中的年度",
        "别处.xlsx": "名册中没有这个机关",
        "年报.html": "没有找到年报的标题，不知道是哪个机关的",
        "通知.txt": "不是政府信息公开工作年度报告",
    }
    assert office.counting("cgj") == ["城管.xlsx"]
    assert collected.missing == (("jyj", 2022),)


def test_an_agency_that_is_not_in_the_batch(office):
    office.send("城管.xlsx", "cgj")
    collected = office.collect(batch=office.batch("agencies: [jyj]\nyears: [2022]\n"))
    assert told(collected) == {"城管.xlsx": "这个机关不在批次中"}
    assert office.tree() == {}


def test_a_file_of_nobody_can_be_given_to_an_agency(office, tmp_path):
    page = printed(DISTRICT["jyj"], "html", tmp_path).decode().replace("示例区教育局", "")
    put(office.inbox / "一" / "年报.html", page.encode())
    office.collect("jyj=一/年报.html")
    assert office.counting("jyj") == ["一/年报.html"]


def test_what_says_whose_it_is_cannot_be_given_to_another(office):
    office.send("年报.xlsx", "jyj")
    collected = office.collect("cgj=年报.xlsx")
    assert told(collected) == {"年报.xlsx": "文件里写的是另一个机关，没有按 --take 收"}
    assert office.tree() == {}


@pytest.mark.parametrize(
    ("take", "message"),
    [
        ("没有", "写法不对"),
        ("jyjj=甲.xlsx", "最接近的是 jyj"),
        ("jyj=丁.xlsx", "收件箱里没有，也没有收过"),
        ("jyj=年报.xlsx", "不止一个"),
    ],
)
def test_a_take_that_means_nothing_stops_before_anything_is_written(office, take, message):
    office.send("甲.xlsx", "jyj")
    office.send("一/年报.xlsx", "cgj")
    office.send("二/年报.xlsx", "zfb")
    with pytest.raises(UsageError, match=message):
        office.collect(take)
    assert office.tree() == {}


def test_a_short_name_in_the_workbook_is_known_and_told(office):
    agencies = [made.agency for made in DISTRICT.values()]
    office.register([a.model_copy(update={"aliases": ("区教委",)}) if a.code == "jyj" else a
                     for a in agencies])  # fmt: skip
    office.send("年报.xlsx", "jyj", 机关名称="区教委")
    (kept,) = office.collect().kept
    assert kept.counting
    assert "应为“示例区教育局”" in kept.notes[1][0]


def test_a_workbook_put_there_by_hand_is_a_version(office):
    by_hand = office.made("jyj", **permits(1))
    put(office.project.sources("jyj") / "2022.xlsx", by_hand, at="2023-01-11 09:00")
    office.send("教育局.xlsx", "jyj", at="2023-01-11 09:00")
    (kept,) = office.collect().kept
    assert office.standing("jyj") == by_hand  # nobody can tell which is newer
    assert office.counting("jyj") == ["sources/jyj/2022.xlsx"]
    assert [receipt.original for receipt in kept.open] == ["教育局.xlsx"]
    office.send("教育局.xlsx", "jyj", at="2023-01-15 09:00", **permits(2))
    office.collect()
    assert office.counting("jyj") == ["教育局.xlsx"]
    received = office.project.sources("jyj") / "received"
    assert by_hand in {path.read_bytes() for path in received.iterdir()}


def test_a_blank_workbook_that_was_given_out_is_no_rival(office):
    jyj = DISTRICT["jyj"].agency
    folder = office.project.sources("jyj")
    put(folder / "2021.xlsx", office.made("jyj", 年度="2021"))
    blank = make_workbook(office.project, jyj, 2022).path
    given_out = blank.read_bytes()
    assert ("jyj", 2022) in office.collect().missing
    assert not handed_in(office.project, [("jyj", 2022)])[0].has_workbook
    office.send("甲.xlsx", "jyj", at="2020-01-01 09:00")  # a clock that is wrong
    office.send("乙.xlsx", "jyj", at="2020-01-01 09:00", **NEW)
    office.collect()
    assert office.standing("jyj") == given_out
    tree = office.tree()
    office.collect()
    assert office.tree() == tree
    office.collect("jyj=甲.xlsx")
    assert office.counting("jyj") == ["甲.xlsx"]
    assert given_out in {path.read_bytes() for path in (folder / "received").iterdir()}
    put(office.inbox / "空.xlsx", given_out + b" ")
    (kept,) = office.collect().kept
    assert "空白" in kept.open[0].question


def test_a_workbook_that_was_changed_by_hand_is_never_lost(office):
    office.send("教育局.xlsx", "jyj", at="2023-01-10 09:00")
    office.collect()
    changed = office.made("jyj", **permits(1))
    put(office.project.source("jyj", 2022), changed, at="2023-01-11 09:00")
    office.collect()
    assert office.counting("jyj") == ["sources/jyj/2022.xlsx"]
    assert office.standing("jyj") == changed
    office.send("教育局二稿.xlsx", "jyj", at="2023-01-15 09:00", **NEW)
    office.collect()
    assert office.counting("jyj") == ["教育局二稿.xlsx"]
    kept = {path.read_bytes() for path in (office.project.sources("jyj") / "received").iterdir()}
    assert changed in kept


def test_an_older_version_put_back_by_hand_counts(office):
    first = office.send("教育局.xlsx", "jyj", at="2023-01-10 09:00").read_bytes()
    office.collect()
    office.send("教育局.xlsx", "jyj", at="2023-01-12 09:00", **NEW)
    office.collect()
    put(office.project.source("jyj", 2022), first)
    office.collect()
    assert [item["counts"] for item in office.kept("jyj")] == [True, False]
    assert office.standing("jyj") == first


def test_the_same_workbook_already_in_its_place(office):
    data = office.send("教育局.xlsx", "jyj").read_bytes()
    put(office.project.sources("jyj") / "2022.xlsx", data)
    office.collect()
    assert versions(office, "jyj") == [("教育局.xlsx", "", True)]


def test_ledgers_stand_beside_the_workbook(office):
    lines = "序号,申请日期\n1,2022-03-01\n"
    put(office.inbox / "教育局" / "2022年申请台账.csv", lines.encode("gb18030"))
    put(office.inbox / "2022年申请台账.csv", (lines + "2,2022-04-01\n").encode())
    collected = office.collect()
    folder = office.project.sources("jyj")
    assert (folder / "2022-申请台账.csv").read_bytes() == lines.encode("gb18030")
    assert (folder / "received" / "2022-申请台账-1.csv").is_file()
    assert told(collected) == {"2022年申请台账.csv": "不知道是哪个机关的"}
    assert ("jyj", 2022) in collected.missing  # the report itself is
    tree = office.tree()
    office.collect()
    assert office.tree() == tree


def test_a_workbook_of_ledgers_is_told_by_its_sheets(office):
    data = (ROOT / "sources" / "shili-jyj" / "2022-台账.xlsx").read_bytes()
    put(office.inbox / "教育局2022年度.xlsx", data)
    put(office.inbox / "城市管理局" / "附件.xlsx", data + b" ")
    collected = office.collect()
    assert (office.project.sources("jyj") / "2022-台账.xlsx").read_bytes() == data
    (asked,) = (kept for kept in collected.kept if kept.open)
    assert asked.slot.agency == "cgj"
    assert asked.open[0].question == "文件名里没有年度，批次只有 2022 年度"
    office.collect("cgj=2022-台账-1.xlsx")
    assert (office.project.sources("cgj") / "2022-台账.xlsx").read_bytes() == data + b" "


def test_who_handed_in_when(office):
    office.send("教育局.xlsx", "jyj", at="2023-01-10 09:00")
    office.collect()
    office.send("教育局.xlsx", "jyj", at="2023-01-12 09:00", **NEW)
    office.collect()
    jyj, cgj = handed_in(office.project, [("jyj", 2022), ("cgj", 2022)])
    assert [(jyj.first_received - START).days, (jyj.last_received - START).days] == [1, 2]
    assert jyj.counting.number == 2
    assert (jyj.has_workbook, jyj.is_open) == (True, False)
    assert (cgj.receipts, cgj.last_received, cgj.counting) == ((), None, None)


def test_a_dry_run_tells_the_same_and_writes_nothing(office):
    office.send("教育局.xlsx", "jyj")
    dry = office.collect(is_dry=True)
    assert office.tree() == {}
    assert not any(office.project.outputs.iterdir())
    assert [kept.slot for kept in dry.kept] == [kept.slot for kept in office.collect().kept]


def test_a_damaged_list_of_receipts_is_told(office):
    office.send("教育局.xlsx", "jyj")
    office.collect()
    path = office.project.sources("jyj") / "received" / "2022.json"
    path.write_bytes(b"[{")
    with pytest.raises(ConfigError, match="收件记录损坏"):
        office.collect()
    assert path.read_bytes() == b"[{"


@pytest.mark.parametrize("key", ["name", "workbook"])
def test_receipts_that_name_a_file_elsewhere_are_damaged(office, key):
    office.send("教育局.xlsx", "jyj")
    office.collect()
    path = office.project.sources("jyj") / "received" / "2022.json"
    receipts = json.loads(path.read_bytes())
    receipts[0][key] = "../../zfb/2022.xlsx"
    path.write_text(json.dumps(receipts), encoding="utf-8")
    with pytest.raises(ConfigError, match="收件记录损坏"):
        office.collect()


def test_a_folder_among_the_versions_takes_no_number(office):
    (office.project.sources("jyj") / "received" / "2022-1.备份").mkdir(parents=True)
    office.send("教育局.xlsx", "jyj")
    office.collect()
    assert (office.project.sources("jyj") / "received" / "2022-2.xlsx").is_file()


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file that cannot be read")
def test_a_file_in_the_place_that_cannot_be_read_is_told(office):
    office.send("教育局.xlsx", "jyj")
    place = office.project.sources("jyj") / "2022.xlsx"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to("/proc/self/mem")
    with pytest.raises(OutputError, match="有文件读不了"):
        office.collect()
    assert place.is_symlink()


def test_two_at_once_are_one_after_the_other(office):
    office.send("教育局.xlsx", "jyj")
    own = office.project.outputs / ".nianbao" / "collect"
    own.mkdir(parents=True)
    with locked(own, own), pytest.raises(OutputError, match="填报表文件夹正被另一次运行占用"):
        office.collect()
    assert office.tree() == {}
    office.collect()
    assert office.counting("jyj")


class Killed(BaseException):
    """The process ended here."""


def begin(office, before):
    """Put all back to where it was before the last version came."""
    folder = office.project.root / "sources"
    shutil.rmtree(folder)
    shutil.rmtree(office.inbox)
    folder.mkdir()
    office.inbox.mkdir()
    office.runs = 0
    if before == "a version":
        office.send("教育局初稿.xlsx", "jyj", at="2023-01-05 09:00")
        office.collect()
    if before == "by hand":
        put(folder / "jyj" / "2022.xlsx", office.made("jyj"), at="2023-01-05 09:00")
    office.runs = 1
    office.send("教育局定稿.xlsx", "jyj", at="2023-01-12 09:00", **NEW)


def is_killed(office, monkeypatch, writes):
    """Collect, and end it when so many files have been written; False where it came to its end."""
    real, left = Path.replace, [writes]

    def replace(self, target):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        try:
            office.collect()
        except Killed:
            return True
    return False


@pytest.mark.parametrize("before", ["nothing", "a version", "by hand"])
def test_killed_at_any_write_it_goes_on_the_next_time(office, monkeypatch, before):
    begin(office, before)
    office.collect()
    wanted = office.tree()
    assert office.counting("jyj") == ["教育局定稿.xlsx"]
    for writes in range(10):
        begin(office, before)
        if not is_killed(office, monkeypatch, writes):
            break
        office.runs = 1
        office.collect()
        assert office.tree() == wanted
    assert 3 < writes < 9


names = st.sampled_from(["", "初稿", "二稿", "定稿", "修改"])
days = st.sampled_from(["2023-01-10 09:00", "2023-01-11 09:00", "2023-01-12 09:00"])
sent = st.tuples(names, days, st.integers(0, 5))


@settings(max_examples=40)
@given(runs=st.lists(st.lists(sent, max_size=3), min_size=1, max_size=4))
def test_whatever_comes_nothing_is_lost_and_at_most_one_counts(office, runs):
    folder = office.project.sources("jyj")
    for path in (*folder.glob("received/*"), *folder.glob("2022*")):
        path.unlink()
    everything = set()
    for run in runs:
        for path in office.inbox.iterdir():
            path.unlink()
        for number, (stage, at, content) in enumerate(run):
            data = f"序号,申请日期\n{content},2022-03-01\n".encode()
            put(office.inbox / f"教育局2022申请台账{stage}-{number}.csv", data, at=at)
            everything.add(data)
        office.collect()
        tree = office.tree()
        office.collect()
        assert office.tree() == tree
    receipts = read_receipts(folder, 2022, "申请台账")
    kept = {(folder / "received" / r.name).read_bytes() for r in receipts}
    assert kept == everything
    assert [r.number for r in receipts] == list(range(1, len(receipts) + 1))
    counting = [(folder / "received" / r.name).read_bytes() for r in receipts if r.counts]
    placed = [path.read_bytes() for path in folder.glob("2022-申请台账.csv")]
    assert counting == placed
    assert not everything or placed or any(r.question for r in receipts)
