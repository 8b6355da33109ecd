"""Whose file it is: by the names that stand in it, else by those of the file and its folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from nianbao.errors import PublishedError, listed, nearest
from nianbao.filing.labels import normalise
from nianbao.filing.register import CREDIT_ALPHABET, GOVERNMENT, Agency, Register
from nianbao.published.title import is_same_office

SHORTEST = 3  # characters of a name without its place by which a file may be called

PEOPLES = "人民政府"
"""A government is often called by its place alone."""

_CREDIT = re.compile(f"(?<![0-9A-Z])[{CREDIT_ALPHABET}]{{18}}(?![0-9A-Z])")
_PLACE = re.compile(r"^.{1,12}?(?:自治区|自治州|省|市|州|盟|县|旗|区)(?=.)")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])(?!年?[-./,]?[0-9])")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a file is.

    Attributes
    ----------
    doubt
        Why somebody should look at it; empty for what is certain.
    """

    agency: Agency
    doubt: str = ""


@dataclass(frozen=True)
class Owners:
    """Who may have sent a file: the agencies of a batch, among all that are registered.

    Attributes
    ----------
    years
        The batch's years of each agency in it, by code.
    """

    register: Register
    years: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def by_content(self, name: str, year: int, text: str, shown: str) -> Agency | None:
        """Give the agency that a file names; None where it names none.

        Parameters
        ----------
        name
            What stands where the agency's name belongs; may be empty.
        text
            All of the file's text, which may have a 统一社会信用代码.
        shown
            How messages name the file.

        Raises
        ------
        PublishedError
            The name is of no agency, or of several; or name and credit code differ.
        """
        coded = self._by_credit_code(text)
        named = self._by_name(name, year, shown, is_needed=not coded) if name else None
        if named is not None and coded and named not in coded:
            raise PublishedError(
                "机关名称与统一社会信用代码不是同一个机关",
                where=shown,
                found=f"{named.name}；{coded[0].credit_code} 是 {coded[0].name}",
                hint="请报送的机关改正，或在名册中改正",
            )
        return named or next(iter(coded), None)

    def by_file_name(self, shown: str) -> tuple[Agency, ...]:
        """Give the agencies that a file's name fits, else those that its nearest folder fits."""
        for part in reversed(PurePosixPath(shown).parts):
            found = tuple(self._in_text(normalise(part).lower()))
            if found:
                return found
        return ()

    def year_by_file_name(self, shown: str) -> int | None:
        """Give the one year of the batch that stands in a file's name, or in a folder's."""
        known = {year for years in self.years.values() for year in years}
        for part in reversed(PurePosixPath(shown).parts):
            named = {int(year) for year in _YEAR.findall(normalise(part))} & known
            if named:
                return named.pop() if len(named) == 1 else None
        return None

    def require_in_batch(self, agency: Agency, year: int | None, shown: str) -> int:
        """Give the report year, once it is known that the batch has it.

        Raises
        ------
        PublishedError
            Neither content nor name tells the year; or the batch has not the agency or the year.
        """
        years = self.years.get(agency.code, ())
        if not years:
            raise PublishedError(
                "这个机关不在批次中",
                where=shown,
                found=f"{agency.name}（{agency.code}）",
                hint="在批次中加上它，或移走这个文件",
            )
        if year is None:
            raise PublishedError(
                "不知道是哪个年度的",
                where=shown,
                found=f"{agency.name}（{agency.code}）",
                hint="在文件名中写上年度，如 2022年度；批次只有一个年度的，可用 --take 指定",
            )
        if year not in years:
            raise PublishedError(
                "不是批次中的年度",
                where=shown,
                found=f"{agency.name} {year} 年度",
                expected=listed(f"{one} 年度" for one in years),
                hint="请报送的机关改正，或换用这一年度的批次",
            )
        return year

    @cached_property
    def _names(self) -> dict[str, tuple[Agency, ...]]:
        """Every name, as it is compared, with whom it names; 某镇 is its government."""
        found: dict[str, tuple[Agency, ...]] = {}
        for agency in self.register.agencies:
            for name in map(normalise, agency.names):
                _add(found, name, agency)
                _add(found, name.removesuffix(PEOPLES), agency)
        return found

    @cached_property
    def _called(self) -> dict[str, tuple[Agency, ...]]:
        """What a file may be called by: names, names without their places, and codes."""
        found: dict[str, tuple[Agency, ...]] = {}
        for name, agencies in self._names.items():
            short = _PLACE.sub("", name)
            for agency in agencies:
                if agency.kind != GOVERNMENT:
                    _add(found, name, agency)
                    _add(found, short if len(short) >= SHORTEST else name, agency)
                elif name in map(normalise, agency.names):  # 某区 alone is in many a name
                    _add(found, name, agency)
        return found

    @cached_property
    def _codes(self) -> re.Pattern[str]:
        codes = sorted((agency.code for agency in self.register.agencies), key=len, reverse=True)
        return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, codes))})(?![a-z0-9])")

    def _by_credit_code(self, text: str) -> tuple[Agency, ...]:
        found = set(_CREDIT.findall(text))
        coded = tuple(a for a in self.register.agencies if a.credit_code in found)
        return coded if len(coded) == 1 else ()

    def _by_name(self, name: str, year: int, shown: str, *, is_needed: bool) -> Agency | None:
        fitting = self._fitting(name)
        there = [agency for agency in fitting if agency.reports_in(year)]
        if len(there) == 1:
            return there[0]
        if not is_needed:
            return None
        if len(there) > 1:
            raise _several(name, there, shown)
        if fitting:
            gone = fitting[0]
            raise PublishedError(
                "这个机关这一年度不报",
                where=shown,
                found=f"{gone.name}（{gone.code}）{year} 年度",
                expected=f"{gone.since or ''}—{gone.until or ''} 年度",
                hint="在名册中核对起报、止报年度",
            )
        raise self._unregistered(name, shown)

    def _fitting(self, name: str) -> tuple[Agency, ...]:
        """Give the agencies of a name: that have just this one, else one with other places."""
        wanted = normalise(name)
        exact = self._names.get(wanted, ())
        if exact:
            return exact
        like = (a for known, a in self._names.items() if is_same_office(known, wanted))
        found = tuple(dict.fromkeys(agency for agencies in like for agency in agencies))
        return found or self._called.get(wanted.lower(), ())

    def _in_text(self, text: str) -> Iterator[Agency]:
        """Yield the agencies whose names stand in a text, but not within a longer one's."""
        spans = [
            (match.start(), match.end(), agencies)
            for name, agencies in self._called.items()
            if name.lower() in text  # a pattern for each of thousands would be made anew each time
            for match in re.finditer(re.escape(name.lower()), text)
        ]
        if not spans:
            spans = [
                (match.start(), match.end(), (self.register.agency(match[0]),))
                for match in self._codes.finditer(text)
            ]
        outer = [s for s in spans if not any(_is_within(s, other) for other in spans)]
        yield from dict.fromkeys(agency for *_, agencies in outer for agency in agencies)

    def _unregistered(self, name: str, shown: str) -> PublishedError:
        close = nearest(normalise(name), self._names)
        near = f"最接近的是 {self._names[close][0].name}；" if close else ""
        return PublishedError(
            "名册中没有这个机关",
            where=shown,
            found=name,
            hint=f"{near}是它的别名的，写进名册的 aliases",
        )


def _add(names: dict[str, tuple[Agency, ...]], name: str, agency: Agency) -> None:
    if agency not in names.get(name, ()):
        names[name] = (*names.get(name, ()), agency)


def _is_within(inner: tuple[int, int, object], outer: tuple[int, int, object]) -> bool:
    is_longer = outer[1] - outer[0] > inner[1] - inner[0]
    return is_longer and outer[0] <= inner[0] and inner[1] <= outer[1]


def _several(name: str, agencies: Iterable[Agency], shown: str) -> PublishedError:
    return PublishedError(
        "几个机关都像",
        where=shown,
        found=name,
        expected=listed(f"{a.name}（{a.code}）" for a in agencies),
        hint="用 --take 代码=文件 指定，或在名册中分清名称和别名",
    )


def require_one(agencies: tuple[Agency, ...], shown: str) -> Agency:
    """Give the one agency that a file's name fits.

    Raises
    ------
    PublishedError
        There is none, or more than one.
    """
    if len(agencies) > 1:
        raise _several(PurePosixPath(shown).name, agencies, shown)
    if not agencies:
        raise PublishedError(
            "不知道是哪个机关的",
            where=shown,
            found="文件里没有机关名称，文件名和文件夹名也没有",
            hint="用 --take 代码=文件 指定，或在文件名中写上机关名称",
        )
    return agencies[0]
