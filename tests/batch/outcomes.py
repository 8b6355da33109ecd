"""Outcomes of made-up jobs, and folders for them."""

from pathlib import Path

from nianbao.batch.batch import ReportName
from nianbao.batch.outcome import Outcome

MADE = ("report.html", "review.html", "report.pdf", "report.ipynb", "manifest.json")
FAILED = ("report.failed.ipynb", "failed.json")
MESSAGE = "单元格出错：ValueError：坏\n  位置：失败的笔记本第 3 个单元格\n  提示：打开失败的笔记本"


def outcome(code: str = "jia", year: int = 2021, status: str = "done", **changes) -> Outcome:
    own = {"findings": {"error": 0, "warning": 0, "info": 0}, "duration": 1.5}
    if status == "failed":
        own = {"cause": "cell error", "message": MESSAGE, "cell": 3, "excerpt": "ValueError: 坏"}
    told = {"agency": f"示例县{code}局", "status": status, **own, **changes}
    return Outcome(report=ReportName(year, code), **told)


def lay(outputs: Path, *outcomes: Outcome) -> None:
    """Put the files of each report where they stand."""
    for item in outcomes:
        folder = outputs / item.report.folder
        folder.mkdir(parents=True, exist_ok=True)
        for name in FAILED if item.status == "failed" else MADE:
            (folder / name).touch()
