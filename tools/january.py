#!/usr/bin/env python3
"""`make january`: a made-up public office (示例) gathers its reports, from inbox to roll-up.

An inbox is made of what offices send: workbooks, Word files, PDFs, web pages and archives, under
any name, some in several versions, two that nobody can read, some agencies missing, some with a
planted mistake. `nianbao collect`, `run`, `notices` and `rollup` must bring it to the county's
report; then the corrections and the late ones come, and they must do it again. It ends with 1
where a planted mistake is not in its agency's notice with its numbers, where an agency without one
is told to change something, or where a cell of the roll-up is not the sum of what was planted.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from nianbao.checks.finding import Severity
from nianbao.checks.registry import CHECKS
from nianbao.checks.runner import run_checks  # noqa: F401 - declares the checks
from nianbao.cli.scaffold import furnish, write_yaml
from nianbao.demo import (
    District,
    Filled,
    Planted,
    filled_in,
    government_workbooks,
    governments,
)
from nianbao.filing.blank import Cell, write_workbook
from nianbao.project import FOLDERS, Project, sample_project

NIANBAO = Path(sys.executable).with_name("nianbao")
YEAR = 2022
GOVERNMENT = "qzf"
BATCH = "params/2022.yaml"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
GRAVE = {check.id for check in CHECKS if check.severity is Severity.ERROR}
KINDS = ("xlsx", "docx", "pdf", "html", "zip")
STAGES = ("初稿", "二稿", "定稿")
# A picture of one dot: what a telephone sends.
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff"
    "3f0300050001ff9d9c5a0b0000000049454e44ae426082"
)


@dataclass(slots=True)
class Plan:
    """Who does what.

    Attributes
    ----------
    clean, wrong
        Every agency's filing as it should be, and with its planted mistake.
    planted
        Codes of those that hand in the wrong one first.
    missing, unreadable, in_versions
        Codes of those that hand in nothing, a file that nobody can read, several versions.
    """

    clean: dict[str, Filled]
    wrong: dict[str, Filled]
    before: dict[str, Filled]
    planted: tuple[str, ...]
    missing: tuple[str, ...]
    unreadable: tuple[str, ...]
    in_versions: tuple[str, ...]
    kinds: dict[str, str] = field(default_factory=dict)

    def first(self, code: str) -> Filled:
        """Give what an agency hands in first."""
        return self.wrong[code] if code in self.planted else self.clean[code]

    @property
    def mistakes(self) -> list[Planted]:
        """Every cell with a planted mistake."""
        return [item for code in self.planted for item in self.wrong[code].planted]


def make_plan(
    agencies: int, planted: int, missing: int, seed: int, kinds: Sequence[str] = KINDS
) -> Plan:
    """Choose who does what, and in which kinds of files: the same for the same order."""
    years = (YEAR - 1, YEAR)
    right = [*filled_in(District(agencies, years, 0, seed))]
    wrong = {
        filled.agency.code: filled
        for filled in filled_in(District(agencies, years, 1, seed))
        if filled.year == YEAR
    }
    clean = {filled.agency.code: filled for filled in right if filled.year == YEAR}
    grave = [c for c, filled in wrong.items() if {p.check for p in filled.planted} <= GRAVE]
    chosen = tuple(grave[:planted])
    rest = [code for code in clean if code not in chosen]
    gone = tuple(rest[1 :: max(1, len(rest) // missing)][:missing])
    rest = [code for code in rest if code not in gone]
    codes = [code for code in clean if code not in gone]
    return Plan(
        clean=clean,
        wrong=wrong,
        before={filled.agency.code: filled for filled in right if filled.year == YEAR - 1},
        planted=chosen,
        missing=gone,
        unreadable=(rest[2], rest[-2]),
        in_versions=(rest[0], rest[4], chosen[0]),
        kinds={code: kinds[n % len(kinds)] for n, code in enumerate(codes)},
    )


def make_project(root: Path, plan: Plan, year: int) -> Project:
    """Make the office's project: last year's workbooks, the register, a batch."""
    for name in (*FOLDERS, "outputs"):
        (root / name).mkdir(parents=True)
    project = Project(root)
    agencies = [filled.agency for filled in plan.clean.values()]
    registered = [*governments(len(agencies)), *agencies]
    furnish(project, sample_project(), registered, batch=BATCH)
    for code, filled in plan.before.items():
        _write(project.source(code, year - 1), filled)
    for filled in government_workbooks(District(len(agencies), (year - 1, year))):
        _write(project.source(filled.agency.code, filled.year), filled)
    batch = {
        "title": f"示例区 {year} 年度（示例）",
        "agencies": [agency.code for agency in agencies],
        "years": [year],
        "formats": ["html", "pdf"],
        "office": "示例区政务公开办",
        "due": "2023-01-20",
        "due_again": "2023-01-25",
    }
    write_yaml(root / BATCH, batch)
    return project


def _write(path: Path, filled: Filled) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, filled.content)


class Inbox:
    """A folder into which files come under the names that people give them."""

    def __init__(self, folder: Path, plan: Plan, documents: Path) -> None:
        self.folder = folder
        self.plan = plan
        self.documents = documents
        self.number = 0
        folder.mkdir(parents=True)

    def take(self, code: str, filled: Filled, stage: str = "") -> None:
        """Let an agency hand in its filing, in its kind of file."""
        kind = self.plan.kinds.get(code, "xlsx")
        self.number += 1
        name = self._name(filled.agency.name, kind, stage)
        if kind == "xlsx":
            _write(self.folder / name, filled)
        elif kind == "zip":
            _write(self.folder / "packed.xlsx", filled)
            packed = self.folder / "packed.xlsx"
            inner = f"{filled.agency.name}{YEAR}年年报{stage}.xlsx"
            (self.folder / name).write_bytes(_zip_of(inner, packed.read_bytes()))
            packed.unlink()
        else:
            made = self.documents / str(YEAR) / code / f"report.{kind}"
            shutil.copyfile(made, self.folder / name)

    def _name(self, agency: str, kind: str, stage: str) -> str:
        short = agency.removeprefix("示例区")
        said = f"（{stage}）" if stage else ""
        forms = (
            f"{agency}{YEAR}年政府信息公开工作年度报告{said}",
            f"{short}年报{said}",
            f"附件{self.number}：{short}{said}",
            f"新建文档 ({self.number}){said}",
            f"报送-{short}-{YEAR}{said}",
        )
        return f"{forms[self.number % len(forms)]}.{kind}"


def _zip_of(name: str, content: bytes) -> bytes:
    """Pack a file as Chinese systems do: its name in GBK, and no word of that."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name.encode("gb18030").decode("cp437")), content)
    return stream.getvalue()


def fill_first(inbox: Inbox) -> None:
    """What comes in January: versions, mistakes, a photograph, half a file."""
    plan = inbox.plan
    for code in plan.clean:
        if code in plan.missing:
            continue
        if code in plan.unreadable:
            _unreadable(inbox, code)
            continue
        if code in plan.in_versions:
            for stage in STAGES[:-1]:
                inbox.take(code, plan.wrong[code], stage)
            inbox.take(code, plan.first(code), STAGES[-1])
        else:
            inbox.take(code, plan.first(code))


def _unreadable(inbox: Inbox, code: str) -> None:
    """Hand in a photograph, or half of a workbook."""
    name = inbox.plan.clean[code].agency.name
    if code == inbox.plan.unreadable[0]:
        (inbox.folder / f"{name}年报扫描件.png").write_bytes(PHOTO)
        return
    whole = inbox.folder / f"{name}{YEAR}.xlsx"
    _write(whole, inbox.plan.clean[code])
    whole.write_bytes(whole.read_bytes()[:9_000])


def fill_second(inbox: Inbox) -> None:
    """What comes after the notices: corrections, and those who were late."""
    plan = inbox.plan
    for code in plan.clean:
        if code in plan.planted or code in plan.missing or code in plan.unreadable:
            inbox.take(code, plan.clean[code], "修改" if code in plan.planted else "")


def nianbao(project: Project, *words: object, codes: Sequence[int] = (0,)) -> tuple[str, float]:
    """Run a command in a project; give what it printed, and its seconds."""
    began = time.monotonic()
    made = subprocess.run(
        [NIANBAO, *map(str, words)], cwd=project.root, capture_output=True, text=True, check=False
    )
    if made.returncode not in codes:
        sys.exit(f"nianbao {words[0]}: exit {made.returncode}\n{made.stdout}\n{made.stderr}")
    return made.stdout, time.monotonic() - began


def make_documents(root: Path, plan: Plan, filings: dict[str, Filled]) -> Path:
    """Make the documents that offices without our workbook would send; give their outputs."""
    project = make_project(root, plan, YEAR)
    for code, filled in filings.items():
        _write(project.source(code, YEAR), filled)
    if filings:
        only = ",".join(filings)
        nianbao(project, "run", BATCH, "--only", only, "--formats", "html,pdf,docx")
    return project.outputs


@dataclass(slots=True)
class January:
    """The whole of it, in one folder.

    Attributes
    ----------
    seconds
        What each command took, in order.
    """

    plan: Plan
    project: Project
    inboxes: tuple[Path, Path]
    seconds: list[tuple[str, float]] = field(default_factory=list)

    def step(self, *words: object, codes: Sequence[int] = (0,)) -> str:
        """Run a command, and note what it took."""
        printed, seconds = nianbao(self.project, *words, codes=codes)
        self.seconds.append((str(words[0]), seconds))
        return printed

    def gather(self, inbox: Path, today: str) -> str:
        """Collect, make the reports, write the notices and sum up; give the reminder."""
        # 3: some files cannot be read, some reports are not there yet
        self.step("collect", inbox, BATCH, "--received", today, codes=(0, 3))
        self.step("run", BATCH, codes=(0, 3))
        reminder = self.step("notices", BATCH, "--today", today, codes=(0, 3))
        self.step("rollup", BATCH)
        return reminder

    def told(self, code: str) -> list[dict[str, Any]]:
        """Give what an agency was told last that it must correct."""
        path = self.project.outputs / "notices" / str(YEAR) / "记录" / f"{code}.json"
        if not path.is_file():
            return []
        lines = json.loads(path.read_text(encoding="utf-8"))["rounds"][-1]["lines"]
        return [line for line in lines if line["severity"] == Severity.ERROR.value]

    def require_notices(self) -> None:
        """See that each planted mistake is told to its agency, and nobody else anything."""
        told = {code: self.told(code) for code in self.plan.clean}
        for item in self.plan.mistakes:
            lines = [line for line in told[item.agency] if line["check"] == item.check]
            require(any(_tells(line, item) for line in lines), f"not told: {item}\n{lines}")
        for code, lines in told.items():
            if code not in self.plan.planted:
                require(not lines, f"{code} has no mistake, and is told {lines}")

    def require_corrected(self) -> None:
        """See that nobody has anything left to correct."""
        for code in self.plan.clean:
            require(not self.told(code), f"{code} is still told {self.told(code)}")

    def require_sums(self, filed: dict[str, Filled]) -> None:
        """See that each cell of the county's report is the sum of what these filed."""
        folder = self.project.outputs / str(YEAR) / GOVERNMENT
        figures = pd.read_parquet(folder / "figures.parquet").set_index("ref")["value"]
        contents = [one.content for one in filed.values()]
        for ref in contents[0].values:  # noqa: PD011 - no pandas
            parts = [_number(content.values[ref]) for content in contents]  # noqa: PD011
            require(Decimal(figures[ref]) == sum(parts), f"{ref}: {figures[ref]}, not {sum(parts)}")


def _number(value: Cell) -> Decimal:
    """Give what a cell adds to a sum: nothing where it holds words."""
    try:
        return Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)


def _tells(line: dict[str, Any], planted: Planted) -> bool:
    """Tell whether a line names a planted cell and by how much it is wrong, or what stands there.

    Of an identity it may be the other side that is named: by the same difference.
    """
    place = f"{line['place']}{line['cells']}"
    is_there = re.search(rf"\b{planted.cell}\b", place) is not None
    try:
        wrong_by = abs(Decimal(planted.stated) - Decimal(planted.expected))
    except InvalidOperation:
        return is_there and planted.stated in f"{line['found']}{line['message']}"
    found, expected = (map(Decimal, _NUMBER.findall(line[side])) for side in ("found", "expected"))
    return is_there and wrong_by in {abs(a - b) for a, b in zip(found, expected, strict=True)}


def require(is_so: bool, what: str) -> None:  # noqa: FBT001 - reads as an assertion
    """End where something is not so."""
    if not is_so:
        sys.exit(what)


def prepare(root: Path, plan: Plan) -> January:
    """Make the office's project, and both inboxes."""
    project = make_project(root / "county", plan, YEAR)
    office = {"docx", "pdf", "html"}
    first = {code: plan.first(code) for code, kind in plan.kinds.items() if kind in office}
    again = (*plan.planted, *plan.unreadable)
    corrected = {code: plan.clean[code] for code in again if plan.kinds[code] in office}
    inbox = Inbox(root / "inbox", plan, make_documents(root / "first", plan, first))
    fill_first(inbox)
    later = Inbox(root / "later", plan, make_documents(root / "second", plan, corrected))
    fill_second(later)
    return January(plan, project, (inbox.folder, later.folder))


def first_round(january: January) -> str:
    """Gather what came in January, see that all is as it must be, and give the reminder."""
    plan = january.plan
    reminder = january.gather(january.inboxes[0], "2023-01-16")
    january.require_notices()
    gone = (*plan.missing, *plan.unreadable)
    january.require_sums({code: plan.first(code) for code in plan.clean if code not in gone})
    return reminder


def second_round(january: January) -> str:
    """Gather the corrections and the late ones, see the same, and give the reminder."""
    reminder = january.gather(january.inboxes[1], "2023-01-28")
    january.require_corrected()
    january.require_sums(january.plan.clean)
    return reminder


def main() -> None:
    """Play it in a temporary folder, or in one that is kept, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=45)
    parser.add_argument("--planted", type=int, default=10)
    parser.add_argument("--missing", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a new folder for all that is made")
    order = parser.parse_args()
    plan = make_plan(order.agencies, order.planted, order.missing, order.seed)
    with tempfile.TemporaryDirectory(prefix="january-") as scratch:
        january = prepare((order.keep or Path(scratch)).absolute(), plan)
        print(first_round(january))
        print(second_round(january))
    for name, seconds in january.seconds:
        print(f"{name:8} {seconds:5.1f} s")
    print(f"both rounds {sum(seconds for _, seconds in january.seconds):.1f} s")


if __name__ == "__main__":
    main()
