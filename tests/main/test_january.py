"""A small public office goes through the first round of `make january`."""

import pytest

from scripts import loaded_script

pytestmark = [pytest.mark.kernel, pytest.mark.soak]


@pytest.fixture(scope="module")
def january():
    with loaded_script("january") as script:
        yield script


def test_from_the_inbox_to_the_roll_up(january, tmp_path):
    plan = january.make_plan(agencies=9, planted=1, missing=1, seed=0, kinds=["xlsx", "zip"])
    reminder = january.first_round(january.prepare(tmp_path, plan))
    assert "应交 9 家：未交 3，已退回待改 1，已完成 5" in reminder


def test_what_is_not_so_ends_it(january):
    with pytest.raises(SystemExit, match="not the sum"):
        january.require(False, "not the sum")
