"""Blank workbooks, filled in and computed by LibreOffice: the colours say what the checks say."""

import subprocess
from random import Random

import pytest
from python_calamine import CalamineWorkbook

from blanks import before, blank, defined, entries, filling, saved, typed
from ledgers import application
from ledgers import table as lines
from nianbao.checks import run_checks
from nianbao.errors import WorkbookError
from nianbao.filing.blank.formulas import numbers
from nianbao.filing.figure import Trouble
from nianbao.filing.totals import Link, continuity_links, identity_lines
from nianbao.forms import load_form
from workbooks import YEARS, content, edited, read, workbook

pytestmark = pytest.mark.libreoffice

FILLINGS = 12  # of each form
SUMS = {"A1", "A2", "A3", "A4"}


def converted(paths, kind, folder):
    """Open workbooks in LibreOffice, all at once, and save them anew."""
    target = folder / f"saved-{kind}"
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
    command += ["--outdir", target, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return [target / f"{path.stem}.{kind}" for path in paths]


class Shown:
    """A workbook as it shows: the result of a check is found by its label, as a clerk finds it."""

    def __init__(self, path, filing):
        book = CalamineWorkbook.from_path(path)
        self.sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
        self.addresses = {ref: figure.address for ref, figure in filing.figures.items()}

    def place(self, ref):
        letter, row = self.addresses[ref].cell[0], int(self.addresses[ref].cell[1:])
        return row - 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter)

    def result(self, item):
        """What the cell of a check shows; None where it is blank."""
        about = item.whole if isinstance(item, Link) else item.whole[-1]
        sheet = self.sheets[self.addresses[about].sheet]
        row, column = self.place(about)
        labels = [
            (r, c)
            for r, line in enumerate(sheet)
            for c, text in enumerate(line)
            if text == item.label
        ]
        above = [r for r, _ in labels if r < row]
        if above:  # a column of results beside the rows
            return sheet[row][next(c for r, c in labels if r == max(above))].strip() or None
        below, _ = labels[0]
        if "table4." in about:  # a row of results below this one, each over its group
            return sheet[below + 1][min(self.place(ref)[1] for ref in item.cells)].strip() or None
        return sheet[below][column].strip() or None

    def left(self, sheet):
        """How many cells are still blank, as the sheet says."""
        texts = [text for line in self.sheets[sheet] for text in line if isinstance(text, str)]
        (told,) = (t for t in texts if t.startswith("还有") or t.endswith("已填完"))
        return int(told.split()[1]) if told.startswith("还有") else 0


def test_the_computed_workbook_says_what_the_checks_say(tmp_path):
    made = []
    for key in ("2019", "2021"):
        form = load_form(key)
        seeds = [f"{key}/{number}" for number in range(1, FILLINGS)]
        fillings = [filling(form, Random(seed)) for seed in seeds]  # noqa: S311 - made-up data
        fillings.append(dict.fromkeys(entries(form)))  # nothing at all
        order = blank(key, before=before(key), has_ledgers=False)
        paths = typed(saved(tmp_path, order, f"{key}.xlsx"), form, *fillings)
        made += [(key, values, path) for values, path in zip(fillings, paths, strict=True)]
    computed = converted([path for *_, path in made], "xlsx", tmp_path)
    seen = set()
    for (key, values, _), path in zip(made, computed, strict=True):
        seen |= compare(key, {**before(key).carried(load_form(key)), **values}, path)
    # Each result was there to be seen.
    for key in ("I1", "I2", "I3", "J1"):
        assert {(key, "√"), (key, "×"), (key, "")} <= seen
    for key in ("I4", "K1", "L1", "L2"):
        assert {(key, "√"), (key, "按"), (key, "")} <= seen


def compare(key, values, path):
    """Compare a computed workbook with what was typed; give which results it shows."""
    form = load_form(key)
    filing = read(path, YEARS[key])
    assert filing.remarks == ()
    known = numbers(form, values)
    plain = [
        ref for ref in (*entries(form), *defined(form)) if not isinstance(values.get(ref), str)
    ]
    assert {r: filing.figures[r].value for r in plain} == {r: known.get(r) for r in plain}
    shown = Shown(path, filing)
    for table in form.tables:
        own = [ref for ref in entries(form) if ref.startswith(f"{table.key}.")]
        assert shown.left(table.sheet) == sum(values.get(ref) is None for ref in own)
    sums = {line: shown.result(line) or "" for line in identity_lines(form)}
    red = {line for line, text in sums.items() if text.startswith("×")}
    findings = [finding for finding in run_checks(filing) if finding.id in SUMS]
    assert {(line.identity.check, ref) for line in red for ref in line.whole} == {
        (finding.id, ref) for finding in findings for ref in finding.refs
    }
    for line, text in sums.items():
        is_known = all(filing.figures[ref].value is not None for ref in line.cells)
        assert (text == "√") == (is_known and line not in red)
        assert (text == "") == (not is_known)
        if line in red:
            assert text == f"× {difference(line, filing)}"
    links = {link: shown.result(link) or "" for link in continuity_links(form)}
    for link, text in links.items():
        expected, stated = link.expected(before(key).values, known), known.get(link.whole)
        if expected is None or stated is None:
            assert text == ""
        else:
            assert text == ("√" if stated == expected else f"按上年 {expected}")
    results = {(line.identity.key, text[:1]) for line, text in sums.items()}
    return results | {(link.continuity.key, text[:1]) for link, text in links.items()}


def difference(line, filing):
    left, right = (
        sum(filing.figures[ref].value for ref in refs) for refs in (line.parts, line.whole)
    )
    if len(line.whole) == 1:
        return f"应为 {left}"
    return f"左多 {left - right}" if left > right else f"右多 {right - left}"


def test_what_libreoffice_saves_reads_as_it_was(tmp_path):
    paths = [
        saved(
            tmp_path, blank(key, before=before(key), values={"table3.a.natural": 3}), f"{key}.xlsx"
        )
        for key in YEARS
    ]
    for path, ods in zip(paths, converted(paths, "ods", tmp_path), strict=True):
        one, other = read(path, YEARS[path.stem]), read(ods, YEARS[path.stem])
        assert one.remarks == other.remarks == ()
        assert one.ledgers == other.ledgers == ()
        assert one.prose == other.prose == ()
        assert figures(other) == figures(one)
        assert texts(other) == texts(one)


ERRORS = {"D7": "=NA()", "E7": "=1/0", "F7": '=VALUE("甲")', "G7": "=SQRT(-1)", "H7": "=A1:A9 B1"}


@pytest.fixture(scope="module")
def with_errors(tmp_path_factory):
    """A workbook with errors in a table, a list and a ledger, as LibreOffice saves it, by kind."""
    folder = tmp_path_factory.mktemp("errors")
    path = workbook(folder, content())

    def change(book):
        for at, formula in ERRORS.items():
            book["依申请公开"][at] = formula
        book["正文"]["C3"] = "=NA()"
        book["依申请公开"]["D8"] = 0.5
        book["依申请公开"]["D8"].number_format = "0%"
        sheet = book.create_sheet("申请台账")
        for row in lines([application(n, f"{YEARS['2021']}-03-0{n}") for n in range(1, 4)]):
            sheet.append(row)
        sheet["E3"] = "=NA()"
        sheet.row_dimensions[4].hidden = True

    edited(path, change)
    return {kind: converted([path], kind, folder)[0] for kind in ("xlsx", "ods", "xls")}


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_errors_are_errors_in_whatever_kind_of_file(with_errors, kind):
    filing = read(with_errors[kind])
    failed = [f for f in filing.figures.values() if f.trouble is Trouble.FORMULA_ERROR]
    assert [f.address.cell for f in failed] == list(ERRORS)
    assert [f.raw for f in failed][:2] == ["#N/A", "#DIV/0!"]
    assert filing.figures["table3.p.natural"].raw == "50%"
    assert [address.cell for address in filing.unreadable] == ["C3"]
    (ledger,) = filing.ledgers
    assert [(reject.row, reject.why) for reject in ledger.rejects] == [(3, "是错误值“#N/A”")]
    assert (ledger.read, ledger.used, ledger.hidden_rows) == (3, 2, (4,))


def test_an_error_in_an_xls_file_that_nobody_knows_yet(with_errors, tmp_path):
    path = tmp_path / "book.xls"
    result = b"\x02\0%c\0\0\0\xff\xff"  # of a formula, with the code of its error
    data = with_errors["xls"].read_bytes()
    assert data.count(result % 0x2A) == 3
    path.write_bytes(data.replace(result % 0x2A, result % 0x2C))
    figure = read(path).figures["table3.g.natural"]
    assert (figure.value, figure.trouble) == (None, Trouble.FORMULA_ERROR)
    (reject,) = read(path).ledgers[0].rejects
    assert reject.row == 3
    assert "错误值" in reject.why


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:4096],
        lambda data: data[:-2000],
        lambda data: data[:48] + b"\xfe\xff\xff\xff" + data[52:],
        lambda data: data[:76] + b"\x05\0\0\0" * 109 + data[512:],
    ],
    ids=["half", "short", "no directory", "no table of sectors"],
)
def test_a_broken_xls_file_is_told(with_errors, tmp_path, spoil):
    path = tmp_path / "book.xls"
    path.write_bytes(spoil(with_errors["xls"].read_bytes()))
    with pytest.raises(WorkbookError, match="已损坏"):
        read(path)


def figures(filing):
    return {ref: (f.value, f.trouble, f.raw) for ref, f in filing.figures.items()}


def texts(filing):
    return {label: text.text for label, text in filing.basics.items()}
