"""The batch at a glance: what both files say, that they merge, and that they stay whole."""

import hashlib
import json
import re
import resource
import threading
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.outcomes import lay, outcome
from laws import examples
from nianbao.batch.hold import claim
from nianbao.batch.index import write_index
from nianbao.batch.manifest import write_json
from nianbao.errors import OutputError

HOSTILE = (
    "</title></script></style><script>alert(1)</script><img src=x onerror=x>{{7*7}}\u202e\x00\"'&"
)


def data_of(outputs):
    return json.loads((outputs / "batch.json").read_bytes())


def page_of(outputs):
    return BeautifulSoup((outputs / "index.html").read_bytes(), "html.parser")


def rows_of(outputs):
    return [[cell.text.strip() for cell in row.find_all(["td", "th"])]
            for row in page_of(outputs).tbody.find_all("tr")]  # fmt: skip


@pytest.fixture
def written(tmp_path):
    """Write the index of outcomes whose reports stand."""

    def write(*outcomes, title="示例批次"):
        lay(tmp_path, *outcomes)
        write_index(tmp_path, outcomes, title=title)
        return tmp_path

    return write


@contextmanager
def no_file_above(bytes_):
    """As on a full disk: what is longer cannot be written."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


THREE = (
    outcome("jia", reasons=("首次生成",), warnings=("第 3 个单元格：图没有替代文字",)),
    outcome("yi", findings={"error": 2, "warning": 1, "info": 5}),
    outcome("bing", 2022, status="failed"),
)


def test_the_json_tells_totals_and_a_row_for_each(written):
    data = data_of(written(*THREE))
    assert (data["schema"], data["title"]) == (1, "示例批次")
    assert datetime.fromisoformat(data["generated"]).tzinfo is not None
    assert data["totals"] == {
        "reports": 3,
        "status": {"done": 2, "up_to_date": 0, "failed": 1},
        "findings": {"error": 2, "warning": 1, "info": 5},
    }
    failed, errors, clean = data["reports"]  # what needs somebody's eye comes first
    assert failed == {
        "agency": "bing",
        "name": "示例县bing局",
        "year": 2022,
        "status": "failed",
        "reasons": [],
        "findings": {},
        "cause": "cell error",
        "message": THREE[2].message,
        "cell": 3,
        "excerpt": "ValueError: 坏",
        "warnings": [],
        "duration": 0,
        "missing": {},
        "batch": "",
        "links": {"failed_notebook": "2022/bing/report.failed.ipynb"},
    }
    assert errors["agency"] == "yi"
    assert clean["reasons"] == ["首次生成"]
    assert clean["duration"] == 1.5
    assert clean["links"] == {
        "report": "2021/jia/report.html",
        "review": "2021/jia/review.html",
        "pdf": "2021/jia/report.pdf",
        "notebook": "2021/jia/report.ipynb",
    }


def test_a_page_of_changes_is_linked_where_it_has_something_to_tell(written):
    outputs = written(*THREE)
    for name in ("jia", "yi"):
        (outputs / "2021" / name).mkdir(parents=True, exist_ok=True)
        (outputs / "2021" / name / "changes.html").touch()
    (outputs / "2021/jia/changes.json").touch()
    write_index(outputs, THREE, title="")
    links = {
        row["agency"]: row["links"]
        for row in json.loads((outputs / "batch.json").read_bytes())["reports"]
    }
    assert links["jia"]["changes"] == "2021/jia/changes.html"
    assert not any("changes" in links[name] for name in links.keys() - {"jia"})


def test_the_page_tells_the_same(written):
    outputs = written(*THREE)
    failed, errors, clean = rows_of(outputs)
    assert failed[:8] == [
        "没有做成",
        "2022",
        "示例县bing局 bing",
        "—",
        "—",
        "—",
        "0.0",
        "失败的笔记本",
    ]
    assert "笔记本第 3 个单元格" in failed[8]
    assert "ValueError: 坏" in failed[8]
    assert errors[3:6] == ["2", "1", "5"]
    assert clean[7:] == [
        "公开版 审核版 PDF 笔记本",
        "首次生成笔记本提示 1 条第 3 个单元格：图没有替代文字",
    ]
    totals = [" ".join(item.stripped_strings) for item in page_of(outputs).select(".totals div")]
    assert totals == [
        "没有做成 1 份",
        "已是最新 0 份",
        "已生成 2 份",
        "必须改 2 处 （1 份是草稿）",
        "请说明 1 处",
        "提示 5 处",
    ]
    for link in page_of(outputs).select("td a"):
        assert (outputs / link["href"]).is_file()


def test_the_page_without_reports(written):
    page = page_of(written(title=""))
    assert page.table is None
    assert "还没有年报" in page.main.text
    assert page.title.text == "年报批次：一览"


def test_an_earlier_good_report_is_told_apart_from_the_failure(written):
    outputs = written(outcome())
    write_index(outputs, [outcome(status="failed")], title="")
    assert rows_of(outputs)[0][7] == "上次做成的：公开版 审核版 PDF 笔记本"


def test_what_was_up_to_date_has_the_time_of_its_making(written, tmp_path):
    one = outcome(status="up_to_date", duration=0)
    lay(tmp_path, one)
    entries = dict.fromkeys(("agency", "key", "started", "finished", "host"), "")
    tables = {name: {} for name in ("parts", "inputs", "findings", "versions", "fonts")}
    more = {
        "schema": 1,
        "year": 2021,
        "outputs": {"report.ipynb": ""},
        "warnings": [],
        "duration": 7.25,
    }
    write_json(tmp_path / one.report.folder / "manifest.json", {**entries, **tables, **more})
    assert data_of(written(one))["reports"][0]["duration"] == 7.25


class TestMerging:
    def test_rows_of_other_reports_stay_and_own_ones_are_new(self, written):
        written(*THREE)
        outputs = written(replace(THREE[2], status="done", message="", cause=""))
        data = data_of(outputs)
        assert {row["agency"]: row["status"] for row in data["reports"]} == {
            "jia": "done", "yi": "done", "bing": "done",
        }  # fmt: skip
        assert data["reports"][0]["agency"] == "yi"
        assert len(rows_of(outputs)) == 3

    def test_the_latest_alone_give_the_same_as_all_at_once(self, tmp_path):
        for name, parts in (("once", [THREE]), ("bits", [[item] for item in THREE])):
            lay(tmp_path / name, *THREE)
            for part in parts:
                write_index(tmp_path / name, part, title="示例")
        once, bits = (data_of(tmp_path / name)["reports"] for name in ("once", "bits"))
        assert once == bits

    def test_a_row_goes_with_the_folder_of_its_report(self, written):
        outputs = written(*THREE)
        for path in (outputs / "2021/jia").iterdir():
            path.unlink()
        (outputs / "2021/jia").rmdir()
        write_index(outputs, [], title="")
        assert [row["agency"] for row in data_of(outputs)["reports"]] == ["bing", "yi"]

    def test_a_row_that_was_never_made_goes_when_its_batch_orders_it_no_more(self, site):
        outputs = site.root / "out"
        never = [outcome(code, status="failed") for code in ("jia", "yi")]
        for item in (*never, outcome("bing")):
            lay(outputs, item)
        both = site.batch("agencies: [jia, yi]\nyears: [2021]")
        write_index(outputs, [*never, outcome("bing")], title="", project=site.project, batch=both)
        site.project.source("yi", 2021).unlink()
        write_index(outputs, [], title="", project=site.project, batch=both)
        assert [row["agency"] for row in data_of(outputs)["reports"]] == ["jia", "yi", "bing"]
        write_index(outputs, [], title="", project=site.project, batch=site.batch())
        assert [row["agency"] for row in data_of(outputs)["reports"]] == ["jia", "bing"]

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"{", b"[]", b"\xff", b'{"schema": 1}', b'{"schema": 1, "reports": {}}',
            b'{"schema": 2, "reports": [{"agency": "jia"}]}', b"[" * 100_000,
        ],
    )  # fmt: skip
    def test_a_damaged_or_foreign_file_counts_for_nothing(self, written, tmp_path, content):
        (tmp_path / "batch.json").write_bytes(content)
        assert len(data_of(written(THREE[0]))["reports"]) == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"agency": "../.."}, {"agency": "yi<"}, {"agency": None}, {"year": 1}, {"year": "x"},
            {"status": "fine"}, {"findings": {"error": -1}}, {"findings": {"grave": 1}},
            {"duration": float("nan")}, {"duration": "x"}, {"reasons": [1]}, {"name": ["x"]},
        ],
    )  # fmt: skip
    def test_a_row_that_does_not_fit_is_dropped_and_the_others_stay(self, written, change):
        outputs = written(*THREE)
        data = data_of(outputs)
        data["reports"][1] |= change
        (outputs / "batch.json").write_text(json.dumps(data), encoding="utf-8")
        write_index(outputs, [], title="")
        assert [row["agency"] for row in data_of(outputs)["reports"]] == ["bing", "jia"]

    def test_links_in_a_forged_file_are_not_taken_over(self, written):
        outputs = written(THREE[0])
        data = data_of(outputs)
        data["reports"][0]["links"] = {"report": "javascript:alert(1)"}
        (outputs / "batch.json").write_text(json.dumps(data), encoding="utf-8")
        write_index(outputs, [], title="")
        assert "javascript:" not in (outputs / "index.html").read_text(encoding="utf-8")
        assert data_of(outputs)["reports"][0]["links"]["report"] == "2021/jia/report.html"


class TestWriting:
    def test_a_full_disk_is_told_and_harms_nothing(self, written):
        outputs = written(THREE[0])
        before = {path: path.read_bytes() for path in outputs.glob("*.*") if path.is_file()}
        assert len(before) == 2
        with no_file_above(bytes_=500), pytest.raises(OutputError, match="不能写"):
            write_index(outputs, THREE, title="")
        assert all(path.read_bytes() == content for path, content in before.items())
        assert list((outputs / ".nianbao").iterdir()) == []

    def test_a_place_that_is_taken_is_told(self, written, tmp_path):
        (tmp_path / "index.html").mkdir()
        with pytest.raises(OutputError, match="不能写"):
            written(THREE[0])

    def test_a_run_that_has_lost_the_folder_writes_none(self, written):
        outputs = written(THREE[0])
        before = (outputs / "batch.json").read_bytes()
        token = claim(outputs / ".nianbao")
        claim(outputs / ".nianbao")
        with pytest.raises(OutputError, match="已不属于这次运行"):
            write_index(outputs, THREE, title="", run=token)
        assert (outputs / "batch.json").read_bytes() == before

    def test_nothing_is_left_beside_them(self, written):
        outputs = written(*THREE)
        assert {path.name for path in outputs.iterdir()} == {
            "index.html", "batch.json", ".nianbao", "2021", "2022",
        }  # fmt: skip
        assert list((outputs / ".nianbao").iterdir()) == []

    def test_who_reads_meanwhile_never_sees_half_a_file(self, written):
        outputs = written(*THREE)
        many = [outcome(f"j{number}") for number in range(400)]
        writers = (THREE, many)
        is_over = threading.Event()

        def write():
            while not is_over.is_set():
                for outcomes in writers:
                    write_index(outputs, outcomes, title="")

        writer = threading.Thread(target=write)
        writer.start()
        seen = [0]
        try:
            while len(seen) < 10 and writer.is_alive():
                data = data_of(outputs)
                assert data["totals"]["reports"] == len(data["reports"])
                assert (outputs / "index.html").read_bytes().endswith(b"</html>")
                if len(data["reports"]) != seen[-1]:
                    seen.append(len(data["reports"]))
        finally:
            is_over.set()
            writer.join()
        assert set(seen) == {0, 3, 403}

    def test_what_a_killed_run_left_half_written_is_no_hindrance(self, written):
        outputs = written(THREE[0])
        (outputs / ".nianbao/batch.json.new").write_bytes(b'{"half')
        write_index(outputs, THREE, title="")
        assert len(data_of(outputs)["reports"]) == 3


class TestThePageIsSafe:
    def test_it_is_one_file_without_an_address_outside(self, written):
        html = (written(*THREE) / "index.html").read_text(encoding="utf-8")
        assert re.findall(r"(?:https?:)?//[\w.]+\w", html.split("<script>")[0]) == []
        assert "url(" not in html
        assert "@import" not in html
        page = BeautifulSoup(html, "html.parser")
        assert page.html["lang"] == "zh-CN"
        assert not page.find_all(["link", "iframe", "object", "embed", "base", "img"])
        assert not [tag for tag in page.find_all() if "style" in tag.attrs or tag.get("src")]

    def test_only_its_own_script_and_style_may_run(self, written):
        page = page_of(written(*THREE))
        first, second, *_ = page.head.find_all()
        assert first["charset"] == "utf-8"
        assert second["http-equiv"] == "Content-Security-Policy"
        style, script = (
            "'sha256-" + b64encode(hashlib.sha256(tag.string.encode()).digest()).decode() + "'"
            for tag in (page.style, page.script)
        )
        assert second["content"] == (
            f"default-src 'none'; style-src {style}; script-src {script}; "
            "base-uri 'none'; form-action 'none'"
        )

    def test_half_a_character_harms_nothing(self, written):
        outputs = written(outcome(status="failed", message="\ud800", agency="甲\udfff局"))
        assert data_of(outputs)["reports"][0]["message"] == "\ud800"
        assert rows_of(outputs)[0][2] == "甲[U+DFFF]局 jia"

    def test_hostile_text_stays_text(self, written):
        failed = outcome(
            "yi", status="failed", agency=HOSTILE, message=f"{HOSTILE}\n{HOSTILE}",
            cause=HOSTILE, excerpt=HOSTILE, warnings=(HOSTILE,),
        )  # fmt: skip
        done = outcome("jia", agency=HOSTILE, reasons=(HOSTILE,))
        outputs = written(failed, done, title=HOSTILE)
        page = page_of(outputs)
        assert len(page.find_all("script")) == len(page.find_all("style")) == 1
        assert not page.find_all("img")
        shown = HOSTILE.replace("\u202e", "[U+202E]").replace("\x00", "[U+0000]")
        assert page.h1.text == shown
        assert page.text.count(shown) == 10  # title, heading, rows: six of the failure, two
        assert data_of(outputs)["reports"][0]["name"] == HOSTILE


texts = st.text(max_size=20)
counts = st.dictionaries(st.sampled_from(["error", "warning", "info"]), st.integers(0, 9))
any_outcome = st.builds(
    outcome,
    code=st.sampled_from(["jia", "yi", "bing"]),
    year=st.integers(2019, 2025),
    status=st.sampled_from(["done", "up_to_date", "failed"]),
    findings=counts,
    message=texts,
    cause=texts,
    excerpt=texts,
    reasons=st.lists(texts, max_size=2).map(tuple),
    warnings=st.lists(texts, max_size=2).map(tuple),
)


@settings(
    max_examples=examples(15),
)
@given(st.lists(any_outcome, max_size=6, unique_by=lambda item: item.report), texts)
def test_whatever_it_is_told_stands_in_both_files(tmp_path_factory, outcomes, title):
    outputs = tmp_path_factory.mktemp("outputs")
    lay(outputs, *outcomes)
    write_index(outputs, outcomes, title=title)
    told = {(row["year"], row["agency"]): row for row in data_of(outputs)["reports"]}
    assert told.keys() == {(item.report.year, item.report.agency) for item in outcomes}
    for item in outcomes:
        row = told[item.report.year, item.report.agency]
        assert row["status"] == item.status
        assert row["findings"] == item.findings
        assert (row["message"], row["excerpt"]) == (item.message, item.excerpt)
    if outcomes:
        shown = [(row[1], row[2].split()[-1]) for row in rows_of(outputs)]
        assert sorted(shown) == sorted((str(year), agency) for year, agency in told)
    write_index(outputs, [], title=title)
    assert data_of(outputs)["reports"] == list(told.values())


def test_the_page_that_compares_is_linked_where_it_stands(written):
    outputs = written(*THREE)
    assert page_of(outputs).find("a", href="compare.html") is None
    (outputs / "compare.html").touch()
    write_index(outputs, THREE, title="")
    assert page_of(outputs).find("a", href="compare.html").text == "比较"


def test_a_report_that_lacks_a_format_says_so_and_stands_above_drafts(written):
    said = "有字体里没有的字，印不出来\n  位置：<b>sources/jia/2021.xlsx#正文!C2</b>"
    outputs = written(
        outcome("yi", findings={"error": 2, "warning": 0, "info": 0}),
        outcome("jia", missing={"pdf": said}),
    )
    first, second = rows_of(outputs)
    assert (first[0], second[0]) == ("已生成，缺 PDF", "已生成")
    assert "没有 PDF：有字体里没有的字，印不出来" in first[-1]
    assert "<b>sources/jia/2021.xlsx#正文!C2</b>" in first[-1]
    assert data_of(outputs)["reports"][0]["missing"] == {"pdf": said}
    write_index(outputs, [], title="示例批次")
    assert rows_of(outputs)[0][0] == "已生成，缺 PDF"
