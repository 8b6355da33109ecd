"""``nianbao collect``: what the agencies sent, matched and kept."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from nianbao.cli.options import (
    EXIT_CODES,
    day_option,
    debug_option,
    format_option,
    project_of,
)
from nianbao.errors import visible
from nianbao.terminal import past_guard, print_json, tell

if TYPE_CHECKING:
    from nianbao.batch.batch import Batch
    from nianbao.collecting.arrivals import Kept, Refused
    from nianbao.collecting.collect import Collected
    from nianbao.collecting.receipts import Receipt

EPILOG = f"""\b
例：
  nianbao collect 收件箱 params/batch.yaml
  nianbao collect 收件箱 params/batch.yaml --take jyj=2022-2.docx

{EXIT_CODES}"""

HELP = """收取各机关报来的文件：认出机关和年度，逐版留存，最新的一版放到 sources/ 计入。

INBOX 是放收件的文件夹，里面的文件夹和 zip 也读；BATCH 是批次。填报表、年报草稿、已发布的年报
（种类与 `nianbao import` 相同）和台账都收。先看内容，再看文件名和文件夹名；认不准的不猜，列出来问。
收过的不重复收，原来的文件一概不覆盖；同一收件箱收两次，第二次什么也不变。
"""


@click.command("collect", help=HELP, epilog=EPILOG)
@click.argument("inbox", type=click.Path(path_type=Path), metavar="INBOX")
@click.argument("batch", type=click.Path(path_type=Path), metavar="BATCH")
@click.option(
    "--take",
    "takes",
    multiple=True,
    metavar="代码=文件",
    help="指定这个机关计入哪一版，或这个文件是哪个机关的；可以写几次。",
)
@day_option("--received", help_="这些文件是哪天收到的，如 2023-01-14；默认今天。")
@click.option("--dry-run", is_flag=True, help="只说明会怎样收，不写文件。")
@format_option
@debug_option
def command(
    *,
    inbox: Path,
    batch: Path,
    takes: tuple[str, ...],
    received: dt.date,
    dry_run: bool,
    output_format: str,
) -> int:
    """Collect, tell what came and what is open, and give the exit code."""
    from nianbao.batch.batch import load_batch
    from nianbao.collecting.collect import collect
    from nianbao.collecting.takes import parse_take
    from nianbao.filing.workdays import CHINA

    project = project_of(batch)
    loaded = load_batch(batch, project)
    wanted = [parse_take(text) for text in takes]
    with _Bar() as bar:
        collected = collect(
            inbox,
            loaded,
            project,
            takes=wanted,
            now=dt.datetime.combine(received, dt.datetime.now(CHINA).timetz()),
            is_dry=dry_run,
            progress=bar.begin,
        )
    code = 3 if collected.refused or any(kept.open for kept in collected.kept) else 0
    order = f"nianbao collect {shlex.quote(str(inbox))} {shlex.quote(str(batch))}"
    if output_format == "json":
        print_json({"exit_code": code, **_as_json(collected, loaded, order)})
    else:
        tell(*_as_text(collected, loaded, order, is_dry=dry_run))
    return code


class _Bar:
    """A bar on a terminal, nothing elsewhere; a context manager."""

    def __enter__(self) -> Self:
        self._bar = click.progressbar(
            length=0, label="读文件", file=past_guard(sys.stderr), hidden=not sys.stderr.isatty()
        )
        self._bar.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.__exit__(None, None, None)

    def begin(self, total: int) -> Callable[[], object]:
        """Begin with so many files; give what is called at each."""
        self._bar.length = total
        return lambda: self._bar.update(1)


def _as_text(collected: Collected, batch: Batch, order: str, *, is_dry: bool) -> Iterator[str]:
    new = sum(len(kept.new) for kept in collected.kept)
    would = "会收" if is_dry else "新收"
    yield f"收件箱里有 {collected.files} 个文件，{would} {new} 份"
    for kept in collected.kept:
        if kept.is_changed:
            yield from ["", _title(kept, batch), *_versions(kept)]
    asked = [kept for kept in collected.kept if kept.open]
    if asked:
        yield from ["", f"要决定的 {len(asked)} 处"]
        for kept in asked:
            yield from _questions(kept, batch, order)
    if collected.refused:
        yield from ["", f"没有收的 {len(collected.refused)} 个文件", *_refused(collected.refused)]
    yield from ["", _missing(collected, batch)]


def _title(kept: Kept, batch: Batch) -> str:
    agency = batch.register.agency(kept.slot.agency).in_year(kept.slot.year)
    ledger = f" {kept.slot.ledger}" if kept.slot.ledger else ""
    return f"{agency.name}（{agency.code}）{kept.slot.year} 年度{ledger}"


def _versions(kept: Kept) -> Iterator[str]:
    for receipt in kept.receipts:
        if receipt.number in kept.new or receipt.counts:
            yield f"  {_version(kept, receipt)}"
            yield from (
                f"    另有内容相同的 {visible(name)}" for name in kept.alike.get(receipt.number, ())
            )
            yield from (f"    注意：{visible(note)}" for note in kept.notes.get(receipt.number, ()))


def _version(kept: Kept, receipt: Receipt) -> str:
    stage = f"（{receipt.stage}）" if receipt.stage else ""
    standing = "，计入" if receipt.counts else "，待定" if receipt.question else "，留存"
    counting = kept.counting
    is_same = counting is not None and receipt.content and receipt.content == counting.content
    if is_same and not receipt.counts and not receipt.question:
        standing = f"，留存，与 {counting.name} 内容相同" if counting else ""
    before = "" if receipt.number in kept.new else "，先前收的"
    return f"{receipt.name} ← {visible(receipt.original)}{stage}{before}{standing}"


def _questions(kept: Kept, batch: Batch, order: str) -> Iterator[str]:
    counting = kept.counting
    now = f"现在计入 {counting.name}" if counting else "现在没有计入的"
    yield f"  {_title(kept, batch)}，{now}"
    for receipt in kept.open:
        yield f"    {receipt.name}（{visible(receipt.original)}）：{visible(receipt.question)}"
    yield "    选定其中一版："
    yield from (f"      {answer}" for answer in _answers(kept, order))


def _answers(kept: Kept, order: str) -> Iterator[str]:
    """Give the commands that settle a question: this one, or stay with the one that counts."""
    for receipt in (*kept.open, *([kept.counting] if kept.counting else [])):
        yield f"{order} --take {shlex.quote(f'{kept.slot.agency}={receipt.name}')}"


def _refused(refused: tuple[Refused, ...]) -> Iterator[str]:
    """Give the files by reason, so that two hundred photographs are one reason."""

    def reason(entry: Refused) -> tuple[str, str, str, str]:
        _, error = entry
        return error.what, error.hint, error.found, error.expected

    ordered = sorted(enumerate(refused), key=lambda pair: (reason(pair[1]), pair[0]))
    for (what, hint, found, expected), group in groupby(ordered, lambda pair: reason(pair[1])):
        yield f"  {what}" + (f"；{hint}" if hint else "")
        if found:
            yield f"    实际：{visible(found)}" + (
                f"；应为：{visible(expected)}" if expected else ""
            )
        yield from (f"    {visible(name)}" for _, (name, _) in group)


def _missing(collected: Collected, batch: Batch) -> str:
    if not collected.missing:
        return "批次中的机关都交了"
    has_years = len({report.year for report in batch.reports}) > 1
    names = [
        batch.register.agency(code).in_year(year).name + (f"（{year}）" if has_years else "")
        for code, year in collected.missing
    ]
    return f"还没有交的 {len(names)} 份：{'、'.join(names)}"


def _as_json(collected: Collected, batch: Batch, order: str) -> dict[str, object]:
    return {
        "files": collected.files,
        "reports": [_kept_json(kept, order) for kept in collected.kept],
        "refused": [
            {"file": name, "what": e.what, "found": e.found, "expected": e.expected, "hint": e.hint}
            for name, e in collected.refused
        ],
        "missing": [
            {"agency": code, "year": year, "name": batch.register.agency(code).in_year(year).name}
            for code, year in collected.missing
        ],
    }


def _kept_json(kept: Kept, order: str) -> dict[str, object]:
    counting = kept.counting
    return {
        "agency": kept.slot.agency,
        "year": kept.slot.year,
        "ledger": kept.slot.ledger,
        "counts": counting.name if counting else "",
        "versions": [
            {
                **receipt.model_dump(mode="json"),
                "is_new": receipt.number in kept.new,
                "alike": list(kept.alike.get(receipt.number, ())),
                "notes": list(kept.notes.get(receipt.number, ())),
            }
            for receipt in kept.receipts
        ],
        "answers": list(_answers(kept, order)) if kept.open else [],
    }
