"""Each module of the package can be the first that a program imports."""

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "pkg" / "nianbao"

# Forks one process for each module, with all libraries imported but papermill: that one loads our
# engine while it is itself being imported, and so leads back into the package.
SCRIPT = r"""
import gc, importlib, os, pkgutil, sys, traceback
from contextlib import suppress

def forked(action):
    # the action's text or what went wrong, of a process of its own
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        try:
            said = action()
        except BaseException:
            said = traceback.format_exc(limit=-3)
        with open(writer, "w") as stream:
            stream.write(said)
            stream.flush()
            os._exit(0)
    os.close(writer)
    with open(reader) as stream:
        said = stream.read()
    os.wait()
    return said

def libraries():
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)
    ours = ("nianbao", "papermill", "__main__")
    return "\n".join(name for name in sys.modules if name.split(".")[0] not in ours)

names = sys.argv[1:]
for library in forked(libraries).split("\n"):
    with suppress(Exception):
        importlib.import_module(library)
assert not {"papermill", "nianbao"} & sys.modules.keys()
gc.freeze()
for name in names:
    said = forked(lambda: importlib.import_module(name) and "")
    if said:
        print(f"{name}: {said}")
"""


def first_imports(pattern: str) -> tuple[str, str, int]:
    """What is said where each of these modules is the first."""
    paths = [path.relative_to(PACKAGE.parent) for path in PACKAGE.glob(pattern)]
    names = sorted(".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths)
    assert names
    command = [sys.executable, "-c", SCRIPT, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout, done.stderr, done.returncode


def test_what_papermill_loads_can_be_imported_first():
    assert first_imports("running/*.py") == ("", "", 0)


@pytest.mark.soak
def test_each_module_can_be_imported_first():
    assert first_imports("**/*.py") == ("", "", 0)
