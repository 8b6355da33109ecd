"""What it takes to make one report, and whether there is a reason to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nianbao.batch.batch import Batch, ReportName
from nianbao.batch.key import Key, report_key, shared_parts
from nianbao.batch.plan import plan
from nianbao.batch.store import Store
from nianbao.filing.register import Agency
from nianbao.project import Project
from nianbao.running.parameters import ReportParameters


@dataclass(frozen=True, slots=True)
class Job:
    """All that it takes to make one report.

    Attributes
    ----------
    key
        Of what the report is to be made from, taken when it was planned.
    reasons
        Why it is made; empty when it is up to date.
    """

    project: Project
    outputs: Path
    report: ReportName
    agency: Agency
    parameters: ReportParameters
    formats: tuple[str, ...]
    key: Key
    reasons: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where the report stands when it is made."""
        return Store(self.outputs).folder(self.report)


def make_jobs(
    project: Project, batch: Batch, outputs: Path, *, force: bool = False
) -> tuple[Job, ...]:
    """Plan a batch: a job for each of its reports, in order.

    Parameters
    ----------
    outputs
        The outputs folder; it need not exist.
    force
        Make also what is up to date.
    """
    store = Store(outputs)
    shared = shared_parts(project, batch.formats)
    agencies = {report: batch.register.agency(report.agency) for report in batch.reports}
    parameters = {report: batch.parameters(report) for report in batch.reports}
    keys = {
        report: report_key(project, agencies[report], parameters[report], shared)
        for report in batch.reports
    }
    standings = {report: store.standing(report) for report in batch.reports}
    return tuple(
        Job(
            project=project,
            outputs=outputs,
            report=planned.report,
            agency=agencies[planned.report],
            parameters=parameters[planned.report],
            formats=batch.formats,
            key=planned.key,
            reasons=planned.reasons,
        )
        for planned in plan(batch.reports, keys, standings, force=force)
    )
