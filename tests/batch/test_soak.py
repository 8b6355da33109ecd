"""A round of `make soak`, on reports that need no time."""

import pytest

from scripts import loaded_script

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def soak():
    with loaded_script("soak") as script:
        yield script


@pytest.mark.soak  # beside test_run_limits, which kills one run
def test_whatever_is_killed_all_is_whole_afterwards(soak, site, tmp_path):
    site.write_notebook("import time\ntime.sleep(0.3)")
    batch = site.write_batch("agencies: [jia, yi]\nyears: [2021]\nformats: [html]")
    (tmp_path / "s").mkdir()
    run = soak.Soak(batch, tmp_path / "s", seed=2)
    assert len(run.expected) == 12
    run.seconds /= 2  # so that it is at work then
    assert run.round(0, ["worker", "kernel"]) in {"worker", "kernel"}


def test_a_difference_ends_it(soak, tmp_path):
    with pytest.raises(SystemExit, match="other bytes"):
        soak.require(soak.contents(tmp_path) == {"a": b""}, "other bytes")
