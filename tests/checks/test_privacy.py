"""E5: numbers and addresses of persons, all made up; office telephones are allowed."""

import pytest

from nianbao.checks import Severity

IDENTITY = "110101190001011009"  # of nobody: born 1900, the check digit is right
WRONG_IDENTITY = IDENTITY[:-1] + "8"
CARD = "6200000000000000" + "05"

FOUND = [
    (f"申请人身份证号{IDENTITY}。", "身份证号", Severity.ERROR),
    (f"申请人身份证号：{WRONG_IDENTITY}。", "身份证号", Severity.WARNING),
    ("申请人电话１３８００００００００。", "手机号码", Severity.ERROR),
    ("申请人手机138-0000-0000。", "手机号码", Severity.ERROR),
    (f"退款至卡号{CARD}。", "银行卡号", Severity.ERROR),
    ("申请人张某甲，住址示例区示例路8号。", "姓名和住址", Severity.ERROR),
]
ALLOWED = [
    "联系电话：0000-83000000。",
    "联系电话：(0000)8300000，邮政编码：000000。",
    "总访问量13800000000次，投入13800000000.50元。",
    f"编号{WRONG_IDENTITY}。",
    f"流水号{CARD}。",
    "统一社会信用代码91110000000000000A。",
    "地址：示例区示例路8号，联系科室：办公室。",
]


@pytest.mark.parametrize(("text", "what", "severity"), FOUND)
def test_what_tells_of_a_person_is_found_and_not_repeated(findings, text, what, severity):
    found = findings(prose=[text])["E5"]
    assert what in found.message
    assert found.severity is severity
    assert not any(secret in found.message for secret in (IDENTITY, CARD, "0000", "张某甲"))


@pytest.mark.parametrize("text", ALLOWED)
def test_what_an_office_may_publish(findings, text):
    assert "E5" not in findings(prose=[text])
