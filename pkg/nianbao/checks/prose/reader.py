"""What the sentences of a report claim: each quantity with what it counts, and whose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from nianbao.checks.prose import words
from nianbao.checks.prose.numbers import Quantity, plain, quantities
from nianbao.checks.prose.text import Said
from nianbao.filing.figure import PERCENT

PROSE_SECTIONS = frozenset({0, 1, 2, 3, 4})
"""Where a report says what was done; the others tell of problems, plans and fees."""

_PARENTHESES = re.compile(r"[（(][^（）()]*[）)]")
_CLAUSE = re.compile("[，,；;：:]")
_DATES = frozenset("年月日号")
_ORDINAL = re.compile(r"\s*[（(][一二三四五六七八九十\d]+[）)]")
_OUTCOMES = frozenset({"g", "p", "g+p", "d", "u", "n", "o"}) | words.REASONS
CHANGES = frozenset({"growth", "decline"})
APPLICATIONS = _OUTCOMES | {"received", "handled", "closed", "carried-in", "carried-on"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that prose states of something that the tables count.

    Attributes
    ----------
    topic
        ``received``, ``closed``, ``d``, ``applicant:natural``, ``review``, ``review:upheld`` …
    of
        For an applicant, a share or a change: the claim that it is about.
    year
        0, or -1 for last year's.
    doubt
        Why it may count something else than the tables; empty for none.
    """

    topic: str
    quantity: Quantity
    said: Said
    sentence: str
    of: Claim | None = None
    year: int = 0
    doubt: str = ""

    @property
    def includes_carried(self) -> bool:
        """Whether it says that what was carried over is counted, too."""
        return words.INCLUDING_CARRIED.search(self.sentence) is not None

    @property
    def is_bound(self) -> bool:
        """Whether the number was filled in from a figure."""
        return self.said.is_bound(self.quantity.start, self.quantity.end)


@dataclass(slots=True)
class _State:
    """What the last numbers of a sentence were about."""

    said: Said
    year: int
    is_of_government: bool
    about_applications: bool = False
    about_documents: bool = False
    cases: str = ""
    last: Claim | None = None
    nearest: Claim | None = None  # of the number right before, if that is one
    main: Claim | None = None
    claims: list[Claim] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """A quantity in its sentence.

    Attributes
    ----------
    lead
        What stands before it in its clause, back to the number before it.
    gap
        All that stands between it and the number before it.
    clause
        Its clause up to it, other numbers included.
    after
        What follows it, to the end of the sentence or of its parentheses.
    """

    quantity: Quantity
    sentence: str
    lead: str
    gap: str
    clause: str
    after: str
    is_in_parentheses: bool


def read_claims(said: Said, year: int, *, is_of_government: bool) -> tuple[Claim, ...]:
    """Give what a paragraph claims, in its order.

    Parameters
    ----------
    year
        Of the report: numbers of other years are not its own.
    is_of_government
        A whole district is reported on, whose offices are only parts of it.
    """
    if said.section not in PROSE_SECTIONS:
        return ()
    state = _State(said, year, is_of_government)
    state.about_applications = "依申请" in said.heading
    for start, sentence in said.sentences():
        _enter(state, sentence)
        for place in _places(sentence):
            claim = _claim(state, place)
            if claim is not None:
                moved = replace(
                    claim.quantity,
                    start=claim.quantity.start + start,
                    end=claim.quantity.end + start,
                )
                claim = replace(claim, quantity=moved)
                _note(state, claim)
            if not place.is_in_parentheses and place.quantity.unit not in _DATES:
                state.nearest = claim.of if claim and claim.topic in CHANGES else claim
    return tuple(state.claims)


def _enter(state: _State, sentence: str) -> None:
    """Begin a sentence: what it is about goes on, unless it says otherwise."""
    if words.SAID_OF_APPLICATIONS.search(sentence):
        state.about_applications = True
    elif _ORDINAL.match(sentence) or words.OTHER_MATTERS.search(sentence):
        state.about_applications = False
    state.about_documents = False
    state.cases, state.last, state.nearest, state.main = "", None, None, None


def _note(state: _State, claim: Claim) -> None:
    state.claims.append(claim)
    if claim.topic not in CHANGES:
        state.last = claim
    if claim.topic in {"review", "suits", "cases"}:
        state.cases = claim.topic
    if claim.topic in {"received", "handled"}:
        state.main = claim


def _places(sentence: str) -> Iterator[_Place]:
    """Yield the quantities of a sentence; what stands in parentheses is a text of its own."""
    text = plain(sentence)
    outer = _PARENTHESES.sub(lambda found: "\0" * len(found.group()), text)
    inner = [(found.start() + 1, found.end() - 1) for found in _PARENTHESES.finditer(text)]
    end = 0
    last_inside: tuple[int, int] | None = None
    for quantity in quantities(text):
        inside = next((s for s in inner if s[0] <= quantity.start < s[1]), None)
        layer = text[inside[0] : inside[1]] if inside else outer
        offset = inside[0] if inside else 0
        if inside != last_inside and inside:
            end = inside[0]
        last_inside = inside
        before = layer[: quantity.start - offset]
        since = before[max(end - offset, 0) :]
        clause = _CLAUSE.split(before)[-1]
        lead = _CLAUSE.split(since)[-1]
        if re.fullmatch(words.LEAD_WITHOUT_NOUN, lead):
            lead = "".join(_CLAUSE.split(since)[-2:])
        yield _Place(
            quantity,
            sentence,
            lead.replace("\0", "").strip("、 "),
            since,
            clause,
            layer[quantity.end - offset :],
            inside is not None,
        )
        if quantity.unit and quantity.unit not in _DATES:
            end = quantity.end


def _claim(state: _State, place: _Place) -> Claim | None:
    """Say what a quantity counts; None where that is not certain."""
    quantity = place.quantity
    if quantity.unit == PERCENT:
        return _rate(state, place)
    if quantity.unit in words.COUNTED | words.DOCUMENT_UNITS:
        change = _change(state, place)
        if change is not None:
            return change if quantity.is_exact else None
    topic = _topic(state, place) if quantity.is_exact else ""
    year = _year(state.year, place.clause, topic)
    is_part = words.PART_OF_A_YEAR.search(place.clause) or words.CHANGE.search(place.lead)
    if not topic or year is None or is_part:
        return None
    of = state.main if topic.startswith("applicant:") else None
    made = Claim(topic, quantity, state.said, place.sentence, of, year)
    if topic in {"received", "handled", "closed"}:
        return _scoped(state, place, made)
    if words.OTHER_MATTERS.search(place.lead):
        return None
    return replace(made, doubt=_doubt(state, place, topic))


def _topic(state: _State, place: _Place) -> str:
    unit = place.quantity.unit
    if unit in words.COUNTED:
        topic = _of_cases(state, place) or _of_applications(state, place)
        if topic:
            return topic
    return _of_documents(state, place) if unit in words.DOCUMENT_UNITS else ""


def _of_cases(state: _State, place: _Place) -> str:
    is_ours = state.said.section == 4 or words.ABOUT_CASES.search(  # noqa: PLR2004 - section four
        place.sentence + state.said.heading
    )
    for key, pattern in words.CASES.items() if is_ours else ():
        if pattern.search(place.lead):
            return key
    if state.cases in {"review", "suits"}:
        for key, pattern in words.RESULTS.items():
            if pattern.search(place.lead):
                return f"{state.cases}:{key}"
    return ""


def _of_applications(state: _State, place: _Place) -> str:
    if not state.about_applications or words.OTHER_PROCEDURES.search(place.lead):
        return ""
    for key, pattern in words.APPLICANTS.items():
        if state.main is not None and pattern.search(place.lead):
            return f"applicant:{key}"
    topic = next((key for key, item in words.AFTER.items() if item.match(place.after)), "")
    topic = topic or next((k for k, item in words.BEFORE.items() if item.search(place.lead)), "")
    if topic in words.REASONS and not _is_one_reason(topic, place):
        return ""
    if topic in {"d", "u", "n", "o"} and words.REASON.search(place.lead):  # of several reasons
        return ""
    is_of_documents = topic in _OUTCOMES and words.KINDS_OF_DOCUMENTS.search(plain(place.sentence))
    return "" if is_of_documents else topic


def _is_one_reason(topic: str, place: _Place) -> bool:
    """Tell whether a number counts one reason alone, and as an outcome."""
    group = words.SAID_WITH_GROUP.get(topic[0], "")
    return len(words.REASON.findall(place.lead)) < 2 and group in place.sentence  # noqa: PLR2004 - a second


def _of_documents(state: _State, place: _Place) -> str:
    state.about_documents = state.about_documents or bool(words.REGULATORY.search(place.gap))
    for key, pattern in words.DOCUMENTS.items():
        if state.about_documents and pattern.search(place.lead):
            return f"documents:{key}"
    return ""


def _year(year: int, clause: str, topic: str) -> int | None:
    """Give 0 for this year, -1 for last year; None for another."""
    named = [int(found) for found in re.findall(r"(?<!\d)(20\d\d) *年", clause)]
    if named and named[-1] != year:
        return -1 if named[-1] == year - 1 else None
    if topic != "carried-in" and words.LAST_YEAR.search(clause) and "结转" not in clause:
        return -1
    return 0


def _scoped(state: _State, place: _Place, claim: Claim) -> Claim | None:
    """Leave out what counts parts of the applications; doubt what counts one office's."""
    lead = place.lead
    is_explicit = words.SAID_OF_APPLICATIONS.search(lead) is not None
    if words.OTHER_MATTERS.search(lead if is_explicit else place.sentence):
        return None
    if words.PART.search(lead) and not words.WHOLE.search(lead):
        return None
    who = re.split(words.RECEIVING, place.clause)[0]
    if state.is_of_government and words.OFFICE.search(who):
        return replace(claim, doubt="正文说的可能只是一个机关，表三是全部机关")
    if words.SUBORDINATE.search(who) and (state.is_of_government or "属" in who):
        return None
    return claim


def _doubt(state: _State, place: _Place, topic: str) -> str:
    """Say why cases may be others than table four counts; it holds for all of a list."""
    if state.is_of_government and topic.startswith("documents:"):
        is_own = words.OF_GOVERNMENT_ITSELF.search(place.clause) is not None
        return "正文说的可能只是本级政府的文件，表二是全部机关" if is_own else ""
    if topic.partition(":")[0] not in words.CASES:
        return ""
    if words.BY_ANOTHER.search(place.clause):
        return "正文说的可能是备案、审理的案件，口径与表四不同"
    return state.last.doubt if state.last and state.cases else ""


def _rate(state: _State, place: _Place) -> Claim | None:
    last = state.last
    made = Claim("", place.quantity, state.said, place.sentence, last)
    if last is not None and last.topic in _OUTCOMES and words.SHARE.fullmatch(place.gap):
        return replace(made, topic="share")
    if words.CLOSING_RATE.search(place.lead):
        is_ours = state.about_applications and not words.OTHER_MATTERS.search(place.sentence)
        return replace(made, topic="closing-rate") if is_ours else None
    is_ours = state.nearest is not None and state.nearest.topic in {"received", "handled"}
    return _change(state, place) if is_ours else None


def _change(state: _State, place: _Place) -> Claim | None:
    """Read by how much the number before is more or less than last year's: ，比上年增加5件."""
    of = state.nearest
    is_again = bool(state.claims) and state.claims[-1].topic in CHANGES
    pattern = words.GROWTH_AGAIN if is_again and state.claims[-1].of is of else words.GROWTH
    change = pattern.fullmatch(place.gap.lstrip("\0"))
    if of is None or change is None:
        return None
    year = change.groupdict().get("year")
    if year and int(year) != state.year - 1:
        return None
    topic = "growth" if change["up"] else "decline"
    return Claim(topic, place.quantity, state.said, place.sentence, of)
