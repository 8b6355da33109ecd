"""One lock, for pip, make and conda alike: versions and hashes, but no place to get them from."""

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
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = SpecifierSet(PROJECT["project"]["requires-python"])

ENTRY = re.compile(
    r"^(\S+)==(\S+)(?: ; .+?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)
LOCKED: dict[str, set[str]] = {}
for name, version, _ in ENTRY.findall(LOCK):
    LOCKED.setdefault(canonicalize_name(name), set()).add(version)

DIRECT = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["dependency-groups"]["dev"],
    *PROJECT["build-system"]["requires"],
]


def test_every_line_is_an_entry_with_hashes_or_a_comment():
    rest = ENTRY.sub("", LOCK)
    assert [line for line in rest.splitlines() if not line.lstrip().startswith("#")] == []


def test_the_lock_names_no_place():
    assert re.findall(r"https?:|file:|--\w[\w-]*(?<!--hash)[= ]|/", strip_hashes(LOCK)) == []


@pytest.mark.parametrize("dependency", DIRECT)
def test_a_direct_dependency_is_locked_within_its_range(dependency):
    requirement = Requirement(dependency)
    versions = LOCKED[canonicalize_name(requirement.name)]
    assert [v for v in versions if v not in requirement.specifier] == []


@pytest.mark.parametrize("dependency", DIRECT)
def test_a_direct_dependency_has_a_floor(dependency):
    assert any(spec.operator == ">=" for spec in Requirement(dependency).specifier)


def test_conda_users_get_the_same_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, pip_part = environment["dependencies"]
    assert pip == "pip"
    assert pip_part == {"pip": ["-r requirements.lock"]}
    assert python.removeprefix("python=") in PYTHONS


def test_the_version_is_that_of_the_project():
    assert __version__ == PROJECT["project"]["version"]


def strip_hashes(lock: str) -> str:
    return re.sub(r"    --hash=sha256:[0-9a-f]{64}", "", lock)
