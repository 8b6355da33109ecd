"""B12: a rise or a fall in words whose number is negative or zero, or goes the other way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose.holes import UNITS_OF_PROSE
from nianbao.checks.prose.numbers import plain
from nianbao.checks.prose.quoting import quoted, told
from nianbao.checks.prose.text import Said
from nianbao.checks.registry import check
from nianbao.filing.template import CHANGE, CHANGE_SHARE, LEVEL, Filling, Name, filling

FALL_OF = {
    "增加": "减少", "增长": "下降", "增多": "减少", "上升": "下降", "提高": "降低", "提升": "下降",
    "上涨": "下跌", "上浮": "下浮", "扩大": "缩小", "攀升": "下降", "回升": "回落", "递增": "递减",
    "增": "减", "多": "少", "涨": "跌", "升": "降", "高": "低",
}  # fmt: skip
"""How a rise is called, and the fall that is its opposite."""

RISE_OF = {fall: rise for rise, fall in reversed(FALL_OF.items())} | {
    "下滑": "上升", "缩减": "增加", "负增长": "增长",
}  # fmt: skip

LEAD = 40  # characters before a number in which its word is looked for

_LONG = "|".join(word for word in ("负增长", *FALL_OF, *RISE_OF) if len(word) > 1)
_SHORT = "增(?!减)|多(?!少)|涨|升(?!降)|高(?!低)|(?<!增)减|少|跌|(?<!升)降|低"
_LAST_YEAR = "[比较与同](?:上一?年度?|去年|往年|前一?年)(?:同期)?(?:相比)?[，,]?"
_SINCE = f"(?:{_LAST_YEAR}|同比|环比)"
_WORD = f"(?:(?P<long>{_LONG})|{_SINCE}[^，。；,;0-9]{{0,6}}?(?P<short>{_SHORT})[出了]?)"
_BETWEEN = r"(?:了|约|近|大约|共|计|达|[\s（(\[［【〔“\"'：:])*"
_NOUN = r"(?:(?![率幅速额])[\u4e00-\u9fff]){0,10}"  # 增长率为-5% is no contradiction
_BEFORE = re.compile(f"{_WORD}{_BETWEEN}$")
_FURTHER_BEFORE = re.compile(f"{_WORD}{_NOUN}{_BETWEEN}$")
_WORDLESS = re.compile(rf"{_LAST_YEAR}[\s约]*$")
_WORDLESS_NAMED = re.compile(rf"{_SINCE}[\s约]*$")
_AFTER = re.compile(f"的(?P<long>{_LONG})")

_UNIT = f"个?百分点|[%％]|{UNITS_OF_PROSE}|倍|位|分"
_SIGNED = re.compile(
    r"(?P<minus>(?:(?<![0-9A-Za-z%％])[-−－–‑‒﹣]|负)\s*)?(?:百分之)?(?P<negative>负)?"
    r"(?P<number>\d[\d,]*(?:\.\d+)?|(?<=负)[一二两三四五六七八九十百千万]+)"
    rf"\s*(?P<unit>{_UNIT})?"
)
_ZERO = re.compile(r"0[0.,]*")
_GOES_ON = re.compile(r"\s*[-–~～至到年月日号]")
_ENDS = re.compile(r"[，。；、,;）)\]】\s]|$")


@check(
    "B12",
    name="direction",
    severity=Severity.ERROR,
    title="正文的增减与数字不合",
    source="文字自身：“增加”“下降”等词后面的数不带负号，不为 0；没有增减的写“与上年持平”",
    reads_all=True,
)
def direction(case: Case) -> Iterator[Finding]:
    """增加-15件, 增长0%; 减少 before a rise that is put in by name; 增加增加15件."""
    for said in case.written:
        yield from (wrong.told(case) for wrong in _wrong(case, said))


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Words that say something else than their number.

    Attributes
    ----------
    instead
        What to write.
    filled
        The number, where it was put in by name.
    """

    said: Said
    start: int
    end: int
    instead: str
    filled: Filling | None = None
    severity: Severity | None = None

    def told(self, case: Case) -> Finding:
        """Give the finding."""
        figure = self.filled.figure if self.filled else None
        better = _in_words(self.filled, case)
        instead = better.text if better else self.instead
        remedy = f"改写为 {better.name}，印作“{instead}”" if better else f"应写“{instead}”"
        return told(
            direction,
            f"正文“{quoted(self.said, self.start, self.end)}”的增减与数字不合：{remedy}",
            [self.said],
            [replace(figure, address=None)] if figure else (),
            expected={"写法": instead},
            found={"写法": quoted(replace(self.said, text=self.words), 0, len(self.words))},
            severity=self.severity,
        )

    @property
    def words(self) -> str:
        """The words that are wrong."""
        return self.said.text[self.start : self.end]


def _in_words(filled: Filling | None, case: Case) -> Filling | None:
    """Give in words the change that was put in as a bare number; None for anything else."""
    if filled is None or filled.name.filter:
        return None
    word, _, rest = filled.name.name.partition("_")
    return filling(Name(rest, word), case.names) if word in {CHANGE, CHANGE_SHARE} else None


def _wrong(case: Case, said: Said) -> Iterator[_Wrong]:
    text = plain(said.text)
    for found in _SIGNED.finditer(text):
        lead = text[max(0, found.start() - LEAD) : found.start()]
        filled = _filled_at(said, found)
        if found["minus"] or found["negative"]:
            yield from _negative(said, found, lead, filled)
        elif _is_zero(text, found) and (word := _BEFORE.search(lead)):
            severity = Severity.WARNING if case.filing.printed else None
            start = found.start() - len(lead) + word.start()
            yield _Wrong(said, start, found.end(), f"与上年{LEVEL}", filled, severity)
    for start, filled in said.fillings:
        yield from _named(said, start, filled, text)


def _negative(
    said: Said, found: re.Match[str], lead: str, filled: Filling | None
) -> Iterator[_Wrong]:
    number = f"{found['number']}{found['unit'] or ''}"
    word = _BEFORE.search(lead) or (_FURTHER_BEFORE.search(lead) if found["unit"] else None)
    after = _AFTER.match(said.text, found.end())
    wordless = (_WORDLESS_NAMED if filled else _WORDLESS).search(lead)
    if _GOES_ON.match(said.text, found.end()) and not found["unit"]:
        return
    end = found.end()
    if word:
        said_word = word["long"] or word["short"]
        start = found.start() - len(lead) + word.start("long" if word["long"] else "short")
    elif after:
        said_word, start, end = after["long"], found.start(), after.end()
    elif wordless:
        said_word, start = "增加", found.start() - len(lead) + wordless.start()
    else:
        return
    instead = f"{FALL_OF.get(said_word, said_word)}{number}"
    if said_word in RISE_OF:
        instead = f"{instead}”或“{RISE_OF[said_word]}{number}"
    yield _Wrong(said, start, end, instead, filled)


def _named(said: Said, start: int, filled: Filling, text: str) -> Iterator[_Wrong]:
    """Yield what does not go with a change that is put in by name: its word, or a second unit."""
    value = filled.figure.value if filled.figure else None
    end = start + len(filled.text)
    word = _BEFORE.search(text[max(0, start - LEAD) : start])
    begin = start - min(start, LEAD) + word.start() if word else start
    if filled.name.filter:
        unit = (
            re.compile(rf"\s*(?:{_UNIT})").match(text, end) if filled.before or value == 0 else None
        )
        if word or unit:
            yield _Wrong(said, begin, unit.end() if unit else end, filled.text, filled)
    elif word and value is not None and value > 0 and _in_words_name(filled):
        said_word = word["long"] or word["short"]
        if said_word in RISE_OF:
            yield _Wrong(said, begin, end, f"{RISE_OF[said_word]}{filled.text}", filled)


def _in_words_name(filled: Filling) -> bool:
    return filled.name.name.startswith((f"{CHANGE}_", f"{CHANGE_SHARE}_"))


def _filled_at(said: Said, found: re.Match[str]) -> Filling | None:
    """Give what stands for a name where a number is."""
    spans = ((start, start + len(item.text), item) for start, item in said.fillings)
    return next(
        (item for start, end, item in spans if start < found.end() and found.start() < end), None
    )


def _is_zero(text: str, found: re.Match[str]) -> bool:
    is_whole = found["unit"] or _ENDS.match(text, found.end())
    return bool(_ZERO.fullmatch(found["number"]) and is_whole) and not _GOES_ON.match(
        text, found.end("number")
    )
