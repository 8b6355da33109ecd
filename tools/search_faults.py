#!/usr/bin/env python3
"""A random search for workbooks whose fault nobody would see; part of `make soak`.

Of a made-up district (示例) without mistakes each agency's workbook gets one fault: a cell blanked,
an error value, another unit, hidden characters in a number, a sentence that says the contrary of
the tables. `nianbao run` makes the reports. Whatever is then published as final must show the
numbers of the workbook without the fault; else a finding must name it, and where something is
missing, wrong or blank, the report must be a draft. It ends with 1 where one does not.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import yaml
from bs4 import BeautifulSoup
from openpyxl.cell.cell import Cell
from openpyxl.workbook.workbook import Workbook

NIANBAO = Path(sys.executable).with_name("nianbao")
YEARS = (2021, 2022)
AGENCIES = 250  # in a round, at most
BASICS, PROSE = "基本信息", "正文"
STATUTORY = ("主动公开", "依申请公开", "复议诉讼")
ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#SPILL!", "#CALC!", "Err:502", "#新!")
FORMULAS = ("", "<f>NA()</f>", "<f/>")
HIDDEN = ("\u200b", "\u202d", "\u2066", "\ufeff", "\u00ad", "\u2060")
MARK = 987654321  # stands in a cell until the file is written, then becomes an error value
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
# A unit where its number should be, or what stands in for a number that is not there.
_RECEIVED = re.compile(r"新收政府信息公开申请(\d*)")
_UNITS = "(?:条|件|次|万元|%)"
_HOLE = re.compile(rf"〔空白〕|(?<![\d\w％%〕）)])\s+{_UNITS}(?!\w)|[由为至]\s*{_UNITS}(?!\w)")


@dataclass(frozen=True, slots=True)
class Fault:
    """What was done to a workbook.

    Attributes
    ----------
    is_said
        A finding that names the cell is enough: the value is certain, or of no statutory number.
    """

    agency: str
    year: int
    kind: str
    sheet: str
    cell: str
    before: object
    after: object
    is_said: bool

    def __str__(self) -> str:
        where = f"{self.year} {self.agency} {self.sheet}!{self.cell}"
        return f"{self.kind}: {where}: {self.before!r} → {self.after!r}"


@dataclass(frozen=True, slots=True)
class Page:
    """What a report shows the public.

    Attributes
    ----------
    numbers
        Of the text and the tables, in their order.
    drawn
        Of the charts.
    """

    is_draft: bool
    text: str
    numbers: tuple[str, ...]
    drawn: tuple[str, ...]


def read_page(folder: Path) -> Page | None:
    """Read the reader's edition in a report's folder; None where the report was not made."""
    path = folder / "report.html"
    if not path.exists() or (folder / "failed.json").exists():
        return None
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    main = soup.find("main")
    charts = [chart.extract() for chart in main.select(".chart")]
    words = soup.find("header").get_text(" ") + main.get_text(" ")
    drawn = " ".join(chart.get_text(" ") for chart in charts)
    return Page(
        is_draft='"creativeWorkStatus": "Draft"' in str(soup) or "草稿" in words,
        text=words + drawn,
        numbers=tuple(_NUMBER.findall(words)),
        drawn=tuple(_NUMBER.findall(drawn)),
    )


class Search:
    """A project with a made-up district, and its pages without a fault."""

    def __init__(self, folder: Path, agencies: int, seed: int) -> None:
        self.project = folder / "district"
        self.random = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        years = f"{YEARS[0]}-{YEARS[-1]}"
        demo = ["demo", self.project, "--agencies", agencies, "--years", years]
        call(*demo, "--errors", "0", "--seed", seed)
        self.batch = self.project / "params/batch.yaml"
        batch = yaml.safe_load(self.batch.read_text("utf-8")) | {"formats": ["html"]}
        self.batch.write_text(yaml.safe_dump(batch), "utf-8")
        self.codes = batch["agencies"]
        self.run()
        self.right = {key: self.page(*key) for key in self.reports()}
        drafts = [key for key, page in self.right.items() if page is None or page.is_draft]
        if drafts:
            sys.exit(f"drafts without a fault: {drafts}")

    def reports(self) -> Iterator[tuple[str, int]]:
        """Yield agency and year of each report."""
        return ((code, year) for code in self.codes for year in YEARS)

    def run(self) -> None:
        """Make what is not up to date."""
        call("run", self.batch, accept=(0, 3))

    def page(self, agency: str, year: int) -> Page | None:
        """Read the page of a report."""
        return read_page(self.project / f"outputs/{year}/{agency}")

    def round(self) -> Iterator[tuple[Fault, str]]:
        """Put a fault into each agency's workbook, make the reports; yield it with what is wrong.

        The workbooks are as they were afterwards.
        """
        faults, kept = [], {}
        for code in self.codes:
            year = self.random.choice(YEARS)
            path = self.project / f"sources/{code}/{year}.xlsx"
            kept[path] = path.read_bytes()
            faults.append(self.plant(path, code, year))
        self.run()
        for fault in faults:
            yield fault, self.judge(fault)
        for path, data in kept.items():
            path.write_bytes(data)

    def plant(self, path: Path, agency: str, year: int) -> Fault:
        """Put one fault into a workbook."""
        workbook, more = openpyxl.load_workbook(path), self.more(agency)
        kinds = [blank, error_value, unit, hidden]
        kinds += [contrary] if year == YEARS[-1] else []
        while True:
            kind = self.random.choice(kinds)
            done = kind(workbook, self.random, more)
            if done is not None:
                break
        cell, before, after, is_said = done
        workbook.save(path)
        if kind is error_value:
            write_error(path, cell, str(after))
        where = (kind.__name__, cell.parent.title, cell.coordinate)
        return Fault(agency, year, *where, before, after, is_said)

    def more(self, agency: str) -> int:
        """Give by how much the new applications are more than those of the year before."""
        found = [_RECEIVED.search(page.text) for page in (self.right[agency, y] for y in YEARS)]
        then, now = (int(match[1] or 0) if match else 0 for match in found)
        return now - then

    def judge(self, fault: Fault) -> str:
        """Say what is wrong with the pages that the fault reaches; empty where nothing is."""
        for year in YEARS:
            if year < fault.year:
                continue
            page, right = self.page(fault.agency, year), self.right[fault.agency, year]
            if page is None or page.is_draft or right is None:
                continue
            if hole := _HOLE.search(page.text):
                return f"final page of {year} with a hole: {hole[0]!r}"
            is_own = year == fault.year
            is_same = page.numbers == right.numbers and (not is_own or page.drawn == right.drawn)
            if fault.kind == "contrary":
                return f"final page of {year}"
            if not is_same and not (is_own and fault.is_said and self.is_named(fault)):
                return f"final page of {year} with other numbers: {difference(page, right)}"
        return ""

    def is_named(self, fault: Fault) -> bool:
        """Tell whether a finding of some weight names the cell."""
        path = self.project / f"outputs/{fault.year}/{fault.agency}/findings.json"
        place = f"#{fault.sheet}!{fault.cell}"
        return any(
            any(address.endswith(place) for address in finding["where"])
            for finding in json.loads(path.read_text("utf-8"))
            if finding["severity"] != "info"
        )


Done = tuple[Cell, object, object, bool]


def blank(workbook: Workbook, rng: random.Random, _more: int) -> Done:
    """Empty one cell, whatever it holds."""
    cell = any_cell(workbook, rng)
    before, cell.value = cell.value, None
    return cell, before, None, is_beside(cell)


def error_value(workbook: Workbook, rng: random.Random, _more: int) -> Done:
    """Put an error value into one cell, with a formula or without, as spreadsheet programs do."""
    cell = any_cell(workbook, rng)
    before, cell.value = cell.value, MARK
    stored = f"{rng.choice(FORMULAS)}<v>{rng.choice(ERRORS)}</v>"
    return cell, before, stored, is_beside(cell)


def unit(workbook: Workbook, rng: random.Random, _more: int) -> Done | None:
    """Write a number with a unit of another size, or of another thing."""
    cells = [cell for cell in statutory_cells(workbook) if cell.value]
    if not cells:
        return None
    cell = rng.choice(cells)
    before = cell.value
    stated = [f"{before}{word}" for word in ("件", "万件", "万元", "元", "条", "%", "人")]
    cell.value = rng.choice([*stated, before * 10000])
    # A number that is 10,000 times as large may be so: whoever reads it is asked.
    return cell, before, cell.value, not isinstance(cell.value, str)


def hidden(workbook: Workbook, rng: random.Random, _more: int) -> Done:
    """Put a character that nobody sees before, into or behind a number."""
    cell = rng.choice(list(statutory_cells(workbook)))
    before, text = cell.value, str(cell.value)
    place = rng.randint(0, len(text))
    cell.value = text[:place] + rng.choice(HIDDEN) + text[place:]
    return cell, before, cell.value, False


def contrary(workbook: Workbook, rng: random.Random, more: int) -> Done | None:
    """Let a sentence say of the new applications that they went the way they did not go."""
    said, turned = ("减少", "下降") if more > 0 else ("增加", "增长")
    sentence = rng.choice(
        [
            f"比上年{said}{abs(more)}件",
            f"较上年{said}了{abs(more)}件",
            f"同比有所{turned}",
            "与上年持平",
            f"比上年{said}{{{{ 增减_新收申请 }}}}件",
            f"同比{turned}了{{{{ 同比_新收申请 }}}}%",
        ]
    )
    for (cell,) in workbook[PROSE].iter_rows(min_col=3, max_col=3):
        before = str(cell.value or "")
        if more and _RECEIVED.search(before):
            cell.value = f"全年新收政府信息公开申请{{{{ 新收申请 }}}}件，{sentence}。"
            return cell, before, cell.value, False
    return None


def any_cell(workbook: Workbook, rng: random.Random) -> Cell:
    """Choose a sheet, then one of the cells that somebody filled in there."""
    cells = list(filled_cells(workbook))
    sheet = rng.choice(sorted({cell.parent.title for cell in cells}))
    return rng.choice([cell for cell in cells if cell.parent.title == sheet])


def filled_cells(workbook: Workbook) -> Iterator[Cell]:
    """Yield the cells that somebody filled in: no headings of columns, no labels."""
    yield from statutory_cells(workbook)
    for sheet in workbook:
        if sheet.title not in STATUTORY:
            first = {BASICS: 2, PROSE: 3}.get(sheet.title, 1)
            rows = sheet.iter_rows(min_row=2, min_col=first)
            yield from (cell for row in rows for cell in row if cell.value is not None)


def statutory_cells(workbook: Workbook) -> Iterator[Cell]:
    """Yield the numbers of the three tables."""
    for title in STATUTORY:
        rows = workbook[title].iter_rows()
        yield from (cell for row in rows for cell in row if isinstance(cell.value, int | float))


def is_beside(cell: Cell) -> bool:
    """Tell whether a cell belongs to no statutory number: then a finding may be enough."""
    return cell.parent.title not in (*STATUTORY, PROSE)


def write_error(path: Path, cell: Cell, stored: str) -> None:
    """Turn the mark in a cell into what is stored of an error."""
    name = re.escape(cell.coordinate).encode()
    marked = re.compile(rb'<c r="%s"((?: s="\d+")?)[^>]*><v>%d</v>' % (name, MARK))
    new = rb'<c r="%s"\1 t="e">%s</c>' % (name, stored.encode())
    with zipfile.ZipFile(path) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in members:
            archive.writestr(info, re.sub(marked.pattern + b"</c>", new, data))


def difference(page: Page, right: Page) -> str:
    """Say which numbers are there and should not be, and the other way round."""
    now, then = Counter(page.numbers + page.drawn), Counter(right.numbers + right.drawn)
    return f"without {list((then - now).elements())[:6]}, with {list((now - then).elements())[:6]}"


def call(*command: object, accept: tuple[int, ...] = (0,)) -> None:
    """Run a command of nianbao; stop where it fails."""
    done = subprocess.run(
        [NIANBAO, *map(str, command)], capture_output=True, text=True, check=False
    )
    if done.returncode not in accept:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr[-2000:]}")


def main() -> int:
    """Search, and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))  # noqa: S311
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    wrong, tried = [], Counter[str]()
    with tempfile.TemporaryDirectory(prefix="search-faults-") as name:
        search = Search(Path(name), min(asked.count, AGENCIES), asked.seed)
        while tried.total() < asked.count:
            for fault, told in search.round():
                tried[fault.kind] += 1
                if told:
                    wrong.append(fault)
                    print(f"{fault}: {told}", flush=True)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(tried.items()))
    print(f"{tried.total()} workbooks ({kinds}): {len(wrong)} whose fault nobody would see")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
