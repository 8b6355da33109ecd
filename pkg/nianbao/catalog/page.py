"""The page of the comparison: one file, no script, no outside address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from nianbao import __version__
from nianbao.catalog.comparison import Comparison
from nianbao.catalog.copies import COMMON_LEAST
from nianbao.catalog.tables import (
    between_agencies,
    between_years,
    check_list,
    common_sentences,
    figures_table,
    findings_table,
    overview,
    trouble_list,
)
from nianbao.characters import without_hidden
from nianbao.checks.likeness import COPIED
from nianbao.checks.years import SPIKE, SPIKE_LEAST
from nianbao.render.pages import page_policy, palette


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page; `parts` below it, one for a year."""

    anchor: str
    title: str
    body: str = ""
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


def comparison_page(comparison: Comparison, *, has_index: bool = False) -> str:
    """Give the page as HTML; whatever the texts in it hold, they stay texts.

    Parameters
    ----------
    has_index
        The page of the batch stands beside it.
    """
    template, style = _template()
    title = f"{comparison.title}：比较" if comparison.title else "年报比较"
    return template.render(
        title=without_hidden(title),
        counts=_counts(comparison),
        has_index=has_index,
        parts=_parts(comparison),
        version=__version__,
        style=style,
        policy=page_policy(style),
    )


@cache
def _template() -> tuple[Template, Markup]:
    environment = Environment(
        loader=PackageLoader("nianbao.catalog"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    own = resources.files("nianbao.catalog") / "templates" / "compare.css"
    style = palette() + own.read_text(encoding="utf-8")
    return environment.get_template("compare.html.j2"), Markup(style)  # noqa: S704 - our own files


def _counts(comparison: Comparison) -> str:
    first, last = comparison.years[-1], comparison.years[0]
    span = f"{first}—{last}" if first < last else str(last)
    told = "，".join(f"{status.word} {count} 份" for status, count in comparison.statuses.items())
    return f"机关 {len(comparison.names)} 个，{span} 年度：{told}"


def _parts(comparison: Comparison) -> list[Part]:
    parts = [_overview(comparison), _figures(comparison), _findings(comparison)]
    parts.append(_copies(comparison))
    troubles = trouble_list(comparison)
    if troubles:
        parts.append(Part("troubles", "没有做成的和读不了的", _safe(troubles)))
    return parts


def _overview(comparison: Comparison) -> Part:
    return Part("overview", "一览", _safe(overview(comparison)))


def _figures(comparison: Comparison) -> Part:
    notes = (
        "数下面是与上年年报相比的增减（占比为百分点），取自各份年报。数旁的编号是与它有关的必须改的问题。",
        f"“突增”“突减”：相差 {SPIKE} 倍以上，且较大的一个不小于 {SPIKE_LEAST}（核查 C4）。",
        "“—”：这一年度的格式没有这一项，或没有这份年报。“空白”：填报为空或不是数，不是零。",
        "“不算”：所用的数有必须改的问题，或没有可比的总数。",
    )
    parts = tuple(
        Part(f"figures-{year}", f"{year} 年度", _safe(figures_table(comparison, year)))
        for year in comparison.years
    )
    return Part("figures", "主要数据", notes=notes, parts=parts)


def _findings(comparison: Comparison) -> Part:
    notes = ("● 必须改　○ 请说明　· 提示。没有问题的机关不列。",)
    parts = tuple(
        Part(f"findings-{year}", f"{year} 年度", _safe(findings_table(comparison, year)))
        for year in comparison.years
    )
    return Part("findings", "核查问题", _safe(check_list(comparison)), notes, parts)


def _copies(comparison: Comparison) -> Part:
    notes = (
        f"同一部分的文字有 {COPIED:.0%} 以上相同的；机关名称、年份和数字不计。",
        f"同一年度三分之一以上（且不少于 {COMMON_LEAST} 个）机关都写了的句子（如法定用语）先去掉。",
    )
    years = comparison.years
    parts = [
        Part(f"copies-{year}", f"{year} 年度各机关之间", _safe(between_agencies(comparison, year)))
        for year in years
    ]
    if len(years) > 1:
        own = _safe(between_years(comparison))
        parts.append(Part("copies-years", "同一机关各年度之间", own))
    common = common_sentences(comparison)
    if common:
        parts.append(Part("common", "多数机关都写了的句子", _safe(common)))
    return Part("copies", "雷同", notes=notes, parts=tuple(parts))


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - escaped where it was made
