"""What the tests need of a machine is told by what its programs can do: made-up machines."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "system-packages"
TOOLS = ("env", "mktemp", "rm")  # that each machine has
# The programs of a machine that has all, and what the packages bring. A made-up soffice writes
# what is asked of it when the part is there that writes that.
SOFFICE = """
while [ $# -gt 1 ]; do
    case $1 in --convert-to) kind=$2 ;; --outdir) folder=$2 ;; esac
    shift
done
[ ! -e "$HOME/$kind" ] || echo made >"$folder/probe.$kind"
"""
POPPLER = ("pdftotext", "pdftoppm", "pdfinfo", "pdffonts", "pdfimages")
PROGRAMS = {
    "chromium": "exit 0",
    "fc-list": '[ ! -e "$HOME/cjk" ] || echo "Noto Serif CJK SC"',
    "soffice": SOFFICE,
    "java": '[ -e "$HOME/modules" ]',
    "dpkg": '[ -e "$HOME/windows" ]',  # whether libreoffice-core is installed
} | dict.fromkeys(POPPLER, "exit 0")
BRINGS = {
    "chromium": ["chromium"],
    "fontconfig": ["fc-list"],
    "fonts-noto-cjk": ["cjk"],
    "poppler-utils": list(POPPLER),
    "libreoffice-writer-nogui": ["soffice", "docx"],
    "libreoffice-calc-nogui": ["soffice", "xlsx"],
    "default-jre-headless": ["java", "modules"],
}
ALL = {part for parts in BRINGS.values() for part in parts}


class Machine:
    """A PATH of its own, and files that say what its programs can do."""

    def __init__(self, folder: Path, parts: set[str]) -> None:
        self.home = folder / "home"
        self.bin = folder / "bin"
        self.log = folder / "apt.log"
        self.home.mkdir()
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.program("dpkg", PROGRAMS["dpkg"])
        self.program("id", "echo 0")
        for part in parts:
            self.add(part)

    def add(self, part: str) -> None:
        if part in PROGRAMS:
            self.program(part, PROGRAMS[part])
        else:
            (self.home / part).touch()

    def program(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)

    def give_apt(self, brings: tuple[str, ...] = ()) -> None:
        """An apt-get that notes what it is asked, and brings so much."""
        made = "".join(f"; : >{self.home / part}" for part in brings)
        self.program("apt-get", f'echo "$*" >>{self.log}{made}')

    def run(self) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "HOME": str(self.home)}
        return subprocess.run(
            [SCRIPT], env=environment, capture_output=True, text=True, check=False
        )

    def missing(self) -> list[str]:
        """What it names to someone who may not install."""
        self.program("id", "echo 1000")
        self.give_apt()
        done = self.run()
        assert done.returncode == 1
        assert not self.log.exists()
        line = next(line for line in done.stderr.splitlines() if line.startswith("hint: "))
        command, _, packages = line.partition(" --no-install-recommends ")
        assert command == "hint: sudo apt-get update && sudo apt-get install"
        return packages.split()


@pytest.fixture
def machine(tmp_path):
    return lambda parts: Machine(tmp_path, parts)


def test_a_machine_that_has_all_is_left_alone(machine):
    made = machine(ALL)
    made.give_apt()
    done = made.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not made.log.exists()


def test_a_machine_that_has_nothing(machine):
    assert machine(set()).missing() == list(BRINGS)


@pytest.mark.parametrize(
    ("lacking", "packages"),
    [
        ({"chromium"}, ["chromium"]),
        ({"cjk"}, ["fonts-noto-cjk"]),
        ({"fc-list"}, ["fontconfig", "fonts-noto-cjk"]),
        ({"docx"}, ["libreoffice-writer-nogui"]),
        ({"xlsx"}, ["libreoffice-calc-nogui"]),
        ({"soffice"}, ["libreoffice-writer-nogui", "libreoffice-calc-nogui"]),
        ({"modules"}, ["default-jre-headless"]),
        *[({command}, ["poppler-utils"]) for command in POPPLER],
    ],
    ids=lambda item: "+".join(sorted(item)) if isinstance(item, set) else "",
)
def test_what_a_machine_cannot_do_is_missing(machine, lacking, packages):
    assert machine(ALL - lacking).missing() == packages


def test_a_browser_that_does_not_start_is_missing(machine):
    made = machine(ALL - {"chromium"})
    made.program("chromium-browser", 'echo "install the snap" >&2; exit 1')
    assert made.missing() == ["chromium"]


def test_an_office_with_windows_keeps_them(machine):
    assert machine(ALL - {"docx"} | {"windows"}).missing() == ["libreoffice-writer"]


@pytest.mark.parametrize("user", ["root", "sudo"])
def test_who_may_install_installs_what_is_missing(machine, user):
    made = machine(ALL - {"docx", "cjk"})
    made.give_apt(brings=("docx", "cjk"))
    if user == "sudo":
        made.program("id", "echo 1000")
        made.program("sudo", '[ "$1" != -n ] || shift; echo sudo >>"$HOME/sudo"; exec "$@"')
        (made.bin / "true").symlink_to(shutil.which("true"))
    done = made.run()
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in made.log.read_text().splitlines()] == ["update", "install"]
    assert made.log.read_text().endswith(" fonts-noto-cjk libreoffice-writer-nogui\n")
    assert (made.home / "sudo").exists() == (user == "sudo")
    assert made.run().returncode == 0


def test_what_an_installation_did_not_bring_is_said(machine):
    made = machine(ALL - {"modules"})
    made.give_apt()
    done = made.run()
    assert done.returncode == 1
    assert "still missing for the tests: default-jre-headless" in done.stderr
    assert "PATH" in done.stderr


def test_an_installation_that_fails_is_not_taken_for_done(machine):
    made = machine(ALL - {"modules"})
    made.program("apt-get", "echo no network >&2; exit 100")
    done = made.run()
    assert done.returncode == 100
    assert "no network" in done.stderr


def test_elsewhere_than_on_debian_the_packages_are_named(machine):
    done = machine(ALL - {"cjk"}).run()
    assert done.returncode == 1
    assert "fonts-noto-cjk" in done.stderr
    assert "brew install" in done.stderr
