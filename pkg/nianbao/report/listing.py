"""What only a reviewer sees: the findings as cards, and where everything comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nianbao.checks.finding import Severity
from nianbao.report.blocks import FindingList, Provenance
from nianbao.report.characters import escape
from nianbao.report.notes import NONE, Place

LISTING_LEVEL = 3  # of the headings inside, as long as nobody shifts them
FOLDED_FROM = 4  # findings that follow from others: so many would hide the causes
LISTED = 8  # places of one finding
FIGURE_COLUMNS = {
    "ref": "引用名", "name": "名称", "label": "含义", "value": "值", "unit": "单位",
    "raw": "填报原文", "file": "文件", "sheet": "工作表", "cell": "单元格",
    "derivation": "算法", "category": "类别",
}  # fmt: skip


def plain_table(columns: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Give a simple table as HTML: one header row, the first column heads the rows."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    lines = []
    for row in rows:
        first = "".join(f'<th scope="row">{escape(cell)}</th>' for cell in row[:1])
        rest = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        lines.append(f"<tr>{first}{rest}</tr>\n")
    return (
        f'<table class="plain">\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{''.join(lines)}</tbody>\n</table>\n"
    )


def counts_text(findings: Iterable[Mapping[str, Any]]) -> str:
    """Give how many findings there are of each severity, in one line."""
    counts = Counter(finding["severity"] for finding in findings)
    return "，".join(f"{severity.label} {counts[severity.value]} 处" for severity in Severity)


def finding_names(ids: Iterable[str]) -> list[str]:
    """Give each finding a name of its own: ``A1``, and ``A1-2`` for the second of that check."""
    seen: Counter[str] = Counter()
    names = []
    for name in ids:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return names


def finding_link(name: str) -> str:
    """Give a link to the card of the finding of this name; it shows the check's id."""
    label = name.partition("-")[0]
    return f'<a class="finding-link" href="#finding-{escape(name)}">{escape(label)}</a>'


def findings_html(
    block: FindingList,
    *,
    attribute: str,
    level: int,
    places: Mapping[str, Sequence[Place]] = NONE.places,
) -> str:
    """Give the findings as a section of cards; `attribute` goes into the section's tag.

    Many that follow from others are folded below those. `places` are those of
    `nianbao.report.notes.Notes`.
    """
    ids = [str(finding["id"]) for finding in block.findings]
    cards = [
        (_card(finding, name, Counter(ids), level + 1, places.get(name, ())), finding["cause"])
        for finding, name in zip(block.findings, finding_names(ids), strict=True)
    ]
    said = (
        f'<p class="counts">{counts_text(block.findings)}</p>\n' if cards
        else '<p class="none">未发现问题</p>\n'
    )  # fmt: skip
    return (
        f'<section class="findings" aria-label="核查问题"{attribute}>\n'
        f"<h{level}>核查问题</h{level}>\n{said}{_folded(cards)}</section>\n"
    )


def _folded(cards: Sequence[tuple[str, object]]) -> str:
    """Give the cards; those with a cause last and folded, where they are many."""
    following = [card for card, cause in cards if cause]
    if len(following) < FOLDED_FROM:
        return "".join(card for card, _ in cards)
    roots = "".join(card for card, cause in cards if not cause)
    return (
        f'{roots}<details class="following">\n'
        f"<summary>由以上问题引起的 {len(following)} 处，改正后随之消除</summary>\n"
        f"{''.join(following)}</details>\n"
    )


def _card(
    finding: Mapping[str, Any],
    name: str,
    counts: Counter[str],
    level: int,
    places: Sequence[Place],
) -> str:
    severity = Severity(finding["severity"])
    level = min(6, level)
    return (
        f'<article class="finding {severity.value}" id="finding-{escape(name)}">\n'
        f'<h{level}><span class="severity">{severity.label}</span> '
        f"{escape(finding['id'])} {escape(finding['title'])}</h{level}>\n"
        f"<p>{escape(finding['message'])}</p>\n"
        f"{_comparison(finding)}{_facts(finding, counts, places)}</article>\n"
    )


def _comparison(finding: Mapping[str, Any]) -> str:
    rows = [
        (label, _shown(finding["expected"].get(label)), _shown(finding["found"].get(label)))
        for label in finding["labels"]
    ]
    return plain_table(("项目", "应为", "填报"), rows) if rows else ""


def _shown(value: object) -> str:
    return "空白" if value is None else str(value)


def _facts(finding: Mapping[str, Any], counts: Counter[str], places: Sequence[Place]) -> str:
    """Give the lines below a card: where, on what ground, from what, and what it mends."""
    lines = [
        ("位置", _list([f"<code>{escape(place)}</code>" for place in finding["where"]])),
        ("本页所在", _list([f'<a href="#{escape(at)}">{escape(text)}</a>' for at, text in places])),
        ("依据", escape(finding["source"])),
        ("由来", _caused(str(finding["cause"]), counts)),
        ("改正后同时消除", "、".join(finding_link(str(name)) for name in finding["mends"])),
    ]
    facts = "".join(f"<dt>{term}</dt><dd>{text}</dd>\n" for term, text in lines if text)
    return f"<dl>\n{facts}</dl>\n" if facts else ""


def _list(items: Sequence[str]) -> str:
    """Give a list, whose end is folded where it would push the other findings off the screen."""
    lines = [f"<li>{item}</li>" for item in items]
    folded = lines[LISTED:] if len(lines) > LISTED + 1 else []
    shown = "".join(lines[: len(lines) - len(folded)])
    more = (
        f"<details><summary>另 {len(folded)} 处</summary><ul>{''.join(folded)}</ul></details>"
        if folded
        else ""
    )
    return f"<ul>{shown}</ul>{more}" if shown else ""


def _caused(cause: str, counts: Counter[str]) -> str:
    """Say which check's finding is the cause; of several, the link leads to the first."""
    if not cause:
        return ""
    often = f"（共 {counts[cause]} 处）" if counts[cause] > 1 else " "
    return f"由 {finding_link(cause)}{often}引起"


def findings_text(block: FindingList) -> str:
    """Give the findings as plain text, one a line, below their counts."""
    if not block.findings:
        return "未发现问题"
    lines = [
        f"{Severity(finding['severity']).label} {finding['id']} {finding['message']}"
        for finding in block.findings
    ]
    return "\n".join([counts_text(block.findings), *lines])


def provenance_html(block: Provenance, *, attribute: str, level: int) -> str:
    """Give the inputs, the environment and all figures as a section."""
    figures = plain_table(
        list(FIGURE_COLUMNS.values()),
        [[_cell(figure.get(key)) for key in FIGURE_COLUMNS] for figure in block.figures],
    )
    return (
        f'<section class="provenance" aria-label="数据来源"{attribute}>\n'
        f"<h{level}>输入文件</h{level}>\n"
        f"{plain_table(('文件', 'SHA-256'), list(block.inputs.items()))}"
        f"<h{level}>运行环境</h{level}>\n"
        f"{plain_table(('软件', '版本'), list(block.environment.items()))}"
        f"<details>\n<summary>全部数据（{len(block.figures)} 项）</summary>\n"
        f'<div class="scroll" tabindex="0" role="region" aria-label="全部数据">\n{figures}</div>\n'
        f"</details>\n</section>\n"
    )


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def provenance_text(block: Provenance) -> str:
    """Give the inputs with their digests, and how many figures there are."""
    lines = [f"{name}\t{digest}" for name, digest in block.inputs.items()]
    return "\n".join([*lines, f"数据 {len(block.figures)} 项"])
