"""Makes a virtual environment with locked packages and nianbao in it; quick when that is done.

Usage: PYTHON tools/setup.py VENV LOCK..., with the Python that the environment shall have.

Stamps, each written last, say what stands there. A changed lock, another Python, a moved folder
or an interrupted run makes the environment anew; one more lock is installed beside the first; a
changed pyproject.toml only installs nianbao again.
"""
# Has to run on an old Python too, as far as saying that it is too old.

import hashlib
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"
UNFINISHED = "unfinished"  # the stamp of a lock while it is installed
INTERVAL = 5  # seconds between lines of progress

ENTRY = re.compile(r"^\S+==", re.MULTILINE)  # one package of a lock
# what pip says of a package that is there now, or that this system does without
FETCHED = re.compile(
    r"^(?:Ignoring |Requirement already satisfied"
    r"|\s*(?:Downloading|Using cached|Processing) (?!.*\.metadata))",
    re.MULTILINE,
)
INSTALLING = re.compile(r"^Installing collected packages: (.*)$", re.MULTILINE)


def main(venv: Path, locks: list[Path]) -> None:
    """Bring `venv` up to date."""
    check_python()
    venv = ROOT / venv
    python = f"{sys.version.split()[0]} {sys.base_prefix} {venv}"
    stamps = [(venv / f".stamp-{lock.stem}", f"{python} {digest(lock)}") for lock in locks]
    is_right = [read(stamp) == wanted for stamp, wanted in stamps]
    is_missing = [not stamp.exists() for stamp, _ in stamps]
    if is_missing[0] or not all(map(max, is_right, is_missing)):
        make_environment(venv)
    for lock, (stamp, wanted) in zip(locks, stamps, strict=True):
        if read(stamp) != wanted:
            stamp.write_text(UNFINISHED)
            install_lock(venv, lock)
            stamp.write_text(wanted)
    package_stamp = venv / ".stamp-package"
    if read(package_stamp) != digest(PROJECT):
        package_stamp.unlink(missing_ok=True)
        wait_for_pip(venv, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        package_stamp.write_text(digest(PROJECT))


def check_python() -> None:
    """Stop unless this Python is one of those in requires-python, and can make environments."""
    text = PROJECT.read_text(encoding="utf-8")
    low, limit = re.findall(r'^requires-python = ">=3\.(\d+),<3\.(\d+)"$', text, re.MULTILINE)[0]
    found = "{}.{}".format(*sys.version_info[:2])
    if not (3, int(low)) <= sys.version_info[:2] < (3, int(limit)):
        fail(
            f"nianbao needs Python 3.{low} to 3.{int(limit) - 1}, "
            f"found {sys.version.split()[0]}: `{sys.executable}`",
            f"name another one: make setup PYTHON=/path/to/python3.{low}",
        )
    if not (find_spec("venv") and find_spec("ensurepip")):
        fail(
            f"this Python has no venv or no ensurepip to make environments: `{sys.executable}`",
            "on Debian and Ubuntu: sudo apt-get install python3-venv "
            f"(python{found}-venv for a Python that is not the system's own)",
        )


def make_environment(venv: Path) -> None:
    """Lay `venv` anew, with nothing in it but pip."""
    if venv.exists() and not (venv / "pyvenv.cfg").exists() and not venv.name.startswith(".venv"):
        fail(f"not a virtual environment: `{venv}`", "name another folder: make setup VENV=.venv")
    say(f"making {venv.name} with Python {sys.version.split()[0]}, once")
    # the base, for this Python may be the one of the environment that is cleared
    base = getattr(sys, "_base_executable", sys.executable)
    # fileno: what this script says itself is for people as well, stdout stays free
    command = [base, "-m", "venv", "--clear", str(venv)]
    if subprocess.call(command, stdout=sys.stderr.fileno()) != 0:
        fail(f"this failed: `{' '.join(command)}`", "see above; then run make again")


def install_lock(venv: Path, lock: Path) -> None:
    """Install what a lock names."""
    total = len(ENTRY.findall(lock.read_text(encoding="utf-8")))
    say(
        f"installing {lock.name}, {total} packages: "
        "a minute on a fast network, five or more on a slow one"
    )
    wait_for_pip(venv, "--require-hashes", "--requirement", str(lock), total=total)


def wait_for_pip(venv: Path, *arguments: str, total: int = 1) -> None:
    """Install into the environment; every few seconds a line says how far it is."""
    start = time.monotonic()
    log = venv / "pip.log"
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", *options, *arguments]
    with (
        log.open("w") as stream,
        subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT) as pip,
    ):
        before = count_installed(venv)
        while not has_ended(pip):
            done = progress(log.read_text(errors="replace"), total, count_installed(venv) - before)
            say(f"  {time.monotonic() - start:.0f} s: {done}")
    if pip.returncode != 0:
        lines = log.read_text(errors="replace").splitlines()
        say("\n".join([line for line in lines if not line.startswith("WARNING")][-10:]))
        fail(f"this failed: `{' '.join(command)}`", f"see above, and {log}; then run make again")


def has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Whether a process ends before the next line of progress is due."""
    try:
        process.wait(INTERVAL)
    except subprocess.TimeoutExpired:
        return False
    return True


def progress(log: str, total: int, installed: int) -> str:
    """How far pip is: it fetches all packages first, then installs them."""
    if names := INSTALLING.search(log):
        return f"{installed} of {len(names[1].split(','))} packages installed"
    return f"{min(len(FETCHED.findall(log)), total)} of {total} packages fetched"


def count_installed(venv: Path) -> int:
    """How many packages are in the environment."""
    return len(list(venv.glob("lib/python*/site-packages/*.dist-info")))


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(stamp: Path) -> str:
    """What a stamp says; nothing when there is none."""
    return stamp.read_text() if stamp.exists() else ""


def say(line: str) -> None:
    """One line for the person who waits."""
    print(line, file=sys.stderr, flush=True)


def fail(message: str, hint: str) -> None:
    """Stop with what is wrong and what to do."""
    say(f"error: {message}\n\nhint: {hint}")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), [ROOT / name for name in sys.argv[2:]])
    except KeyboardInterrupt:
        sys.exit(130)
