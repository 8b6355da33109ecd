"""What is to be made, and why: a pure function of the keys and of what stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nianbao.batch.batch import ReportName
from nianbao.batch.key import LABELS, Key
from nianbao.batch.manifest import Manifest
from nianbao.errors import listed

NEW = "还没有做过"
FORCED = "要求重做"
FAILED = "上次没有做成"
UNKNOWN = "生成记录缺失或损坏"
DAMAGED = "产物缺失或被改动"


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a report's folder.

    Attributes
    ----------
    manifest
        Of the last good report; None where there is none that can be trusted.
    damaged
        Its outputs that are missing or have other bytes than it says.
    failed_key
        Key of a later run that failed; empty for none.
    is_empty
        There is no folder, or nothing in it.
    """

    manifest: Manifest | None = None
    damaged: tuple[str, ...] = ()
    failed_key: str = ""
    is_empty: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """A report with its key, and the reasons to make it; none when it is up to date."""

    report: ReportName
    key: Key
    reasons: tuple[str, ...]


def plan(
    reports: Iterable[ReportName],
    keys: Mapping[ReportName, Key],
    standings: Mapping[ReportName, Standing],
    *,
    force: bool = False,
) -> tuple[Planned, ...]:
    """Give each report, in order, with the reasons to make it.

    Parameters
    ----------
    keys, standings
        For each report what it is made from now, and what stands.
    force
        Make all of them.
    """
    return tuple(
        Planned(report, keys[report], reasons(keys[report], standings[report], force=force))
        for report in reports
    )


def reasons(key: Key, standing: Standing, *, force: bool = False) -> tuple[str, ...]:
    """Give the reasons to make a report, as people read them; none when it is up to date."""
    if force:
        return (FORCED,)
    if standing.manifest is None:
        return (_without_manifest(standing),)
    changed = tuple(LABELS[name] for name in key.changed(standing.manifest.parts))
    damaged = (f"{DAMAGED}：{listed(standing.damaged)}",) if standing.damaged else ()
    failed = (FAILED,) if standing.failed_key == key.digest else ()
    return changed + damaged + failed


def _without_manifest(standing: Standing) -> str:
    if standing.failed_key:
        return FAILED
    return NEW if standing.is_empty else UNKNOWN
