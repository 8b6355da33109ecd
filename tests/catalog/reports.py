"""Reports of made-up agencies as they stand in an outputs folder, made without a kernel."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat

from nianbao.batch.manifest import Manifest
from nianbao.batch.store import outputs_of
from nianbao.checks.finding import Severity
from nianbao.forms import form_for_year
from nianbao.render import render_report
from nianbao.report.blocks import FindingList, Heading, Paragraph, Provenance
from render.samples import MASTHEAD, figure, finding, notebook_of

NAMES = {"jia": "示例县甲字局", "yi": "示例县乙字局", "bing": "示例县丙字镇人民政府"}


@dataclass
class Made:
    """A report to be made: figures by reference, prose by section, ids of findings."""

    agency: str
    year: int
    figures: dict[str, str | None] = field(default_factory=dict)
    prose: dict[int, str] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    name: str = ""

    @property
    def full_name(self) -> str:
        return self.name or NAMES.get(self.agency, f"示例县{self.agency}局")


def lay(outputs: Path, *reports: Made) -> Path:
    """Put reports where they stand, each with all its files."""
    for made in reports:
        _lay(outputs / str(made.year) / made.agency, made)
    return outputs


def _lay(folder: Path, made: Made) -> None:
    folder.mkdir(parents=True)
    nbformat.write(notebook_of(_blocks(made)), folder / "report.ipynb")
    render_report(folder / "report.ipynb", folder, ())
    counts = {kind.value: 0 for kind in Severity}
    for item in made.findings:
        counts[item["severity"]] += 1
    manifest = Manifest(
        agency=made.agency, year=made.year, key="k", inputs={}, outputs=outputs_of(folder),
        parts={"agency": f'{{"code": "{made.agency}", "name": "{made.full_name}"}}'},
        findings=counts, warnings=(), versions={}, fonts={},
        started="", finished="", duration=0, host="",
    )  # fmt: skip
    manifest.write(folder)


def _blocks(made: Made):
    form = form_for_year(made.year)
    yield replace(
        MASTHEAD, code=made.agency, agency=made.full_name, year=made.year, form=form.key,
        title=f"{made.full_name}{made.year}年政府信息公开工作年度报告",
    )  # fmt: skip
    yield Paragraph(inlines=("本报告根据《中华人民共和国政府信息公开条例》编制。",))
    for section in form.sections:
        yield Heading(level=2, text=section.title)
        if section.number in made.prose:
            yield Paragraph(inlines=(made.prose[section.number],))
    yield Heading(level=2, text="核查结果")
    yield FindingList(findings=tuple(made.findings))
    yield Provenance(
        inputs={},
        environment={},
        figures=tuple(figure(ref, value) for ref, value in made.figures.items()),
    )


def found(name: str, severity: str = "error", **changes: Any) -> dict[str, Any]:
    """A finding, as a report has it."""
    return finding(name, severity, **changes)
