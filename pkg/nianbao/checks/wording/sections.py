"""D4 to D9: headings, labels, length, and what each section has to tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from nianbao.checks.case import GOVERNMENT, Case, table_name
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose.quoting import told
from nianbao.checks.prose.text import COMPUTED, Said, is_abridged
from nianbao.checks.registry import check
from nianbao.filing.labels import normalise
from nianbao.filing.template import BLANK
from nianbao.forms import Section

OVERVIEW, PROBLEMS, OTHERS = 1, 5, 6
LONGEST = 1000
FIRST_YEAR_OF_FORM_2021 = 2021
SHORTEST = 20
TOPICS = {
    "主动公开": "主动公开",
    "依申请公开": "依申请|申请公开|公开申请|新收申请",
    "政府信息管理": "信息管理|信息资源管理",
    "政府信息公开平台建设": "平台",
    "监督保障": "监督|保障",
}
OF_GOVERNMENTS = {
    "工作考核": "考核|考评",
    "社会评议": "评议",
    "责任追究": "追责|问责|责任追究|追究",
}
TOWNSHIP = "乡镇"

_APPENDIX = re.compile(r"（[^（）]*）|\([^()]*\)|\s+")
_SIGNATURE = re.compile(r"^[\u4e00-\u9fff\s]{0,30}20[0-9]{2}\s*年[0-9\s]{1,4}月[0-9\s]{1,4}日$")
_NO_WORD = re.compile(r"[\W\d_〇零一二三四五六七八九十]+")
_UNWRITTEN = frozenset({"", "略", "同上", "同上年", "同去年"})
_NONE = frozenset(
    {"无", "暂无", "没有", "相关内容", "无相关内容", "暂无相关内容", "不涉及", "不适用"}
)
_NOTHING = {OVERVIEW: _UNWRITTEN | _NONE, PROBLEMS: _UNWRITTEN | _NONE, OTHERS: _UNWRITTEN}
"""What a section of words says that says nothing: of other matters there may be none."""
_LEVELS = tuple(
    re.compile(rf"[（(]?{number}{stop}")
    for number, stop in (
        ("[一二三四五六七八九十]+", "、"),
        ("[一二三四五六七八九十]+", "[）)]"),
        ("[0-9]+", "[.．、]"),
        ("[0-9]+", "[）)]"),
    )
)
"""How headings are numbered."""
_REMEDY = re.compile("改进|措施|下一步|将|加强|整改|今后|提升|完善|优化|拟|已")
_FEES = re.compile("信息处理费|处理费|信息公开.{0,6}收费|收费")


@check(
    "D4",
    name="headings",
    severity=Severity.WARNING,
    title="六个部分的标题不对",
    source="年度报告格式：六个部分的标题和次序",
)
def headings(case: Case) -> Iterator[Finding]:
    """The six headings are there, word for word and in their order."""
    printed = case.filing.printed
    if printed is None or not printed.headings:
        return
    sections = case.filing.form.sections
    missing = [item for item in sections if item.number not in printed.headings]
    if missing:
        names = "、".join(f"“{item.title}”" for item in missing)
        yield headings.finding(
            f"缺少{names}",
            expected={item.title: "有" for item in missing},
            found={item.title: "无" for item in missing},
            severity=Severity.ERROR,
        )
    for item in sections:
        line = printed.headings.get(item.number)
        if line is not None and _heading(line.text) != _heading(item.title):
            finding = headings.finding(
                f"标题“{line.text}”应为“{item.title}”",
                expected={"标题": item.title},
                found={"标题": line.text},
            )
            yield replace(finding, where=(line.address,))
    if list(printed.headings) != sorted(printed.headings):
        order = "、".join(printed.headings[number].text for number in printed.headings)
        yield headings.finding(f"六个部分的次序不对：{order}")


@check(
    "D5",
    name="labels",
    severity=Severity.WARNING,
    title="表格的项目名称不对",
    source="年度报告格式：三张表的行和列",
)
def labels(case: Case) -> Iterator[Finding]:
    """Labels of rows and columns are the form's: one finding per table."""
    misprints = case.filing.printed.misprints if case.filing.printed else ()
    for table in case.filing.form.tables:
        wrong = [item for item in misprints if item.table == table.key]
        if wrong:
            said = "；".join(f"“{item.found}”应为“{item.expected}”" for item in wrong)
            finding = labels.finding(
                f"{table_name(table)}的项目名称不对：{said}",
                expected={item.expected: item.expected for item in wrong},
                found={item.expected: item.found for item in wrong},
            )
            yield replace(finding, where=tuple(item.address for item in wrong))


@check(
    "D6",
    name="length",
    severity=Severity.INFO,
    title="总体情况过长",
    source="国办公开办函〔2021〕30号：篇幅原则上不超过一千字",
)
def length(case: Case) -> Iterator[Finding]:
    """Section one has at most a thousand characters, from 2021 on."""
    paragraphs = _section(case, OVERVIEW)
    count = sum(len("".join((said.heading + said.text).split())) for said in paragraphs)
    if case.filing.year >= FIRST_YEAR_OF_FORM_2021 and count > LONGEST:
        yield told(
            length,
            f"总体情况约 {count} 字，原则上不超过 {LONGEST} 字",
            paragraphs[:1],
            expected={"字数": f"不超过 {LONGEST}"},
            found={"字数": count},
        )


@check(
    "D7",
    name="subtopics",
    severity=Severity.WARNING,
    title="总体情况内容不全",
    source="年度报告格式一：五个方面；《条例》第五十条第（四）项：各级人民政府的考核、评议和追责",
)
def subtopics(case: Case) -> Iterator[Finding]:
    """Section one tells of five topics; a government's also of appraisal and accountability."""
    paragraphs = _section(case, OVERVIEW)
    text = "".join(said.heading + said.text for said in paragraphs)
    is_excerpt = case.filing.printed is not None and not _section(case, PROBLEMS)
    if is_excerpt or _is_blank(case, OVERVIEW) or _is_abridged(case, text):
        return
    is_government = case.filing.agency.kind in {GOVERNMENT, TOWNSHIP}
    wanted = TOPICS | (OF_GOVERNMENTS if is_government else {})
    missing = [topic for topic, words in wanted.items() if not re.search(words, text)]
    if missing:
        yield told(
            subtopics,
            f"总体情况没有写{'、'.join(missing)}",
            paragraphs[:1],
            expected=dict.fromkeys(missing, "有"),
            found=dict.fromkeys(missing, "无"),
        )


@check(
    "D8",
    name="empty-section",
    severity=Severity.ERROR,
    title="文字部分空缺",
    source="年度报告格式五、六：问题和改进要实事求是、明确具体；没有其他事项的也写明",
)
def empty_section(case: Case) -> Iterator[Finding]:
    """Sections one, five and six are not left blank; five names a problem and a remedy.

    The other three have their tables. No heading stands above nothing.
    """
    for section in case.filing.form.sections:
        if _is_blank(case, section.number):
            before = [said for said in case.prose if said.section < section.number]
            paragraphs = _section(case, section.number) or before[-1:]
            yield told(empty_section, f"“{section.title}”没有内容", paragraphs)
        else:
            yield from _bare_headings(case, section)
    yield from _thin(case)


@check(
    "D9",
    name="fee-statement",
    severity=Severity.WARNING,
    title="没有写信息处理费",
    source="国办公开办函〔2021〕30号：收取信息处理费情况在第六部分报告",
)
def fee_statement(case: Case) -> Iterator[Finding]:
    """From 2021 on, section six tells of fees for handling information, even of none."""
    paragraphs, text = _section(case, OTHERS), _text(case, OTHERS)
    is_told = _is_blank(case, OTHERS) or _is_abridged(case, text) or _FEES.search(text)
    if case.filing.year >= FIRST_YEAR_OF_FORM_2021 and text and not is_told:
        yield told(
            fee_statement,
            "第六部分没有写收取信息处理费的情况，没有收取的也宜写明",
            paragraphs[:1],
        )


def _section(case: Case, number: int) -> list[Said]:
    return [said for said in case.prose if said.section == number]


def _text(case: Case, number: int) -> str:
    """Give what a section says, without a signature that stands below it."""
    said = "".join(said.text for said in _section(case, number)).strip()
    return _SIGNATURE.sub("", said).strip()


def _is_blank(case: Case, number: int) -> bool:
    """Tell whether a section of words says nothing; where it has no heading, D4 says so."""
    printed = case.filing.printed
    is_there = printed is None or number in printed.headings
    text = _text(case, number).replace(BLANK, "")
    is_said = COMPUTED in text or _is_abridged(case, text)
    words = text if is_said else _NO_WORD.sub("", text)
    return is_there and words in _NOTHING.get(number, ())


def _is_abridged(case: Case, text: str) -> bool:
    """Tell whether something was left out of a printed report; of what is handed in, D11 tells."""
    return case.filing.printed is not None and is_abridged(text)


def _bare_headings(case: Case, section: Section) -> Iterator[Finding]:
    """Tell of headings with nothing below them: the next one is of the same kind, or the last."""
    paragraphs = _section(case, section.number) if case.filing.printed is None else []
    for said, after in zip_longest(paragraphs, paragraphs[1:]):
        is_bare = said.heading and not said.text.strip()
        if is_bare and (after is None or _are_alike(said.heading, after.heading)):
            yield told(empty_section, f"“{said.heading}”下面没有内容", [said])


def _are_alike(heading: str, other: str) -> bool:
    """Tell whether two headings are numbered in one way, so that none stands below the other."""
    levels = [[bool(level.match(text)) for level in _LEVELS] for text in (heading, other)]
    return bool(other) and levels[0] == levels[1]


def _heading(text: str) -> str:
    return normalise(_APPENDIX.sub("", text))


def _thin(case: Case) -> Iterator[Finding]:
    """Tell of a section five that is too short, or names no remedy."""
    section, text = case.filing.form.sections[PROBLEMS - 1], _text(case, PROBLEMS)
    if not text or _is_blank(case, PROBLEMS) or _is_abridged(case, text):
        return
    paragraphs = _section(case, PROBLEMS)
    said, severity = "", None
    if len(text) < SHORTEST:
        said = f"只有 {len(text)} 字，请写明具体问题和改进情况"
    elif not _REMEDY.search("".join(said.heading for said in paragraphs) + text):
        said, severity = "没有写改进情况", Severity.WARNING
    if said:
        yield told(empty_section, f"“{section.title}”{said}", paragraphs, severity=severity)
