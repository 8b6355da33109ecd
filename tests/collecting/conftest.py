"""A project of a made-up district, and an inbox beside it."""

import json
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from inboxes import filled, put, workbook
from nianbao.batch.batch import load_batch
from nianbao.cli.scaffold import register_text
from nianbao.collecting.collect import collect
from nianbao.collecting.takes import parse_take
from nianbao.demo import governments
from nianbao.filing.blank.content import WorkbookContent
from nianbao.project import Project

START = datetime(2023, 1, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))
DISTRICT = filled(6)


@dataclass
class Office:
    """The public office: project, inbox, and what happens in them."""

    project: Project
    inbox: Path
    runs: int = 0

    def register(self, agencies):
        text = register_text([*governments(1), *agencies])
        self.project.register.write_text(text, encoding="utf-8")

    def content(self, code, **values) -> WorkbookContent:
        """What an agency fills in; some cells or lines of 基本信息 otherwise."""
        content = DISTRICT[code].content
        basics = {key: values.pop(key) for key in list(values) if key in content.basics}
        return replace(
            content, values={**content.values, **values}, basics={**content.basics, **basics}
        )

    def send(self, name, code, *, at=None, **values) -> Path:
        """Put an agency's workbook into the inbox."""
        data = self.made(code, **values)
        return put(self.inbox / name, data, at=at)

    def made(self, code, **values) -> bytes:
        made = replace(DISTRICT[code], content=self.content(code, **values))
        path = workbook(made, self.inbox.parent / "made.xlsx")
        data = path.read_bytes()
        path.unlink()
        return data

    def batch(self, text="agencies: all\nyears: [2022]\n"):
        path = self.project.params / "batch.yaml"
        path.write_text(text, encoding="utf-8")
        return load_batch(path, self.project)

    def collect(self, *takes, batch=None, **options):
        self.runs += 1
        return collect(
            self.inbox,
            batch or self.batch(),
            self.project,
            takes=[parse_take(text) for text in takes],
            now=START + timedelta(days=self.runs),
            workers=1,
            **options,
        )

    def kept(self, code, name="2022.json"):
        path = self.project.sources(code) / "received" / name
        return json.loads(path.read_text(encoding="utf-8"))

    def counting(self, code):
        """The original names of the versions that count: at most one."""
        return [item["original"] for item in self.kept(code) if item["counts"]]

    def standing(self, code) -> bytes:
        return self.project.source(code, 2022).read_bytes()

    def tree(self):
        """Every file below sources, and its bytes."""
        root = self.project.root / "sources"
        return {
            p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()
        }


@pytest.fixture
def office(tmp_path):
    root = tmp_path.resolve() / "project"
    for name in ("notebooks", "params", "sources", "outputs"):
        (root / name).mkdir(parents=True)
    inbox = tmp_path.resolve() / "收件箱"
    inbox.mkdir()
    made = Office(Project(root), inbox)
    made.register([member.agency for member in DISTRICT.values()])
    yield made
    shutil.rmtree(tmp_path, ignore_errors=True)
