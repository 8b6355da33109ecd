"""E5: what a published report must not tell of persons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose.quoting import told
from nianbao.checks.prose.text import Said
from nianbao.checks.registry import check
from nianbao.filing.ledgers.personal import PersonalNumber, personal_numbers

NAMES = {
    "identity": "身份证号",
    "old_identity": "身份证号",
    "mobile": "手机号码",
    "card": "银行卡号",
}
SHOWN = 12

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常"
    "武乔贺赖龚文"
)
_RESIDENT = re.compile(
    rf"(?:^|[，。；：:、（(\s]|申请人|当事人|原告|村民|居民|群众)(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
    r"[，,、（(\s]*(?:男|女)?[，,、\s]*(?:现?住址|家住|现住|户籍地?|住所?)(?:为|在|于|：|:)?"
    r"[^，。；]{2,24}?[号室村组栋幢]"
)
_NO_TELEPHONE = re.compile(r"\s*(?:[.．]\d|[元万亿件条次人份%％])")
_CONTACT = re.compile("(?:联系|咨询|监督)?(?:电话|方式|手机)[^，。；]{0,6}$")
_IDENTITY_SAID = re.compile("身份证|证件号")
_CARD_SAID = re.compile("卡号|账号|帐号|账户|银行")


@check(
    "E5",
    name="privacy",
    severity=Severity.ERROR,
    title="公开了个人信息",
    source="《中华人民共和国个人信息保护法》；《条例》第十五条：不得公开个人隐私",
)
def privacy(case: Case) -> Iterator[Finding]:
    """Numbers of identity cards, mobile telephones and bank cards; names beside addresses."""
    for said in case.prose:
        for number in personal_numbers(said.text):
            doubt = _doubt(said, number)
            if doubt is not None:
                yield _found(said, NAMES[number.kind], (number.start, number.end), doubt)
        for found in _RESIDENT.finditer(said.text):
            yield _found(said, "姓名和住址", found.span("name"), "")


def _doubt(said: Said, number: PersonalNumber) -> str | None:
    """Say why a number may be none of a person's; empty where it is one, None where it is not."""
    before, after = said.text[max(number.start - SHOWN, 0) : number.start], said.text[number.end :]
    if number.kind == "mobile":
        if _NO_TELEPHONE.match(after):
            return None
        return "如是公开的办公用手机，请说明" if _is_contact(said, before, after) else ""
    if number.kind == "identity":
        if number.is_sure:
            return ""
        return "校验码不对，但前文说是身份证号" if _IDENTITY_SAID.search(before) else None
    if number.kind == "old_identity":
        return "" if _IDENTITY_SAID.search(before) else None
    is_card = number.kind == "card" and number.is_sure and _CARD_SAID.search(before)
    return "" if is_card else None


def _is_contact(said: Said, before: str, after: str) -> bool:
    """Tell whether a number is given for asking the office: in the introduction, or an address."""
    return said.section == 0 and bool(_CONTACT.search(before) or after.startswith("@"))


def _found(said: Said, what: str, span: tuple[int, int], doubt: str) -> Finding:
    """Name the kind and the place; the words before it, and nothing of it."""
    before = said.text[max(span[0] - SHOWN, 0) : span[0]].split("\n")[-1]
    note = f"；{doubt}" if doubt else ""
    return told(
        privacy,
        f"正文有{what}，在“{before}”之后，应删去{note}",
        [said],
        severity=Severity.WARNING if doubt else None,
    )
