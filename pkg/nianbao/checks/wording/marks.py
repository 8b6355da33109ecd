"""D10 to D13: ordinals, what was left over of a template, punctuation, misprints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose.quoting import quoted, told
from nianbao.checks.prose.text import Said, is_abridged
from nianbao.checks.registry import check
from nianbao.filing.numerals import read_numeral

NAMED_AT_MOST = 5

_ORDINAL = re.compile(
    "(?<![一二三四五六七八九十之])([一二三四五六七八九十]{1,3})是(?![^，。；]{0,2}[？?])"
)
_DIGIT = "[一二三四五六七八九十]"
_LEFT_OVER = re.compile(
    r"(?<![A-Za-z0-9.@/])X{2,}(?![A-Za-z0-9.@/])|(?<=[\u4e00-\u9fff])x{2,}(?=[\u4e00-\u9fff])"
    r"|[×✕╳]{2,}|〔空白〕|[（(]文字描述[^）)]*[）)]|\{\{[^{}]*\}\}|[Xx×*]+[年月日](?![A-Za-z])"
    r"|_{3,}|＿{2,}|□{2,}|【[^】]{0,12}(?:填写|此处|待补|插入)[^】]*】|此处填写|待补充"
    r"|(?<![A-Za-z0-9])[Xx×](?=\s?(?:件|条|次|份|项|期|场|篇|万元))|(?<!\{)\{[\u4e00-\u9fff]{2,12}\}(?!\})"
    rf"|(?<!{_DIGIT})[○〇]{{2,}}(?!{_DIGIT})"
    r"|[（(【\[](?:机关|单位|部门)(?:全称|名称)[）)】\]]|[（(](?:待核实?|待定|待填写?|请填写[^）)]*)[）)]"
    r"|#(?:REF|DIV/0|VALUE|NUM|NULL)!|#N/A|#NAME\?|错误[!！]\s*未找到引用源"
    r"|(?<![A-Za-z])(?:NaN|undefined|null)(?![A-Za-z])"
)
_LEFT_OUT = re.compile(r"[\[［（(〔](?:…+|\.{3,}|[前中后下以]{0,2}略|省略|待续)[\]］）)〕]")
_SAMPLE = re.compile("示例[省市县区乡镇局路]")
_NOTE_LEAST = 12
"""Characters of a prompt for clerks that no sentence has in common with it by chance."""
_STRUCK_OUT = re.compile("[×]{3}")
_SELF = re.compile("(?<![自大你])我([局委厅办院])(?![公室法结理事件部托])")
_OWN = {"局": "局", "委": "委", "委员会": "委", "厅": "厅", "办公室": "办", "院": "院"}

_BRACKETS = re.compile(
    r"(?:[\u4e00-\u9fff])\s*([\[［【（(]\s*20\d\d\s*[\]］】）)])\s*第?\s*\d+\s*号"
)
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff”》）])[,;:?!](?=[\u4e00-\u9fff“《（])")
_ZERO_MONTH = re.compile(r"年\s*0\d\s*月|月\s*0\d\s*日")

_MISPRINTS = {
    "不予公开": ("不子公开", "不矛公开", "不于公开"),
    "部分公开": ("部份公开",),
    "予以公开": ("子以公开", "予已公开"),
    "不予处理": ("不子处理", "不于处理"),
    "无法提供": ("无法题供", "无发提供"),
    "行政复议": ("行政复义", "行政复仪", "行政覆议", "行政付议", "行政法复议"),
    "行政诉讼": ("行政诉颂", "行政拆讼", "行政诉松", "行政讼诉"),
    "行政许可": ("行政计可", "行政许克"),
    "行政处罚": ("行政处罪", "行政外罚"),
    "行政强制": ("行政强治",),
    "行政事业性收费": ("行政事业性收废", "行政事业性性收费"),
    "规范性文件": ("规范行文件", "规犯性文件", "规范性文建", "规范性性文件", "规范文性文件"),
    "依申请公开": ("依申清公开", "依伸请公开", "依申请公升", "依申请公天"),
    "主动公开": ("主动公公开", "主动公升", "主动工开"),
    "信息公开": ("信息公升", "信息工开"),
    "信息处理费": ("信息处理废",),
    "自然人": ("自燃人",),
    "科研机构": ("科研机购",),
    "社会公益组织": ("社会公意组织",),
    "法律服务机构": ("法律服务机购",),
    "统计期限": ("统记期限", "统计期现"),
    "中华人民共和国": ("中华人名共和国", "中华人民共合国", "中华人民共国"),
    "国务院办公厅": ("国务院办工厅",),
    "微信公众号": ("微信公重号", "微信公从号"),
    "条例》": ("条列》", "条例例》"),
}
_MISPRINT = re.compile("|".join(wrong for words in _MISPRINTS.values() for wrong in words))
_RIGHT = {wrong: right for right, words in _MISPRINTS.items() for wrong in words}
_PLACE = re.compile("^.*[省市县区镇乡](?=.{2})")
_NAME_LEAST = 5
"""Of an office without its place; in a shorter one, one other character is another office."""


@check(
    "D10",
    name="ordinals",
    severity=Severity.INFO,
    title="序号重复或跳号",
    source="文字自身：一是、二是、三是依次",
)
def ordinals(case: Case) -> Iterator[Finding]:
    """一是, 二是, 三是: none is missing, none is there twice."""
    for said in case.prose:
        last, end = 0, 0
        for found in _ORDINAL.finditer(said.text):
            number = read_numeral(found[1]) or 0
            is_cut = is_abridged(said.text[end : found.start()])
            if last and number not in {1, last + 1} and not is_cut:
                words = quoted(said, *found.span())
                before = f"“{_numeral(said, end)}是”"
                yield told(ordinals, f"正文“{words}”之前是{before}，序号不连续", [said])
                break
            last, end = number, found.end()


@check(
    "D11",
    name="placeholder",
    severity=Severity.ERROR,
    title="残留模板文字",
    source="公布的年报不得残留模板的占位符，也不得照搬别的机关的文字",
)
def placeholder(case: Case) -> Iterator[Finding]:
    """XX, （文字描述）, {{ }}, the words of a sample or a prompt; 我委 in the report of a 局."""
    for said in case.prose:
        wrong = [
            found
            for pattern in _patterns(case, said)
            for found in pattern.finditer(said.text)
            if not said.is_bound(*found.span()) and (said.is_broken or _is_left_over(case, found))
        ]
        if wrong:
            words = "、".join(f"“{found.group()}”" for found in wrong[:NAMED_AT_MOST])
            yield told(placeholder, f"正文残留{words}：“{quoted(said, *wrong[0].span())}”", [said])
    yield from _of_another(case)


@check(
    "D12",
    name="punctuation",
    severity=Severity.INFO,
    title="标点不合规范",
    source="GB/T 9704：发文字号的年份用六角括号〔〕；GB/T 15834：中文用全角标点",
)
def punctuation(case: Case) -> Iterator[Finding]:
    """Brackets of document numbers, half-width stops, months with a zero: one finding each."""
    for pattern, said_of in (
        (_BRACKETS, "发文字号的年份应用〔〕"),
        (_HALF_WIDTH, "中文里用了半角标点"),
        (_ZERO_MONTH, "日期的月、日不写前面的 0"),
    ):
        places = [(said, found) for said in case.prose for found in pattern.finditer(said.text)]
        places = [(said, found) for said, found in places if not said.is_bound(*found.span())]
        if places:
            said, first = places[0]
            more = f"等 {len(places)} 处" if len(places) > 1 else ""
            yield told(
                punctuation,
                f"{said_of}：“{quoted(said, *first.span())}”{more}",
                dict.fromkeys(said for said, _ in places),
            )


@check(
    "D13",
    name="misprint",
    severity=Severity.WARNING,
    title="错别字",
    source="《中华人民共和国政府信息公开条例》的用语；机关全称",
)
def misprint(case: Case) -> Iterator[Finding]:
    """Statutory terms, and the agency's own name with one character wrong."""
    for said in case.prose:
        for found in _MISPRINT.finditer(said.text):
            right = _RIGHT[found.group()]
            yield told(
                misprint,
                f"正文“{quoted(said, *found.span())}”应为“{right}”",
                [said],
                expected={right: right},
                found={right: found.group()},
            )
    yield from _own_name(case)


def _numeral(said: Said, end: int) -> str:
    found = list(_ORDINAL.finditer(said.text[:end]))
    return found[-1][1]


def _patterns(case: Case, said: Said) -> Iterator[re.Pattern[str]]:
    """Yield what is left over wherever it stands; of a printed report parts may be left out."""
    yield _LEFT_OVER
    if case.filing.printed is None:
        yield _LEFT_OUT
    if "示例" not in case.filing.agency.name and not case.filing.agency.is_sample:
        yield _SAMPLE
    for section in case.filing.form.sections:
        if section.number == said.section and len(section.note) >= _NOTE_LEAST:
            yield re.compile(re.escape(section.note.rstrip("。")))


def _is_left_over(case: Case, found: re.Match[str]) -> bool:
    """Tell whether it is no number struck out, and no name that will be filled in."""
    is_name = found.group().startswith("{{")
    return _STRUCK_OUT.fullmatch(found.group()) is None and (
        not is_name or case.filing.printed is not None
    )


def _of_another(case: Case) -> Iterator[Finding]:
    """An agency that calls itself what it is not."""
    own = next(
        (word for ending, word in _OWN.items() if case.filing.agency.name.endswith(ending)), ""
    )
    for said in case.prose if own else ():
        other = next((found for found in _SELF.finditer(said.text) if found[1] != own), None)
        if other:
            yield told(
                placeholder,
                f"{case.filing.agency.name}的年报自称“我{other[1]}”，疑照搬别的机关的文字："
                f"“{quoted(said, *other.span())}”",
                [said],
                severity=Severity.WARNING,
            )
            return


def _own_name(case: Case) -> Iterator[Finding]:
    name = case.filing.agency.name
    own = _PLACE.sub("", name)
    if len(own) < _NAME_LEAST:
        return
    pattern = _with_one_wrong(name, len(name) - len(own))
    for said in case.prose:
        for found in pattern.finditer(said.text):
            if found.group() != name:
                yield told(
                    misprint,
                    f"正文“{found.group()}”应为“{name}”",
                    [said],
                    expected={"机关名称": name},
                    found={"机关名称": found.group()},
                )


@lru_cache(256)
def _with_one_wrong(name: str, start: int) -> re.Pattern[str]:
    """Match a name, also with another character in one place from `start` to its last but one."""
    one_wrong = [
        re.escape(name[:place]) + r"[\u4e00-\u9fff]" + re.escape(name[place + 1 :])
        for place in range(start, len(name) - 1)
    ]
    return re.compile("|".join([re.escape(name), *one_wrong]))
