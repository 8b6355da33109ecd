"""Makes a virtual environment with the lock and the package in it; quick when that is done already.

Usage: PYTHON tools/setup.py VENV, with the Python that the environment shall have.

Two stamps, each written last, say what stands there. A changed lock, another Python, a moved folder
or an interrupted run makes the environment anew; a changed pyproject.toml only installs the package
again.
"""
# Has to run on an old Python too, as far as saying that it is too old.

import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"


def main(venv: Path) -> None:
    """Bring `venv` up to date."""
    check_python()
    venv = ROOT / venv
    python = venv / "bin" / "python"
    lock_stamp, package_stamp = venv / ".stamp-lock", venv / ".stamp-package"
    environment = f"{sys.version.split()[0]} {sys.base_prefix} {venv} {digest(LOCK)}"
    if read(lock_stamp) != environment:
        make_environment(venv, python)
        lock_stamp.write_text(environment)
    if read(package_stamp) != digest(PROJECT):
        package_stamp.unlink(missing_ok=True)
        pip(python, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        package_stamp.write_text(digest(PROJECT))


def make_environment(venv: Path, python: Path) -> None:
    """Lay `venv` anew and install the lock."""
    if venv.exists() and not (venv / "pyvenv.cfg").exists() and not venv.name.startswith(".venv"):
        fail(f"not a virtual environment: `{venv}`", "name another folder: make setup VENV=.venv")
    say(f"making {venv.name} with Python {sys.version.split()[0]}, once: a minute or two")
    # the base, for this Python may be the one of the environment that is cleared
    base = getattr(sys, "_base_executable", sys.executable)
    run(base, "-m", "venv", "--clear", str(venv))
    pip(python, "--require-hashes", "--requirement", str(LOCK))


def check_python() -> None:
    """Stop unless this Python is one of those in requires-python."""
    text = PROJECT.read_text(encoding="utf-8")
    low, limit = re.findall(r'^requires-python = ">=3\.(\d+),<3\.(\d+)"$', text, re.MULTILINE)[0]
    if not (3, int(low)) <= sys.version_info[:2] < (3, int(limit)):
        fail(
            f"nianbao needs Python 3.{low} to 3.{int(limit) - 1}, "
            f"found {sys.version.split()[0]}: `{sys.executable}`",
            f"name another one: make setup PYTHON=/path/to/python3.{low}",
        )


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(stamp: Path) -> str:
    """What a stamp says; nothing when there is none."""
    return stamp.read_text() if stamp.exists() else ""


def pip(python: Path, *arguments: str) -> None:
    """Install into the environment; only errors are shown."""
    run(str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *arguments)


def run(*command: str) -> None:
    """Run a command, its output on stderr; stop when it fails."""
    # fileno: what this script says itself is for people as well, stdout stays free
    if subprocess.call(command, stdout=sys.stderr.fileno()) != 0:
        fail(f"this failed: `{' '.join(command)}`", "see above; then run make setup again")


def say(line: str) -> None:
    """One line for the person who waits."""
    print(line, file=sys.stderr, flush=True)


def fail(message: str, hint: str) -> None:
    """Stop with what is wrong and what to do."""
    say(f"error: {message}\n\nhint: {hint}")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
