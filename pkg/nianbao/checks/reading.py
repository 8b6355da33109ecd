"""A5, A6, S1, S2: cells that are blank or hold no plain number, and what is said of the book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from decimal import Decimal

from nianbao.characters import code_points
from nianbao.checks.case import FACTS, Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import check
from nianbao.errors import listed
from nianbao.filing.figure import Figure, Trouble, Value, format_value
from nianbao.filing.labels import normalise
from nianbao.filing.lists import DATE_LABELS, SIGNER_LABEL
from nianbao.filing.notes import advise, describe, is_formula, note_formula
from nianbao.filing.workbook import AGENCY_LABEL, YEAR_LABEL

NAMED_AT_MOST = 10
SHOWN_CHARACTERS = 40
"""How much of a cell's text a message repeats; anybody may have typed anything there."""

IDENTITY = frozenset({AGENCY_LABEL, YEAR_LABEL})
OPTIONAL_BASICS = DATE_LABELS | {SIGNER_LABEL}
NOTHING = "没有的填 0"

EMPTY = frozenset({None, Trouble.BLANK, Trouble.DASH})
SAYINGS = {
    Trouble.TEXT: "{place}不是数字：填报为“{raw}”",
    Trouble.TOO_LARGE: "{place}的数字大得不可能：填报为“{raw}”",
    Trouble.FORMULA_ERROR: "{place}公式出错：显示为“{raw}”",
    Trouble.NEGATIVE: "{place}不应是负数：填报为“{raw}”",
    Trouble.FRACTION: "{place}应是整数：填报为“{raw}”",
    Trouble.UNIT_WRONG: "{place}计量单位不符：填报为“{raw}”",
    Trouble.HIDDEN: "{place}有看不见的字符 {hidden}，可能不是所见的数：填报为“{raw}”",
}
CERTAIN = {
    Trouble.NOTATION: "{place}用了全角数字或千分位：填报为“{raw}”，按 {value} 读取",
    Trouble.UNIT_STATED: "{place}数字后写了计量单位：填报为“{raw}”，按 {value} 读取",
    Trouble.HIDDEN: "{place}有看不见的字符 {hidden}，已去掉：按 {value} 读取",
}
"""What is odd where only one reading is possible."""
EXPECTED = {
    Trouble.FRACTION: "整数",
    Trouble.NEGATIVE: "不小于 0 的数",
    Trouble.UNIT_WRONG: "以{unit}计的数",
    Trouble.HIDDEN: "重新输入的数字",
}


@check(
    "A5",
    name="blank",
    severity=Severity.ERROR,
    title="数据空白",
    source="年度报告格式：没有的填 0，不留空，不用横线或斜线代替",
)
def blank(case: Case) -> Iterator[Finding]:
    """Cells left blank or filled with a dash or slash: one finding per table.

    What a sum of the form gives is no blank by itself, nor what a government leaves to the sum of
    its agencies. A report that was printed elsewhere can only be explained.
    """
    groups: dict[str, list[Figure]] = {}
    for figure in case.filing.figures.values():
        if figure.value is None and figure.trouble in EMPTY and not _is_summed_up(case, figure):
            groups.setdefault(case.group(figure), []).append(figure)
    for group, figures in groups.items():
        yield from _blanks(case, group, figures)


@check(
    "A6",
    name="type",
    severity=Severity.ERROR,
    title="数据写法不对",
    source="年度报告格式：各表填非负整数，金额可有小数",
)
def number_type(case: Case) -> Iterator[Finding]:
    """Cells that hold no plain number of the right kind: one finding per cell and trouble.

    Formulas without a result are one: a program has saved the workbook that computes none.
    """
    for figure in case.filing.figures.values():
        for trouble in sorted(_troubles(case, figure)):
            yield _typed(case, figure, trouble)
    yield from _unsaved(case)
    for address, note in case.filing.unreadable.items():
        if not is_formula(note):
            message = f"工作表“{address.sheet}”的 {address.cell} {describe(note)}，{advise(note)}"
            yield replace(number_type.finding(message), where=(address,))


@check(
    "S1",
    name="sheet-remark",
    severity=Severity.INFO,
    title="文件附注",
    source="填报表格式；读公布的年报时所见",
)
def sheet_remark(case: Case) -> Iterator[Finding]:
    """What a reviewer should know about the workbook, such as a hidden sheet."""
    for remark in case.filing.remarks:
        yield replace(sheet_remark.finding(remark.message), where=(remark.address,))


@check(
    "S2",
    name="basics",
    severity=Severity.ERROR,
    title="基本信息没有填",
    source="填报表格式：基本信息；《条例》第五十条、年度报告格式的引言",
)
def unsaid_basics(case: Case) -> Iterator[Finding]:
    """Lines of 基本信息 without content: agency and year must be there, the others explained."""
    empty = {label: at for label, at in case.filing.unsaid.items() if label not in OPTIONAL_BASICS}
    identity = {label: empty.pop(label) for label in [*empty] if normalise(label) in IDENTITY}
    for found, severity, said in (
        (identity, Severity.ERROR, "现按所在的文件夹和文件名认定"),
        (empty, Severity.WARNING, "年报里引用它们的句子不印"),
    ):
        if found:
            names = "、".join(f"“{label}”" for label in found)
            made = unsaid_basics.finding(f"基本信息没有填{names}，{said}", severity=severity)
            yield replace(made, where=tuple(found.values()))


def _is_summed_up(case: Case, figure: Figure) -> bool:
    """Tell whether a government leaves a cell to its agencies; if they are blank, E3 says so."""
    return case.filing.rollup is not None and figure.ref in case.spots and not figure.raw


def _blanks(case: Case, group: str, figures: list[Figure]) -> Iterator[Finding]:
    """Tell of one table: what is to be filled in, and which totals are open.

    Totals follow from their parts, and nobody is told to type them: one that is open beside
    complete parts is computed, another comes with them.
    """
    totals = case.totals
    typed = [figure for figure in figures if figure.ref not in totals]
    is_untouched = len(typed) > 1 and case.filing.has_blank_table(typed[0].ref.partition(".")[0])
    # A dash is printed as filed, as anything that is filed.
    dashed = [f for f in figures if f.ref in totals and f.raw and not is_untouched]
    opened = [f for f in figures if totals.get(f.ref) is not None and not f.raw]
    said = []
    if is_untouched:
        said.append("整表未填，没有的应填 0" + ("，不用的行删去" if group == FACTS else ""))
    elif typed:
        told = f"有 {len(typed)} 处空白或以横线、斜线代替数字：{_named(typed)}"
        said.append(f"{told}，没有的应填 0")
    if dashed:
        said.append(f"合计{_named(dashed)}以横线、斜线代替数字，应为分项之和")
    if opened:
        printed = "" if case.filing.printed else "，按算出的数印出"
        said.append(f"有 {len(opened)} 处合计空白，可由分项算出{printed}")
    if not said:
        return
    is_left_open = not typed and not dashed
    about = opened if is_left_open else [*typed, *dashed]
    right: dict[str, Value | str] = {
        figure.label: totals.get(figure.ref) for figure in about if figure.ref in totals
    }
    right |= {figure.label: NOTHING for figure in typed if figure.raw and not is_untouched}
    severity = Severity.INFO if is_left_open else Severity.ERROR
    found = blank.finding(
        f"{group}{'；'.join(said)}",
        about,
        expected=right,
        found={figure.label: figure.raw or None for figure in about if figure.label in right},
        severity=Severity.WARNING if case.filing.printed else severity,
    )
    yield replace(found, where=found.where[:1]) if is_untouched else found


def _named(figures: list[Figure]) -> str:
    names = "、".join(f"“{figure.label}”" for figure in figures[:NAMED_AT_MOST])
    return f"{names} 等 {len(figures)} 处" if len(figures) > NAMED_AT_MOST else names


def _typed(case: Case, figure: Figure, trouble: Trouble) -> Finding:
    raw = _shown(figure.raw or format_value(figure.value))
    expected = EXPECTED.get(trouble, "数字").format(unit=figure.unit)
    is_certain = figure.value is not None and trouble in CERTAIN
    saying = (CERTAIN if is_certain else SAYINGS)[trouble]
    hidden = code_points(figure.hidden)
    message = saying.format(
        place=case.place(figure), raw=raw, value=format_value(figure.value), hidden=hidden
    )
    if hidden and trouble is not Trouble.HIDDEN:
        message += f"（其中有看不见的字符 {hidden}）"
    return number_type.finding(
        message,
        [figure],
        expected={figure.label: figure.value if is_certain else expected},
        found={figure.label: raw},
        severity=Severity.INFO if is_certain else None,
    )


def _unsaved(case: Case) -> Iterator[Finding]:
    figures = [f for f in case.filing.figures.values() if f.trouble is Trouble.FORMULA_UNSAVED]
    texts = [at for at, note in case.filing.unreadable.items() if is_formula(note)]
    places = [*dict.fromkeys(f.address for f in figures if f.address), *texts]
    if places:
        named = listed(f"{sheet}!{cell}" for _, sheet, cell in map(astuple, places))
        said = f"{len(places)} 格的{describe(note_formula())}（{named}），{advise(note_formula())}"
        found = number_type.finding(
            said, figures, expected={figure.label: "数字" for figure in figures}
        )
        yield replace(found, where=tuple(places))


def _troubles(case: Case, figure: Figure) -> set[Trouble]:
    """Give what is wrong with a cell: as its reader says, and as its value shows."""
    troubles = {figure.trouble} if figure.trouble in {*SAYINGS, *CERTAIN} else set()
    if figure.hidden and not troubles:
        troubles.add(Trouble.HIDDEN)
    spot = case.spots.get(figure.ref)
    if spot is None or figure.value is None:
        return troubles
    if figure.value < 0:
        troubles.add(Trouble.NEGATIVE)
    if spot.column.kind == "change":
        troubles.discard(Trouble.NEGATIVE)
    if spot.column.kind != "money" and _is_fraction(figure.value):
        troubles.add(Trouble.FRACTION)
    return troubles


def _is_fraction(value: int | Decimal) -> bool:
    return value != int(value)


def _shown(raw: str) -> str:
    text = " ".join(raw.split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
