"""A few workbooks of `tools/search_faults.py`; `make soak` tries hundreds."""

from dataclasses import replace

import pytest

from scripts import loaded_script

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def script():
    with loaded_script("search_faults") as script:
        yield script


def test_a_fault_does_not_look_right_and_one_that_did_would_be_told(script, tmp_path):
    search = script.Search(tmp_path, agencies=2, seed=11)
    code = search.codes[0]
    fault = script.Fault(code, 2022, "contrary", "正文", "C4", "", "", is_said=False)
    assert search.judge(fault) == "final page of 2022"
    right = search.right[code, 2022]
    search.right[code, 2022] = replace(right, numbers=(*right.numbers, "7"))
    assert "without ['7']" in search.judge(replace(fault, kind="blank"))
    search.right[code, 2022] = right
    assert search.judge(replace(fault, kind="blank")) == ""

    found = list(search.round())
    assert len(found) == 2
    assert [(str(fault), told) for fault, told in found if told] == []
