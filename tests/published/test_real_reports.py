"""Every cell of every published report that we have: none wrong, and none missing."""

import json
from pathlib import Path

import pytest

from nianbao.published.audit import audit, form_json, tables_json

TABLES = Path(__file__).parents[3] / "shared" / "reports" / "tables.json"
pytestmark = pytest.mark.skipif(not TABLES.is_file(), reason=f"{TABLES} is not there")

FILES = sorted([*TABLES.parent.glob("0*.txt"), *TABLES.parent.glob("0*.pdf")])


def told_apart(value):
    return not (isinstance(value, str) and value.startswith("〔"))


def cells(tables):
    """Yield every cell: its place, and what stands there."""
    for number, row in enumerate(tables["table2"]):
        if all(map(told_apart, row)):
            yield from ((("table2", number, column), value) for column, value in enumerate(row))
    for key, row in tables["table3"].items():
        yield from ((("table3", key, column), value) for column, value in enumerate(row))
    yield from ((("table4", 0, column), value) for column, value in enumerate(tables["table4"]))


@pytest.fixture(scope="module")
def truth():
    return {report["id"]: report for report in json.loads(TABLES.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_cell_is_as_published(path, truth):
    (audited,) = audit([path])
    expected = truth[path.stem]
    assert audited.errors == ()
    assert audited.published.filing.year == expected["year"]
    assert form_json(audited.published) == expected["form"]
    found = dict(cells(tables_json(audited.published)))
    compared = {place: (found[place], value) for place, value in cells(expected)}
    wrong = {at: pair for at, pair in compared.items() if None not in pair and pair[0] != pair[1]}
    missing = {at for at, (ours, theirs) in compared.items() if ours is None is not theirs}
    invented = {at for at, (ours, theirs) in compared.items() if theirs is None is not ours}
    right = len(compared) - len(wrong) - len(missing) - len(invented)
    print(f"{path.name}: right {right}, wrong {len(wrong)}, missing {len(missing)}")  # noqa: T201
    assert (wrong, missing, invented) == ({}, set(), set())


def test_the_known_mistakes_are_found():
    found = {Path(a.file).name: [f.id for f in a.findings] for a in audit(FILES)}
    assert {"A2", "A3"} <= set(found["001.txt"])
    assert "A4" in found["002.txt"]
    assert "A4" in found["002.pdf"]
    assert "D5" in found["003.txt"]
    assert "A2" in found["011.txt"]
    assert "C1" not in found["006.txt"]


def test_each_number_has_its_place():
    audited = audit(FILES)
    for item in audited:
        for figure in item.published.filing.figures.values():
            assert figure.address is not None
            assert figure.address.file == item.file
            assert "第" in figure.address.sheet
