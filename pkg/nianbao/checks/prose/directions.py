"""B12: a rise or a fall in words whose number is negative or zero, or goes the other way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
_WORDS = (f"(?P<word>{_LONG})", f"{_SINCE}[^，。；,;0-9]{{0,6}}?(?P<word>{_SHORT})[出了]?")
_BETWEEN = r"(?:了|约|近|大约|共|计|达|[\s（(\[［【〔“\"'：:])*$"
_NOUN = r"(?:(?![率幅速额])[\u4e00-\u9fff]){0,10}"  # 增长率为-5% is no contradiction
_BEFORE = [re.compile(word + _BETWEEN) for word in _WORDS]
_FURTHER_BEFORE = [re.compile(word + _NOUN + _BETWEEN) for word in _WORDS]
_WORDLESS = [re.compile(rf"(?P<word>{words})[\s约]*$") for words in (_LAST_YEAR, _SINCE)]
_AFTER = re.compile(f"的(?P<word>{_LONG})")

_UNIT = f"个?百分点|[%％]|{UNITS_OF_PROSE}|倍|位|分"
_SIGNED = re.compile(
    r"(?P<minus>(?:(?<![0-9A-Za-z%％])[-−－–‑‒﹣]|负)\s*)?(?:百分之)?(?P<negative>负)?"
    r"(?P<number>\d[\d,]*(?:\.\d+)?|(?<=负)[一二两三四五六七八九十百千万]+)"
    rf"\s*(?P<unit>{_UNIT})?"
)
_WITH_UNIT = re.compile(rf"\s*(?:{_UNIT})")
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
        better = _in_words(self.filled, case)
        instead = better.text if better else self.instead
        remedy = f"改写为 {better.name}，印作“{instead}”" if better else f"应写“{instead}”"
        words = replace(self.said, text=self.said.text[self.start : self.end])
        return told(
            direction,
            f"正文“{quoted(self.said, self.start, self.end)}”的增减与数字不合：{remedy}",
            [self.said],  # no figure: another sentence may name the same one rightly
            expected={"写法": instead},
            found={"写法": quoted(words, 0, len(words.text))},
            severity=self.severity,
        )


def _in_words(filled: Filling | None, case: Case) -> Filling | None:
    """Give in words the change that was put in as a bare number; None for anything else."""
    if filled is None or filled.name.filter:
        return None
    word, _, rest = filled.name.name.partition("_")
    return filling(Name(rest, word), case.names) if word in {CHANGE, CHANGE_SHARE} else None


@dataclass(frozen=True, slots=True)
class _Word:
    """A word for a rise or a fall, and where it stands."""

    word: str
    start: int

    @property
    def is_fall(self) -> bool:
        return self.word in RISE_OF


def _word_before(text: str, end: int, patterns: Iterable[re.Pattern[str]]) -> _Word | None:
    begin = max(0, end - LEAD)
    found = next(filter(None, (item.search(text[begin:end]) for item in patterns)), None)
    return _Word(found["word"], begin + found.start("word")) if found else None


def _wrong(case: Case, said: Said) -> Iterator[_Wrong]:
    text = plain(said.text)
    for found in _SIGNED.finditer(text):
        filled = _filled_at(said, found)
        if found["minus"] or found["negative"]:
            yield from _negative(said, text, found, filled)
        elif _is_zero(text, found) and (word := _word_before(text, found.start(), _BEFORE)):
            severity = Severity.WARNING if case.filing.printed else None
            yield _Wrong(said, word.start, found.end(), f"与上年{LEVEL}", filled, severity)
    for start, filled in said.fillings:
        if filled.name.filter or _is_change(filled):
            yield from _named(said, text, start, filled)


def _negative(
    said: Said, text: str, found: re.Match[str], filled: Filling | None
) -> Iterator[_Wrong]:
    """Yield a number with a minus before it, if a word beside it says where it goes."""
    number, start, end = f"{found['number']}{found['unit'] or ''}", found.start(), found.end()
    if _GOES_ON.match(text, end) and not found["unit"]:
        return
    patterns = [*_BEFORE, *(_FURTHER_BEFORE if found["unit"] else ())]
    word = _word_before(text, start, patterns)
    if word is None and (after := _AFTER.match(text, end)):
        word, end = _Word(after["word"], start), after.end()
    since = _word_before(text, start, _WORDLESS if filled else _WORDLESS[:1])
    if word is not None and word.is_fall:
        yield _Wrong(
            said, word.start, end, f"{word.word}{number}”或“{RISE_OF[word.word]}{number}", filled
        )
    elif word is not None:
        yield _Wrong(said, word.start, end, f"{FALL_OF[word.word]}{number}", filled)
    elif since is not None:
        yield _Wrong(said, since.start, end, f"{since.word}减少{number}", filled)


def _named(said: Said, text: str, start: int, filled: Filling) -> Iterator[_Wrong]:
    """Yield what does not go with a change that is put in by name: its word, or a second unit."""
    end, value = start + len(filled.text), filled.figure.value if filled.figure else None
    word, unit = _word_before(text, start, _BEFORE), _WITH_UNIT.match(text, end)
    begin, stop = word.start if word else start, unit.end() if unit else end
    if value is None:
        return
    if filled.name.filter:
        if word or unit:
            yield _Wrong(said, begin, stop, filled.text, filled)
    elif word and word.is_fall and value > 0:
        yield _Wrong(said, begin, stop, f"{RISE_OF[word.word]}{text[start:stop]}", filled)


def _is_change(filled: Filling) -> bool:
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
