"""Two locks, to run and to test, for pip, make and conda: versions and hashes, no places."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from nianbao import __version__

ROOT = Path(__file__).parents[2]
LOCKS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements-dev.lock")
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = SpecifierSet(PROJECT["project"]["requires-python"])

ENTRY = re.compile(
    r"^(\S+)==(\S+)(?: ; .+?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)
LOCKED: dict[str, dict[str, set[str]]] = {lock: {} for lock in LOCKS}
for lock, text in LOCKS.items():
    for name, version, _ in ENTRY.findall(text):
        LOCKED[lock].setdefault(canonicalize_name(name), set()).add(version)

GROUPS = PROJECT["dependency-groups"]
RUN = [*PROJECT["project"]["dependencies"], *GROUPS["build"]]
DEV = [item for item in GROUPS["dev"] if item != {"include-group": "build"}]
DIRECT = [("requirements.lock", each) for each in RUN] + [
    ("requirements-dev.lock", each) for each in DEV
]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_an_entry_with_hashes_or_a_comment(lock):
    rest = ENTRY.sub("", LOCKS[lock])
    assert [line for line in rest.splitlines() if not line.lstrip().startswith("#")] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place(lock):
    assert re.findall(r"https?:|file:|--\w[\w-]*(?<!--hash)[= ]|/", strip_hashes(LOCKS[lock])) == []


@pytest.mark.parametrize(("lock", "dependency"), DIRECT)
def test_a_direct_dependency_is_locked_within_its_range(lock, dependency):
    requirement = Requirement(dependency)
    versions = LOCKED[lock][canonicalize_name(requirement.name)]
    assert [v for v in versions if v not in requirement.specifier] == []


def test_what_both_locks_name_is_the_same_in_both():
    run, dev = LOCKED.values()
    assert {name: dev[name] for name in run.keys() & dev} == {
        name: run[name] for name in run.keys() & dev
    }


def test_what_runs_a_report_takes_nothing_that_only_tests_need():
    only_dev = {canonicalize_name(Requirement(each).name) for each in DEV}
    shared = {canonicalize_name(Requirement(each).name) for each in RUN}
    assert LOCKED["requirements.lock"].keys() & (only_dev - shared) == {"packaging"}  # matplotlib's


def test_what_builds_the_package_is_locked_for_those_who_run_it():
    builds = {canonicalize_name(Requirement(r).name) for r in PROJECT["build-system"]["requires"]}
    assert builds <= LOCKED["requirements.lock"].keys()


@pytest.mark.parametrize("dependency", [*RUN, *DEV])
def test_a_direct_dependency_has_a_floor(dependency):
    assert any(spec.operator == ">=" for spec in Requirement(dependency).specifier)


def test_conda_users_get_the_lock_that_runs_a_report():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, pip_part = environment["dependencies"]
    assert pip == "pip"
    assert pip_part == {"pip": ["-r requirements.lock"]}
    assert python.removeprefix("python=") in PYTHONS


def test_the_version_is_that_of_the_project():
    assert __version__ == PROJECT["project"]["version"]


def strip_hashes(lock: str) -> str:
    return re.sub(r"    --hash=sha256:[0-9a-f]{64}", "", lock)
