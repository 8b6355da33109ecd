"""Typography never matters, wording always does."""

import pytest

from nianbao.filing.labels import nearest_label, normalise
from nianbao.forms import load_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("（七）总计", "(七) 总 计"),
        ("3.危及“三安全一稳定”", '３．危及"三安全一稳定"'),
        ("3.危及“三安全一稳定”", "3、危及「三安全一稳定」"),
        ("本年增/减", "本年增／减"),
        ("结果\n维持", "结果维持"),
        ("本年收费金额（单位：万元）", "本年收费金额 (单位:万元)"),
    ],
)
def test_typography_does_not_matter(one, other):
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("总计", "合计"), ("（六）总计", "（七）总计"), ("1.其他", "3.其他")]
)
def test_wording_matters(one, other):
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_no_two_labels_of_a_block_become_one(key):
    for table in load_form(key).tables:
        for block in table.blocks:
            for paths in ([row.path for row in block.rows], [c.path for c in block.columns]):
                assert len({tuple(map(normalise, path)) for path in paths}) == len(paths)
            # Rows are told by their last label alone.
            last = [normalise(row.path[-1]) for row in block.rows if row.path]
            assert len(set(last)) == len(last)


def test_the_nearest_label_comes_as_it_is_printed():
    assert nearest_label("(七)合计", ["（七）总计", "结果维持"]) == "（七）总计"
    assert nearest_label("完全不同", ["（七）总计", "abc"]) == ""
