"""The scripts of `tools/`, as modules for the tests of what they hold."""

import importlib.util
import sys
from contextlib import contextmanager
from pathlib import Path

TOOLS = Path(__file__).parents[1] / "tools"


@contextmanager
def loaded_script(name):
    """A script as a module, which its dataclasses look up while it is loaded."""
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[name]
