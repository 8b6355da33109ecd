"""Every planted mistake stands in the right notice, and its correction is counted right."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import openpyxl
import pytest
from docx import Document
from jinja2 import Environment

from nianbao.batch.store import Store
from nianbao.collecting.receipts import Receipt, receipts_file, receipts_json
from nianbao.demo.mistakes import MISFILED

CHINA = timezone(timedelta(hours=8))
OTHERS = {"A1", "A2", "A3", "A6", "L2"}
WARNED = {"A10"}  # of the planted kinds, the one that must be explained


def word_text(content: bytes) -> str:
    """All that a Word file says."""
    document = Document(BytesIO(content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def received(office, agency: str, *days: datetime) -> None:
    """Note versions as they came."""
    path = receipts_file(office.source(agency).parent, office.year)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        receipts_json(
            tuple(
                Receipt(
                    number=n,
                    name=f"{office.year}-{n}.xlsx",
                    original="年报.xlsx",
                    workbook=f"{office.year}-{n}.xlsx",
                    digest="0" * 64,
                    received=day,
                )
                for n, day in enumerate(days, 1)
            )
        )
    )


def test_each_planted_mistake_stands_in_its_notice_with_its_number(office):
    told = office.told()
    planted = office.planted()
    assert len(planted) >= 3
    for agency, cells in planted.items():
        (line,) = [x for x in told[agency]["lines"] if x["check"] == cells[0]["check"]]
        places = "".join(x["place"] + "".join(x["cells"]) for x in told[agency]["lines"])
        # A row of a ledger is named by its first cell.
        named = [c["cell"] if c["kind"] != MISFILED else f"A{c['cell'][1:]}" for c in cells]
        assert any(re.search(rf"\b{cell}\b", places) for cell in named)
        assert line["severity"] == ("warning" if line["check"] in WARNED else "error")
        (word,) = [name for name in told[agency]["files"] if name.endswith(".docx")]
        said = word_text(office.files()[word.rpartition("/")[2]])
        assert told[agency]["name"] in said
        if line["check"] in {"A1", "A4"}:
            assert (line["found"], line["expected"]) == (cells[0]["stated"], cells[0]["expected"])
        if line["found"] and len(line["found"]) < 20:
            assert line["found"] in said
            assert line["expected"] in said


def test_who_made_no_mistake_gets_no_notice(office):
    told = office.told()
    clean = set(told) - set(office.planted())
    assert clean
    assert {told[agency]["status"] for agency in clean} == {"已完成"}
    assert not any(told[agency]["files"] or told[agency]["lines"] for agency in clean)
    assert not [
        name for name in office.files() for agency in clean if name.startswith(f"{agency}-")
    ]


def test_running_twice_changes_nothing(office):
    _, first, _ = office.run()
    before = office.files()
    _, again, said = office.run()
    assert (office.files(), again) == (before, first)
    assert "新写退改通知单 0 份" in said
    _, serial, _ = office.run("--workers", "2")
    assert (office.files(), serial) == (before, first)


def test_a_notice_that_was_lost_is_written_again_as_it_was(office):
    told = office.told()
    before = office.files()
    agency = next(iter(office.planted()))
    for name in told[agency]["files"]:
        (office.folder / name.rpartition("/")[2]).unlink()
    office.told(today="2023-03-01")
    assert {k: v for k, v in office.files().items() if k != "催报表.txt"} == {
        k: v for k, v in before.items() if k != "催报表.txt"
    }


def test_the_next_version_tells_what_was_corrected(office):
    first, second = [a for a, (p, *_) in office.planted().items() if p["check"] in OTHERS][:2]
    before = office.told()
    lines = len(before[first]["lines"])
    office.correct(first)
    office.correct(second)
    office.edit(second, ("复议诉讼", "E5", 99), ("依申请公开", "D14", "—"))
    told = office.told(today="2023-01-20")

    assert (told[first]["status"], told[first]["is_mended"]) == ("已完成", True)
    assert told[first]["compared"] == {
        "before": lines, "fixed": lines, "still": 0, "changed": 0, "added": 0,
    }  # fmt: skip
    mended = told[second]
    assert (mended["number"], mended["status"]) == (2, "已退回待改")
    assert {line["check"] for line in mended["lines"]} == {"A4", "A5"}
    compared = mended["compared"]
    assert (compared["fixed"], compared["added"]) == (1, 2)
    files = office.files()
    (word,) = [n for n in files if n.startswith(f"{second}-") and n.endswith("第2次.docx")]
    said = word_text(files[word])
    assert "上次 1 处，已改 1 处，新增 2 处" in said
    assert "2023年1月20日" in said
    assert word.replace("第2次", "第1次") in files
    assert "其中退改后已改完 1 家" in files["催报表.txt"].decode()


def test_what_stays_with_another_number_is_not_taken_for_new(office):
    (agency,) = list(office.planted())[:1]
    office.correct(agency)
    office.edit(agency, ("复议诉讼", "E5", 99))
    assert office.told()[agency]["number"] == 1
    office.edit(agency, ("复议诉讼", "E5", 98))
    told = office.told()[agency]
    assert told["number"] == 2
    assert told["compared"] == {"before": 1, "fixed": 0, "still": 1, "changed": 1, "added": 0}


def _breaks(path):
    path.write_bytes(b"PK\x03\x04 broken")


def _loses_a_sheet(path):
    book = openpyxl.load_workbook(path)
    del book["依申请公开"]
    book.save(path)


def _is_of_another_year(path):
    path.write_bytes(path.with_name("2021.xlsx").read_bytes())


@pytest.mark.parametrize(
    ("spoil", "word"),
    [(_breaks, "损坏"), (_loses_a_sheet, "依申请公开"), (_is_of_another_year, "不是这一年度的")],
)
def test_what_cannot_be_read_is_to_be_corrected_and_said_so(office, spoil, word):
    agency = next(iter(office.planted()))
    office.told()
    spoil(office.source(agency))
    told = office.told()
    (line,) = told[agency]["lines"]
    assert (line["severity"], told[agency]["status"]) == ("error", "已退回待改")
    assert word in line["message"] + line["expected"]
    assert told[agency]["compared"] is None
    assert "sources/" not in line["place"]
    (name,) = [n for n in office.files() if n.startswith(f"{agency}-") and n.endswith("第2次.docx")]
    said = word_text(office.files()[name])
    assert word in said
    assert "填报表读不了" in said
    office.source(agency).write_bytes(office.original(agency))
    again = office.told()[agency]  # held against the last version that could be read
    assert (again["number"], again["compared"]["fixed"], again["compared"]["added"]) == (3, 0, 0)


def test_last_years_broken_workbook_is_the_offices_affair(office):
    clean = next(iter(set(office.told()) - set(office.planted())))
    office.source(clean, office.year - 1).write_bytes(b"broken")
    _, _, said = office.run()
    assert "没有与上年比较" in said
    assert office.told()[clean]["lines"] == []


def test_no_personal_number_is_repeated(office):
    agency = next(iter(office.planted()))
    office.edit(agency, ("依申请公开", "D7", "张三 13912345678 110101199003074514"))
    told = office.told()[agency]
    assert any("×××" in line["found"] for line in told["lines"])
    everything = b"".join(office.files().values())
    words = "".join(word_text(v) for k, v in office.files().items() if k.endswith(".docx"))
    assert "13912345678" not in words + everything.decode(errors="ignore")
    book = openpyxl.load_workbook(office.folder / "全部问题.xlsx")
    cells = "".join(str(c.value) for row in book["问题"].iter_rows() for c in row)
    assert "×××" in cells
    assert "1391234" not in cells
    assert "19900307" not in cells


def test_a_character_that_no_font_has_stops_no_notice(office):
    agency = next(iter(office.planted()))
    office.edit(agency, ("依申请公开", "D7", "三\U00020bb7件"))
    told = office.told()[agency]
    assert len(told["files"]) == 2
    (word,) = [n for n in told["files"] if n.endswith(".docx")]
    assert "[U+20BB7]" in word_text(office.files()[word.rpartition("/")[2]])


def test_the_table_of_all_has_each_line_and_each_agency(office):
    told = office.told()
    book = openpyxl.load_workbook(office.folder / "全部问题.xlsx")
    lines, agencies = book["问题"], book["机关"]
    assert lines.max_row - 1 == sum(len(item["lines"]) for item in told.values())
    assert [row[0].value for row in agencies.iter_rows(min_row=2)] == [
        item["name"] for item in told.values()
    ]
    for sheet in (lines, agencies):
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet["A2"].alignment.wrap_text


def test_the_reminder_tells_who_is_missing_late_and_done(office):
    with (office.root / "params/batch.yaml").open("a", encoding="utf-8") as batch:
        batch.write("office: 示例区政务公开办\ndue: 2023-01-15\ndue_again: 2023-01-25\n")
    planted = list(office.planted())
    clean = [agency for agency in office.told() if agency not in planted]
    office.source(clean[0]).unlink()
    received(office, clean[1], datetime(2023, 1, 15, 23, 59, tzinfo=CHINA))
    # The first version counts; and midnight in China is still the day before elsewhere.
    received(office, clean[2], *(datetime(2023, 1, d, 16, 30, tzinfo=UTC) for d in (15, 30)))
    told = office.told()
    assert told[clean[0]]["status"] == "未交"
    assert [told[clean[n]]["late"] for n in (0, 1, 2)] == [1, 0, 1]
    _, out, _ = office.run()
    name = {agency: item["name"] for agency, item in told.items()}
    lines = out.splitlines()
    assert lines[0] == "【2022年度政府信息公开年报催报】"
    assert "交稿：1月15日（已过 1 天）" in lines
    assert "退改后再交：1月25日（还有 9 天）" in lines
    assert f"1. {name[clean[0]]}" in lines[lines.index("未交 1 家") :]
    assert f"1. {name[clean[2]]}：1月16日交，迟于交稿日 1 天" in lines
    assert f"已完成 {len(clean) - 1} 家" in lines
    assert not set("|\t│*_`#") & set(out)
    assert out == office.files()["催报表.txt"].decode()


def test_what_came_but_is_not_settled_is_not_missing(office):
    agency = next(iter(set(office.told()) - set(office.planted())))
    office.source(agency).unlink()
    received(office, agency, datetime(2023, 2, 2, 9, tzinfo=CHINA))
    told = office.told(today="2023-02-03")[agency]
    assert (told["status"], told["late_by_law"]) == ("来件待定", 2)
    said = office.files()["催报表.txt"].decode()
    assert f"1. {told['name']}：收到的各版还没有定哪一版算数" in said
    assert f"1. {told['name']}：2月2日交，迟于法定期限 2 天" in said


def test_the_legal_date_is_told_where_it_is_past(office):
    agency = next(iter(set(office.told()) - set(office.planted())))
    office.source(agency).unlink()
    told = office.told(today="2023-02-03")[agency]
    assert (told["legal"], told["late_by_law"]) == ("2023-01-31", 3)
    assert "已过法定期限 3 天" in office.files()["催报表.txt"].decode()


def test_a_date_that_is_past_is_asked_of_nobody(office):
    with (office.root / "params/batch.yaml").open("a", encoding="utf-8") as batch:
        batch.write("due_again: 2023-01-10\n")
    told = office.told()[next(iter(office.planted()))]
    (word,) = [n for n in told["files"] if n.endswith(".docx")]
    said = word_text(office.files()[word.rpartition("/")[2]])
    assert "1月10日" not in said
    assert "尽快再交" in said


def test_outputs_that_another_run_holds_are_left_alone(office):
    with Store(office.root / "outputs").hold():
        code, _, err = office.run()
    assert code == 2
    assert "正被另一次运行占用" in err
    assert not office.folder.exists()


def test_a_damaged_record_stops_only_its_own_agency(office):
    first, second, *_ = office.planted()
    office.told()
    (office.folder / "记录" / f"{first}.json").write_text("{", encoding="utf-8")
    office.correct(second)
    code, out, err = office.run()
    assert code == 2
    assert "退改记录损坏" in err
    assert "没有核查 1 家" in out
    assert "其中退改后已改完 1 家" in out
    assert (office.folder / "记录" / f"{first}.json").read_text() == "{"


def test_a_record_of_another_agency_is_not_written_on(office):
    first, *_ = office.planted()
    office.told()
    path = office.folder / "记录" / f"{first}.json"
    record = json.loads(path.read_bytes()) | {"agency": "../../../elsewhere"}
    path.write_text(json.dumps(record), encoding="utf-8")
    before = office.files()
    office.correct(first)
    code, _, err = office.run()
    assert code == 2
    assert "退改记录是别的机关的" in err
    assert office.files().keys() == before.keys()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("due: 15日", "2023-01-15"),
        ("due: 2020-01-15", "due 不是 2022 年度年报的日期"),
        ("due: 2023-01-15\ndue_again: 2023-01-10", "早于交稿"),
    ],
)
def test_dates_that_cannot_be_are_refused_with_their_line(office, text, word):
    batch = office.root / "params/batch.yaml"
    batch.write_text(f"{batch.read_text()}{text}\n")
    code, _, err = office.run()
    assert code == 2
    assert word in err
    assert " 行" in err


def test_a_day_that_is_none_is_a_usage_error(office):
    code, _, err = office.run(today="昨天")
    assert code == 2
    assert "2023-01-16" in err


def test_a_government_that_is_summed_up_is_not_asked_for_a_workbook(office):
    told = office.told()
    for workbook in (office.root / "sources/qzf").iterdir():
        workbook.unlink()
    codes = re.findall(r"code: ([a-z-]+)", (office.root / "params/agencies.yaml").read_text())
    assert len(codes) > len(told)  # the governments above them
    batch = office.root / "params/batch.yaml"
    batch.write_text(f"agencies: [{', '.join(codes)}]\nyears: [2022]\n")
    assert set(office.told()) == set(told)


def test_a_workbook_bears_the_name_that_its_agency_had(office):
    told = office.told()
    agency = next(iter(set(told) - set(office.planted())))
    register = office.root / "params/agencies.yaml"
    name = told[agency]["name"]
    renamed = f"name: 示例区新设局\n  former_names: [{{name: {name}, until: 2022}}]\n"
    register.write_text(register.read_text().replace(f"name: {name}\n", renamed))
    assert "示例区新设局" in register.read_text()
    again = office.told()[agency]
    assert (again["name"], again["lines"]) == (name, [])


def test_the_offices_dates_are_those_of_the_last_year_alone(office):
    with (office.root / "params/batch.yaml").open("a", encoding="utf-8") as batch:
        batch.write("due: 2023-01-15\n")
    code, out, _ = office.run("--year", "2021", "--format", "json")
    (year,) = json.loads(out)["years"]
    assert (code, year["year"], year["due"]) == (0, 2021, None)
    assert {item["legal"] for item in year["agencies"]} == {"2022-01-31"}


def test_one_record_is_plain_json(office):
    office.told()
    agency = next(iter(office.planted()))
    record = json.loads((office.folder / "记录" / f"{agency}.json").read_bytes())
    (told,) = record["rounds"]
    assert (told["number"], len(told["digest"]), told["terms"]["day"]) == (1, 64, "2023-01-16")


def clean_agency(office) -> str:
    """An agency without a mistake."""
    return next(agency for agency in office.told() if agency not in office.planted())


def test_what_is_explained_is_not_asked_again_until_it_changes(office):
    agency = clean_agency(office)
    office.edit(agency, ("基本信息", "B7", None))
    assert office.told()[agency]["status"] == "仅需说明"
    before = office.files()
    told = office.told("--explained", f"{agency}=还没有邮编", today="2023-01-18")[agency]
    assert (told["status"], told["lines"], told["is_new"]) == ("已完成", [], False)
    name = told["name"]
    _, reminder, _ = office.run(today="2023-01-18")
    assert f"其中已作说明 1 家：{name}" in reminder
    after = office.files()
    notices = [file for file in before if file.startswith(f"{agency}-")]
    assert [after[file] for file in notices] == [before[file] for file in notices]
    assert "还没有邮编" in after[f"记录/{agency}.json"].decode()
    office.edit(agency, ("基本信息", "B8", None))
    assert office.told(today="2023-01-20")[agency]["status"] == "仅需说明"


@pytest.mark.parametrize(
    "said", ["{planted}=没有错", "{clean}=没有错", "xx=没有错", "{clean}", "="]
)
def test_only_what_waits_for_an_explanation_is_explained(office, said):
    office.run()
    before = office.files()
    names = {"planted": next(iter(office.planted())), "clean": clean_agency(office)}
    code, out, error = office.run("--explained", said.format(**names), today="2023-01-18")
    assert (code, out) == (2, "")
    assert "错误：" in error
    assert office.files() == before


def test_what_nobody_foresaw_in_one_workbook_stops_no_other(office, monkeypatch):
    first, second, *_ = office.planted()
    office.edit(first, ("正文", "C3", "当年{{ 一 }}"))
    parse = Environment.parse

    def breaks(self, source, *rest):
        if "一" in source:
            raise ZeroDivisionError("13812345678")
        return parse(self, source, *rest)

    monkeypatch.setattr(Environment, "parse", breaks)  # not ours, and able to break
    code, out, err = office.run()
    assert code == 3
    assert "核查这份填报表时程序出错" in err
    assert "13812345678" not in err
    assert "没有核查 1 家" in out
    assert (office.folder / "记录" / f"{second}.json").is_file()
    assert not (office.folder / "记录" / f"{first}.json").is_file()


def test_a_full_disk_is_told_and_leaves_nothing_half_written(office):
    resource = pytest.importorskip("resource")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limit[1]))
    try:
        code, _, err = office.run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert code == 2
    assert "输出文件夹不能写" in err
    assert not [*office.folder.rglob(".*.part")]
    assert office.run()[0] == 0
    assert len([*office.folder.glob("*.pdf")]) == len(office.planted())
