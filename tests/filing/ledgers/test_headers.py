"""Headers of ledgers: found wherever they are, and columns by names that are nearly right."""

import pytest

from ledgers import application, filing, ledger_of, table
from nianbao.filing.ledgers.head import find_header, is_personal, match
from nianbao.filing.ledgers.kinds import ledger_kind, ledger_kinds
from workbooks import edited, read

KIND = ledger_kind("applications")
ROWS = [application(1, "2024-03-01"), application(2, "2024-03-02")]


def headings(ledger):
    return {key: heading.text for key, heading in ledger.headings.items()}


def test_rows_above_the_header_do_no_harm(tmp_path):
    rows = [["示例市示例局申请台账"], [], ["填表人：示例"], *table(ROWS)]
    found = ledger_of(tmp_path, rows)
    assert (found.read, found.used) == (2, 2)
    assert list(found.frame.index) == [5, 6]


def test_columns_are_known_by_other_names_and_in_any_order(tmp_path):
    names = {
        "答复时间": "答复日期", "主体类型": "申请人类型", "登记号": "申请编号",
        "办理结果*": "办理结果", "收件日期（必填）": "收到日期",
    }  # fmt: skip
    rows = [list(names), *([row[name] for name in names.values()] for row in ROWS)]
    found = ledger_of(tmp_path, rows)
    assert found.used == 2
    assert found.headings["replied"].text == "答复时间"
    assert {heading.how for heading in found.headings.values()} == {"exact"}


def test_a_name_that_is_nearly_right_is_taken_and_told(tmp_path):
    rows = table(ROWS)
    rows[0] = ["申请编码" if name == "申请编号" else name for name in rows[0]]
    found = ledger_of(tmp_path, rows)
    assert found.headings["number"].how == "near"
    assert found.used == 2


def test_a_header_over_two_rows_with_merged_cells(tmp_path):
    rows = [
        [*table(ROWS)[0], "征求意见", None],
        [None] * 5 + ["开始日期", "结束日期"],
        *([*row, "2024-03-02", "2024-03-04"] for row in table(ROWS)[1:]),
    ]
    filing(tmp_path, 申请台账=rows)

    def merge(book):
        for span in ("F1:G1", *(f"{column}1:{column}2" for column in "ABCDE")):
            book["申请台账"].merge_cells(span)

    (found,) = read(edited(tmp_path / "2024.xlsx", merge)).ledgers
    assert found.used == 2
    assert headings(found)["consulted_from"] == "征求意见开始日期"
    assert found.frame["consulted_to"].notna().all()


def test_a_header_over_two_rows_that_nobody_merged():
    rows = [
        ["申请编号", "收到日期", "征求意见", None, "答复日期"],
        [None, None, "开始", "结束", None],
        ["1", "2024-01-01", None, None, None],
    ]
    header = find_header(rows, {}, KIND)
    assert header.row == 2
    assert {"consulted_from", "consulted_to", "replied"} <= header.headings.keys()


def test_without_a_header_nothing_is_counted_and_that_is_told(tmp_path):
    found = ledger_of(tmp_path, [["甲", "乙"], [1, 2]])
    assert found.used == 0
    assert "找不到表头" in found.flaws[0]


def test_a_missing_column_is_told(tmp_path):
    rows = table(ROWS, ["申请编号", "收到日期", "办理结果", "答复日期"])
    found = ledger_of(tmp_path, rows)
    assert (found.read, found.used) == (2, 0)
    assert found.flaws == ("缺少列：申请人类型",)


def test_two_columns_for_the_same_are_told(tmp_path):
    rows = table([row | {"答复时间": row["答复日期"]} for row in ROWS])
    (flaw,) = ledger_of(tmp_path, rows).flaws
    assert "“答复日期”（E 列）" in flaw
    assert "“答复时间”（F 列）" in flaw


def test_an_empty_ledger_is_none_and_counts_nothing(tmp_path):
    filed = filing(tmp_path, 申请台账=table([], list(ROWS[0])), 收费台账=[])
    assert filed.ledgers == ()
    assert filed.counts == {}


PERSONAL = [
    "申请人姓名",
    "申请人",
    "联系电话",
    "手机号码",
    "身份证号",
    "通信地址",
    "电子邮箱",
    "联系方式",
]


@pytest.mark.parametrize("name", PERSONAL)
def test_personal_columns_are_never_read(tmp_path, name):
    rows = table([row | {name: f"机密{i}"} for i, row in enumerate(ROWS)])
    found = ledger_of(tmp_path, rows)
    assert found.personal == (name,)
    assert found.used == 2
    assert "机密" not in found.frame.to_csv()
    assert is_personal(name)


def test_no_column_of_ours_is_taken_for_personal():
    for kind in ledger_kinds():
        for column in kind.columns:
            for name in (column.name, *column.aliases):
                assert match(name, kind) == (column.key, False)


def test_no_heading_means_two_columns():
    for kind in ledger_kinds():
        names = [name for column in kind.columns for name in (column.name, *column.aliases)]
        assert len(names) == len(set(names)), kind.sheet


def test_unknown_columns_are_told(tmp_path):
    rows = table([row | {"备注": "示例", "承办科室": "示例科"} for row in ROWS])
    assert ledger_of(tmp_path, rows).unread == ("备注", "承办科室")
