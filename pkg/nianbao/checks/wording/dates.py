"""D1 to D3: years, the form, the notice that is cited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nianbao.checks.case import Case, table_name
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose.numbers import plain, quantities
from nianbao.checks.prose.quoting import quoted, told
from nianbao.checks.prose.text import Said
from nianbao.checks.registry import check
from nianbao.filing.figure import PERCENT
from nianbao.forms import form_for_year

PROBLEMS_SECTION = 5
COUNTED_SECTIONS = frozenset({1, 2, 3, 4})

_YEAR = r"(?<!\d)(20\d\d) *年"
_PERIOD = re.compile(
    rf"{_YEAR} *(\d\d?) *月 *(\d\d?) *日 *起?(?:至|到|—|-|～|~) *"
    r"(?:(20\d\d) *年)? *(\d\d?) *月 *(\d\d?) *日"
)
_OF_DATA = re.compile("统计|数据|期限|所列")
_TITLE_YEAR = re.compile(_YEAR)
_OPENING_YEAR = re.compile(rf"{_YEAR}(?:度)?[，,]")
_COMPARED = re.compile(
    "同比|[较比与]|上年|去年|以来|起|至|到|印发|发布|修订|版|十四五|规划|成立|启动"
)
_PLAN = re.compile(
    rf"{_YEAR}(?:度)?[，,]?[^。；，,]{{0,12}}?将"
    "(?=坚持|继续|进一步|持续|采取|着力|围绕|从|重点|不断|认真|按照|严格|切实|紧|深入|积极|加)"
)
_COUNTS = frozenset("件条次份篇项个期场")
_OLD_NOTICE = re.compile(r"[〔\[［【（(]\s*2019\s*[〕\]］】）)]\s*60\s*号")
_NEW_NOTICE = re.compile(r"[〔\[［【（(]\s*2021\s*[〕\]］】）)]\s*30\s*号")


@check(
    "D1",
    name="wrong-year",
    severity=Severity.ERROR,
    title="年份不对",
    source="统计期为报告年度1月1日至12月31日",
)
def wrong_year(case: Case) -> Iterator[Finding]:
    """The years of title, period and statistics are the report's; plans are for the next one."""
    yield from _title(case)
    for said in case.prose:
        yield from _period(case, said)
        if said.section in COUNTED_SECTIONS:
            yield from _statistics(case, said)
        if said.section == PROBLEMS_SECTION:
            yield from _plans(case, said)


@check(
    "D2",
    name="form-version",
    severity=Severity.ERROR,
    title="用了别的年度的格式",
    source="国办公开办函〔2021〕30号：自2021年度起用新格式",
)
def form_version(case: Case) -> Iterator[Finding]:
    """Tables are on the form of their year, all on the same one."""
    right = form_for_year(case.filing.year)
    if right is None:
        return
    printed = case.filing.printed
    tables = case.filing.form.tables
    keys = {table.key: case.filing.form.key for table in tables}
    keys |= dict(printed.tables) if printed else {}
    wrong = [table for table in tables if keys[table.key] != right.key]
    if wrong:
        names = "、".join(table_name(table) for table in wrong)
        found = "、".join(dict.fromkeys(keys[table.key] for table in wrong))
        yield form_version.finding(
            f"{names}用的是 {found} 年版格式，{case.filing.year} 年度应用 {right.key} 年版"
            f"（{right.document}）",
            expected={table_name(table): right.key for table in wrong},
            found={table_name(table): keys[table.key] for table in wrong},
        )


@check(
    "D3",
    name="citation",
    severity=Severity.WARNING,
    title="引用的通知不是本年度的",
    source="2019、2020 年度用国办公开办函〔2019〕60号，2021 年度起用〔2021〕30号",
)
def citation(case: Case) -> Iterator[Finding]:
    """The notice that is cited is the one whose form is used."""
    right = form_for_year(case.filing.year)
    if right is None:
        return
    wrong = _OLD_NOTICE if right.key != "2019" else _NEW_NOTICE
    for said in case.prose:
        cited = wrong.search(said.text)
        if cited:
            yield told(
                citation,
                f"正文引用“{quoted(said, *cited.span())}”，本年度应为{right.document}",
                [said],
                expected={"通知": right.document},
                found={"通知": cited.group()},
            )


def _title(case: Case) -> Iterator[Finding]:
    title = case.filing.printed.title if case.filing.printed else None
    named = _TITLE_YEAR.search(plain(title.text)) if title else None
    if title and named and int(named[1]) != case.filing.year:
        said = Said(0, "", title.text, title.address)
        yield _wrong(said, f"标题“{quoted(said, *named.span())}”", case.filing.year, named[1])


def _period(case: Case, said: Said) -> Iterator[Finding]:
    """The period of the data: this year, from its first day to its last."""
    for found in _PERIOD.finditer(plain(said.text)):
        clause = re.split("[。；]", said.text[: found.start()])[-1]
        if not _OF_DATA.search(clause[-30:]) or said.is_bound(*found.span()):
            continue
        year = str(case.filing.year)
        start, end = found[1], found[4] or found[1]
        days = [int(found[group]) for group in (2, 3, 5, 6)]
        if (start, end, days) != (year, year, [1, 1, 12, 31]):
            yield told(
                wrong_year,
                f"正文的统计期“{quoted(said, *found.span())}”应为 {year} 年 1 月 1 日至年末",
                [said],
                expected={"统计期": f"{year}年1月1日至{year}年12月31日"},
                found={"统计期": found.group()},
            )


def _statistics(case: Case, said: Said) -> Iterator[Finding]:
    """Sentences that begin with another year and go on to count."""
    sentences = [(start, plain(sentence)) for start, sentence in said.sentences()]
    following = [text for _, text in sentences[1:]] + [""]
    for (start, text), after in zip(sentences, following, strict=False):
        spans = (_other_year(case, text, found) for found in _OPENING_YEAR.finditer(text))
        named = next(filter(None, spans), None)
        # The year before, and then this year: a comparison.
        goes_on = _OPENING_YEAR.match(after.strip())
        if named and not (goes_on and int(goes_on[1]) == case.filing.year):
            span = start + named[0], start + named[1]
            year = text[named[0] : named[0] + 4]
            yield _wrong(said, f"正文“{quoted(said, *span)}”", case.filing.year, year)


def _other_year(case: Case, text: str, named: re.Match[str]) -> tuple[int, int] | None:
    """Give the span from another year to the first number after it that counts something."""
    year, rest = int(named[1]), text[named.end() :]
    found = quantities(rest)
    counts = [item for item in found if item.unit in _COUNTS]
    is_compared = any(item.unit == PERCENT for item in found) or {
        int(other) for other in _TITLE_YEAR.findall(text)
    } != {year}
    if year >= case.filing.year or is_compared or not counts:
        return None
    around = text[max(named.start() - 2, 0) : named.start()] + rest[: counts[0].start]
    return None if _COMPARED.search(around) else (named.start(), named.end() + counts[0].end)


def _plans(case: Case, said: Said) -> Iterator[Finding]:
    """What will be done is done after the report's year."""
    for named in _PLAN.finditer(plain(said.text)):
        if int(named[1]) <= case.filing.year:
            place = f"改进措施“{quoted(said, *named.span())}”"
            found = _wrong(said, place, case.filing.year + 1, named[1])
            yield replace(found, severity=Severity.WARNING)


def _wrong(said: Said, place: str, right: int, found: str) -> Finding:
    return told(
        wrong_year,
        f"{place}的年份应为 {right} 年，写为 {found} 年",
        [said],
        expected={"年份": right},
        found={"年份": int(found)},
    )
