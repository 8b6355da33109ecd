"""The numbers of one agency, year after year: they grow, carry over and add up.

Applications and cases are made one by one and counted afterwards, so that every identity of the
form holds without being aimed at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from nianbao.checks.plausibility import OTHER_LEAST, REVIEW_FIRST_YEAR
from nianbao.demo.roster import Member, Office
from nianbao.filing.blank import Cell, Fact
from nianbao.filing.filing import cell_ref
from nianbao.forms import Form, form_for_year, load_form
from nianbao.forms.form import FORM_KEYS

FIRST_YEAR = min(load_form(key).first_year for key in FORM_KEYS)

APPLICANTS = {
    "natural": 0.76, "business": 0.13, "research": 0.01, "welfare": 0.02, "legal": 0.05,
    "other": 0.03,
}  # fmt: skip
# One form has 其他处理 as one row, the other as three.
RESULTS = {
    "g": 0.44, "p": 0.12, "d1": 0.002, "d2": 0.01, "d3": 0.006, "d4": 0.03, "d5": 0.02, "d6": 0.03,
    "d7": 0.02, "d8": 0.02, "u1": 0.15, "u2": 0.04, "u3": 0.02, "n1": 0.05, "n2": 0.02, "n3": 0.004,
    "n4": 0.004, "n5": 0.01, "o": 0.01, "o1": 0.008, "o2": 0.002, "o3": 0.004,
}  # fmt: skip
CATCH_ALL = frozenset({"o", "o3"})  # more than a few of these is a finding
VERDICTS = {"upheld": 0.7, "corrected": 0.12, "other": 0.18}

CARRIED = 0.06  # of the new applications
PENDING = 0.15  # of the new cases
REVIEWED, SUED_AT_ONCE, SUED_AFTER = 0.05, 0.01, 0.2
TENTH = Decimal("0.1")  # per cent
CHANNELS = {"政府网站": 1.0, "微信公众号": 0.6, "官方微博": 0.35}


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What one agency counts in one year, as it really is.

    Attributes
    ----------
    values
        Every cell of the three tables, by reference.
    facts
        The lines of sheet 工作数据.
    """

    form: Form
    values: Mapping[str, Cell]
    facts: Sequence[Fact]


def history(member: Member, seed: int, last: int) -> dict[int, YearFigures]:
    """Give an agency's figures by year, from the first year with a form to `last`."""
    traits = Random(f"{seed}/{member.number}")  # noqa: S311 - made-up data
    books = _Books(
        size=traits.uniform(0.7, 1.4),
        valid=traits.randrange(3, 9) * member.office.documents,
        items={row: traits.randrange(2, 60) for row in ("permits", "penalties", "services")},
        channels=tuple(CHANNELS)[: traits.randrange(1, len(CHANNELS) + 1)],
    )
    made = {}
    # From the year before, so that the first has something to carry over.
    for year in range(FIRST_YEAR - 1, last + 1):
        form = form_for_year(max(year, FIRST_YEAR))
        if form:
            rng = Random(f"{seed}/{member.number}/{year}")  # noqa: S311 - made-up data
            made[year] = books.close(member.office, form, year, rng)
    return {year: figures for year, figures in made.items() if year >= FIRST_YEAR}


@dataclass(slots=True)
class _Books:
    """What an agency takes along from one year into the next.

    Attributes
    ----------
    size
        How much it does, against what is usual for its kind.
    waiting
        Who applied and has no answer yet, by kind of applicant.
    pending
        Cases without a verdict, by the group of table four.
    """

    size: float
    valid: int
    items: dict[str, int]
    channels: tuple[str, ...]
    public: int = 0
    waiting: list[str] = field(default_factory=list)
    pending: Counter[str] = field(default_factory=Counter)

    def close(self, office: Office, form: Form, year: int, rng: Random) -> YearFigures:
        """Give the figures of the next year, and take along what is left."""
        self.size *= rng.uniform(0.94, 1.12)
        known = {**self._public(office, rng), **self._applications(office, form, rng)}
        known |= self._cases(known, year, rng)
        cells = [
            cell_ref(table.key, row.key, column.key)
            for table in form.tables
            for _, row, column in table.cells()
        ]
        values = {ref: known.get(ref, 0) for ref in cells}
        return YearFigures(form, values, tuple(self._facts(office, rng)))

    def _some(self, usual: float, rng: Random) -> int:
        """Give a number near the usual one; now 0 and now 1 for a half."""
        return int(usual * self.size * rng.uniform(0.9, 1.1) + rng.random())

    def _public(self, office: Office, rng: Random) -> dict[str, Cell]:
        """Give table two, the cells of all forms."""
        made = self._some(office.documents, rng)
        repealed = rng.randrange(min(self.valid, made + 1) + 1)
        self.valid += made - repealed
        self.public += made
        fees = Decimal(self._some(office.fees * 100, rng)) / 100
        bought = self._some(3, rng)
        spent = bought * rng.randrange(5, 90) + rng.randrange(9)
        decided = {
            row: max(1, self._some(usual, rng)) if usual else 0
            for row, usual in (
                ("permits", office.permits),
                ("services", office.permits // 20),
                ("penalties", office.penalties),
                ("enforcement", office.enforcement),
            )
        }
        values: dict[str, Cell] = {
            "table2.documents.made": made,
            "table2.documents.opened": made,
            "table2.documents.public": self.public,
            "table2.documents.repealed": repealed,
            "table2.documents.valid": self.valid,
            "table2.fees.amount": fees,
            "table2.procurement.projects": bought,
            "table2.procurement.amount": f"{spent}万元" if bought else 0,
        }
        values |= {f"table2.{row}.decisions": count for row, count in decided.items()}
        for row, items in self.items.items():
            if decided[row]:
                change = rng.randrange(-min(2, items), 4)
                values[f"table2.{row}.items"] = items
                values[f"table2.{row}.change"] = change
                self.items[row] = items + change
        return values

    def _applications(self, office: Office, form: Form, rng: Random) -> dict[str, Cell]:
        """Give table three: everybody who applied, and what became of it."""
        new = rng.choices(
            list(APPLICANTS), list(APPLICANTS.values()), k=self._some(office.applications, rng)
        )
        answered = list(self.waiting)
        left: list[str] = []
        for who in new:
            (left if rng.random() < CARRIED else answered).append(who)
        results = self._results(form, len(answered), rng)
        counts = Counter(zip(results, answered, strict=True))
        for row, applicants in (("a", new), ("b", self.waiting), ("t", answered), ("f", left)):
            counts.update((row, who) for who in applicants)
        self.waiting = left
        values = {cell_ref("table3", row, who): count for (row, who), count in counts.items()}
        totals: Counter[str] = Counter()
        for (row, _), count in counts.items():
            totals[cell_ref("table3", row, "total")] += count
        return {**values, **totals}

    @staticmethod
    def _results(form: Form, count: int, rng: Random) -> list[str]:
        rows = {row.key for row in form.table("table3").blocks[0].rows}
        weights = {row: weight for row, weight in RESULTS.items() if row in rows}
        drawn = rng.choices(list(weights), list(weights.values()), k=count)
        rare = [index for index, row in enumerate(drawn) if row in CATCH_ALL]
        for index in rare[OTHER_LEAST - 1 :]:
            drawn[index] = "g"
        return drawn

    def _cases(self, known: Mapping[str, Cell], year: int, rng: Random) -> dict[str, Cell]:
        """Give table four: reviews, suits, and suits after a review."""
        closed = int(known.get("table3.t.total") or 0)
        values = self._group("review", int(closed * REVIEWED + rng.random()), PENDING, rng)
        # From 2024 on, a suit without a review before it is a finding; so none is left over.
        is_late = year >= REVIEW_FIRST_YEAR - 1
        new = 0 if year >= REVIEW_FIRST_YEAR else int(closed * SUED_AT_ONCE + rng.random() / 4)
        values |= self._group("direct", new, 0 if is_late else PENDING, rng)
        upheld = values["review_upheld"]
        values |= self._group("after", int(upheld * SUED_AFTER + rng.random() / 3), PENDING, rng)
        return {cell_ref("table4", "cases", column): count for column, count in values.items()}

    def _group(self, group: str, new: int, pending: float, rng: Random) -> dict[str, int]:
        left = sum(rng.random() < pending for _ in range(new))
        decided = self.pending[group] + new - left
        verdicts = Counter(rng.choices(list(VERDICTS), list(VERDICTS.values()), k=decided))
        values = {f"{group}_{verdict}": verdicts[verdict] for verdict in VERDICTS}
        self.pending[group] = left
        return {**values, f"{group}_pending": left, f"{group}_total": decided + left}

    def _facts(self, office: Office, rng: Random) -> Iterator[Fact]:
        for channel in self.channels:
            count = self._some(office.published * CHANNELS[channel], rng)
            yield "发布渠道", channel, count, "条", "示例"
        if office.is_town:
            yield "发布渠道", "公开栏", self._some(24, rng), "条", "示例"
        received = self._some(office.hotline, rng)
        closed = received - min(received, int(received * rng.uniform(0, 0.03) + rng.random()))
        pleased = round(closed * rng.uniform(0.88, 1))
        yield "热线办理", "热线受理", received, "件", "示例"
        yield "热线办理", "热线办结", closed, "件", "示例"
        if closed:
            content = (Decimal(pleased) * 100 / closed).quantize(TENTH)
            yield "热线办理", "满意率", content, "%", "示例"
