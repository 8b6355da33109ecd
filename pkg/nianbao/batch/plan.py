"""What is to be made, and why: a pure function of the key and of what stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nianbao.batch.key import LABELS, Key
from nianbao.batch.manifest import Manifest
from nianbao.errors import listed, visible

NEW = "首次生成"
FORCED = "要求重做"
FAILED = "上次没有做成"
SEVERAL = "一个年度有几份填报表"
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


def reasons(
    take_key: Callable[[], Key], standing: Standing, versions: Mapping[str, str]
) -> tuple[str, ...]:
    """Give the reasons to make a report, as people read them; none when it is up to date.

    Parameters
    ----------
    take_key
        Gives the key of what the report is made from now; asked only where it matters.
    standing
        What stands.
    versions
        Of the packages that are installed now.
    """
    manifest = standing.manifest
    if manifest is None:
        return (_without_manifest(standing),)
    key = take_key()
    changed = tuple(_change(part, manifest, key, versions) for part in key.changed(manifest.parts))
    damaged = (f"{DAMAGED}：{listed(standing.damaged)}",) if standing.damaged else ()
    failed = (FAILED,) if standing.failed_key == key.digest else ()
    return changed + damaged + failed


def _without_manifest(standing: Standing) -> str:
    if standing.failed_key:
        return FAILED
    return NEW if standing.is_empty else UNKNOWN


def _change(part: str, manifest: Manifest, key: Key, versions: Mapping[str, str]) -> str:
    """Say that a part of the key has changed and, where it tells, in what."""
    before, now = manifest.parts.get(part, ""), key.parts[part]
    match part:
        case "source" | "previous":
            detail = _file(_head(before), _head(now))
        case "ledgers" | "units" | "units_before" | "pictures":
            detail = _files(_by_name(before), _by_name(now))
        case "parameters" | "agency":
            detail = _fields(_object(before), _object(now))
        case "tree":
            detail = _entries(_object(before), _object(now))
        case "packages":
            detail = _fields(manifest.versions, versions)
        case "code":
            old, new = _head(before), _head(now)  # the version; the digest says nothing to people
            detail = "" if old == new else _from_to(old, new)
        case "form" | "fonts" | "formats":
            detail = _from_to(before, now)
        case _:
            detail = ""
    return f"{LABELS[part]}：{visible(detail)}" if detail else LABELS[part]


def _head(part: str) -> str:
    return part.rpartition(":")[0]


def _file(before: str, now: str) -> str:
    if not now:
        return f"{before} 不在了或读不了"
    if not before:
        return f"{now} 是新的"
    return now if before == now else _from_to(before, now)


def _by_name(part: str) -> Mapping[str, str]:
    """Give the digests of several files by their names."""
    return dict(line.rpartition(":")[::2] for line in part.splitlines())


def _files(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return listed(
        _file(name if name in before else "", name if name in now else "") for name in names
    )


def _object(part: str) -> Mapping[str, Any]:
    """Read a part that is JSON; nothing where it is none, for a manifest may hold anything."""
    try:
        data = json.loads(part)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _fields(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Name what differs; nothing where there is nothing to compare with."""
    if not before:
        return ""
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return listed(f"{n} {_from_to(before.get(n), now.get(n))}" for n in names)


def _entries(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Name the agencies that came, went, or are entered otherwise."""
    if not before:
        return ""
    gone = (f"{code} 没有了" for code in before if code not in now)
    come = (f"{code} 是新的" for code in now if code not in before)
    changed = (code for code in now if code in before and before[code] != now[code])
    return listed([*come, *gone, *changed])


def _from_to(before: object, now: object) -> str:
    return f"{_text(before)} → {_text(now)}"


def _text(value: object) -> str:
    if value is None or value == "":
        return "无"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
