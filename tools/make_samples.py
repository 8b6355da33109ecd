"""Make the sample workbooks in ``sources/`` from ``tools/samples/*.yaml`` (``make samples``)."""

from decimal import Decimal
from pathlib import Path

import yaml

from nianbao.filing.blank import WorkbookContent, write_workbook
from nianbao.filing.filing import cell_ref
from nianbao.forms import load_form

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write one workbook for each description."""
    for path in sorted((ROOT / "tools" / "samples").glob("*.yaml")):
        agency, _, year = path.stem.rpartition("-")
        target = ROOT / "sources" / agency / f"{year}.xlsx"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(target, _content(yaml.safe_load(path.read_text(encoding="utf-8"))))
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


def _exact(value: object) -> object:
    return Decimal(repr(value)) if isinstance(value, float) else value


def _joined(text: str) -> str:
    """Undo YAML's folding: Chinese needs no space where a line was broken."""
    return text.replace(" ", "").replace("{{", "{{ ").replace("}}", " }}")


if __name__ == "__main__":
    main()
