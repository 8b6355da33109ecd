"""雷同: sections that are the same text, between agencies of a year and between years of an agency.

Before two texts are compared they lose names, years and numbers (`nianbao.checks.likeness.bare`),
and the sentences that many agencies of the year have: statutory phrases, the usual sentence of a
section without anything to tell. Nobody copied those from another.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from nianbao.catalog.entry import Entry, Section
from nianbao.checks.likeness import alike, bare, pieces
from nianbao.filing.ledgers.personal import masked

COMMON_LEAST, COMMON_SHARE = 5, 1 / 3
"""A sentence is common where so many agencies of a year have it, and so large a part of them."""
SHORTEST_NAME = 3  # characters; less is no name but a word
OWN_NAMES = (
    "本机关", "本单位", "本部门", "我局", "本局", "我委", "本委", "我办", "本办", "我镇", "本镇",
    "我乡", "本乡", "我街道", "本街道", "我区", "本区", "我县", "本县", "我市", "本市",
)  # fmt: skip
EXCERPT = 60  # characters

_STOPS = re.compile(r"(?<=[。！？；!?;\n])")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A section of a report."""

    year: int
    agency: str
    section: int


@dataclass(frozen=True, slots=True)
class Copy:
    """Sections that are one text but for a few words.

    Attributes
    ----------
    title
        Of the section.
    places
        Where the text stands; each is alike to another of them.
    pairs
        Positions in `places`, and the share of common text, 0 to 1.
    excerpt
        How it begins where it first stands, without common sentences.
    """

    title: str
    places: tuple[Place, ...]
    pairs: tuple[tuple[int, int, float], ...]
    excerpt: str

    @property
    def shares(self) -> tuple[float, float]:
        """The least and the greatest share of a pair."""
        found = [share for *_, share in self.pairs]
        return min(found), max(found)


@dataclass(frozen=True)
class _Text:
    """A section, to be compared.

    Attributes
    ----------
    sentences
        As they stand, and bare.
    """

    place: Place
    title: str
    sentences: tuple[tuple[str, str], ...]
    common: AbstractSet[str]

    @cached_property
    def own(self) -> list[tuple[str, str]]:
        """The sentences that count."""
        return [pair for pair in self.sentences if pair[1] not in self.common]

    @cached_property
    def pieces(self) -> frozenset[str]:
        return pieces("".join(plain for _, plain in self.own))

    @property
    def excerpt(self) -> str:
        text = masked("".join("".join(said.split()) for said, _ in self.own))
        return text[:EXCERPT] + ("…" if len(text) > EXCERPT else "")


@dataclass(frozen=True, slots=True)
class Copies:
    """All that is the same.

    Attributes
    ----------
    between_agencies
        Within a year, latest year first, then by section.
    between_years
        Within an agency.
    common
        By year, sentences that many agencies have and that were left out, with their number.
    """

    between_agencies: tuple[Copy, ...] = ()
    between_years: tuple[Copy, ...] = ()
    common: Mapping[int, tuple[tuple[str, int], ...]] | None = None


def find_copies(entries: Iterable[Entry], names: Mapping[str, Sequence[str]]) -> Copies:
    """Find the sections that are the same text.

    Parameters
    ----------
    entries
        Of any agencies and years.
    names
        What each agency is called, by its code; the first is its full name.
    """
    called = _called(names)
    years: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.sections:
            years[entry.year].append(entry)
    texts: list[_Text] = []
    common: dict[int, tuple[tuple[str, int], ...]] = {}
    for year in sorted(years, reverse=True):
        read, common[year] = _year(years[year], called)
        texts += read
    by_year = _groups(texts, lambda place: (-place.year, place.section))
    by_agency = _groups(texts, lambda place: (place.agency, place.section))
    return Copies(tuple(by_year), tuple(by_agency), common)


def _called(names: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Give what a text may call each agency: its names, also without what all begin with."""
    full = [given[0] for given in names.values() if given]
    shared = _beginning(full) if len(full) > 1 else ""
    return {
        code: tuple(
            name
            for given in own
            for name in (given, given.removeprefix(shared))
            if len(name) >= SHORTEST_NAME
        )
        for code, own in names.items()
    }


def _beginning(texts: Sequence[str]) -> str:
    """Give what all texts begin with, such as the district."""
    first, last = min(texts), max(texts)
    differs = (n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(differs, len(first))]


def _year(
    entries: Sequence[Entry], called: Mapping[str, Sequence[str]]
) -> tuple[list[_Text], tuple[tuple[str, int], ...]]:
    """Give the texts of a year, and its common sentences, those of most agencies first."""
    told = {
        (entry.agency, section.number): _sentences(section, called.get(entry.agency, ()))
        for entry in entries
        for section in entry.sections.values()
    }
    having: defaultdict[str, set[str]] = defaultdict(set)
    first: dict[str, str] = {}
    for (agency, _), sentences in told.items():
        for said, plain in sentences:
            having[plain].add(agency)
            first.setdefault(plain, said.strip())
    least = max(COMMON_LEAST, ceil(len(entries) * COMMON_SHARE))
    common = Counter({text: len(who) for text, who in having.items() if len(who) >= least})
    texts = [
        _Text(
            Place(entry.year, entry.agency, section.number),
            section.title,
            told[entry.agency, section.number],
            common.keys(),
        )
        for entry in entries
        for section in entry.sections.values()
    ]
    shown = sorted(common.items(), key=lambda item: (-item[1], item[0]))
    return texts, tuple((first[text], count) for text, count in shown if text)


def _sentences(section: Section, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (sentence, bare(sentence, (*names, *OWN_NAMES)))
        for paragraph in section.paragraphs
        for sentence in _STOPS.split(paragraph)
        if sentence.strip()
    )


def _groups(
    texts: Iterable[_Text], key: Callable[[Place], tuple[str | int, ...]]
) -> Iterator[Copy]:
    """Yield what is alike among the texts with the same key, in the order of the keys."""
    together: defaultdict[tuple[str | int, ...], list[_Text]] = defaultdict(list)
    for text in texts:
        if text.pieces:
            together[key(text.place)].append(text)
    for name in sorted(together):
        yield from _copies(together[name])


def _copies(texts: Sequence[_Text]) -> Iterator[Copy]:
    pairs = sorted(alike([text.pieces for text in texts]))
    for members in _connected(len(texts), [(one, other) for one, other, _ in pairs]):
        position = {member: place for place, member in enumerate(members)}
        yield Copy(
            title=texts[members[0]].title,
            places=tuple(texts[member].place for member in members),
            pairs=tuple(
                (position[one], position[other], share)
                for one, other, share in pairs
                if one in position
            ),
            excerpt=texts[members[0]].excerpt,
        )


def _connected(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Give the sets of more than one that pairs hold together, each in order."""
    head = [*range(count)]

    def find(member: int) -> int:
        while head[member] != member:
            head[member] = head[head[member]]
            member = head[member]
        return member

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        head[high] = low
    sets: defaultdict[int, list[int]] = defaultdict(list)
    for member in range(count):
        sets[find(member)].append(member)
    return [members for members in sets.values() if len(members) > 1]
