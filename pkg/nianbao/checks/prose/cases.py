"""B5 and B6: what the prose says of review and litigation, and of documents, against the tables."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose import words
from nianbao.checks.prose.quoting import of_claim, quoted, told
from nianbao.checks.prose.reader import PROSE_SECTIONS, Claim
from nianbao.checks.prose.sums import (
    Sum,
    case_cells,
    cells_of_claim,
    figures_of,
    sum_of_cells,
)
from nianbao.checks.prose.text import Said
from nianbao.checks.registry import Check, check
from nianbao.filing.figure import format_value

GROUPS = {"review": "行政复议", "suits": "行政诉讼", "cases": "行政复议、行政诉讼"}
RESULTS = {
    "": "总计",
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
}
NAMED = {"review": "复议", "suits": "诉讼"}
DOCUMENTS = {"made": "制发", "repealed": "废止", "valid": "现行有效"}


@check(
    "B5",
    name="review-litigation",
    severity=Severity.ERROR,
    title="正文的复议诉讼与表四不符",
    source="年度报告格式表四：行政诉讼为未经复议直接起诉与复议后起诉之和",
)
def review_litigation(case: Case) -> Iterator[Finding]:
    """Reviews and suits by number and result; none; all upheld; all decided."""
    for claim in case.claims:
        if claim.topic.partition(":")[0] in GROUPS and not claim.is_bound and not claim.year:
            yield from _differing(case, review_litigation, claim, _label(claim.topic))
    for said in case.prose:
        if said.section in PROSE_SECTIONS:
            yield from _denied(case, said)
            yield from _all_alike(case, said)


@check(
    "B6",
    name="documents",
    severity=Severity.ERROR,
    title="正文的规范性文件件数与表二不符",
    source="年度报告格式表二：第二十条第（一）项",
)
def documents(case: Case) -> Iterator[Finding]:
    """规范性文件 made, repealed and valid."""
    for claim in case.claims:
        group, _, key = claim.topic.partition(":")
        if group == "documents" and not claim.is_bound and not claim.year:
            yield from _differing(case, documents, claim, f"规范性文件{DOCUMENTS[key]}")


def _label(topic: str) -> str:
    group, _, result = topic.partition(":")
    return f"{GROUPS[group]}{RESULTS[result]}"


def _differing(case: Case, of: Check, claim: Claim, label: str) -> Iterator[Finding]:
    (refs,) = cells_of_claim(case, claim)
    total = sum_of_cells(case, refs)
    if total is None or total.allows(claim.quantity.value):
        return
    table = "表二" if refs[0].startswith("table2.") else "表四"
    yield told(
        of,
        f"正文“{of_claim(claim)}”与{table}不符：{label}为 {total.value}，"
        f"写为 {format_value(claim.quantity.value)}" + (f"；{claim.doubt}" if claim.doubt else ""),
        [claim.said],
        figures_of(case, total.refs),
        expected={label: total.value},
        found={label: claim.quantity.value},
        severity=Severity.WARNING if claim.doubt else None,
    )


def _denied(case: Case, said: Said) -> Iterator[Finding]:
    """没有发生行政复议、行政诉讼, while the table counts some."""
    for denial in words.NO_CASES.finditer(said.text):
        groups = [key for key in ("review", "suits") if denial[key]]
        is_ours = words.ABOUT_CASES.search(said.heading + said.text[: denial.end()])
        if not groups or not is_ours or words.PART_OF_A_YEAR.search(denial.group()):
            continue
        wrong = {key: total for key in groups if (total := _total(case, key)) and total.value}
        if wrong:
            expected = {f"{GROUPS[key]}总计": total.value for key, total in wrong.items()}
            counts = "、".join(f"{label}为 {value}" for label, value in expected.items())
            yield told(
                review_litigation,
                f"正文写“{quoted(said, *denial.span())}”，表四{counts}",
                [said],
                figures_of(case, [ref for total in wrong.values() for ref in total.refs]),
                expected=expected,
                found=dict.fromkeys(expected, 0),
            )


def _all_alike(case: Case, said: Said) -> Iterator[Finding]:
    """均获维持 and 均已审结, said of the groups that the sentence names."""
    for start, sentence in said.sentences():
        groups = [key for key, word in NAMED.items() if word in sentence]
        if not groups or not words.ABOUT_CASES.search(said.heading + said.text[:start] + sentence):
            continue
        upheld, decided = words.ALL_UPHELD.search(sentence), words.ALL_DECIDED.search(sentence)
        if upheld:
            is_all = upheld.group().startswith("均")
            results = ("corrected", "other", "pending") if is_all else ("corrected",)
            yield from _contradicted(case, said, start, upheld.span(), groups, results)
        elif decided:
            yield from _contradicted(case, said, start, decided.span(), groups, ("pending",))


def _contradicted(
    case: Case,
    said: Said,
    start: int,
    span: tuple[int, int],
    groups: list[str],
    results: tuple[str, ...],
) -> Iterator[Finding]:
    """Yield a finding where the table counts other results than the sentence allows."""
    cells = {
        f"{GROUPS[group]}{RESULTS[result]}": total
        for group in groups
        for result in results
        if (total := _total(case, f"{group}:{result}")) is not None and total.value
    }
    if cells:
        counts = "、".join(f"{label} {total.value}" for label, total in cells.items())
        yield told(
            review_litigation,
            f"正文写“{quoted(said, start + span[0], start + span[1])}”，表四有{counts}",
            [said],
            figures_of(case, [ref for total in cells.values() for ref in total.refs]),
            expected={label: total.value for label, total in cells.items()},
            found=dict.fromkeys(cells, 0),
        )


def _total(case: Case, topic: str) -> Sum | None:
    return sum_of_cells(case, case_cells(topic))
