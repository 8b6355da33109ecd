"""Which version counts: decided from what is known of the versions, never guessed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nianbao.collecting.receipts import Receipt
from nianbao.collecting.stages import contradiction, order
from nianbao.errors import listed

Receipts = tuple[Receipt, ...]


def settle(receipts: Receipts, fresh: Collection[int], taken: int | None = None) -> Receipts:
    """Decide which version counts.

    The newest does, unless it cannot be told which that is, or a version is doubtful: then the one
    that counted stays, and whoever must decide is asked.

    Parameters
    ----------
    receipts
        All versions, in the order of their numbers; of those that came now, the doubtful ones
        have their doubt in `question` already.
    fresh
        The numbers of those that came now.
    taken
        The version that somebody decided for, whatever else is known.
    """
    if taken is not None:
        return _counting(receipts, taken, settled={r.number for r in receipts})
    sure = [r for r in receipts if r.number in fresh and not r.question and not r.counts]
    if not sure:
        return receipts
    newest = [r for r in sure if all(o is r or _is_newer(r, o, fresh) for o in sure)]
    if not newest:
        newest = [r for r in sure if not any(o is not r and _is_newer(o, r, fresh) for o in sure)]
        if not all(_says_the_same(newest[0], rival) for rival in newest):
            return _asking(receipts, newest, newest, came_later=False)
    same = [r for r in sure if r is newest[0] or _says_the_same(newest[0], r)]
    return _against_older(receipts, min(same, key=_ease), fresh)


def _says_the_same(one: Receipt, other: Receipt) -> bool:
    """Tell whether two versions are one in two kinds of file, such as Word and PDF."""
    return bool(one.content) and one.content == other.content


def _ease(receipt: Receipt) -> tuple[bool, bool, int]:
    """Give how well a version can be taken over: a workbook of ours before all, a PDF at last."""
    return receipt.name != receipt.workbook, receipt.name.endswith(".pdf"), receipt.number


def _against_older(receipts: Receipts, newest: Receipt, fresh: Collection[int]) -> Receipts:
    """Hold the newest of those that came now against those before: what counts, what is open."""
    asked = [r for r in receipts if r.question]
    before = [r for r in receipts if r.counts or (r.question and r.number not in fresh)]
    if any(r.counts and _says_the_same(r, newest) for r in before):
        return receipts
    verdicts = {r.number: _order(r, newest, fresh) for r in before}
    if all(verdict == 1 for verdict in verdicts.values()):
        older = {r.number for r in asked if r in before or _is_newer(newest, r, fresh)}
        return _counting(receipts, newest.number, settled=older)
    if any(verdicts[r.number] == -1 for r in before if r.counts):
        return receipts  # an old draft, handed in late
    unclear = [r for r in before if verdicts[r.number] != 1]
    return _asking(receipts, [newest], unclear, came_later=True)


def _order(first: Receipt, second: Receipt, fresh: Collection[int]) -> int:
    came_later = first.number not in fresh and second.number in fresh
    return order(first, second, came_later=came_later)


def _is_newer(one: Receipt, other: Receipt, fresh: Collection[int]) -> bool:
    return _order(other, one, fresh) == 1


def _counting(receipts: Receipts, number: int, *, settled: Collection[int]) -> Receipts:
    return tuple(
        r.model_copy(
            update={
                "counts": r.number == number,
                "question": "" if r.number in settled or r.number == number else r.question,
            }
        )
        for r in receipts
    )


def _asking(
    receipts: Receipts, asked: Sequence[Receipt], rivals: Sequence[Receipt], *, came_later: bool
) -> Receipts:
    told = {r.number: _unclear(r, rivals, came_later=came_later) for r in asked}
    return tuple(
        r.model_copy(update={"question": told[r.number]}) if r.number in told else r
        for r in receipts
    )


def _unclear(receipt: Receipt, rivals: Sequence[Receipt], *, came_later: bool) -> str:
    others = [rival for rival in rivals if rival is not receipt]
    why = {contradiction(other, receipt, came_later=came_later): None for other in others}
    came = "先收到的" if came_later else "同时收到的"
    reasons = "、".join(filter(None, why))
    names = listed(other.name for other in others)
    return f"与{came} {names} 分不出先后" + (f"：{reasons}" if reasons else "")
