"""Made-up ledgers behind made-up tables: a row for each thing that the tables count.

Counting them gives the tables again. What waits at the end of a year is the same, number and date,
in the ledger of the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from nianbao.filing.blank import Cell, Fact
from nianbao.filing.filing import cell_ref
from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.kinds import LedgerColumn, LedgerKind, ledger_kind, ledger_kinds
from nianbao.forms import Form

Rows = list[dict[str, Any]]

# Nobody is late: so many days have fewer working days than the Regulation allows.
IN_TIME, IN_TIME_IF_EXTENDED = 17, 35
EXTENDED, CLARIFIED, CONSULTED = 0.04, 0.05, 0.04  # shares of the applications
WAYS = {"网络": 0.6, "信函": 0.3, "当面": 0.1}
SUBJECTS = {"城市管理": 0.3, "教育": 0.2, "住房": 0.2, "交通": 0.15, "环境保护": 0.15}
SOURCES = {"12345热线": 0.7, "网上留言": 0.2, "领导信箱": 0.1}
VERDICTS = ("upheld", "corrected", "other", "pending")
FEE_ROWS = 6
YUAN = 10_000  # of 元 in a 万元


@dataclass(frozen=True, slots=True)
class Office:
    """Whose ledgers are made, and for which year.

    Attributes
    ----------
    seed
        Another seed, other rows.
    most
        Rows of one ledger at most; one that would be longer is not kept.
    """

    seed: str
    form: Form
    year: int
    values: Mapping[str, Cell]
    facts: Sequence[Fact]
    most: int

    def number(self, ref: str) -> int:
        """Give a cell that is a whole number."""
        return int(self.values.get(ref) or 0)

    def rng(self, key: str) -> Random:
        """Give the chances of one ledger: longer ones change no other."""
        return Random(f"{self.seed}/{self.year}/{key}")  # noqa: S311 - made-up data


def ledgers(office: Office) -> dict[str, Rows]:
    """Give the ledgers of an office by the keys of their kinds: rows of cells by column key."""
    made = {
        "publications": _publications,
        "applications": _applications,
        "cases": _cases,
        "decisions": _decisions,
        "fees": _fees,
        "hotline": _hotline,
        "documents": _documents,
        "purchases": _purchases,
    }
    kept = {}
    for kind in ledger_kinds():
        if kind.key in made and kind.counts_under(office.form):
            rows = list(made[kind.key](office, office.rng(kind.key)))
            if 0 < len(rows) <= office.most:
                kept[kind.key] = rows
    return kept


def cells_of(kind: LedgerKind, rows: Rows, form: Form) -> list[list[Any]]:
    """Give rows as a clerk would type them, cell by cell."""
    words = {column.key: _words(column, form) for column in kind.columns}
    return [[words[key].get(row.get(key), row.get(key)) for key in words] for row in rows]


def _words(column: LedgerColumn, form: Form) -> dict[Any, str]:
    if column.kind == "flag":
        return {True: "是", False: "否"}
    if column.kind != "choice":
        return {}
    meant = column.vocabulary(form)
    return {meant[normalise(text)]: text for text in column.shown(form)}


def _applications(office: Office, rng: Random) -> Iterator[dict[str, Any]]:
    """Make everybody who applied, answered with the outcomes that table three has."""
    block = office.form.table("table3").blocks[0]
    outcomes = [row.key for row in block.rows if row.key not in "abtf"]
    rows: Rows = []
    for column in block.columns[:-1]:
        who = column.key
        old, new, left = (office.number(cell_ref("table3", row, who)) for row in "baf")
        results = [
            row for row in outcomes for _ in range(office.number(cell_ref("table3", row, who)))
        ]
        rng.shuffle(results)
        waiting = [_waiting(office, office.year - 1, who, place) for place in range(old)]
        for row, outcome in zip(waiting, results, strict=False):
            rows.append(
                row | {"outcome": outcome, "replied": row["received"] + dt.timedelta(IN_TIME)}
            )
        rows += (_answered(office, who, outcome, rng) for outcome in results[old:])
        rows += (_waiting(office, office.year, who, place) for place in range(left))
        assert len(results) == old + new - left, "the table does not add up"  # noqa: S101
    rows.sort(key=lambda row: (row["received"], row["number"]))
    yield from rows


def _waiting(office: Office, year: int, who: str, place: int) -> dict[str, Any]:
    """Make an application that is not answered when its year ends; the same in both years."""
    rng = Random(f"{office.seed}/{year}/waiting/{who}/{place}")  # noqa: S311 - made-up data
    received = dt.date(year, 12, rng.randrange(16, 31))  # answered in January, in time
    return {
        "number": f"{year}-{who[0].upper()}{900 + place}",
        "received": received,
        "applicant": who,
        "channel": _drawn(WAYS, rng),
    }


def _answered(office: Office, who: str, outcome: str, rng: Random) -> dict[str, Any]:
    received = dt.date(office.year, 1, 1) + dt.timedelta(rng.randrange(320))
    row = {
        "number": f"{office.year}-{received:%m%d}-{rng.randrange(36**4):05}",
        "received": received,
        "applicant": who,
        "channel": _drawn(WAYS, rng),
        "outcome": outcome,
        "replied": received + dt.timedelta(rng.randrange(1, IN_TIME + 1)),
        "extended": False,
    }
    chance = rng.random()
    if chance < EXTENDED:
        days = rng.randrange(IN_TIME + 1, IN_TIME_IF_EXTENDED + 1)
        row |= {"extended": True, "replied": received + dt.timedelta(days)}
    elif chance < EXTENDED + CLARIFIED:
        clarified = received + dt.timedelta(rng.randrange(7, 15))
        row |= {
            "clarify_asked": received + dt.timedelta(3),
            "clarified": clarified,
            "replied": clarified + dt.timedelta(rng.randrange(1, IN_TIME + 1)),
        }
    elif chance < EXTENDED + CLARIFIED + CONSULTED:
        row |= {
            "consulted_from": received + dt.timedelta(2),
            "consulted_to": received + dt.timedelta(10),
            "replied": received + dt.timedelta(rng.randrange(11, IN_TIME + 5)),
        }
    return row


def _cases(office: Office, rng: Random) -> Iterator[dict[str, Any]]:
    groups = {"review": "行政复议", "direct": "未经复议直接起诉", "after": "复议后起诉"}
    for group, kind in groups.items():
        for outcome in VERDICTS:
            for place in range(office.number(f"table4.cases.{group}_{outcome}")):
                received = dt.date(office.year, 1, 5) + dt.timedelta(rng.randrange(200))
                is_open = outcome == "pending"
                yield {
                    "number": f"示例{office.year}{group}{outcome}{place + 1}",
                    "kind": kind,
                    "received": received,
                    "outcome": outcome,
                    "closed": None if is_open else received + dt.timedelta(rng.randrange(20, 150)),
                    "joint": False,
                }


def _decisions(office: Office, rng: Random) -> Iterator[dict[str, Any]]:
    for row, kind in (
        ("permits", "行政许可"),
        ("penalties", "行政处罚"),
        ("enforcement", "行政强制"),
    ):
        for place in range(office.number(f"table2.{row}.decisions")):
            yield {
                "number": f"示例{kind}〔{office.year}〕{place + 1}号",
                "kind": kind,
                "date": _day(office, rng),
                "published": rng.random() < 0.9,  # noqa: PLR2004 - most are
            }


def _fees(office: Office, rng: Random) -> Iterator[dict[str, Any]]:
    """Split the amount of table two into some payments."""
    for part in _split(office.values.get("table2.fees.amount"), FEE_ROWS, rng):
        if part:
            yield {"date": _day(office, rng), "item": "示例收费", "amount": part}


def _purchases(office: Office, rng: Random) -> Iterator[dict[str, Any]]:
    projects = office.number("table2.procurement.projects")
    for part in _split(office.values.get("table2.procurement.amount"), projects, rng):
        yield {"date": _day(office, rng), "project": "示例项目", "amount": part}


def _split(amount: Cell, parts: int, rng: Random) -> Iterator[int]:
    """Split an amount in 万元, such as 12.5 or 80万元, into payments in 元."""
    rest = Decimal(str(amount or 0).removesuffix("万元")) * YUAN
    for left in range(parts, 0, -1):
        part = rest if left == 1 else Decimal(int(rest / left * Decimal(rng.uniform(0.5, 1.5))))
        rest -= part
        yield int(part)


def _hotline(office: Office, rng: Random) -> Iterator[dict[str, Any]]:
    told: dict[str, Any] = {name: value for _, name, value, *_ in office.facts}
    closed = int(told.get("热线办结") or 0)
    pleased = round(closed * Decimal(told.get("满意率") or 0) / 100)
    for place in range(int(told.get("热线受理") or 0)):
        received = _day(office, rng)
        is_closed = place < closed
        yield {
            "number": f"示例{office.year}{place + 1:04}",
            "received": received,
            "source": _drawn(SOURCES, rng),
            "subject": _drawn(SUBJECTS, rng),
            "closed": received + dt.timedelta(rng.randrange(1, 12)) if is_closed else None,
            "satisfied": place < pleased if is_closed else None,
        }


def _documents(office: Office, rng: Random) -> Iterator[dict[str, Any]]:
    """Make the documents of the year, those repealed, and all that were in force before."""
    made, repealed, valid = (
        office.number(f"table2.documents.{column}") for column in ("made", "repealed", "valid")
    )
    this = office.year
    older = valid - made
    if older < 0 or not valid:
        return
    for place in range(made + repealed + older):
        is_new, is_gone = place < made, made <= place < made + repealed
        issued = dt.date(this if is_new else this - rng.randrange(1, 9), 1, 1)
        issued += dt.timedelta(rng.randrange(365))
        year = issued.year
        yield {
            "document": f"示例发〔{year}〕{place + 1}号",
            "title": "示例文件",
            "kind": "行政规范性文件",
            "issued": issued,
            "opened": issued,
            "repealed": dt.date(this, rng.randrange(1, 13), 28) if is_gone else None,
        }


def _publications(office: Office, rng: Random) -> Iterator[dict[str, Any]]:
    shown = ledger_kind("publications").column("category").shown(office.form)
    categories = [shown[place] for place in (0, 2, 3, 4, 6, 10)]
    number = 0
    for category, channel, count, *_ in office.facts:
        for _ in range(int(count) if category == "发布渠道" else 0):  # type: ignore[arg-type]
            number += 1
            yield {
                "date": _day(office, rng),
                "channel": channel,
                "category": rng.choice(categories),
                "title": f"示例信息{number}",
            }


def _day(office: Office, rng: Random) -> dt.date:
    days = (dt.date(office.year + 1, 1, 1) - dt.date(office.year, 1, 1)).days
    return dt.date(office.year, 1, 1) + dt.timedelta(rng.randrange(days))


def _drawn(weights: Mapping[str, float], rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
