"""A small public office goes through the first round of `make january`."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.kernel, pytest.mark.soak]

SCRIPT = Path(__file__).parents[2] / "tools" / "january.py"


@pytest.fixture(scope="module")
def january():
    spec = importlib.util.spec_from_file_location("january", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["january"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["january"]


def test_from_the_inbox_to_the_roll_up(january, tmp_path):
    plan = january.make_plan(agencies=9, planted=1, missing=1, seed=0, kinds=["xlsx", "zip"])
    reminder = january.first_round(january.prepare(tmp_path, plan))
    assert "应交 9 家：未交 3，已退回待改 1，已完成 5" in reminder


def test_what_is_not_so_ends_it(january):
    with pytest.raises(SystemExit, match="not the sum"):
        january.require(False, "not the sum")
