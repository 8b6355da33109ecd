"""A small outputs folder: three agencies, two years, a copy, findings, one report missing."""

import pytest

from catalog.reports import Made, found, lay
from nianbao.batch.compare import compare_outputs, write_comparison

COPIED = (
    "{}对信息公开仍有不足：主动公开目录更新不够及时，{}年有{}条信息超过二十个工作日才发布；"
    "政策解读以文字为主。下一步，将明确报送时限，逐季检查落实情况，并为重要文件配上图解和问答。"
)
TABLE_3 = {"table3.a.total": "21", "table3.t.total": "20", "table3.f.total": "1"}
REST = {
    "table2.documents.valid": "7", "table2.permits.decisions": "900",
    "table2.penalties.decisions": "0", "table2.enforcement.decisions": None,
    "table2.fees.amount": "12.50", "table4.cases.review_total": "2",
    "table4.cases.direct_total": "1", "table4.cases.after_total": "3",
    "rates.予以公开占比": "53.97",
}  # fmt: skip
BEFORE = {
    "上年.table3.a.total": "16", "上年.table3.t.total": "20",
    "上年.table2.permits.decisions": "100", "上年.table4.cases.direct_total": "1",
    "上年.table4.cases.after_total": "1", "上年.rates.予以公开占比": "60",
}  # fmt: skip
WITHHELD = {"rates.予以公开占比": None}
FINDINGS = [
    found("A2", refs=["table3.t.natural", "table3.t.total"]),
    found("A5", "warning", title="空白", refs=[]),
    found("A5", "warning", title="空白", refs=[]),
    found("C4", "info", title="大起大落", refs=[]),
]


def reports():
    return [
        Made("jia", 2022, {**TABLE_3, **REST, **BEFORE},
             {1: "全年公开若干。", 5: COPIED.format("甲字局", 2022, 17)}, FINDINGS),
        Made("jia", 2020, TABLE_3),
        Made("yi", 2022, {**TABLE_3, **REST, **WITHHELD}, {5: COPIED.format("本局", 2022, 4)}),
        Made("yi", 2020, TABLE_3, {5: COPIED.format("示例县乙字局", 2020, 9)}),
        Made("bing", 2022, TABLE_3, {5: "无。"}),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def standing(tmp_path_factory):
    """An outputs folder with its comparison; tests read it and leave it as it is."""
    folder = lay(tmp_path_factory.mktemp("standing"), *reports())
    write_comparison(compare_outputs(folder), folder)
    return folder


@pytest.fixture(scope="session")
def compared(standing):
    """What is compared there."""
    return compare_outputs(standing)


@pytest.fixture
def outputs(tmp_path):
    """An outputs folder of the test's own."""
    return lay(tmp_path / "outputs", *reports())
