"""Make the sample workbooks and ledgers in ``sources/`` (``make samples``).

The workbooks are described in ``tools/samples/*.yaml``. The ledgers of the made-up agency are made
up from its tables: counting them gives the tables again.
"""

import csv
from decimal import Decimal
from pathlib import Path

import yaml

from nianbao.demo.ledgers import Office, cells_of, ledgers
from nianbao.filing.blank import WorkbookContent, write_ledger_book, write_workbook
from nianbao.filing.filing import cell_ref
from nianbao.filing.ledgers.kinds import ledger_kind
from nianbao.forms import load_form

ROOT = Path(__file__).resolve().parents[1]
WITH_LEDGERS = "shili-jyj"
IN_CSV = "publications"  # long and plain: shows that a ledger may be a CSV file, too


def main() -> None:
    """Write one workbook for each description, and the ledgers beside it."""
    for path in sorted((ROOT / "tools" / "samples").glob("*.yaml")):
        agency, _, year = path.stem.rpartition("-")
        target = ROOT / "sources" / agency / f"{year}.xlsx"
        target.parent.mkdir(parents=True, exist_ok=True)
        content = _content(yaml.safe_load(path.read_text(encoding="utf-8")))
        write_workbook(target, content)
        if agency == WITH_LEDGERS:
            _write_ledgers(target.parent, content, int(year))
        print(target.relative_to(ROOT))


def _content(data: dict) -> WorkbookContent:
    form = load_form(data["form"])
    cells = {
        cell_ref(table.key, row.key, column.key): data["default"]
        for table in form.tables
        for _, row, column in table.cells()
    }
    if unknown := data["values"].keys() - cells.keys():
        raise KeyError(unknown)
    return WorkbookContent(
        form=form,
        basics=data["basics"],
        facts=tuple(tuple(map(_exact, fact)) for fact in data["facts"]),
        values=cells | {ref: _exact(value) for ref, value in data["values"].items()},
        prose=tuple((part, heading, _joined(text)) for part, heading, text in data["prose"]),
    )


def _write_ledgers(folder: Path, content: WorkbookContent, year: int) -> None:
    form = content.form
    office = Office(WITH_LEDGERS, form, year, content.values, content.facts, most=1000)
    kept = {key: cells_of(ledger_kind(key), rows, form) for key, rows in ledgers(office).items()}
    plain = kept.pop(IN_CSV)
    write_ledger_book(folder / f"{year}-台账.xlsx", kept)
    kind = ledger_kind(IN_CSV)
    with (folder / f"{year}-{kind.sheet}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(column.name for column in kind.columns)
        writer.writerows(plain)


def _exact(value: object) -> object:
    return Decimal(repr(value)) if isinstance(value, float) else value


def _joined(text: str) -> str:
    """Undo YAML's folding: Chinese needs no space where a line was broken."""
    return text.replace(" ", "").replace("{{", "{{ ").replace("}}", " }}")


if __name__ == "__main__":
    main()
