"""The three statutory tables in a document, told by their rows and by how many values each has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from nianbao.filing.filing import Remark
from nianbao.filing.printed import Misprint
from nianbao.forms import Block, Column, Form, Row, Table, load_form
from nianbao.forms.form import FORM_KEYS
from nianbao.published.align import Match, align
from nianbao.published.found import Found, Sheet
from nianbao.published.model import Cell, Line
from nianbao.published.rows import taken, values_of
from nianbao.published.runs import Run, runs_of
from nianbao.published.spread import spread
from nianbao.published.wording import common, contains, likeness, words

FIRST_ROW, OUTCOMES_END = "本年新收政府信息公开申请数量", "行政复议"
TABLE2_START = ("本年制发件数", "本年新制作数量", "第二十条第一项")
REVIEW, SUIT = "行政复议", "行政诉讼"
SECTION4 = "四政府信息公开行政复议行政诉讼情况"
LEAST_PART = 4  # values: so many below a head of table four are some of its fifteen
HEAD_LINES = 40  # between the head of table four and its values, set one cell a line
MOST_LINES = {"table2": 200, "table3": 600}  # set one cell a line, with broken labels
LONGEST_ROW = 120  # characters: more is prose that names a row

_HEAD_WORDS = re.compile(
    "行政复议|行政诉讼|未经复议直接起诉|复议后起诉|结果维持|结果纠正|其他结果|尚未审结|总计|[0-9]"
)

_TWO_NUMBERS = re.compile(r"[0-9]\s+[0-9]")  # two rows in one cell, or one number in two lines

Lines = Sequence[Line]


def find_table2(lines: Lines) -> Iterator[Found]:
    """Yield every table two, on whichever form it is."""
    starts = [n for n, line in enumerate(lines) if _begins_table2(line)]
    last = -1
    for start in starts:
        if start < last:
            continue
        end = _end(lines, start, (FIRST_ROW, "申请人情况", "收到和处理政府信息公开申请情况"))
        found = _best(lines, (start, min(end, start + MOST_LINES["table2"])), "table2")
        if found is not None:
            last = found.lines[1]
            yield found


def _begins_table2(line: Line) -> bool:
    text = line.text
    return len(text) <= LONGEST_ROW and any(contains(text, label, 0.9) for label in TABLE2_START)


def find_table3(lines: Lines) -> Iterator[Found]:
    """Yield every table three, on whichever form it is."""
    last = -1
    for start in range(len(lines)):
        if start < last or not _begins_table3(lines, start):
            continue
        end = _end(lines, start, (OUTCOMES_END, FIRST_ROW))
        found = _best(lines, (start, min(end, start + MOST_LINES["table3"])), "table3")
        if found is not None:
            last = found.lines[1]
            yield found


def _begins_table3(lines: Lines, start: int) -> bool:
    """Tell whether the first row stands here, if need be with its label in several lines."""
    text = lines[start].text
    if contains(text, FIRST_ROW, 0.85):
        return True
    near = "".join(line.text for line in lines[start : start + 3])
    return FIRST_ROW[:4] in words(text) and contains(near, FIRST_ROW, 0.85)


def _end(lines: Lines, start: int, stops: Sequence[str]) -> int:
    """Give where a table must have ended: before the next line that belongs to something else."""
    for number in range(start + 1, len(lines)):
        text = lines[number].text
        if any(contains(text, stop, 0.9) for stop in stops):
            return number
    return len(lines)


def _best(lines: Lines, span: tuple[int, int], key: str) -> Found | None:
    """Read the table on each form, and give the one that explains most."""
    best: tuple[float, Found] | None = None
    for form in map(load_form, reversed(FORM_KEYS)):
        table = form.table(key)
        need = max(len(block.columns) for block in table.blocks)
        runs = runs_of(lines[span[0] : span[1]], need)
        slots = [(block, row) for block in table.blocks for row in block.rows]
        matches = align(runs, [row.path[-1] for _, row in slots])
        worth = sum(m.score for m in matches) - _misfit(matches, slots)
        worth += _heads(lines[span[0] : span[1]], table)
        if len(matches) * 2 > len(slots) and (best is None or worth > best[0]):
            best = worth, _read(lines, span, (form, table), runs, matches)
    return best and best[1]


def _misfit(matches: list[Match], slots: list[tuple[Block, Row]]) -> float:
    """Give how many rows have another number of values than the form wants."""
    wrong = sum(
        sum(bool(cell.text) for cell in m.run.cells) > len(slots[m.row][0].columns) for m in matches
    )
    return wrong + (len(slots) - len(matches)) * 0.5


def _heads(lines: Lines, table: Table) -> float:
    """Give how many of the column heads of table two stand there: its forms differ in them."""
    if table.key != "table2":
        return 0.0
    text = words("".join(line.text for line in lines if len(line.text) <= LONGEST_ROW))
    heads = {words(column.path[-1]) for block in table.blocks for column in block.columns}
    return sum(head in text for head in heads) * 2.0 / len(heads)


def _read(
    lines: Lines,
    span: tuple[int, int],
    on: tuple[Form, Table],
    runs: list[Run],
    matches: list[Match],
) -> Found:
    form, table = on
    slots = [(block, row) for block in table.blocks for row in block.rows]
    by_row = {m.row: m for m in matches}
    sheet = Sheet()
    usual = _usual_start(matches, slots)
    order = _order(lines[: span[1]], matches, slots)
    for number, (block, row) in enumerate(slots):
        match = by_row.get(number)
        keys = tuple(column.key for column in block.columns)
        if match is None:
            where = lines[span[0]].address
            sheet.nothing(row.key, keys, where, f"没有认出“{row.path[-1]}”一行的数")
            continue
        _read_row(sheet, match, row, block.columns, usual.get(len(keys)), runs, order)
    last = max(_line_of(lines, m.run) for m in matches)
    head = _head_start(lines, span[0], table)
    return Found(
        table, form.key, sheet.cells, sheet.unread, (head, last + 1),
        (*sheet.remarks, *_strays(runs, matches)),
        tuple(Misprint(table.key, *label) for label in sheet.misprints),
    )  # fmt: skip


def _read_row(
    sheet: Sheet,
    match: Match,
    row: Row,
    columns: tuple[Column, ...],
    usual: int | None,
    runs: list[Run],
    order: Sequence[int],
) -> None:
    run, keys = match.run, tuple(column.key for column in columns)
    label = row.path[-1] if row.path else ""
    values = values_of(run, label, len(keys), usual) or spread(run, len(keys), runs)
    if values is None:
        told = f"{_named(row)}一行的数分不开或不全：{_shown(run)}"
        whole = Cell(" ".join(c.text for c in run.cells if c.text), run.address)
        sheet.lose(row.key, keys, whole, told)
        return
    here = run.address
    for place, key in enumerate(keys):
        cell = values[order[place] if len(order) == len(keys) else place] or Cell("", here)
        if _TWO_NUMBERS.search(cell.text):
            sheet.lose(row.key, (key,), cell, f"{_named(row)}一格里有两个数：{cell.text}")
        else:
            sheet.cells[row.key, key] = cell
    misprint = _misprint(match, row) if row.path else ""
    if misprint:
        sheet.misprints.append((row.path[-1], misprint, here))


def _named(row: Row) -> str:
    return f"“{row.path[-1]}”" if row.path else "表四"


def _usual_start(matches: list[Match], slots: list[tuple[Block, Row]]) -> dict[int, int]:
    """Give the column at which the values of most rows begin, by how many values a row has."""
    counted: dict[int, Counter[int]] = {}
    for match in matches:
        need = len(slots[match.row][0].columns)
        values = [cell for cell in match.run.cells if cell.text]
        if match.run.has_places and len(values) == need:
            counted.setdefault(need, Counter())[values[0].column] += 1
    return {need: counter.most_common(1)[0][0] for need, counter in counted.items()}


def _order(lines: Lines, matches: list[Match], slots: list[tuple[Block, Row]]) -> tuple[int, ...]:
    """Give for each column of the form which of the values is its own, where a head tells."""
    columns = slots[0][0].columns
    first = matches[0].run.line
    if len(columns) < 2 or first is None or first.shape != "row":  # noqa: PLR2004 - an order needs two
        return ()
    heads = [
        cell
        for line in lines
        if line.table == first.table and line.shape == "row"
        for cell in line.cells
    ]
    places: dict[int, int] = {}
    for number, column in enumerate(columns):
        own = [c.column for c in heads if words(c.text) == words(column.path[-1])]
        if own:
            places[number] = own[0]
    if len(places) < len(columns) or len(set(places.values())) < len(columns):
        return ()
    ranked = sorted(places.values())
    return tuple(ranked.index(places[number]) for number in range(len(columns)))


def _line_of(lines: Lines, run: Run) -> int:
    last = run.end or run.line
    return next((n for n, line in enumerate(lines) if line is last), 0)


def _head_start(lines: Lines, start: int, table: Table) -> int:
    """Give the first line of the head above a table: a row of it, or a line of its words."""
    heads = [*(c.path[-1] for b in table.blocks for c in b.columns)]
    heads += [part for b in table.blocks for c in b.columns for part in c.path[:-1]]
    heads += [b.corner for b in table.blocks if b.corner] + [b.title for b in table.blocks]
    known = set(words("".join(heads)))
    first = start
    for number in range(start - 1, max(-1, start - HEAD_LINES), -1):
        line, text = lines[number], words(lines[number].text)
        is_own = line.table and line.table == lines[start].table
        if not is_own and not set(text) <= known:
            break
        if is_own or text:
            first = number
    return first


def _misprint(match: Match, row: Row) -> str:
    """Give the label as printed, where it is another than the form's and whole beyond doubt."""
    run, label = match.run, row.path[-1]
    own = run.own.strip()
    ours, theirs = words(label), words(own)
    if not theirs or ours == theirs or theirs in ours or ours in theirs:
        return ""
    if likeness(own, label) < 0.6:  # noqa: PLR2004 - another label altogether, or a part of it
        return ""
    if run.line is not None and run.line.shape == "row":
        return own
    around = words("".join([*run.before[-2:-1], own, *run.after[:1]]))
    is_whole = theirs[:2] == ours[:2] and theirs[-1] == ours[-1]
    return own if is_whole and common(around, ours) == common(theirs, ours) else ""


def _strays(runs: list[Run], matches: list[Match]) -> Iterator[Remark]:
    known = {id(m.run) for m in matches}
    last = max(n for n, run in enumerate(runs) if id(run) in known)
    for run in runs[:last]:
        numbers = [cell.text for cell in run.cells if cell.text]
        if id(run) not in known and len(numbers) > 2:  # noqa: PLR2004 - fewer is a page's number
            yield Remark(f"这些数没有认出是哪一行的：{_shown(run)}", run.address)


def _shown(run: Run) -> str:
    return " ".join(cell.text or "（空）" for cell in run.cells)


def find_table4(lines: Lines) -> Iterator[Found]:
    """Yield every table four: the fifteen values below a head that names review and suits."""
    form = load_form(FORM_KEYS[-1])
    table = form.table("table4")
    (block,) = table.blocks
    last = -1
    for start in range(len(lines)):
        if start < last or not _begins_table4(lines, start):
            continue
        run = _fifteen(lines, start, len(block.columns))
        if run is None:
            continue
        sheet = Sheet()
        _read_row(sheet, Match(run, 0, 1.0), block.rows[0], block.columns, None, [], ())
        is_more = len(run.cells) > len(block.columns) and all(cell.text for cell in run.cells)
        if is_more and not sheet.unread:
            told = f"表四有 {len(run.cells)} 个数，多出的与其余相同，没有读取"
            sheet.remarks.append(Remark(told, run.address))
        last = _line_of(lines, run) + 1
        yield Found(table, form.key, sheet.cells, sheet.unread, (start, last), tuple(sheet.remarks))


def _begins_table4(lines: Lines, start: int) -> bool:
    """Tell whether a head of table four begins here: nothing but its words, or the section's."""
    text = words(lines[start].text)
    if contains(text, SECTION4, 0.85) and len(text) <= len(SECTION4) + 4:
        return True
    if REVIEW not in text or _HEAD_WORDS.sub("", text):
        return False
    near = words("".join(line.text for line in lines[start : start + HEAD_LINES]))
    return SUIT in near


def _fifteen(lines: Lines, start: int, need: int) -> Run | None:
    """Give the first run below a head that has as many values as the table."""
    end = next(
        (
            n
            for n in range(start + 1, min(len(lines), start + 2 * HEAD_LINES))
            if contains(lines[n].text, "存在的主要问题及改进情况", 0.9)
        ),
        min(len(lines), start + 2 * HEAD_LINES),
    )
    runs = runs_of(lines[start:end], need)
    whole = [run for run in runs if len(run.cells) >= need and taken(run, need) is not None]
    part = [run for run in runs if len(run.cells) > LEAST_PART and not run.is_blank]
    part += [run for run in runs if len(run.cells[0].text) >= need]  # run together
    return next(iter(whole or part), None)
