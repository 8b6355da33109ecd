"""The sheets that are lists: 基本信息, 工作数据 and 正文."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from nianbao.errors import LabelError
from nianbao.filing.figure import Address, Figure
from nianbao.filing.filing import Passage, Text
from nianbao.filing.grid import Grid
from nianbao.filing.labels import nearest_label, normalise
from nianbao.filing.numbers import is_counted, is_error
from nianbao.filing.tables import read_cell
from nianbao.forms import Section

BASICS_HEADINGS = ("项目", "内容")
SIGNER_LABEL, DATE_LABEL = "署名", "成文日期"
DATE_LABELS = frozenset({DATE_LABEL, "公布日期", "公开日期", "发布日期"})
FACTS_HEADINGS = ("类别", "名称", "数值", "单位", "说明")
PROSE_HEADINGS = ("部分", "标题", "内容")
INTRODUCTION = "引言"
CHANNELS, HOTLINE = "发布渠道", "热线办理"
"""The 类别 of facts of which the report makes more than a list."""

_OPTIONAL = frozenset({"说明"})
_NOT_TEXTS = frozenset({"数值", "说明"})
_SHARES = frozenset("%‰")


@dataclass(frozen=True, slots=True)
class FactMeasure:
    """What a fact's stated unit says: 件 and the like are counted, all else may be decimal."""

    unit: str
    unit_in_cell: bool = False

    @property
    def kind(self) -> str:
        """``money``, ``share`` or ``count``."""
        if self.unit in _SHARES:
            return "share"
        return "count" if is_counted(self.unit) else "money"


def read_basics(grid: Grid, taken: Mapping[str, str]) -> dict[str, Text]:
    """Read sheet 基本信息: label to text, in the order of the sheet.

    Parameters
    ----------
    taken
        Names, normalised, that prose uses for something else, to what they name.

    Raises
    ------
    LabelError
        Its header is not 项目 | 内容, a label is there twice or taken, or a text has none.
    """
    start, columns = _header(grid, BASICS_HEADINGS)
    basics: dict[str, Text] = {}
    labels: dict[str, tuple[int, int]] = {}
    for row in range(start, grid.height):
        at, content = (row, columns["项目"]), (row, columns["内容"])
        label = grid.text(*at)
        if label:
            _unused(grid, at, labels.get(normalise(label)))
            _free(grid, at, taken)
            labels[normalise(label)] = at
            basics[label] = Text(grid.as_filed(*content), grid.address(*content))
        elif not grid.is_blank(*content):
            raise _unnamed(grid, at, "项目")
    return basics


def read_facts(grid: Grid, taken: Mapping[str, str]) -> Iterator[Figure]:
    """Yield the figures of sheet 工作数据, in its order.

    Parameters
    ----------
    taken
        Names, normalised, that prose uses for something else, to what they name.

    Raises
    ------
    LabelError
        Its header is incomplete, or a 名称 is missing, there twice, taken, or no plain word.
    """
    start, columns = _header(grid, FACTS_HEADINGS)
    category = ""
    names: dict[str, tuple[int, int]] = {}
    for row in range(start, grid.height):
        category = grid.text(row, columns["类别"]) or category
        at, value = (row, columns["名称"]), (row, columns["数值"])
        name = grid.text(*at)
        if name:
            _plain_word(grid, at)
            _unused(grid, at, names.get(normalise(name)))
            _free(grid, at, taken)
            names[normalise(name)] = at
            yield _fact(grid, name, category, value, grid.label(row, columns["单位"]))
        elif not grid.is_blank(*value):
            raise _unnamed(grid, at, "名称")


def _fact(grid: Grid, name: str, category: str, at: tuple[int, int], unit: str) -> Figure:
    reading = read_cell(grid, *at, FactMeasure(unit))
    return Figure(
        ref=f"facts.{name}",
        name=name,
        label=name,
        value=reading.value,
        unit=reading.unit,
        raw=reading.text,
        address=grid.address(*at),
        trouble=reading.trouble,
        hidden=reading.hidden,
        category=category,
    )


def read_prose(grid: Grid, sections: Sequence[Section]) -> Iterator[Passage]:
    """Yield the passages of sheet 正文, in its order.

    Raises
    ------
    LabelError
        Its header is incomplete, or a 部分 is missing or none of the report's.
    """
    start, columns = _header(grid, PROSE_HEADINGS)
    numbers = _section_numbers(sections)
    section: int | None = None
    for row in range(start, grid.height):
        heading, content = (grid.content(row, columns[name]) for name in ("标题", "内容"))
        at = row, columns["部分"]
        if grid.text(*at):
            section = _section(grid, at, numbers, sections)
        if not heading and not content:
            continue
        if section is None:
            raise _unnamed(grid, at, "部分")
        yield Passage(section, heading, content, grid.address(row, columns["内容"]))


def lost_texts(grid: Grid, headings: Sequence[str]) -> Iterator[tuple[Address, str]]:
    """Yield the cells of a list whose text nobody can read: an error, a formula without result.

    Numbers are not among them; they tell of it themselves.
    """
    start, columns = _header(grid, headings)
    texts = sorted(columns[name] for name in headings if name not in _NOT_TEXTS)
    for at in product(range(start, grid.height), texts):
        text = grid.text(*at)
        note = grid.notes.get(at) or (text if is_error(text) else "")
        if note:
            yield grid.address(*at), note


def _section_numbers(sections: Sequence[Section]) -> dict[str, int]:
    """Give all ways of writing a section: 一、总体情况, 总体情况, 一, 一、; and 引言."""
    numbers = {normalise(INTRODUCTION): 0}
    for section in sections:
        ordinal, _, title = section.title.partition("、")
        for way in (section.title, title, ordinal, f"{ordinal}、"):
            numbers[normalise(way)] = section.number
    return numbers


def _section(
    grid: Grid, at: tuple[int, int], numbers: Mapping[str, int], sections: Sequence[Section]
) -> int:
    number = numbers.get(grid.label(*at))
    if number is None:
        titles = [INTRODUCTION, *(section.title for section in sections)]
        raise LabelError(
            "年报没有这个部分",
            where=grid.address(*at),
            found=grid.text(*at),
            expected=nearest_label(grid.text(*at), titles),
            hint=f"可填：{'、'.join(titles)}",
        )
    return number


def _header(grid: Grid, names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Find the header row; give the row below it and the columns by name."""
    wanted = [name for name in names if name not in _OPTIONAL]
    best: dict[str, int] = {}
    for row in range(grid.height):
        columns: dict[str, int] = {}
        for column, label in grid.row_cells(row):
            if label in names:
                _unused(grid, (row, column), (row, columns[label]) if label in columns else None)
                columns[label] = column
        if all(name in columns for name in wanted):
            return row + 1, columns
        best = max(best, columns, key=len)
    lacking = "、".join(name for name in wanted if name not in best)
    raise LabelError(
        "缺少表头",
        where=f"{grid.file}#{grid.name}",
        expected=" | ".join(names),
        hint=f"补上列名：{lacking}",
    )


def _unused(grid: Grid, at: tuple[int, int], earlier: tuple[int, int] | None) -> None:
    if earlier is not None:
        raise LabelError(
            "同一个名称出现两次",
            where=f"{grid.address(*earlier)} 和 {grid.address(*at)}",
            found=grid.text(*at),
            hint="改用不同的名称，或删去多余的一行",
        )


def _free(grid: Grid, at: tuple[int, int], taken: Mapping[str, str]) -> None:
    owner = taken.get(grid.label(*at))
    if owner is not None:
        raise LabelError(
            f"这个名称已经是{owner}",
            where=grid.address(*at),
            found=grid.text(*at),
            hint="改用不同的名称",
        )


def _plain_word(grid: Grid, at: tuple[int, int]) -> None:
    if not grid.text(*at).isidentifier():
        raise LabelError(
            "名称不能用在正文里",
            where=grid.address(*at),
            found=grid.text(*at),
            expected="汉字、字母、数字和下划线，不以数字开头，中间没有空格和标点",
            hint="改为一个词，例如 网站发布数",
        )


def _unnamed(grid: Grid, at: tuple[int, int], heading: str) -> LabelError:
    return LabelError(
        f"这一行填有内容，却没有{heading}",
        where=grid.address(*at),
        hint=f"填上{heading}，或删去这一行",
    )
