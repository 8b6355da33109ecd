"""Reports saved without any breaks: cut apart again at the labels of the forms.

The numbers of a row then stand together, 710000071. They are told apart where there is one way
only: as many zeros as numbers; or one way in which every row and every column of table three, or
every group of table four, adds up. Else they stay together, and are told as unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from math import prod

from nianbao.filing.filing import Remark
from nianbao.forms import Form, load_form
from nianbao.forms.form import FORM_KEYS
from nianbao.published.model import Cell, Document, Line

LEAST_LABELS = 12  # of the tables in one line: no sentence has as many
MOST_DIGITS = 24  # of one row
MOST_TABLES = 5_000

_UNPARTED = re.compile("[0-9/—－-]*[/—－-][0-9/—－-]*")

Split = tuple[int, ...]
Row = tuple[str, str]  # label as printed, digits

_ALIKE = {"（": "[（(]", "）": "[)）]", ".": "[.．、]", "“": '[“"]', "”": '[”"]'}


def unglued(document: Document) -> Document:
    """Give the document, lines that hold whole tables cut into their rows."""
    pattern, _ = _labels()
    lines: list[Line] = []
    remarks = [*document.remarks]
    for line in document.lines:
        if line.shape == "row" or len(pattern.findall(line.text)) < LEAST_LABELS:
            lines.append(line)
            continue
        pieces = [*_pieces(line.text)]
        third, fourth = _by_sums(pieces), _table4_by_sums(pieces)
        for name, rows in (("表三", third), ("表四", fourth)):
            if any(set(pieces[number][1].strip()) > {"0"} for number in rows):
                told = f"{name}的数连在一起，按处处加得平的唯一分法分开，请对照原件"
                remarks.append(Remark(told, line.address))
        whole = third | fourth
        texts = filter(None, map(str.strip, _told_apart(pieces, whole)))
        lines += [_line(line, text) for text in texts]
    return replace(document, lines=tuple(lines), remarks=tuple(remarks))


def _line(whole: Line, text: str) -> Line:
    """Give a part of a line: a row where it has cells."""
    cells = tuple(Cell(cell, whole.address, n) for n, cell in enumerate(text.split("\t")))
    return replace(whole, cells=cells, right=0, shape="row" if len(cells) > 1 else whole.shape)


def _pieces(text: str) -> Iterator[Row]:
    """Yield labels with what follows them; before the first one nothing, with a text."""
    pattern, _ = _labels()
    matches = [*pattern.finditer(text)]
    yield "", text[: matches[0].start()]
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        yield match[0], text[match.end() : end]


@cache
def _labels() -> tuple[re.Pattern[str], dict[str, set[int]]]:
    """Give the pattern of all labels, longest first, and how many numbers a row's may have."""
    texts: set[str] = set()
    counts: dict[str, set[int]] = {}
    for form in map(load_form, FORM_KEYS):
        texts.update(section.title for section in form.sections)
        for table in form.tables:
            for block in table.blocks:
                texts.update(filter(None, (block.title, block.corner)))
                texts.update(part for column in block.columns for part in column.path)
                texts.update(part for row in block.rows for part in row.path)
                for row in block.rows:
                    label = row.path[-1] if row.path else ""
                    counts.setdefault(_bare(label), set()).add(len(block.columns))
    ordered = sorted(texts, key=len, reverse=True)
    pattern = re.compile("|".join(map(_loose, ordered)))
    return pattern, counts


def _loose(label: str) -> str:
    return r"\s*".join(_ALIKE.get(char, re.escape(char)) for char in label)


def _bare(label: str) -> str:
    return re.sub(r"[^0-9\u3400-\u9fff]", "", label)


def _told_apart(pieces: Sequence[Row], whole: dict[int, Split]) -> Iterator[str]:
    """Yield the texts of the rows, numbers parted where there is one way only."""
    _, counts = _labels()
    for number, (label, rest) in enumerate(pieces):
        digits = rest.strip()
        is_zeros = re.fullmatch("0+", digits) is not None  # no number begins with a nought
        if number in whole:
            yield f"{label} {' '.join(map(str, whole[number]))}"
        elif is_zeros and len(digits) in counts.get(_bare(label), set()) | {_in_head(label)}:
            yield f"{label} {' '.join(digits)}"
        elif _bare(label) in counts and _UNPARTED.fullmatch(digits):
            yield f"{label}\t〔{digits}〕"  # as a cell, read as what cannot be told apart
        elif label and digits and not re.match(r"[0-9]", digits):  # prose below a heading
            yield label
            yield digits
        else:
            yield f"{label} {digits}"


def _in_head(label: str) -> int:
    """Give how many numbers follow the last head of table four."""
    (block,) = load_form(FORM_KEYS[-1]).table("table4").blocks
    return len(block.columns) if _bare(label) == _bare(block.columns[-1].path[-1]) else 0


def _by_sums(pieces: Sequence[Row]) -> dict[int, Split]:
    """Give the rows of table three, where one way of parting them makes everything add up."""
    for form in map(load_form, FORM_KEYS):
        (block,) = form.table("table3").blocks
        places: dict[str, int] = {}
        for row in block.rows:
            label = _bare(row.path[-1])
            own = [n for n, (found, _) in enumerate(pieces) if _bare(found) == label]
            places[row.key] = own[-1] if own else -1
        if -1 in places.values():
            continue
        ways = {key: _ways(pieces[n][1].strip(), len(block.columns)) for key, n in places.items()}
        tables = _tables(form, ways)
        if len(tables) == 1:
            return {places[key]: row for key, row in tables[0].items()}
    return {}


def _table4_by_sums(pieces: Sequence[Row]) -> dict[int, Split]:
    """Give the one row of table four, where one way of parting it makes every group add up."""
    groups = [i for i in load_form(FORM_KEYS[-1]).identities if i.table == "table4"]
    ends = [n for n, (label, rest) in enumerate(pieces) if _in_head(label) and rest.strip()]
    if not ends:
        return {}
    found: list[tuple[Split, str]] = [((), pieces[ends[-1]][1].strip())]
    for group in groups:
        size = len(group.parts) + 1
        found = [
            ((*parts, *more), rest[end:])
            for parts, rest in found
            for end in range(size, len(rest) + 1)
            for more in _ways(rest[:end], size)
        ]
        if len(found) > MOST_TABLES:
            return {}
    ways = [parts for parts, rest in found if not rest]
    return {ends[-1]: ways[0]} if len(ways) == 1 else {}


def _tables(form: Form, ways: dict[str, list[Split]]) -> list[dict[str, Split]]:
    """Give every table whose columns add up; none where there are too many to look at."""
    count = prod(map(len, ways.values()))
    if not 0 < count <= MOST_TABLES:
        return []
    tables = (dict(zip(ways, rows, strict=True)) for rows in product(*ways.values()))
    return [table for table in tables if _adds_up(form, table)]


def _ways(digits: str, count: int) -> list[Split]:
    """Give every way to part digits into numbers of which the last is the sum of the others.

    None where there are too many to look at.
    """
    if not re.fullmatch(f"[0-9]{{1,{MOST_DIGITS}}}", digits):
        return []
    found: list[Split] = []
    stack: list[tuple[Split, str]] = [((), digits)]
    while stack:
        parts, rest = stack.pop()
        left = count - len(parts)
        if left == 1:
            if rest == str(sum(parts)):
                found.append((*parts, int(rest)))
            continue
        longest = 1 if rest.startswith("0") else len(rest) - left + 1
        stack += [((*parts, int(rest[:n])), rest[n:]) for n in range(1, longest + 1)]
    return found


def _adds_up(form: Form, rows: dict[str, Split]) -> bool:
    """Tell whether every column of table three adds up."""
    columns = [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]
    identities = [i for i in form.identities if i.table == "table3" and i.along == "column"]
    return all(
        sum(column[key] for key in identity.parts) == sum(column[key] for key in identity.whole)
        for column in columns
        for identity in identities
    )
