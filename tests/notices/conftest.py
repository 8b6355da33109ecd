"""A made-up district with planted mistakes, and what a round of notices makes of it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from nianbao.cli.main import main

YEAR = 2022
TODAY = "2023-01-16"


@dataclass(frozen=True)
class Office:
    """A project, and what the office does in it."""

    root: Path
    pristine: Path
    capsys: pytest.CaptureFixture[str]

    year = YEAR

    @property
    def folder(self) -> Path:
        return self.root / "outputs" / "notices" / str(YEAR)

    def planted(self) -> dict[str, list[dict[str, str]]]:
        """The planted mistakes of the year, by agency."""
        found: dict[str, list[dict[str, str]]] = {}
        for item in json.loads((self.root / "planted.json").read_text(encoding="utf-8")):
            if item["year"] == YEAR:
                found.setdefault(item["agency"], []).append(item)
        return found

    def source(self, agency: str, year: int = YEAR) -> Path:
        return self.root / "sources" / agency / f"{year}.xlsx"

    def original(self, agency: str) -> bytes:
        return (self.pristine / "sources" / agency / f"{YEAR}.xlsx").read_bytes()

    def edit(self, agency: str, *cells: tuple[str, str, object]) -> None:
        """Save a workbook anew, with other values in some cells."""
        book = openpyxl.load_workbook(self.source(agency))
        for sheet, cell, value in cells:
            book[sheet][cell] = value
        book.save(self.source(agency))

    def correct(self, agency: str) -> None:
        self.edit(
            agency,
            *((p["sheet"], p["cell"], number(p["expected"])) for p in self.planted()[agency]),
        )

    def run(self, *options: str, today: str = TODAY) -> tuple[int, str, str]:
        batch = self.root / "params" / "batch.yaml"
        code = main(["notices", str(batch), "--year", str(YEAR), "--today", today, *options])
        printed = self.capsys.readouterr()
        return code, printed.out, printed.err

    def told(self, *options: str, today: str = TODAY) -> dict[str, dict]:
        """Run, and give what a program is told of each agency."""
        code, out, _ = self.run("--format", "json", *options, today=today)
        assert code == 0
        (year,) = json.loads(out)["years"]
        return {item["agency"]: item for item in year["agencies"]}

    def files(self) -> dict[str, bytes]:
        found = sorted(self.folder.rglob("*"))
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in found if p.is_file()}


def number(text: str) -> object:
    return int(text) if text.isdecimal() else text


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    root = tmp_path_factory.mktemp("district") / "district"
    wishes = {"agencies": 9, "years": "2021-2022", "errors": "60%", "seed": 3}  # of many kinds
    options = [word for name, value in wishes.items() for word in (f"--{name}", str(value))]
    assert main(["demo", str(root), *options]) == 0
    return root


@pytest.fixture
def office(district, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("signal.signal", lambda *_: None)  # handlers are the process's own
    monkeypatch.delenv("NIANBAO_PROJECT", raising=False)
    root = tmp_path / "district"
    shutil.copytree(district, root)
    capsys.readouterr()
    return Office(root, district, capsys)
